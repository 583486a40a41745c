//! An answer as it came, and how it meets the procedure.

use super::walk::{At, Passed, Walk};
use crate::keyed::{CallerKeys, Mark};
use crate::problem::Problem;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::StepId;
use tongguan_core::ports::StepAnswer;

/// One answer, as it came.
pub(crate) struct Given<'a> {
    pub(crate) id: &'a RequestId,
    pub(crate) version: u32,
    pub(crate) step: &'a StepId,
    pub(crate) answer: &'a StepAnswer,
    pub(crate) keys: CallerKeys,
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
        let (mark, stamp) = (self.mark(walk)?, self.stamp()?);
        let before = |passed: &Passed| passed.step == *self.step && mark.is(passed.given.as_bytes());
        let last = walk.answered.as_ref().is_some_and(|kept| stamp.is(kept.as_bytes()));
        if last || walk.passed.iter().any(before) {
            return Ok(Turn::Again);
        }
        match &walk.at {
            At::Step(step) if step == self.step && walk.version == self.version => Ok(Turn::Now),
            _ => Err(Problem::RecordChanged),
        }
    }

    /// Bound to the procedure, so that the same data have another one in the next.
    pub(super) fn mark(&self, walk: &Walk) -> Result<Mark, Problem> {
        let parts = [walk.id.as_str().as_bytes(), self.step.as_str().as_bytes(), &self.text()?];
        Ok(Mark::new(&self.keys, &parts))
    }

    /// The same at one version: an answer after which the step is the same may be given again later.
    pub(super) fn stamp(&self) -> Result<Mark, Problem> {
        let version = self.version.to_be_bytes();
        let parts = [self.id.as_str().as_bytes(), &version, self.step.as_str().as_bytes(), &self.text()?];
        Ok(Mark::new(&self.keys, &parts))
    }

    fn text(&self) -> Result<Vec<u8>, Problem> {
        serde_json::to_vec(self.answer).map_err(|_| Problem::Internal)
    }
}
