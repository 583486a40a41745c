//! What a host may ask of the core, and what it is shown.
//!
//! The list in [`commands`] is the only one: the wire enum, the dispatcher and the TypeScript map follow
//! from it. A host passes [`Command`]s in and gets whole [`View`]s pushed; it keeps no truth of its own.

mod app;
mod at_bank;
mod card;
mod commands;
mod desks;
mod libraries;
mod procedures;
mod progress;
mod sending;
mod session;
mod sign;
mod state;
mod ticket;
mod typescript;
mod view;

pub use app::App;
pub use commands::{Answer, Command};
pub use procedures::{Offer, Platforms};
pub use sending::{FileContent, Sending};
pub use ticket::{Qr, TicketView};
pub use typescript::typescript;
pub use view::{
    FlowView, SANDBOX_PORT, SavedProof, SessionView, StatementView, Step, Timings, Verified, View,
};
