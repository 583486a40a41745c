//! What goes wrong on purpose: for one record or for a whole register, until it is lifted.

use crate::{Event, Outside, OutsideError, Silence, Unavailable};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use tongguan_core::fault::Register;

/// The ways in which a register can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The register does not know the record. A message is taken and never arrives.
    Absent,
    /// It has other data than are right. Not of messages.
    Mismatch,
    /// No answer in the time that is waited for it.
    Timeout,
    /// It was asked too often.
    RateLimit,
    /// Of the population register: it has another face.
    OtherFace,
    /// Of the population register: no picture is good enough for it.
    PoorPicture,
}

impl Failure {
    pub const ALL: [Self; 6] =
        [Self::Absent, Self::Mismatch, Self::Timeout, Self::RateLimit, Self::OtherFace, Self::PoorPicture];

    /// The word on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Mismatch => "mismatch",
            Self::Timeout => "timeout",
            Self::RateLimit => "rate_limit",
            Self::OtherFace => "other_face",
            Self::PoorPicture => "poor_picture",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }

    /// There is nothing in a message that could be other than it is, and only one register has faces.
    pub fn fits(self, register: Register) -> bool {
        match self {
            Self::Absent | Self::Timeout | Self::RateLimit => true,
            Self::Mismatch => register != Register::Sms,
            Self::OtherFace | Self::PoorPicture => register == Register::Population,
        }
    }
}

pub(crate) fn register_code(register: Register) -> &'static str {
    match register {
        Register::Company => "company",
        Register::Ctid => "ctid",
        Register::Bank => "bank",
        Register::Sms => "sms",
        Register::Population => "population",
        Register::Phone => "phone",
        Register::Payments => "payments",
    }
}

/// Of a record that is right although its whole register is not: it was entered anew since.
const RIGHT: &str = "right";

/// Where a caller stands while a register does not answer.
#[derive(Debug)]
pub(crate) struct Patience {
    longest: Duration,
    changes: Mutex<u64>,
    changed: Condvar,
}

impl Patience {
    pub(crate) fn new(longest: Duration) -> Self {
        Self { longest, changes: Mutex::new(0), changed: Condvar::new() }
    }

    /// Until the time is over, or until some failure is set or lifted.
    fn wait(&self) {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = *changes;
        drop(self.changed.wait_timeout_while(changes, self.longest, |now| *now == seen));
    }

    fn ring(&self) {
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }
}

impl Outside {
    /// What goes wrong with this record from now on; without a record with the whole register, and with those
    /// as well that were entered anew since. `None` lifts it. A record's own failure counts before the register's.
    pub fn set_failure(
        &self,
        register: Register,
        record: Option<&str>,
        failure: Option<Failure>,
    ) -> Result<(), OutsideError> {
        if failure.is_some_and(|failure| !failure.fits(register)) {
            return Err(OutsideError::NoSuchFailure(register));
        }
        let name = register_code(register);
        let known = self.store(|c| {
            if let Some(record) = record
                && !is_there(c, register, record)?
            {
                return Ok(false);
            }
            if record.is_none() {
                c.execute("DELETE FROM failure WHERE register = ?1 AND failure = ?2", [name, RIGHT])?;
            }
            let record = record.unwrap_or_default();
            match failure {
                Some(failure) => c.execute(
                    "INSERT INTO failure VALUES (?1, ?2, ?3)
                     ON CONFLICT (register, record) DO UPDATE SET failure = ?3",
                    params![name, record, failure.code()],
                ),
                None => c.execute("DELETE FROM failure WHERE register = ?1 AND record = ?2", [name, record]),
            }?;
            Ok(true)
        })?;
        self.patience.ring();
        // What was not seen before may be seen now.
        if register == Register::Payments && failure.is_none() {
            self.tell(Event::Payment);
        }
        if known { Ok(()) } else { Err(OutsideError::NoRecord(register)) }
    }

    /// The failure that is set for exactly this.
    pub fn failure(&self, register: Register, record: Option<&str>) -> Result<Option<Failure>, OutsideError> {
        let key = [register_code(register), record.unwrap_or_default()];
        let query = "SELECT failure FROM failure WHERE register = ?1 AND record = ?2";
        let code = self.store(|c| c.query_row(query, key, |row| row.get::<_, String>(0)).optional())?;
        Ok(code.and_then(|code| Failure::parse(&code)))
    }

    /// Asks a register for `record`. A silence is waited for here, without the store being held.
    pub(crate) fn ask<T>(
        &self,
        register: Register,
        record: &str,
        answer: impl FnOnce(&Connection, Option<Failure>) -> rusqlite::Result<T>,
    ) -> Result<T, Unavailable> {
        let silence = |why| Unavailable { register, why };
        let answered = self.store(|c| match failure_of(c, register, record)? {
            Some(Failure::Timeout) => Ok(Err(Silence::Timeout)),
            Some(Failure::RateLimit) => Ok(Err(Silence::RateLimit)),
            other => answer(c, other).map(Ok),
        });
        match answered {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => {
                if why == Silence::Timeout {
                    self.patience.wait();
                }
                Err(silence(why))
            }
            Err(_) => Err(silence(Silence::Broken)),
        }
    }
}

/// Whatever was wrong with this record, or with all, is not wrong with it any more.
pub(crate) fn right_again(c: &Connection, register: Register, record: &str) -> rusqlite::Result<()> {
    let row = [register_code(register), record, RIGHT];
    c.execute("INSERT OR REPLACE INTO failure VALUES (?1, ?2, ?3)", row)?;
    Ok(())
}

fn failure_of(c: &Connection, register: Register, record: &str) -> rusqlite::Result<Option<Failure>> {
    let code = c
        .query_row(
            "SELECT failure FROM failure WHERE register = ?1 AND record IN (?2, '')
             ORDER BY record DESC LIMIT 1",
            [register_code(register), record],
            |row| row.get::<_, String>(0),
        )
        .optional()?;
    Ok(code.and_then(|code| Failure::parse(&code)))
}

/// Messages go to any address.
fn is_there(c: &Connection, register: Register, record: &str) -> rusqlite::Result<bool> {
    let query = match register {
        Register::Company => "SELECT EXISTS (SELECT 1 FROM company WHERE uscc = ?1)",
        Register::Ctid => "SELECT EXISTS (SELECT 1 FROM identity WHERE number = ?1)",
        Register::Bank => "SELECT EXISTS (SELECT 1 FROM bank_card WHERE number = ?1)",
        Register::Population => "SELECT EXISTS (SELECT 1 FROM citizen WHERE number = ?1)",
        Register::Phone => "SELECT EXISTS (SELECT 1 FROM carrier WHERE phone = ?1)",
        Register::Payments => "SELECT EXISTS (SELECT 1 FROM account WHERE number = ?1)",
        Register::Sms => return Ok(!record.is_empty()),
    };
    c.query_row(query, [record], |row| row.get(0))
}
