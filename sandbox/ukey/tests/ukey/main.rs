//! The software UKey.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod behaviour;
mod common;
mod token;
mod watch;
