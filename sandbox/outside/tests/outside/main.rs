//! The world behind the portal, over HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod ctid;
mod ledger;
mod pages;
mod people;
mod registers;
mod review;
