//! What a procedure costs the portal: step by step, and while ten thousand wait for a phone.

mod served;
mod steps;
mod waiting;

use crate::row::Row;
use std::process::ExitCode;

/// If this program was started again as a server, serves until it is told to end.
pub(crate) fn serve() -> Option<ExitCode> {
    served::serve()
}

pub(crate) fn measure() -> Vec<Row> {
    let mut rows = steps::measure();
    rows.extend(waiting::measure());
    rows
}
