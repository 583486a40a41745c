//! The sandbox on one stage: software cards behind a real `pcscd`, the reference backend and the
//! browser host. Journeys, the window's tests and `./dev run` play on it.

pub mod control;
pub mod programme;
pub mod stage;

pub use stage::{Stage, StageError};
