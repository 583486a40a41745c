//! What the core promises, seen from outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod dates;
mod device_signatures;
mod filling;
mod no_panic;
mod people;
mod platforms;
mod procedure;
mod sealed_pin;
mod sm2_verification;
mod statement;
