#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]
#![allow(unsafe_code, reason = "calls into a shared object, as its users do")]

mod devices;
mod events;
mod loaded;
mod manners;
mod pin;
mod signing;
