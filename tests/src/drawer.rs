use crate::Gate;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tongguan_core::domain::Timestamp;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Clock, Journal, JournalEntry, JournalRow, Outcome, Session, Vault};

/// A keyring for the programs of one test: what one keeps, the next one finds. The system's own belongs to
/// whoever runs the tests.
#[derive(Debug, Clone, Default)]
pub struct Drawer {
    kept: Arc<Mutex<Option<Session>>>,
    missing: Arc<AtomicBool>,
    /// Before a session is laid in.
    pub keeping: Gate,
}

impl Drawer {
    /// From now on there is no keyring.
    pub fn take_away(&self) {
        self.missing.store(true, Ordering::SeqCst);
    }

    pub fn session(&self) -> Option<Session> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, session: Option<Session>) -> Result<(), Fault> {
        if self.missing.load(Ordering::SeqCst) {
            return Err(Fault::KeyringUnavailable { reason: "absent".into() });
        }
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = session;
        Ok(())
    }
}

impl Vault for Drawer {
    fn load(&self) -> Result<Option<Session>, Fault> {
        Ok(self.session().filter(|_| !self.missing.load(Ordering::SeqCst)))
    }

    fn keep(&self, session: &Session) -> Result<(), Fault> {
        self.keeping.pass();
        self.put(Some(session.clone()))
    }

    fn forget(&self) -> Result<(), Fault> {
        self.put(None)
    }
}

/// The machine's clock, set forward by so many seconds.
#[derive(Debug, Clone, Default)]
pub struct OwnClock(Arc<AtomicI64>);

impl OwnClock {
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for OwnClock {
    fn now(&self) -> Timestamp {
        Timestamp::now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// The journal, which may take its time before it writes that the portal accepted: the answer is there, and the
/// program has not yet heard of it.
pub struct SlowJournal {
    pub journal: Arc<dyn Journal>,
    pub accepted: Gate,
}

impl Journal for SlowJournal {
    fn append(&self, entry: &JournalEntry) -> Result<JournalRow, Fault> {
        if matches!(entry.outcome, Outcome::Accepted { .. }) {
            self.accepted.pass();
        }
        self.journal.append(entry)
    }

    fn rows(&self, before: Option<i64>, limit: u32) -> Result<Vec<JournalRow>, Fault> {
        self.journal.rows(before, limit)
    }

    fn verify(&self) -> Result<i64, Fault> {
        self.journal.verify()
    }
}

impl std::fmt::Debug for SlowJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlowJournal(..)")
    }
}
