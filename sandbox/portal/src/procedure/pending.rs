//! What waits for the person at the phone.

use super::walk::{Caller, Keep, Walk};
use crate::Portal;
use crate::problem::Problem;
use crate::wire::Address;
use rusqlite::Connection;
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::ports::PendingMatter;

/// Of the last `days`, for the person of the phone's values.
pub(crate) fn shown(
    _c: &Connection,
    _phone: &Walk,
    _days: u8,
    _now: Timestamp,
) -> Result<Vec<PendingMatter>, Problem> {
    Err(Problem::Internal)
}

impl Portal {
    /// Sets what is shown of the matter in the phone's values, and joins it ([`Walk::joins`]).
    pub(crate) fn choose_matter(
        &self,
        _caller: &Caller,
        _address: &Address,
        _phone: &Walk,
        _days: u8,
        _matter: &RequestId,
    ) -> Result<Keep, Problem> {
        Err(Problem::Internal)
    }
}
