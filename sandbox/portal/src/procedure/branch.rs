//! Branches of banks.

use crate::Portal;
use crate::problem::Problem;
use tongguan_core::ports::Branch;

impl Portal {
    /// The first fifty.
    pub(crate) fn branches(&self, find: &str) -> Result<Vec<Branch>, Problem> {
        Ok(self.outside().branches(find)?)
    }
}
