//! The commands about a token itself: sign in with it, change its PIN.

use super::View;
use super::app::{Desk, lock};
use super::progress::Flow;
use crate::domain::{KeyRef, Origin, Pin, PinState, SealedPin, TokenId};
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
        self.prepare(None, None, token, key, |ports| card_sign_in::prepare(ports, &origin, &of, &with))
    }

    pub(super) fn enter_by_card(&self, signed: Signed, sessions: u64) -> View {
        match card_sign_in::submit(&self.ports, &signed, &self.cancelled) {
            Ok((session, profile)) => self.enter(session, profile, sessions),
            Err(fault) => {
                let mut state = lock(&self.state);
                if state.sessions == sessions {
                    state.flow = Flow::not_accepted(fault, signed);
                }
                self.push(state)
            }
        }
    }

    pub(super) fn card_pin(&self, token: TokenId, key: KeyRef) -> Result<PinState, Fault> {
        self.with_pin(|| change_pin::pin_state(&self.ports, &token, &key))
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
        self.with_pin(|| change_pin::change_pin(&self.ports, token, key, old, new, last_try))?;
        self.view()
    }

    /// Nothing else is asked of tokens meanwhile.
    fn with_pin<T>(&self, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        {
            let mut state = lock(&self.state);
            if state.flow.is_under_way() || state.changing_pin {
                return Err(Fault::FlowBusy);
            }
            state.changing_pin = true;
        }
        let outcome = work();
        lock(&self.state).changing_pin = false;
        outcome
    }
}
