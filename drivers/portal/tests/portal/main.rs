//! The client of the portal against a server that does as it is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod answers;
mod bank;
mod bounds;
mod common;
mod keys;
mod legal;
mod procedures;
mod proxy;
mod quiet;
mod records;
mod sign_in;
mod tls;
