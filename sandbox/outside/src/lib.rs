//! The outside world behind the backend, as a backend meets it: four registers that others keep, each of
//! which can fail. All calls block. Its pages show a person at the sandbox what is in them.

mod error;
mod failure;
mod fill;
mod listing;
mod messages;
mod page;
mod records;
mod registers;
mod routes;
mod sheet;
mod store;

pub use error::{OutsideError, Silence, Unavailable};
pub use failure::Failure;
pub use listing::Entry;
pub use messages::Message;
pub use registers::{CardHolder, CtidAnswer, Identity, RegisteredCompany};
pub use routes::pages;

use failure::Patience;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tongguan_core::ports::Clock;
use tongguan_sandbox_world::World;

/// So long a caller waits for a register that does not answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The company register, the trusted identities, the bank and the message centre.
pub struct Outside {
    store: Mutex<Connection>,
    clock: Arc<dyn Clock>,
    patience: Patience,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl Outside {
    /// Opens `dir/outside.sqlite`, making it if need be, and enters the people and companies of `world` once.
    pub fn open(dir: &Path, world: &World, clock: Arc<dyn Clock>) -> Result<Self, OutsideError> {
        let mut connection = store::open(dir)?;
        fill::fill(&mut connection, world)?;
        Ok(Self { store: Mutex::new(connection), clock, patience: Patience::new(PATIENCE) })
    }

    /// With another time to wait for a register that does not answer.
    pub fn with_patience(self, longest: Duration) -> Self {
        Self { patience: Patience::new(longest), ..self }
    }

    /// As on the first day: no messages, no failures, and the registers as the world has them.
    pub fn reset(&self, world: &World) -> Result<(), OutsideError> {
        self.store(|c| {
            c.execute_batch("DELETE FROM message; DELETE FROM failure;")?;
            fill::refill(c, world)
        })
    }

    /// One connection, one caller at a time.
    fn store<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, OutsideError> {
        let mut connection = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }
}
