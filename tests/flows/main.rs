//! Journeys: real pcscd and vpcd, real HTTP, real SQLite, and the application that the hosts use.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod account;
mod account_terminal;
mod answers;
mod at_rest;
mod at_rest_terminal;
mod bank_page;
mod between;
mod canary;
mod card_pin;
mod card_sign_in;
mod certificates;
mod certify_token;
mod company;
mod json_terminal;
mod keyring_terminal;
mod legal;
mod legal_refusals;
mod legal_steps;
mod legal_talk_terminal;
mod legal_terminal;
mod libraries;
mod login_terminal;
mod lost_answers;
mod operators;
mod own_bus;
mod people_terminal;
mod pin;
mod portal;
mod procedure_steps;
mod procedures_henan;
mod procedures_ningbo;
mod readers;
mod session_begins;
mod session_ends;
mod sign_in;
mod terminal;
mod terminal_program;
mod ukey;
mod ukey_pin;
mod ukey_session;
mod ukey_terminal;
mod ukey_text;
