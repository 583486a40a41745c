//! `./dev bench`: a table of what this program costs. No figure stands alone: each has beside it what the
//! same machine needs, in the same run, for the part that cannot be saved.
//!
//! `tongguan-bench PART...` measures only these parts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that fails ends the run"
)]

mod commands;
mod desk;
mod insertion;
mod own_time;
mod portal;
mod procedures;
mod row;
mod ukey;
mod window;

use row::Row;
use std::process::{Command, ExitCode};

/// What is measured together, by the name that the command line takes.
type Part = (&'static str, fn() -> Vec<Row>);

const PARTS: [Part; 9] = [
    ("commands", commands::measure),
    ("own_time", own_time::measure),
    ("insertion", insertion::measure),
    ("portal", portal::measure),
    ("procedures", procedures::measure),
    ("ukey", ukey::rates::measure),
    ("ukey", ukey::events::measure),
    ("ukey", ukey::hang::measure),
    ("window", window::measure),
];

fn main() -> ExitCode {
    if let Some(code) = procedures::serve() {
        return code;
    }
    if std::env::var_os(desk::DIR).is_none() {
        return again();
    }
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    assert!(wanted.iter().all(|name| PARTS.iter().any(|(part, _)| part == name)), "parts: {wanted:?}");
    println!("| what | ours | beside it, same run | ratio |\n|---|---|---|---|");
    let parts = PARTS.into_iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| w == name));
    for Row { what, ours, limit, ratio } in parts.flat_map(|(_, measure)| measure()) {
        println!("| {what} | {ours} | {limit} | {ratio} |");
    }
    ExitCode::SUCCESS
}

/// This program once more, with what SoftHSM2 wants in the environment before it is loaded.
fn again() -> ExitCode {
    let dir = tempfile::tempdir().unwrap();
    let own = std::env::current_exe().unwrap();
    let status = Command::new(own)
        .args(std::env::args_os().skip(1))
        .env(desk::DIR, dir.path())
        .env("SOFTHSM2_CONF", desk::softhsm2_conf(dir.path()))
        .status()
        .unwrap();
    if status.success() {
        return ExitCode::SUCCESS;
    }
    // A library in this process may end it without a word.
    println!("the run did not end well, its table is not whole: {status}");
    ExitCode::FAILURE
}
