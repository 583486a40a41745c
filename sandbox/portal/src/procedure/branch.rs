//! Branches of banks.

use crate::Portal;
use crate::problem::Problem;
use tongguan_core::ports::Branch;

impl Portal {
    /// The first fifty.
    pub(crate) fn branches(&self, _find: &str) -> Result<Vec<Branch>, Problem> {
        Err(Problem::Internal)
    }
}
