//! From a token to what the portal made of its signature: the commands of a certification, and those that a
//! sign-in by token shares with it.

use super::View;
use super::app::{Desk, lock};
use super::state::Flow;
use crate::domain::{KeyRef, Means, Pin, PinState, SealedPin, TokenId, TokenInfo};
use crate::fault::Fault;
use crate::flow::certify_token;
use crate::flow::signing::{self, Prepared, Signed};
use crate::ports::{Ports, Session};
use std::sync::atomic::Ordering;

impl Desk {
    pub(super) fn begin(&self, means: Means, token: TokenId, key: KeyRef) -> Result<View, Fault> {
        let signed_in = self.signed_in()?;
        let (session, profile) = (signed_in.session, signed_in.profile);
        let (of, with) = (token.clone(), key.clone());
        self.prepare(Some(means.clone()), token, key, |ports| {
            let prepared = certify_token::prepare(ports, &session, &profile, &means, &of, &with);
            prepared.inspect_err(|fault| self.forget_after(fault, &session))
        })
    }

    /// Up to the statement, unless something else is under way.
    pub(super) fn prepare(
        &self,
        means: Option<Means>,
        token: TokenId,
        key: KeyRef,
        prepare: impl FnOnce(&Ports) -> Result<Prepared, Fault>,
    ) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        if matches!(state.flow, Flow::Preparing(..) | Flow::Working(_)) || state.changing_pin {
            return Err(Fault::FlowBusy);
        }
        state.flow = Flow::Preparing(token.clone(), key.clone());
        state.means = means;
        self.cancelled.store(false, Ordering::SeqCst);
        self.push(state);
        let outcome = prepare(&self.ports);
        let mut state = lock(&self.state);
        if !matches!(&state.flow, Flow::Preparing(t, k) if *t == token && *k == key) {
            return Ok(self.push(state)); // cancelled or signed out meanwhile
        }
        state.flow = match outcome {
            Ok(prepared) => {
                state.used(self.ports.clock.now());
                Flow::Consent(Box::new(prepared), None)
            }
            Err(fault) => {
                state.end_session_after(&fault);
                Flow::failed(fault, None, None)
            }
        };
        Ok(self.push(state))
    }

    pub(super) fn sign(&self, pin: Option<SealedPin>, last_try: bool) -> Result<View, Fault> {
        match pin.map(|pin| self.sealing.open(&pin)).transpose() {
            Ok(pin) => self.sign_with(pin, last_try),
            Err(fault @ Fault::PinFormat { .. }) => {
                let mut state = lock(&self.state);
                match &mut state.flow {
                    Flow::Consent(_, shown) => *shown = Some(fault),
                    _ => return Err(Fault::FlowNotThere),
                }
                Ok(self.push(state))
            }
            Err(fault) => Err(fault),
        }
    }

    pub(super) fn sign_with(&self, pin: Option<Pin>, last_try: bool) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        let signs_in = matches!(&state.flow, Flow::Consent(prepared, _) if prepared.is_sign_in());
        if state.session.is_none() && !signs_in {
            return Err(Fault::SessionEnded);
        }
        let mut prepared = state.flow.take_consent().ok_or(Fault::FlowNotThere)?;
        let sessions = state.sessions;
        self.cancelled.store(false, Ordering::SeqCst);
        state.flow = Flow::signing(&prepared);
        state.signing = Some(prepared.token.interrupt());
        self.push(state);
        let outcome = signing::sign(&self.ports, &mut prepared, pin.as_ref(), last_try, &self.cancelled);
        drop(pin); // wiped before the network works
        lock(&self.state).signing = None;
        match outcome {
            Ok(signed) => {
                let info = prepared.info.clone();
                drop(prepared); // the card is free while the network works
                self.submit(signed, Some(info), sessions)
            }
            Err(fault) => Ok(self.sign_failed(prepared, fault, sessions)),
        }
    }

    /// What the user can mend by another entry keeps the statement on the screen; the rest ends the flow.
    fn sign_failed(&self, mut prepared: Box<Prepared>, fault: Fault, sessions: u64) -> View {
        let mut state = lock(&self.state);
        if state.sessions != sessions {
            return self.push(state); // signed out meanwhile
        }
        let stays = match &fault {
            Fault::PinWrong { tries_left: Some(0) } => false,
            Fault::PinWrong { tries_left: Some(tries) } => {
                prepared.pin = PinState::from_tries(*tries);
                true
            }
            Fault::PinLastTry => {
                prepared.pin = PinState::LastTry;
                true
            }
            Fault::PinWrong { tries_left: None } | Fault::PinFormat { .. } | Fault::LibrarySilent { .. } => {
                true
            }
            _ => false,
        };
        state.flow = if stays {
            Flow::Consent(prepared, Some(fault))
        } else {
            Flow::failed(signing::locked_by(fault), Some(&prepared.statement), None)
        };
        self.push(state)
    }

    /// A statement that signs in opens a session, any other is handed over in the session that it was signed in.
    fn submit(&self, signed: Signed, token: Option<TokenInfo>, sessions: u64) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        if state.sessions != sessions {
            drop(state);
            signing::give_up(&self.ports, &signed);
            return self.view(); // signed out meanwhile
        }
        state.flow = Flow::submitting(&signed, token);
        let session = state.session.as_ref().map(|signed_in| signed_in.session.clone());
        self.push(state);
        match session {
            _ if signed.is_sign_in() => Ok(self.enter_by_card(signed, sessions)),
            Some(session) => Ok(self.certify(&session, signed, sessions)),
            None => Err(Fault::SessionEnded),
        }
    }

    fn certify(&self, session: &Session, signed: Signed, sessions: u64) -> View {
        let outcome = certify_token::submit(&self.ports, session, &signed, &self.cancelled);
        let profile = outcome.as_ref().ok().and_then(|_| self.ports.portal.profile(session).ok());
        if let Err(fault) = &outcome {
            self.forget_after(fault, session);
        }
        let mut state = lock(&self.state);
        if state.sessions != sessions {
            return self.push(state); // signed out meanwhile: the journal knows how it ended
        }
        state.flow = match outcome {
            Ok(accepted) => Flow::Done(Box::new(signed), Box::new(accepted), None),
            Err(fault) => {
                state.end_session_after(&fault);
                Flow::not_accepted(fault, signed)
            }
        };
        if let Some(profile) = profile {
            state.show_profile(profile, self.ports.clock.now());
        }
        self.push(state)
    }

    pub(super) fn resubmit(&self) -> Result<View, Fault> {
        let state = lock(&self.state);
        let Flow::Failed(failure) = &state.flow else { return Err(Fault::FlowNotThere) };
        let signed = failure.kept.clone().ok_or(Fault::FlowNotThere)?;
        if state.session.is_none() && !signed.is_sign_in() {
            return Err(Fault::SessionEnded);
        }
        let sessions = state.sessions;
        self.cancelled.store(false, Ordering::SeqCst);
        drop(state);
        self.submit(signed, None, sessions)
    }
}
