//! Pictures and files in parts.

use super::walk::Caller;
use crate::problem::Problem;
use crate::{Portal, Transaction};
use rusqlite::Connection;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::Slot;
use tongguan_core::ports::{FileFacts, SlotState, Upload};

impl Portal {
    /// For a slot that the open step asks for.
    pub(crate) fn begin_upload(
        &self,
        _caller: &Caller,
        _id: &RequestId,
        _file: &FileFacts,
    ) -> Result<Upload, Problem> {
        Err(Problem::Internal)
    }

    pub(crate) fn upload(
        &self,
        _caller: &Caller,
        _id: &RequestId,
        _upload: &RequestId,
    ) -> Result<Upload, Problem> {
        Err(Problem::Internal)
    }

    pub(crate) fn take_part(
        &self,
        _caller: &Caller,
        _id: &RequestId,
        _upload: &RequestId,
        _offset: u32,
        _part: &[u8],
    ) -> Result<Upload, Problem> {
        Err(Problem::Internal)
    }
}

/// In the order of `slots`.
pub(crate) fn slots(_c: &Connection, _id: &RequestId, slots: &[Slot]) -> rusqlite::Result<Vec<SlotState>> {
    Ok(slots.iter().map(|slot| SlotState { slot: *slot, upload: None, kept: false }).collect())
}

/// What is whole and usable in `slot`.
pub(crate) fn picture(_c: &Connection, _id: &RequestId, _slot: Slot) -> rusqlite::Result<Option<Vec<u8>>> {
    Ok(None)
}

/// Called when a step with these slots begins, and with all of them when a procedure is over.
pub(crate) fn forget(_t: &Transaction<'_>, _id: &RequestId, _slots: &[Slot]) -> rusqlite::Result<()> {
    Ok(())
}
