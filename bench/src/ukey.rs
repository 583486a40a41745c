//! Bank UKeys: what the way through a worker costs, and what a library that hangs does to the application.

mod bare;
pub(crate) mod events;
pub(crate) mod hang;
pub(crate) mod rates;
mod signer;
mod ways;
