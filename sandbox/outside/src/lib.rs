//! The outside world behind the backend, as a backend meets it: registers that others keep, each of
//! which can fail. All calls block. Its pages show a person at the sandbox what is in them.

mod branches;
mod carrier;
mod ctid_desk;
mod error;
mod event;
mod failure;
mod fill;
mod ledger;
mod ledger_page;
mod listing;
mod messages;
mod page;
mod photo;
mod population;
mod records;
mod registers;
mod review;
mod review_page;
mod routes;
mod sheet;
mod store;
mod tickets_page;
mod wallet;

pub use branches::branch;
pub use carrier::Subscriber;
pub use ctid_desk::{Applicant, CtidDesk, NotOpened};
pub use error::{OutsideError, Silence, Unavailable};
pub use event::Event;
pub use failure::Failure;
pub use ledger::{CorporateAccount, LedgerLine, Order};
pub use listing::Entry;
pub use messages::Message;
pub use population::{Citizen, FaceAnswer};
pub use registers::{CardHolder, CtidAnswer, Identity, RegisteredCompany};
pub use review::{LetterFacts, Media, Reason, Review, WaitingLetter};
pub use routes::pages;
pub use wallet::{AccountHolder, Wallet};

use event::Listeners;
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
    listeners: Listeners,
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
        let (patience, listeners) = (Patience::new(PATIENCE), Listeners::default());
        Ok(Self { store: Mutex::new(connection), clock, patience, listeners })
    }

    /// With another time to wait for a register that does not answer.
    pub fn with_patience(self, longest: Duration) -> Self {
        Self { patience: Patience::new(longest), ..self }
    }

    /// As on the first day: no messages, no failures, no payments and letters, and the registers as the world has them.
    pub fn reset(&self, world: &World) -> Result<(), OutsideError> {
        self.store(|c| {
            c.execute_batch(
                "DELETE FROM message; DELETE FROM failure; DELETE FROM payment; DELETE FROM review;",
            )?;
            fill::refill(c, world)
        })
    }

    /// One connection, one caller at a time.
    fn store<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, OutsideError> {
        let mut connection = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }
}
