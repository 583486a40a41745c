//! The commands about the bank's own page.

use super::View;
use super::app::{Desk, lock};
use super::progress::{AtBank, Flow};
use super::state::State;
use crate::domain::{BankId, Means, Receipt, Timestamp};
use crate::fault::Fault;
use crate::flow::visit_bank::{self, Visit};
use crate::ports::Profile;
use std::sync::atomic::Ordering;

impl Desk {
    pub(super) fn visit_bank(&self, bank: BankId) -> Result<View, Fault> {
        let session = {
            let state = lock(&self.state);
            match &state.flow {
                Flow::AtBank(at) if at.visit.bank == bank => {
                    let visit = at.visit.clone();
                    drop(state);
                    return Ok(self.open_page(&visit));
                }
                Flow::Preparing(..) | Flow::Working(_) => return Err(Fault::FlowBusy),
                _ => {}
            }
            drop(state);
            self.cancelled.store(false, Ordering::SeqCst);
            self.signed_in()?.session
        };
        let visit = visit_bank::begin(&self.ports, &session, &bank)
            .inspect_err(|fault| self.end_after(fault, &session));
        let mut state = lock(&self.state);
        let elsewhere = matches!(state.flow, Flow::Preparing(..) | Flow::Working(_));
        if elsewhere || !state.is_in(&session) || self.cancelled.load(Ordering::SeqCst) {
            return Ok(self.push(state)); // cancelled, signed out or begun otherwise meanwhile
        }
        state.means = Some(Means::BankUkey { bank });
        match visit {
            Ok(visit) => {
                state.used(self.ports.clock.now());
                let at = AtBank { visit: visit.clone(), opened: false, fault: None };
                state.flow = Flow::AtBank(Box::new(at));
                drop(state);
                Ok(self.open_page(&visit))
            }
            Err(fault) => {
                state.flow = Flow::failed(fault, None, None);
                Ok(self.push(state))
            }
        }
    }

    fn open_page(&self, visit: &Visit) -> View {
        let opened = self.ports.browser.open(&visit.address);
        if let Err(fault) = &opened {
            // The address holds the visit's value: it is shown, not logged.
            tracing::warn!(code = fault.code(), "the bank's page was not opened");
        }
        let mut state = lock(&self.state);
        if let Some(at) = state.flow.at_bank(visit) {
            at.opened = opened.is_ok();
        }
        self.push(state)
    }

    /// Anything but a lost connection ends the visit.
    pub(super) fn await_bank(&self) -> Result<View, Fault> {
        let (session, visit) = {
            let state = lock(&self.state);
            let Flow::AtBank(at) = &state.flow else { return Err(Fault::FlowNotThere) };
            let signed_in = state.session.clone().ok_or(Fault::SessionEnded)?;
            (signed_in.session, at.visit.clone())
        };
        let outcome = visit_bank::wait(&self.ports, &session, &visit)
            .inspect_err(|fault| self.end_after(fault, &session));
        let profile =
            matches!(outcome, Ok(Some(_))).then(|| self.ports.portal.profile(&session).ok()).flatten();
        let mut state = lock(&self.state);
        if state.flow.at_bank(&visit).is_none() {
            return Ok(self.push(state)); // cancelled or signed out meanwhile
        }
        settle(&mut state, outcome, profile, self.ports.clock.now());
        Ok(self.push(state))
    }
}

fn settle(
    state: &mut State,
    outcome: Result<Option<Receipt>, Fault>,
    profile: Option<Profile>,
    now: Timestamp,
) {
    let lost = match outcome {
        Ok(None) => {
            state.used(now);
            None
        }
        Ok(Some(receipt)) => {
            state.flow = Flow::DoneAtBank(Box::new(receipt));
            if let Some(profile) = profile {
                state.show_profile(profile, now);
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
            state.flow = Flow::failed(fault, None, None);
            return;
        }
    };
    if let Flow::AtBank(at) = &mut state.flow {
        at.fault = lost;
    }
}
