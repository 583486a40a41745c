//! Corporate payments as they are kept.

use super::walk::Effect;
use crate::Transaction;
use crate::column::{maybe, moment, parsed, word};
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, Row};
use tongguan_core::domain::platform::{Direction, Fen};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::ports::{LetterState, Payee};

/// For each payment.
pub(super) const TRIES: u8 = 3;
/// For each procedure.
pub(super) const PAYMENTS: u8 = 3;
/// What a company pays.
pub(super) const ASKED: Fen = Fen(1);
const COLUMNS: &str = "direction, since, payments, amount, paid_at, tries, passed, payee, letter, letter_since, \
    letter_refused, letter_passed";

/// A corporate payment and its letter, as they stand.
pub(super) struct Transfer {
    pub(super) direction: Direction,
    /// When the step began.
    pub(super) since: Timestamp,
    pub(super) payments: u8,
    pub(super) amount: Option<Fen>,
    pub(super) paid_at: Option<Timestamp>,
    pub(super) tries: u8,
    /// The payment's half.
    pub(super) passed: bool,
    payee: Option<String>,
    pub(super) letter: LetterState,
}

impl Transfer {
    /// Whether a payment is to be made without anybody asking for it.
    pub(super) fn is_due(&self) -> bool {
        let forward = self.direction == Direction::Forward;
        forward && !self.passed && self.amount.is_none() && self.payments < PAYMENTS
    }

    pub(super) fn payee(&self) -> Result<Payee, Problem> {
        let payee = self.payee.as_deref().and_then(|payee| serde_json::from_str(payee).ok());
        payee.ok_or(Problem::Internal)
    }

    pub(super) fn after_passing(&self) -> Effect {
        if self.letter == LetterState::Passed { Effect::Pass(None) } else { Effect::Stay(Vec::new()) }
    }
}

/// The one whose step is open.
pub(super) fn of(c: &Connection, id: &RequestId) -> rusqlite::Result<Option<Transfer>> {
    let query = format!("SELECT {COLUMNS} FROM transfer WHERE procedure = ?1 AND direction IS NOT NULL");
    c.query_row(&query, [id.as_str()], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Transfer> {
    let letter = match (row.get(11)?, row.get::<_, Option<String>>(10)?, row.get::<_, Option<i64>>(9)?) {
        (true, _, _) => LetterState::Passed,
        (false, Some(reason), _) => LetterState::Refused { reason },
        (false, None, Some(_)) => LetterState::Waiting { since: moment(row, 9)? },
        (false, None, None) => LetterState::Missing,
    };
    Ok(Transfer {
        direction: word(row, 0)?,
        since: moment(row, 1)?,
        payments: row.get(2)?,
        amount: row.get::<_, Option<u32>>(3)?.map(Fen),
        paid_at: row.get::<_, Option<i64>>(4)?.map(|_| moment(row, 4)).transpose()?,
        tries: row.get(5)?,
        passed: row.get(6)?,
        payee: row.get(7)?,
        letter,
    })
}

/// Both halves.
pub(crate) fn is_passed(c: &Connection, id: &RequestId) -> rusqlite::Result<bool> {
    Ok(of(c, id)?.is_some_and(|transfer| transfer.passed && transfer.letter == LetterState::Passed))
}

/// Whether a letter is at the review desk, or has passed.
pub(super) fn has_letter(c: &Connection, id: &RequestId) -> rusqlite::Result<bool> {
    let letter = of(c, id)?.map(|transfer| transfer.letter);
    Ok(matches!(letter, Some(LetterState::Waiting { .. } | LetterState::Passed)))
}

/// It is over, or another way was chosen. The letter says the same on every way, and the payments that were made
/// are not made undone: both stay until the procedure is over.
pub(crate) fn forget(t: &Transaction<'_>, id: &RequestId) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE transfer SET direction = NULL, amount = NULL, paid_at = NULL, tries = 0, passed = 0, payee = NULL
         WHERE procedure = ?1",
        [id.as_str()],
    )?;
    let open = "SELECT EXISTS (SELECT 1 FROM procedure WHERE id = ?1 AND step IS NOT NULL)";
    if t.query_row(open, [id.as_str()], |row| row.get(0))? {
        return Ok(());
    }
    t.execute(
        "INSERT OR IGNORE INTO withdrawn_letter
         SELECT letter FROM transfer WHERE procedure = ?1 AND letter IS NOT NULL",
        [id.as_str()],
    )?;
    t.execute(
        "UPDATE transfer SET letter = NULL, letter_since = NULL, letter_refused = NULL, letter_passed = 0
         WHERE procedure = ?1",
        [id.as_str()],
    )?;
    Ok(())
}

/// The payment before is worth nothing from here on: another one is due.
pub(super) fn void(t: &Transaction<'_>, id: &RequestId) -> rusqlite::Result<()> {
    let query = "UPDATE transfer SET amount = NULL, paid_at = NULL, tries = 0 WHERE procedure = ?1";
    t.execute(query, [id.as_str()]).map(drop)
}

/// Open procedures, and the letters that they wait for.
pub(super) fn waiting(
    c: &Connection,
    letters: bool,
) -> rusqlite::Result<Vec<(RequestId, Option<RequestId>)>> {
    let which = if letters {
        "letter IS NOT NULL AND letter_refused IS NULL AND letter_passed = 0"
    } else {
        "direction IS NOT NULL AND passed = 0"
    };
    let mut statement =
        c.prepare(&format!("SELECT procedure, letter FROM transfer WHERE {which} ORDER BY since"))?;
    let rows = statement.query_map([], |row| Ok((parsed(row, 0)?, maybe(row, 1)?)))?;
    rows.collect()
}
