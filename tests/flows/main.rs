//! Journeys: real pcscd and vpcd, real HTTP, real SQLite, and the application that the hosts use.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod bank_page;
mod between;
mod canary;
mod certificates;
mod certify_token;
mod libraries;
mod pin;
mod portal;
mod readers;
mod terminal;
mod ukey;
mod ukey_pin;
mod ukey_session;
mod ukey_terminal;
mod ukey_text;
