//! An answer to the open step. The registers are asked before the transaction that keeps what they said, which
//! looks again whether it is still the step's turn.

use super::form::agreed as agreed_to;
use super::given::{Given, Turn};
use super::phone::{take_again, take_confirmation, take_signature};
use super::status;
use super::store::{find, save};
use super::walk::{Caller, Effect, Keep, Passed, Walk};
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Platform, Rule, StepId, Values, WayId};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{CodeEntered, Procedure, StepAnswer};

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
        let kept =
            self.ask(address, &walk, &rule, given.answer).and_then(|keep| self.keep(caller, given, keep));
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
    pub(super) fn ask(
        &self,
        address: &Address,
        walk: &Walk,
        rule: &Rule,
        answer: &StepAnswer,
    ) -> Result<Keep, Problem> {
        let guess = || self.count_guess_of(walk.owner(), address, "procedure");
        match (rule, answer) {
            (_, StepAnswer::Return { to }) => self.take_return(walk, to),
            (Rule::Form { fields, notices, check }, StepAnswer::Form { values, agreed }) => {
                agreed_to(notices, agreed)?;
                if !check.is_empty() {
                    guess()?;
                }
                self.take_form(walk, fields, check, values)
            }
            (Rule::Choose { ways, .. }, StepAnswer::Way { way }) => {
                let known = ways.iter().any(|known| known.way == *way);
                if known { Ok(take_way(way)) } else { Err(Problem::input("way", "unknown")) }
            }
            (Rule::Code { to, notices, status }, StepAnswer::Code { id, code, agreed }) => {
                let entered = CodeEntered { id: id.clone(), code: code.clone() };
                agreed_to(notices, agreed)?;
                self.take_code(walk, *to, *status, entered)
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
            (Rule::People { roles, documents, .. }, StepAnswer::AddPerson { person }) => {
                self.add_person(roles, documents, person)
            }
            (Rule::People { .. }, StepAnswer::RemovePerson { id }) => Ok(self.remove_person(id)),
            (Rule::People { .. }, StepAnswer::Submit) => Ok(self.submit_matter()),
            (Rule::Face { .. }, StepAnswer::Face { actions }) => {
                guess()?;
                self.take_face(walk, actions)
            }
            (Rule::Confirm { notices, .. }, StepAnswer::Confirm { agreed }) => {
                take_confirmation(notices, agreed)
            }
            (Rule::Confirm { again: Some(again), .. }, StepAnswer::Again) => Ok(take_again(again)),
            (Rule::Pending { days }, StepAnswer::Pending { matter }) => Ok(self.choose_matter(*days, matter)),
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

    pub(super) fn keep(&self, caller: &Caller, given: &Given<'_>, keep: Keep) -> Result<(), Problem> {
        let now = self.now();
        let (refused, told) = self.change(|t| {
            let mut walk = find(t, caller, given.id, now)?.ok_or(Problem::NotFound)?;
            match given.turn(&walk)? {
                Turn::Now => {}
                Turn::Again => return Ok((None, Vec::new())),
            }
            let before = walk.values.clone();
            let effect = keep(t, &mut walk)?;
            let stamp = given.stamp()?.into_string();
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
        (before, stamp): (Values, String),
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
                let passed =
                    Passed { step: given.step.clone(), way, given: given.mark(walk)?.into_string(), before };
                self.pass(t, walk, passed)?
            }
            Effect::Certified(receipt) => {
                let passed = Passed {
                    step: given.step.clone(),
                    way: None,
                    given: given.mark(walk)?.into_string(),
                    before,
                };
                status::done(t, walk, passed, receipt)?
            }
            Effect::Back(to) => self.go_back(t, walk, &to)?,
        };
        Ok((None, told))
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
