//! The catalogue over real files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod approvals;
mod common;
mod files;
mod rows;
