//! The portal over HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod account;
mod another_person;
mod authorisation;
mod bank_ukey;
mod bank_visit;
mod births;
mod card_sign_in;
mod certification;
mod codes;
mod common;
mod company;
mod forgotten;
mod kill;
mod legal;
mod legal_between;
mod legal_refusals;
mod limits;
mod lost_answers;
mod meanwhile;
mod notices;
mod openapi;
mod operators;
mod pages;
mod schemathesis;
mod session;
mod sign_in;
