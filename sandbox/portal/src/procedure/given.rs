//! An answer as it came, and how it meets the procedure.

use super::walk::{At, Passed, Walk};
use crate::problem::Problem;
use sha2::{Digest, Sha256};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::StepId;
use tongguan_core::ports::StepAnswer;

/// One answer, as it came.
pub(crate) struct Given<'a> {
    pub(crate) id: &'a RequestId,
    pub(crate) version: u32,
    pub(crate) step: &'a StepId,
    pub(crate) answer: &'a StepAnswer,
    /// The caller's token, of which the store has a hash alone: whoever reads the store cannot find out by trying
    /// what was given.
    pub(crate) key: &'a str,
}

/// How an answer meets the procedure.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is the step's turn.
    Now,
    /// It was given before: what was said to it may have been lost.
    Again,
}

impl Given<'_> {
    /// [`Problem::RecordChanged`] for a step that is not open, and for a version that is not this one.
    pub(super) fn turn(&self, walk: &Walk) -> Result<Turn, Problem> {
        let hash = self.hash(walk)?;
        let before = |passed: &Passed| passed.step == *self.step && passed.given == hash;
        if walk.passed.iter().any(before) || walk.answered == Some(self.stamp()?) {
            return Ok(Turn::Again);
        }
        match &walk.at {
            At::Step(step) if step == self.step && walk.version == self.version => Ok(Turn::Now),
            _ => Err(Problem::RecordChanged),
        }
    }

    /// Bound to the procedure, so that the same data have another hash in the next one.
    pub(super) fn hash(&self, walk: &Walk) -> Result<String, Problem> {
        let text = serde_json::to_vec(self.answer).map_err(|_| Problem::Internal)?;
        let hash = self.keyed().chain_update(walk.id.as_str()).chain_update(self.step.as_str());
        Ok(hex::encode(hash.chain_update([0]).chain_update(text).finalize()))
    }

    /// The same at one version: an answer after which the step is the same may be given again later.
    pub(super) fn stamp(&self) -> Result<String, Problem> {
        let text = serde_json::to_vec(self.answer).map_err(|_| Problem::Internal)?;
        let hash = self.keyed().chain_update(self.id.as_str()).chain_update(self.version.to_be_bytes());
        let hash = hash.chain_update(self.step.as_str()).chain_update([0]).chain_update(text);
        Ok(hex::encode(hash.finalize()))
    }

    fn keyed(&self) -> Sha256 {
        Sha256::new().chain_update(self.key).chain_update([0])
    }
}
