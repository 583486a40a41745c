//! An answer to the open step. The registers are asked before the transaction that keeps what they said, which
//! looks again whether it is still the step's turn.

use super::phone::{take_again, take_confirmation, take_signature};
use super::store::{by_id, find, save};
use super::walk::{At, Caller, Effect, Keep, Passed, Walk};
use super::{transfer, walk};
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use sha2::{Digest, Sha256};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Platform, Rule, StepId, WayId};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{CodeEntered, Procedure, StepAnswer};

/// One answer, as it came.
pub(crate) struct Given<'a> {
    pub(crate) id: &'a RequestId,
    pub(crate) version: u32,
    pub(crate) step: &'a StepId,
    pub(crate) answer: &'a StepAnswer,
}

/// How an answer meets the procedure.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    /// It is the step's turn.
    Now,
    /// It was given before: what was said to it may have been lost.
    Again,
}

impl Portal {
    pub(crate) fn answer_step(
        &self,
        caller: &Caller,
        address: &Address,
        given: &Given<'_>,
    ) -> Result<Procedure, Problem> {
        let walk = self.walk(caller, given.id)?;
        if given.turn(&walk)? == Turn::Again {
            return self.shown(&walk);
        }
        let rule = self.rule(&walk)?.rule.clone();
        let kept = self
            .ask(caller, address, &walk, &rule, given.answer)
            .and_then(|keep| self.keep(caller, given, keep));
        if let Err(problem) = kept {
            // The same request side by side may have passed, and spent a code.
            let meanwhile = self.walk(caller, given.id)?;
            if matches!(given.turn(&meanwhile), Ok(Turn::Again)) {
                return self.shown(&meanwhile);
            }
            self.tell_parent(&walk, &problem)?;
            return Err(problem);
        }
        self.shown(&self.walk(caller, given.id)?)
    }

    /// Whatever the registers or the pictures say. Guesses are counted whatever the answer will be.
    fn ask(
        &self,
        caller: &Caller,
        address: &Address,
        walk: &Walk,
        rule: &Rule,
        answer: &StepAnswer,
    ) -> Result<Keep, Problem> {
        let guess = || self.count_guess_of(walk.owner(), address, "procedure");
        match (rule, answer) {
            (_, StepAnswer::Return { to }) => self.take_return(walk, to),
            (Rule::Form { fields, notices, check }, StepAnswer::Form { values, agreed }) => {
                super::form::agreed(notices, agreed)?;
                if !check.is_empty() {
                    guess()?;
                }
                self.take_form(walk, fields, check, values)
            }
            (Rule::Choose { ways }, StepAnswer::Way { way }) => {
                let known = ways.iter().any(|known| known.way == *way);
                if known { Ok(take_way(way)) } else { Err(Problem::input("way", "unknown")) }
            }
            (Rule::Code { to, notices }, StepAnswer::Code { id, code, agreed }) => {
                let entered = CodeEntered { id: id.clone(), code: code.clone() };
                self.take_code(walk, *to, notices, entered, agreed)
            }
            (Rule::Pictures { slots }, StepAnswer::Pictures) => {
                guess()?;
                self.take_pictures(walk, slots)
            }
            (Rule::Transfer { direction }, StepAnswer::Amount { amount }) => {
                self.give_amount(address, walk, *direction, *amount)
            }
            (Rule::Transfer { direction }, StepAnswer::NewPayment) => {
                self.new_payment(address, walk, *direction)
            }
            (Rule::People { .. }, StepAnswer::AddPerson { person }) => {
                self.add_person(caller, address, walk, rule, person)
            }
            (Rule::People { .. }, StepAnswer::RemovePerson { id }) => {
                self.remove_person(caller, walk, rule, id)
            }
            (Rule::People { .. }, StepAnswer::Submit) => self.submit_matter(caller, walk, rule),
            (Rule::Face { .. }, StepAnswer::Face { actions }) => {
                guess()?;
                self.take_face(walk, actions)
            }
            (Rule::Confirm { notices, .. }, StepAnswer::Confirm { agreed }) => {
                take_confirmation(notices, agreed)
            }
            (Rule::Confirm { again: Some(again), .. }, StepAnswer::Again) => Ok(take_again(again)),
            (Rule::Pending { days }, StepAnswer::Pending { matter }) => {
                self.choose_matter(caller, address, walk, *days, matter)
            }
            (Rule::Signature, StepAnswer::Signature { strokes }) => take_signature(strokes),
            _ => Err(Problem::RecordChanged),
        }
    }

    /// Only to a choice that was made.
    fn take_return(&self, walk: &Walk, to: &StepId) -> Result<Keep, Problem> {
        if !may_return(self.platform(walk)?, walk, to) {
            return Err(Problem::RecordChanged);
        }
        Ok(take_again(to))
    }

    fn keep(&self, caller: &Caller, given: &Given<'_>, keep: Keep) -> Result<(), Problem> {
        let now = self.now();
        let (refused, told) = self.change(|t| {
            let mut walk = find(t, caller, given.id, now)?.ok_or(Problem::NotFound)?;
            match given.turn(&walk)? {
                Turn::Now => {}
                Turn::Again => return Ok((None, Vec::new())),
            }
            let before = walk.values.clone();
            let effect = keep(t, &mut walk)?;
            let stamp = given.stamp()?;
            self.apply(t, walk, effect, (before, stamp), given)
        })?;
        self.settle(&told)?;
        refused.map_or(Ok(()), |refusal| Err(Problem::DataRefused(refusal)))
    }

    fn apply(
        &self,
        t: &Transaction<'_>,
        mut walk: Walk,
        effect: Effect,
        (before, stamp): (tongguan_core::domain::platform::Values, String),
        given: &Given<'_>,
    ) -> Result<(Option<Refusal>, Vec<RequestId>), Problem> {
        let walk = &mut walk;
        if let Effect::Refuse(refusal) = effect {
            save(t, walk)?;
            return Ok((Some(refusal), vec![walk.id.clone()]));
        }
        walk.answered = Some(stamp);
        let told = match effect {
            Effect::Stay(mut others) => {
                walk.refused = None;
                save(t, walk)?;
                others.push(walk.id.clone());
                others
            }
            Effect::Refuse(_) => Vec::new(),
            Effect::Pass(way) => {
                let passed = Passed { step: given.step.clone(), way, given: given.hash(walk)?, before };
                self.pass(t, walk, passed)?
            }
            Effect::Back(to) => self.go_back(t, walk, &to)?,
        };
        Ok((None, told))
    }

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
    fn tell_parent(&self, walk: &Walk, problem: &Problem) -> Result<(), Problem> {
        let (Some(parent), Problem::DataRefused(refusal)) = (&walk.parent, problem) else { return Ok(()) };
        if matches!(refusal, Refusal::SmsWrong | Refusal::SmsTooMany | Refusal::SmsExpired) {
            return Ok(());
        }
        self.refuse_from_elsewhere(parent, *refusal)
    }

    /// The procedure shows what was met elsewhere.
    pub(crate) fn refuse_from_elsewhere(&self, id: &RequestId, refusal: Refusal) -> Result<(), Problem> {
        let now = self.now();
        self.change(|t| match by_id(t, id, now)? {
            Some(mut walk) if !walk.is_over() => {
                walk.refused = Some(refusal);
                save(t, &mut walk)
            }
            _ => Ok(()),
        })?;
        self.ring(id);
        Ok(())
    }
}

impl Given<'_> {
    /// [`Problem::RecordChanged`] for a step that is not open, and for a version that is not this one.
    fn turn(&self, walk: &Walk) -> Result<Turn, Problem> {
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
    fn hash(&self, walk: &walk::Walk) -> Result<String, Problem> {
        let text = serde_json::to_vec(self.answer).map_err(|_| Problem::Internal)?;
        let hash = Sha256::new().chain_update(walk.id.as_str()).chain_update(self.step.as_str());
        Ok(hex::encode(hash.chain_update([0]).chain_update(text).finalize()))
    }

    /// The same at one version: an answer after which the step is the same may be given again later.
    fn stamp(&self) -> Result<String, Problem> {
        let text = serde_json::to_vec(self.answer).map_err(|_| Problem::Internal)?;
        let hash = Sha256::new().chain_update(self.id.as_str()).chain_update(self.version.to_be_bytes());
        let hash = hash.chain_update(self.step.as_str()).chain_update([0]).chain_update(text);
        Ok(hex::encode(hash.finalize()))
    }
}

fn take_way(way: &WayId) -> Keep {
    let way = way.clone();
    Box::new(move |_, _| Ok(Effect::Pass(Some(way))))
}

/// Whether it is an earlier choice.
pub(super) fn may_return(platform: &Platform, walk: &Walk, to: &StepId) -> bool {
    let choice = platform.step(to).is_some_and(|step| matches!(step.rule, Rule::Choose { .. }));
    choice && !walk.is_over() && walk.passed.iter().any(|passed| passed.step == *to)
}
