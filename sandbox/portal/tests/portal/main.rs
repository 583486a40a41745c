//! The portal over HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod account;
mod authorisation;
mod bank_ukey;
mod bank_visit;
mod card_sign_in;
mod certification;
mod codes;
mod common;
mod company;
mod kill;
mod legal;
mod legal_between;
mod legal_refusals;
mod openapi;
mod operators;
mod schemathesis;
mod session;
mod sign_in;
