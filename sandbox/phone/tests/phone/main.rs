//! Phones' pages over HTTP, with a portal behind them and somebody at a desk beside them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod browser;
mod ctid;
mod desk;
mod faces;
mod guard;
mod henan;
mod journeys;
