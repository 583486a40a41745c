//! Corporate payments. Whatever comes later from the bank or the review desk ends in `Portal::recheck`.

use super::walk::{Effect, Keep, Walk};
use crate::column::{maybe, moment, word, word_of};
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tongguan_core::domain::platform::{AccountNumber, BranchNumber, Direction, Fen, Field};
use tongguan_core::domain::{CompanyName, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{LetterState, Payee, Payment};
use tongguan_sandbox_outside::branch;

/// For each payment.
const TRIES: u8 = 3;
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
    letter: LetterState,
}

impl Transfer {
    /// Whether a payment is to be made without anybody asking for it.
    pub(super) fn is_due(&self) -> bool {
        let forward = self.direction == Direction::Forward;
        forward && !self.passed && self.amount.is_none() && self.payments < PAYMENTS
    }

    fn payee(&self) -> Result<Payee, Problem> {
        let payee = self.payee.as_deref().and_then(|payee| serde_json::from_str(payee).ok());
        payee.ok_or(Problem::Internal)
    }

    fn after_passing(&self) -> Effect {
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

pub(crate) fn shown(
    c: &Connection,
    walk: &Walk,
    direction: Direction,
) -> Result<(Payment, LetterState), Problem> {
    let transfer = of(c, &walk.id)?.ok_or(Problem::Internal)?;
    let payment = match direction {
        Direction::Forward => {
            let (account, number) = account(walk)?;
            Payment::Forward {
                account: account.masked(),
                bank: branch(&number).map(|branch| branch.name.clone()).unwrap_or_default(),
                branch: number,
                paid_at: transfer.paid_at,
                tries_left: TRIES.saturating_sub(transfer.tries),
                payments_left: PAYMENTS.saturating_sub(transfer.payments),
                passed: transfer.passed,
            }
        }
        Direction::Reverse => {
            Payment::Reverse { payee: transfer.payee()?, amount: ASKED, passed: transfer.passed }
        }
    };
    Ok((payment, transfer.letter))
}

/// The company's account, as it was given.
pub(super) fn account(walk: &Walk) -> Result<(AccountNumber, BranchNumber), Problem> {
    let given = |field| walk.values.get(field).ok_or(Problem::Internal);
    Ok((AccountNumber::parse(given(Field::AccountNumber)?)?, BranchNumber::parse(given(Field::Branch)?)?))
}

/// The company, as it was given.
pub(super) fn company(walk: &Walk) -> Result<CompanyName, Problem> {
    Ok(CompanyName::parse(walk.values.get(Field::CompanyName).ok_or(Problem::Internal)?)?)
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

impl Portal {
    /// The step begins.
    pub(crate) fn enter_transfer(
        &self,
        t: &Transaction<'_>,
        walk: &Walk,
        direction: Direction,
    ) -> Result<(), Problem> {
        let payee = match direction {
            Direction::Forward => None,
            Direction::Reverse => Some(self.payee(walk)?),
        };
        t.execute(
            "INSERT INTO transfer (procedure, direction, since, payee) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (procedure) DO UPDATE SET direction = ?2, since = ?3, payee = ?4, amount = NULL,
             paid_at = NULL, tries = 0, passed = 0",
            params![walk.id.as_str(), word_of(direction), self.now().unix(), payee],
        )?;
        Ok(())
    }

    /// JSON.
    fn payee(&self, walk: &Walk) -> Result<String, Problem> {
        let own = self.outside().platform_account(&self.paying(walk)?).map_err(|_| Problem::Internal)?;
        let payee = Payee {
            name: own.holder,
            account: own.number.as_str().into(),
            bank: branch(&own.branch).map(|branch| branch.name.clone()).unwrap_or_default(),
            branch: own.branch,
        };
        serde_json::to_string(&payee).map_err(|_| Problem::Internal)
    }

    /// In whose name the platform pays.
    pub(super) fn paying(&self, walk: &Walk) -> Result<CompanyName, Problem> {
        Ok(CompanyName::parse(&self.platform(walk)?.name)?)
    }

    /// [`Effect::Refuse`] for a wrong one, [`Effect::Pass`] where the other half has passed. It is counted before it
    /// is looked at, and a right one too many is as wrong as any.
    pub(crate) fn give_amount(
        &self,
        address: &Address,
        walk: &Walk,
        direction: Direction,
        amount: Fen,
    ) -> Result<Keep, Problem> {
        if direction != Direction::Forward {
            return Err(Problem::RecordChanged);
        }
        self.count_guess_of(walk.owner(), address, "amount")?;
        Ok(Box::new(move |t, walk| {
            let transfer = of(t, &walk.id)?.ok_or(Problem::RecordChanged)?;
            if transfer.passed {
                return Ok(transfer.after_passing());
            }
            let paid =
                transfer.amount.filter(|_| transfer.paid_at.is_some()).ok_or(Problem::RecordChanged)?;
            if transfer.tries >= TRIES {
                return Ok(Effect::Refuse(Refusal::AmountTooMany));
            }
            let right = paid == amount;
            let query = "UPDATE transfer SET tries = tries + 1, passed = ?2 WHERE procedure = ?1";
            t.execute(query, params![walk.id.as_str(), right])?;
            Ok(match right {
                true => transfer.after_passing(),
                false if transfer.tries + 1 >= TRIES => Effect::Refuse(Refusal::AmountTooMany),
                false => Effect::Refuse(Refusal::AmountWrong),
            })
        }))
    }

    pub(crate) fn new_payment(
        &self,
        address: &Address,
        walk: &Walk,
        direction: Direction,
    ) -> Result<Keep, Problem> {
        if direction != Direction::Forward {
            return Err(Problem::RecordChanged);
        }
        self.count_guess_of(walk.owner(), address, "payment")?;
        let transfer = self.store(|c| of(c, &walk.id))?.filter(|transfer| !transfer.passed);
        let transfer = transfer.ok_or(Problem::RecordChanged)?;
        if transfer.payments >= PAYMENTS {
            return Ok(Box::new(|_, _| Ok(Effect::Refuse(Refusal::AmountTooMany))));
        }
        if !self.pay(walk, transfer.payments)? {
            return Err(Problem::RecordChanged);
        }
        Ok(Box::new(|_, _| Ok(Effect::Stay(Vec::new()))))
    }
}

/// As it stood, where a payment could not be made.
pub(super) fn restore(t: &Transaction<'_>, id: &RequestId, before: &Transfer) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE transfer SET payments = ?2, amount = ?3, paid_at = ?4, tries = ?5 WHERE procedure = ?1",
        params![
            id.as_str(),
            before.payments,
            before.amount.map(|amount| amount.0),
            before.paid_at.map(Timestamp::unix),
            before.tries
        ],
    )?;
    Ok(())
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
    let rows = statement.query_map([], |row| Ok((crate::column::parsed(row, 0)?, maybe(row, 1)?)))?;
    rows.collect()
}
