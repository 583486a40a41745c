//! What is kept on this machine.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;
mod journal;
mod keyring;
mod processes;
mod schema;
mod settings;
mod shelf;
