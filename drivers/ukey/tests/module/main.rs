//! The driver over the sandbox's own module, each test with a copy and tokens of its own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod identities;
mod loaded;
mod manners;
mod pins;
mod replug;
mod signing;
mod watching;
