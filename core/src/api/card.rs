//! The commands about a token itself: sign in with it, change its PIN.

use super::View;
use super::app::{Desk, lock};
use super::state::Flow;
use crate::domain::{KeyRef, Origin, Pin, SealedPin, TokenId};
use crate::fault::Fault;
use crate::flow::signing::Signed;
use crate::flow::{card_sign_in, change_pin};

impl Desk {
    /// Whoever is signed in leaves first: the one whom the token belongs to may be another.
    pub(super) fn begin_card_sign_in(
        &self,
        portal: String,
        token: TokenId,
        key: KeyRef,
    ) -> Result<View, Fault> {
        let origin = Origin::from_input(&portal)?;
        {
            let state = lock(&self.state);
            if matches!(state.flow, Flow::Preparing(..) | Flow::Working(_)) || state.changing_pin {
                return Err(Fault::FlowBusy);
            }
        }
        self.sign_out()?;
        let (of, with) = (token.clone(), key.clone());
        self.prepare(None, token, key, |ports| card_sign_in::prepare(ports, &origin, &of, &with))
    }

    pub(super) fn enter_by_card(&self, signed: Signed, sessions: u64) -> View {
        let outcome = card_sign_in::submit(&self.ports, &signed, &self.cancelled)
            .and_then(|session| Ok((self.ports.portal.profile(&session)?, session)));
        let mut state = lock(&self.state);
        if state.sessions != sessions {
            return self.push(state); // left meanwhile
        }
        match outcome {
            Ok((profile, session)) => {
                drop(state);
                self.enter(session, profile)
            }
            Err(fault) => {
                state.flow = Flow::not_accepted(fault, signed);
                self.push(state)
            }
        }
    }

    pub(super) fn change_card_pin(
        &self,
        token: TokenId,
        key: KeyRef,
        old: SealedPin,
        new: SealedPin,
        last_try: bool,
    ) -> Result<View, Fault> {
        let (old, new) = (self.sealing.open(&old)?, self.sealing.open(&new)?);
        self.change_pin_with(&token, &key, &old, &new, last_try)
    }

    pub(super) fn change_pin_with(
        &self,
        token: &TokenId,
        key: &KeyRef,
        old: &Pin,
        new: &Pin,
        last_try: bool,
    ) -> Result<View, Fault> {
        {
            let mut state = lock(&self.state);
            if state.flow.is_under_way() || state.changing_pin {
                return Err(Fault::FlowBusy);
            }
            state.changing_pin = true;
        }
        let outcome = change_pin::change_pin(&self.ports, token, key, old, new, last_try);
        lock(&self.state).changing_pin = false;
        outcome.and_then(|()| self.view())
    }
}
