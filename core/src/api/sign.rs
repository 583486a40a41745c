//! From a token to what the portal made of its signature: the commands of a certification, and those that a
//! sign-in by token shares with it.

use super::View;
use super::app::{Desk, lock};
use super::progress::Flow;
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
        self.prepare(Some(means.clone()), Some(&session), token, key, |ports| {
            let prepared = certify_token::prepare(ports, &session, &profile, &means, &of, &with);
            prepared.inspect_err(|fault| self.end_after(fault, &session))
        })
    }

    /// Up to the statement, unless something else is under way. It is of this session, or signs in.
    pub(super) fn prepare(
        &self,
        means: Option<Means>,
        session: Option<&Session>,
        token: TokenId,
        key: KeyRef,
        prepare: impl FnOnce(&Ports) -> Result<Prepared, Fault>,
    ) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        if matches!(state.flow, Flow::Preparing(..) | Flow::Working(_)) || state.changing_pin {
            return Err(Fault::FlowBusy);
        }
        if session.is_some_and(|session| !state.is_in(session)) {
            return Err(Fault::SessionEnded);
        }
        let sessions = state.sessions;
        state.flow = Flow::Preparing(token.clone(), key.clone());
        state.means = means;
        self.cancelled.store(false, Ordering::SeqCst);
        self.push(state);
        let outcome = prepare(&self.ports);
        let mut state = lock(&self.state);
        let waits = matches!(&state.flow, Flow::Preparing(t, k) if *t == token && *k == key);
        if state.sessions != sessions || !waits {
            return Ok(self.push(state)); // cancelled or signed out meanwhile
        }
        state.flow = match outcome {
            Ok(prepared) => {
                state.used(self.ports.clock.now());
                Flow::Consent(Box::new(prepared), None)
            }
            Err(fault) => Flow::failed(fault, None, None),
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
        {
            let mut state = lock(&self.state);
            if state.sessions == sessions {
                state.signing = None;
            }
        }
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
        let session = state.session.as_ref().map(|signed_in| signed_in.session.clone());
        if session.is_none() && !signed.is_sign_in() {
            state.flow = Flow::failed(Fault::SessionEnded, Some(&signed.statement), None);
            return Ok(self.push(state));
        }
        state.flow = Flow::submitting(&signed, token);
        self.push(state);
        Ok(match session {
            Some(session) if !signed.is_sign_in() => self.certify(&session, signed, sessions),
            _ => self.enter_by_card(signed, sessions),
        })
    }

    fn certify(&self, session: &Session, signed: Signed, sessions: u64) -> View {
        let outcome = certify_token::submit(&self.ports, session, &signed, &self.cancelled);
        let profile = outcome.as_ref().ok().and_then(|_| self.ports.portal.profile(session).ok());
        if let Err(fault) = &outcome {
            self.end_after(fault, session);
        }
        let mut state = lock(&self.state);
        if state.sessions != sessions {
            return self.push(state); // the session is over: the journal knows how it ended
        }
        state.flow = match outcome {
            Ok(accepted) => {
                state.used(self.ports.clock.now());
                Flow::Done(Box::new(signed), Box::new(accepted), None)
            }
            Err(fault) => Flow::not_accepted(fault, signed),
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
