//! The shared object, loaded from a copy as a vendor's module would be.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod border;
mod desk;
mod event;
mod opensc;
mod pin;
mod raw;
mod sign;
mod slot;
mod struck;
