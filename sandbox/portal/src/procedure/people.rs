//! The people of a matter, and what each has to do.

use super::walk::{Caller, Keep, Walk};
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::Connection;
use tongguan_core::domain::platform::{Rule, Values};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::ports::{DutyOf, NewParticipant, Stage};

/// [`Stage::People`]. `rule` is [`Rule::People`], here and below.
pub(crate) fn shown(_c: &Connection, _matter: &Walk, _rule: &Rule) -> Result<Stage, Problem> {
    Err(Problem::Internal)
}

/// What the phone that opens this person's ticket begins with. [`Problem::NotFound`] for nobody of the matter, and
/// [`Problem::RecordChanged`] if the duty is done.
pub(crate) fn phone_values(_c: &Connection, _matter: &Walk, _duty: &DutyOf) -> Result<Values, Problem> {
    Err(Problem::NotFound)
}

/// A phone has walked to its end: `phone` still has its values. The matter's version is counted up after.
pub(crate) fn duty_done(
    _t: &Transaction<'_>,
    _matter: &mut Walk,
    _duty: &DutyOf,
    _phone: &Walk,
    _now: Timestamp,
) -> Result<(), Problem> {
    Err(Problem::Internal)
}

/// The matter is over, or the step was gone back from: full numbers are deleted.
pub(crate) fn forget(_t: &Transaction<'_>, _matter: &RequestId) -> rusqlite::Result<()> {
    Ok(())
}

impl Portal {
    pub(crate) fn add_person(
        &self,
        _caller: &Caller,
        _address: &Address,
        _matter: &Walk,
        _rule: &Rule,
        _person: &NewParticipant,
    ) -> Result<Keep, Problem> {
        Err(Problem::Internal)
    }

    pub(crate) fn remove_person(
        &self,
        _caller: &Caller,
        _matter: &Walk,
        _rule: &Rule,
        _person: &RequestId,
    ) -> Result<Keep, Problem> {
        Err(Problem::Internal)
    }

    /// [`super::Effect::Pass`] if nobody is missing, else `duties_missing`.
    pub(crate) fn submit_matter(
        &self,
        _caller: &Caller,
        _matter: &Walk,
        _rule: &Rule,
    ) -> Result<Keep, Problem> {
        Err(Problem::Internal)
    }
}
