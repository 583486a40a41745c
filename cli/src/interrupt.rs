//! Ctrl-C: the first one asks the work to stop, the second one stops it.

use crate::exit_code::Exit;
use std::sync::atomic::{AtomicBool, Ordering};
use tongguan_core::fault::Fault;

static HAPPENED: AtomicBool = AtomicBool::new(false);

pub(crate) fn happened() -> bool {
    HAPPENED.load(Ordering::SeqCst)
}

/// Calls `on_first` once, from a thread of its own. Reading a secret takes Ctrl-C as a key and never comes here.
pub(crate) fn listen(on_first: impl Fn() + Send + 'static) -> Result<(), Fault> {
    let handler = move || {
        if HAPPENED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(Exit::Cancelled.number()));
        }
        on_first();
    };
    ctrlc::set_handler(handler).map_err(|_| Fault::Defect { place: "cli::interrupt".into() })
}

/// To be asked between two steps.
pub(crate) fn check() -> Result<(), Fault> {
    if happened() { Err(Fault::Cancelled) } else { Ok(()) }
}
