//! The commands about the bank's own page.

use super::View;
use super::app::{Desk, lock};
use super::state::{AtBank, Flow, State};
use crate::domain::{BankId, Means, Receipt};
use crate::fault::Fault;
use crate::flow::visit_bank;
use crate::ports::{Profile, Session};

impl Desk {
    pub(super) fn visit_bank(&self, bank: BankId) -> Result<View, Fault> {
        let (session, _) = {
            let state = lock(&self.state);
            match &state.flow {
                Flow::AtBank(at) if at.visit.bank == bank => {
                    let at = at.clone();
                    drop(state);
                    return Ok(self.open_page(*at));
                }
                Flow::Preparing(..) | Flow::Working(_) => return Err(Fault::FlowBusy),
                _ => state.session.clone().ok_or(Fault::SessionEnded)?,
            }
        };
        let visit = visit_bank::begin(&self.ports, &session, &bank);
        let mut state = lock(&self.state);
        state.means = Some(Means::BankUkey { bank });
        match visit {
            Ok(visit) => {
                drop(state);
                Ok(self.open_page(AtBank { visit, opened: false, fault: None }))
            }
            Err(fault) => {
                state.end_session_after(&fault);
                state.flow = Flow::failed(fault, None, None);
                Ok(self.push(state))
            }
        }
    }

    fn open_page(&self, mut at: AtBank) -> View {
        at.opened = match self.ports.browser.open(&at.visit.address) {
            Ok(()) => true,
            Err(fault) => {
                // The address holds the visit's value: it is shown, not logged.
                tracing::warn!(code = fault.code(), "the bank's page was not opened");
                false
            }
        };
        let mut state = lock(&self.state);
        state.flow = Flow::AtBank(Box::new(at));
        self.push(state)
    }

    /// Anything but a lost connection ends the visit.
    pub(super) fn await_bank(&self) -> Result<View, Fault> {
        let (session, at) = {
            let state = lock(&self.state);
            let Flow::AtBank(at) = &state.flow else { return Err(Fault::FlowNotThere) };
            let (session, _) = state.session.clone().ok_or(Fault::SessionEnded)?;
            (session, at.clone())
        };
        let outcome = visit_bank::wait(&self.ports, &session, &at.visit);
        let profile =
            matches!(outcome, Ok(Some(_))).then(|| self.ports.portal.profile(&session).ok()).flatten();
        let mut state = lock(&self.state);
        let same = |at_bank: &AtBank| at_bank.visit.visit.id == at.visit.visit.id;
        if !matches!(&state.flow, Flow::AtBank(now) if same(now)) {
            return Ok(self.push(state)); // cancelled or signed out meanwhile
        }
        settle(&mut state, outcome, profile, &session);
        Ok(self.push(state))
    }
}

fn settle(
    state: &mut State,
    outcome: Result<Option<Receipt>, Fault>,
    profile: Option<Profile>,
    session: &Session,
) {
    let lost = match outcome {
        Ok(None) => None,
        Ok(Some(receipt)) => {
            state.flow = Flow::DoneAtBank(Box::new(receipt));
            if let Some(profile) = profile {
                state.session = Some((session.clone(), profile));
            }
            return;
        }
        Err(
            fault @ (Fault::PortalUnreachable
            | Fault::PortalTimeout
            | Fault::PortalFailing { .. }
            | Fault::PortalAnswer { .. }),
        ) => Some(fault),
        Err(fault) => {
            state.end_session_after(&fault);
            state.flow = Flow::failed(fault, None, None);
            return;
        }
    };
    if let Flow::AtBank(at) = &mut state.flow {
        at.fault = lost;
    }
}
