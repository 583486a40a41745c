//! Corporate payments. Whatever comes later from the bank or the review desk ends in `Portal::recheck`.

use super::walk::{Caller, Keep, Walk};
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::Connection;
use tongguan_core::domain::platform::{Direction, Fen};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::ports::{LetterState, Payment};

/// The step begins: nobody is asked yet.
pub(crate) fn enter(
    _t: &Transaction<'_>,
    _walk: &Walk,
    _direction: Direction,
    _now: Timestamp,
) -> Result<(), Problem> {
    Ok(())
}

pub(crate) fn shown(
    _c: &Connection,
    _walk: &Walk,
    _direction: Direction,
) -> Result<(Payment, LetterState), Problem> {
    Err(Problem::Internal)
}

/// Both halves.
pub(crate) fn is_passed(_c: &Connection, _id: &RequestId) -> rusqlite::Result<bool> {
    Ok(false)
}

/// It is over, or another way was chosen.
pub(crate) fn forget(_t: &Transaction<'_>, _id: &RequestId) -> rusqlite::Result<()> {
    Ok(())
}

impl Portal {
    /// After the transaction in which the step began: what is to be asked of the bank. A bank that does not answer
    /// stops nothing; whatever changed is told with [`Portal::recheck`].
    pub(crate) fn transfer_entered(&self, _walk: &Walk, _direction: Direction) -> Result<(), Problem> {
        Ok(())
    }

    /// [`super::Effect::Refuse`] for a wrong one, [`super::Effect::Pass`] where the other half has passed.
    pub(crate) fn give_amount(
        &self,
        _caller: &Caller,
        _address: &Address,
        _walk: &Walk,
        _direction: Direction,
        _amount: Fen,
    ) -> Result<Keep, Problem> {
        Err(Problem::Internal)
    }

    pub(crate) fn new_payment(
        &self,
        _caller: &Caller,
        _address: &Address,
        _walk: &Walk,
        _direction: Direction,
    ) -> Result<Keep, Problem> {
        Err(Problem::Internal)
    }
}
