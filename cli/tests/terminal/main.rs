//! The program as a person or a script starts it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod program;
mod run;
mod sources;
mod verify;
