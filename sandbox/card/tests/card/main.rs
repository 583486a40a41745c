//! The software card, over the wire and behind pcscd.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;
mod memory;
mod opensc;
mod own_application;
mod piv_application;
mod pkcs15_application;
mod reader;
mod transmission;
