//! Corporate payments. Whatever comes later from the bank or the review desk ends in `Portal::recheck`.

use super::payment::may_be_paid;
use super::transfer_store::{ASKED, PAYMENTS, TRIES, of, void};
pub(crate) use super::transfer_store::{forget, is_passed};
use super::walk::{Effect, Keep, Walk};
use crate::column::word_of;
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::{Connection, params};
use tongguan_core::domain::CompanyName;
use tongguan_core::domain::platform::{AccountNumber, BranchNumber, Direction, Fen, Field};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{LetterState, Payee, Payment};
use tongguan_sandbox_outside::branch;

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

    /// It is made once that is kept ([`Portal::settle`]): what is not kept is not paid.
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
        let now = self.now();
        Ok(Box::new(move |t, walk| {
            let transfer = of(t, &walk.id)?.filter(|transfer| !transfer.passed);
            if transfer.ok_or(Problem::RecordChanged)?.payments >= PAYMENTS {
                return Ok(Effect::Refuse(Refusal::AmountTooMany));
            }
            may_be_paid(t, walk, now)?;
            void(t, &walk.id)?;
            Ok(Effect::Stay(Vec::new()))
        }))
    }
}
