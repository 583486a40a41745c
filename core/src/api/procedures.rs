//! The commands about platforms: one question to the portal each.

use super::app::{Desk, lock};
use super::{SavedProof, TicketView, View};
use crate::domain::RequestId;
use crate::domain::platform::{Field, PathId, Platform, PlatformId, StepId, Values};
use crate::fault::Fault;
use crate::ports::{AskTicket, Branch, CodeSent, PlatformState, Procedure, Stage, StepAnswer};
use serde::Serialize;
use std::time::Duration;
use ts_rs::TS;
use zeroize::Zeroize;

/// So long a host waits with [`Desk::await_procedure`].
const PATIENCE: Duration = Duration::from_secs(20);

/// The descriptions, and how the account stands with each.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Platforms {
    pub platforms: Vec<Platform>,
    pub states: Vec<PlatformState>,
}

/// What was given on one platform may be taken on another; nothing of it is sent unless the user does.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Offer {
    pub field: Field,
    pub value: String,
    pub platform: PlatformId,
}

impl Desk {
    pub(super) fn platforms(&self) -> Result<Platforms, Fault> {
        let states = self.in_session(|portal, session| portal.platforms(session))?;
        Ok(Platforms { platforms: self.ports.platforms.platforms().to_vec(), states })
    }

    pub(super) fn open_procedure(&self, platform: PlatformId, path: PathId) -> Result<Procedure, Fault> {
        let key = RequestId::random();
        self.in_session(|portal, session| portal.open_procedure(session, &platform, &path, &key))
    }

    pub(super) fn procedure(&self, id: RequestId) -> Result<Procedure, Fault> {
        self.in_session(|portal, session| portal.procedure(session, &id))
    }

    pub(super) fn await_procedure(&self, id: RequestId, version: u32) -> Result<Procedure, Fault> {
        self.waited(|portal, session| portal.await_procedure(session, &id, version, PATIENCE))
    }

    pub(super) fn answer_step(
        &self,
        id: RequestId,
        version: u32,
        step: StepId,
        answer: StepAnswer,
    ) -> Result<Procedure, Fault> {
        self.asked(
            |portal, session| portal.answer_step(session, &id, version, &step, &answer),
            |state, after, _| {
                if let StepAnswer::Form { values, .. } = &answer {
                    state.given.retain(|offer| values.get(offer.field).is_none());
                    state.given.extend(Offer::all(values, &after.platform));
                }
            },
        )
    }

    pub(super) fn send_step_code(&self, id: RequestId) -> Result<CodeSent, Fault> {
        self.in_session(|portal, session| portal.send_step_code(session, &id))
    }

    pub(super) fn open_ticket(&self, id: RequestId, asked: AskTicket) -> Result<TicketView, Fault> {
        let before = self.ports.clock.now();
        let ticket = self.in_session(|portal, session| portal.open_ticket(session, &id, &asked))?;
        TicketView::of(&ticket, before)
    }

    pub(super) fn offers(&self) -> Result<Vec<Offer>, Fault> {
        self.signed_in()?;
        Ok(lock(&self.state).given.clone())
    }

    pub(super) fn save_letter(&self, id: RequestId) -> Result<SavedProof, Fault> {
        let letter = self.in_session(|portal, session| portal.letter(session, &id))?;
        let path = self.ports.shelf.save(&format!("authorisation-{}.pdf", short(&id)), &letter)?;
        Ok(SavedProof { path })
    }

    pub(super) fn branches(&self, find: String) -> Result<Vec<Branch>, Fault> {
        self.in_session(|portal, session| portal.branches(session, &find))
    }

    pub(super) fn leave_procedure(&self, id: RequestId) -> Result<View, Fault> {
        self.cancel_sendings(&id);
        self.in_session(|portal, session| portal.leave_procedure(session, &id))?;
        self.view()
    }
}

impl Procedure {
    /// Whether nothing more can be done with it.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Done { .. } | Stage::Closed { .. })
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl Offer {
    /// What helps on another platform.
    fn all(values: &Values, platform: &PlatformId) -> impl Iterator<Item = Self> {
        let offered = values.fields().filter(|(field, _)| field.is_offered());
        offered.map(|(field, value)| Self { field, value: value.into(), platform: platform.clone() })
    }
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.field.shown(&self.value);
        f.debug_struct("Offer").field("field", &self.field).field("value", &value).finish_non_exhaustive()
    }
}

fn short(id: &RequestId) -> &str {
    id.as_str().get(..8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_not_in_the_log() {
        let platform = PlatformId::parse("example").unwrap();
        let mut values = Values::default();
        values.set(Field::IdNumber, "11010519491231002X").unwrap();
        values.set(Field::FaceBy, "quick").unwrap();
        let offers: Vec<Offer> = Offer::all(&values, &platform).collect();
        assert_eq!(offers.len(), 1, "how the face is taken helps nowhere else");
        assert!(!format!("{offers:?}").contains("19491231"));
    }
}
