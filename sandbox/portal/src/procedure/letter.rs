//! The authorisation letter.

use super::walk::Caller;
use crate::Portal;
use crate::problem::Problem;
use tongguan_core::domain::RequestId;

impl Portal {
    /// PDF, for the open step, which is a transfer.
    pub(crate) fn letter(&self, _caller: &Caller, _id: &RequestId) -> Result<Vec<u8>, Problem> {
        Err(Problem::NotFound)
    }
}
