//! The portal over HTTPS. Whatever answers is treated as a stranger: it is bounded in time and size, it
//! cannot send the client anywhere else, and what it says is parsed into the core's values or refused.

mod account;
mod answer;
mod body;
mod company;
mod exchange;
mod fault;
mod http_portal;
mod legal;
mod procedures;
mod sign_in;
mod stream;
mod tls;
mod wire;

pub use http_portal::{HttpPortal, Limits};
