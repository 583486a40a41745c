//! The driver against the sandbox's SKF library, loaded like a vendor's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]
#![cfg(target_os = "linux")]

mod library;
mod sign;
mod stage;
mod watch;
