//! What follows from a change, here and elsewhere.

use super::store::{by_id, save};
use super::transfer;
use super::walk::{Passed, Walk};
use crate::problem::Problem;
use crate::{Portal, Transaction};
use tongguan_core::domain::platform::Rule;
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::fault::Refusal;

impl Portal {
    /// What came from elsewhere may have brought a transfer to its end.
    pub(crate) fn recheck(&self, id: &RequestId) -> Result<(), Problem> {
        let now = self.now();
        let told = self.change(|t| {
            let Some(mut walk) = by_id(t, id, now)?.filter(|walk| !walk.is_over()) else {
                return Ok(Vec::new());
            };
            let step = self.rule(&walk)?;
            if matches!(step.rule, Rule::Transfer { .. }) && transfer::is_passed(t, id)? {
                let before = walk.values.clone();
                let passed = Passed { step: step.id.clone(), way: None, given: String::new(), before };
                return self.pass(t, &mut walk, passed);
            }
            save(t, &mut walk)?;
            Ok(vec![walk.id.clone()])
        })?;
        self.settle(&told)
    }

    /// After a transaction: whoever waits is told, a bank is asked, what was given to what is over is wiped.
    pub(crate) fn settle(&self, told: &[RequestId]) -> Result<(), Problem> {
        let now = self.now();
        let mut over = false;
        for id in told {
            let Some(walk) = self.store(|c| by_id(c, id, now))? else { continue };
            over |= walk.is_over();
            self.ring(id);
            if let Ok(Rule::Transfer { direction }) = self.rule(&walk).map(|step| &step.rule)
                && let Err(problem) = self.transfer_entered(&walk, *direction)
            {
                tracing::warn!(?problem, "the payment waits");
            }
        }
        if over {
            self.take_back_letters()?;
            self.wipe_log()?;
        }
        Ok(())
    }

    /// A phone's failure is seen where its ticket was given.
    pub(super) fn tell_parent(&self, walk: &Walk, problem: &Problem) -> Result<(), Problem> {
        let (Some(parent), Problem::DataRefused(refusal)) = (&walk.parent, problem) else { return Ok(()) };
        if matches!(refusal, Refusal::SmsWrong | Refusal::SmsTooMany | Refusal::SmsExpired) {
            return Ok(());
        }
        self.refuse_from_elsewhere(parent, *refusal)
    }

    /// The procedure shows what was met elsewhere.
    pub(crate) fn refuse_from_elsewhere(&self, id: &RequestId, refusal: Refusal) -> Result<(), Problem> {
        let now = self.now();
        self.change(|t| refuse(t, id, refusal, now))?;
        self.ring(id);
        Ok(())
    }
}

/// What is over stays as it is.
pub(super) fn refuse(
    t: &Transaction<'_>,
    id: &RequestId,
    refusal: Refusal,
    now: Timestamp,
) -> Result<(), Problem> {
    match by_id(t, id, now)? {
        Some(mut walk) if !walk.is_over() => {
            walk.refused = Some(refusal);
            save(t, &mut walk)
        }
        _ => Ok(()),
    }
}
