//! The world that the sandbox is made of.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod banks;
mod common;
mod pictures;
mod world;
