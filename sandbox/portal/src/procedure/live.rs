//! Where a walk goes on: which step comes next, and what begins with it.

use super::store::{by_id, end, save};
use super::walk::{At, Passed, Walk};
use super::{people, platforms, transfer, upload};
use crate::problem::Problem;
use crate::{Portal, Transaction, random};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Platform, Rule, Slot, StepId, StepRule};
use tongguan_core::flow::procedure::{after, entered};
use tongguan_core::ports::FaceAction;

impl Portal {
    pub(crate) fn platform(&self, walk: &Walk) -> Result<&Platform, Problem> {
        self.platforms().iter().find(|platform| platform.id == walk.platform).ok_or(Problem::NotFound)
    }

    /// The rule of the open step.
    pub(crate) fn rule(&self, walk: &Walk) -> Result<&StepRule, Problem> {
        self.platform(walk)?.step(walk.step()?).ok_or(Problem::Internal)
    }

    /// To the first step of its path.
    pub(crate) fn begin(&self, t: &Transaction<'_>, walk: &mut Walk) -> Result<Vec<RequestId>, Problem> {
        let platform = self.platform(walk)?;
        let path = platform.path(&walk.path).ok_or(Problem::NotFound)?;
        let first = entered(platform, Some(&path.first), &walk.values);
        self.come_to(t, walk, first)
    }

    /// Past the open step. Whoever is told, [`Portal::ring`], are those that are given back.
    pub(crate) fn pass(
        &self,
        t: &Transaction<'_>,
        walk: &mut Walk,
        passed: Passed,
    ) -> Result<Vec<RequestId>, Problem> {
        let platform = self.platform(walk)?;
        let step = platform.step(&passed.step).ok_or(Problem::Internal)?;
        let next = after(platform, step, passed.way.as_ref(), &walk.values);
        walk.passed.push(passed);
        walk.refused = None;
        self.come_to(t, walk, next)
    }

    /// To a step that was passed; what was given from there on is forgotten.
    pub(crate) fn go_back(
        &self,
        t: &Transaction<'_>,
        walk: &mut Walk,
        to: &StepId,
    ) -> Result<Vec<RequestId>, Problem> {
        let place = walk.passed.iter().position(|passed| passed.step == *to).ok_or(Problem::RecordChanged)?;
        let before = walk.passed.get(place).ok_or(Problem::Internal)?.before.clone();
        walk.passed.truncate(place);
        walk.values = before;
        walk.refused = None;
        upload::forget(t, &walk.id, &Slot::ALL)?;
        transfer::forget(t, &walk.id)?;
        people::forget(t, &walk.id)?;
        let mut told = super::ticket::kill_all(t, &walk.id)?;
        let step = self.platform(walk)?.step(to);
        told.extend(self.come_to(t, walk, step)?);
        Ok(told)
    }

    fn come_to(
        &self,
        t: &Transaction<'_>,
        walk: &mut Walk,
        step: Option<&StepRule>,
    ) -> Result<Vec<RequestId>, Problem> {
        let Some(step) = step else { return self.finish_path(t, walk) };
        walk.at = At::Step(step.id.clone());
        walk.drawn.clear();
        match &step.rule {
            Rule::Face { actions } => {
                walk.drawn = draw(*actions)?;
                upload::forget(t, &walk.id, &[Slot::Face])?;
            }
            Rule::Pictures { slots } => upload::forget(t, &walk.id, slots)?,
            Rule::Transfer { direction } => self.enter_transfer(t, walk, *direction)?,
            _ => {}
        }
        save(t, walk)?;
        Ok(vec![walk.id.clone()])
    }

    /// The path is at its end: there is a receipt, and of a phone its parent's step is done.
    fn finish_path(&self, t: &Transaction<'_>, walk: &mut Walk) -> Result<Vec<RequestId>, Problem> {
        let now = self.now();
        platforms::give_receipt(t, walk, self.platform(walk)?, now)?;
        let mut told = Vec::new();
        if let Some(parent) = &walk.parent {
            let mut parent = by_id(t, parent, now)?.filter(|p| !p.is_over()).ok_or(Problem::RecordChanged)?;
            told = self.phone_done(t, &mut parent, walk)?;
        }
        // Its phones are done: only those that are not are closed.
        told.extend(end(t, walk, At::Done)?);
        Ok(told)
    }

    fn phone_done(
        &self,
        t: &Transaction<'_>,
        parent: &mut Walk,
        phone: &mut Walk,
    ) -> Result<Vec<RequestId>, Problem> {
        let step = self.rule(parent)?;
        match (&step.rule, &phone.duty) {
            (Rule::People { .. }, Some(duty)) => {
                people::duty_done(t, parent, duty, phone, self.now())?;
                parent.refused = None;
                save(t, parent)?;
                Ok(vec![parent.id.clone()])
            }
            (Rule::Scan { .. }, None) => {
                // The parent's end must not close this phone as one that was left.
                phone.at = At::Done;
                save(t, phone)?;
                let before = parent.values.clone();
                parent.values.merge(&phone.values);
                let passed = Passed { step: step.id.clone(), way: None, given: String::new(), before };
                self.pass(t, parent, passed)
            }
            _ => Err(Problem::RecordChanged),
        }
    }
}

/// Each in turn another than the one before.
pub(crate) fn draw(actions: u8) -> Result<Vec<FaceAction>, Problem> {
    let mut drawn: Vec<FaceAction> = Vec::new();
    while drawn.len() < usize::from(actions) {
        let [kind, high, low] = random::<3>()?;
        let action = match kind {
            0..=41 => FaceAction::Blink,
            42..=83 => FaceAction::OpenMouth,
            84..=125 => FaceAction::TurnLeft,
            126..=167 => FaceAction::TurnRight,
            168..=209 => FaceAction::Nod,
            210..=251 => FaceAction::Read { digits: u16::from_be_bytes([high, low]) % 10_000 },
            252..=255 => continue,
        };
        let same = |last: &FaceAction| std::mem::discriminant(last) == std::mem::discriminant(&action);
        if !drawn.last().is_some_and(same) {
            drawn.push(action);
        }
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_actions_are_drawn_as_are_asked_for_and_no_two_alike_follow_each_other() {
        for count in 0..=8 {
            let drawn = draw(count).unwrap();
            assert_eq!(drawn.len(), usize::from(count));
            let alike =
                |pair: &[FaceAction]| std::mem::discriminant(&pair[0]) == std::mem::discriminant(&pair[1]);
            assert!(!drawn.windows(2).any(alike), "{drawn:?}");
            let digits =
                |action: &FaceAction| !matches!(action, FaceAction::Read { digits } if *digits > 9_999);
            assert!(drawn.iter().all(digits));
        }
    }
}
