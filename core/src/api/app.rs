//! The application behind every host: the ports, the session, and the one certification under way.

use super::state::{Flow, State};
use super::{SANDBOX_PORT, SavedProof, SessionView, Verified, View};
use crate::domain::{KeyRef, Means, Origin, Pin, PinState, SealedPin, SealingKey, TokenId, TokenInfo};
use crate::fault::Fault;
use crate::flow::certify_token;
use crate::flow::signing::{self, Prepared, Signed};
use crate::ports::{JournalRow, Ports, Session, Snapshot, WatchGuard};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type OnView = Box<dyn Fn(&View) + Send + Sync>;

pub struct App {
    // Dropped first, by whoever drops the application: the watching thread itself never ends its own guard.
    _watch: Box<dyn WatchGuard>,
    pub(super) desk: Arc<Desk>,
}

/// What the watching thread and the hosts' calls have in common.
pub(super) struct Desk {
    pub(super) ports: Ports,
    pub(super) sealing: SealingKey,
    sandbox: Origin,
    on_view: OnView,
    pub(super) state: Mutex<State>,
    /// The user left what is under way, by cancelling it or by signing out.
    pub(super) cancelled: AtomicBool,
    /// Whether the session that an earlier start kept was looked for.
    pub(super) resumed: Mutex<bool>,
}

impl App {
    /// Starts watching tokens and goes on in the session that was kept; `on_view` is called with the whole view
    /// after every change, from any thread. `portal` is the address offered at sign-in; without it, the one
    /// that was signed in at last is.
    pub fn start(ports: Ports, portal: Option<Origin>, on_view: OnView) -> Result<Arc<Self>, Fault> {
        let tokens = Arc::clone(&ports.tokens);
        let libraries = ports.libraries.list();
        let state = State {
            banks: ports.libraries.banks(),
            catalogue_faults: ports.libraries.faults(),
            libraries,
            portal: portal.or_else(|| ports.settings.portal()),
            ..State::default()
        };
        let desk = Arc::new(Desk {
            ports,
            sealing: SealingKey::generate()?,
            sandbox: Origin::parse(&format!("http://127.0.0.1:{SANDBOX_PORT}"))?,
            on_view,
            state: Mutex::new(state),
            cancelled: AtomicBool::new(false),
            resumed: Mutex::new(false),
        });
        let weak = Arc::downgrade(&desk);
        let watch = tokens.watch(Box::new(move |snapshot| {
            if let Some(desk) = weak.upgrade() {
                desk.tokens_changed(snapshot);
            }
        }))?;
        Desk::resume_meanwhile(&desk);
        Ok(Arc::new(Self { _watch: watch, desk }))
    }

    /// Goes on in the session that an earlier start kept, if there is one, and waits for that: for a host that
    /// has one task and then ends.
    ///
    /// # Errors
    /// What stood between this and the portal. The session stays kept.
    pub fn resume(&self) -> Result<View, Fault> {
        self.desk.resume()?;
        self.desk.view()
    }

    /// For a host in the same process as the user's entry: the terminal. Without `pin` the token's pad asks.
    pub fn sign_with(&self, pin: Option<Pin>, last_try: bool) -> Result<View, Fault> {
        self.desk.sign_with(pin, last_try)
    }

    /// The same for a change of the PIN.
    pub fn change_pin_with(
        &self,
        token: &TokenId,
        key: &KeyRef,
        old: &Pin,
        new: &Pin,
        last_try: bool,
    ) -> Result<View, Fault> {
        self.desk.change_pin_with(token, key, old, new, last_try)
    }

    /// The CMS bytes of the certification that has just passed.
    pub fn proof(&self) -> Option<Vec<u8>> {
        self.desk.proof()
    }
}

impl Desk {
    fn tokens_changed(&self, snapshot: Snapshot) {
        // Looked at before the state is locked: it reads files.
        let libraries = self.ports.libraries.list();
        let mut state = lock(&self.state);
        state.tokens = snapshot;
        state.libraries = libraries;
        if let Flow::Consent(prepared, _) = &state.flow
            && !state.has_token(&prepared.info.id)
        {
            let fault = state.loss_of(&prepared.info);
            state.flow = Flow::failed(fault, Some(&prepared.statement), None);
        }
        self.push(state);
    }

    pub(super) fn view(&self) -> Result<View, Fault> {
        Ok(self.render(&lock(&self.state)))
    }

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

    fn sign_with(&self, pin: Option<Pin>, last_try: bool) -> Result<View, Fault> {
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

    pub(super) fn cancel(&self) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        self.cancelled.store(true, Ordering::SeqCst);
        if matches!(state.flow, Flow::Preparing(..) | Flow::Consent(..) | Flow::AtBank(..)) {
            state.flow = Flow::Idle;
        }
        let signing = state.signing.take();
        let view = self.push(state);
        if let Some(signing) = signing {
            signing.interrupt();
        }
        Ok(view)
    }

    pub(super) fn dismiss(&self) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        if matches!(state.flow, Flow::Failed(..) | Flow::Done(..) | Flow::DoneAtBank(..)) {
            state.flow = Flow::Idle;
        }
        Ok(self.push(state))
    }

    pub(super) fn save_proof(&self) -> Result<SavedProof, Fault> {
        let mut state = lock(&self.state);
        let Flow::Done(signed, accepted, saved) = &mut state.flow else { return Err(Fault::FlowNotThere) };
        let path = self.ports.shelf.save(&format!("{}.p7s", accepted.receipt.number), signed.proof.cms())?;
        *saved = Some(path.clone());
        self.push(state);
        Ok(SavedProof { path })
    }

    fn proof(&self) -> Option<Vec<u8>> {
        match &lock(&self.state).flow {
            Flow::Done(signed, ..) => Some(signed.proof.cms().to_vec()),
            _ => None,
        }
    }

    pub(super) fn journal(&self, before: Option<i32>, limit: u16) -> Result<Vec<JournalRow>, Fault> {
        self.ports.journal.rows(before.map(i64::from), u32::from(limit.clamp(1, 500)))
    }

    pub(super) fn verify_journal(&self) -> Result<Verified, Fault> {
        Ok(Verified { rows: self.ports.journal.verify()? })
    }

    pub(super) fn push(&self, state: MutexGuard<'_, State>) -> View {
        let view = self.render(&state);
        // Pushed under the lock: views arrive in the order of the changes.
        (self.on_view)(&view);
        drop(state);
        view
    }

    fn render(&self, state: &State) -> View {
        View {
            version: env!("CARGO_PKG_VERSION").into(),
            portal: state.portal.clone(),
            sandbox: self.sandbox.clone(),
            tokens: state.tokens.clone(),
            banks: state.banks.clone(),
            libraries: state.libraries.clone(),
            catalogue_faults: state.catalogue_faults.clone(),
            session: state.session.as_ref().map(|signed_in| SessionView {
                origin: signed_in.session.origin.clone(),
                profile: signed_in.profile.clone(),
                kept: signed_in.kept,
            }),
            flow: state.flow.render(),
            certifying: state.means.clone().filter(|_| !matches!(state.flow, Flow::Idle)),
            sealing_key: self.sealing.public(),
        }
    }
}

/// A panic in another thread leaves a state that is still whole: every change is one assignment.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App(..)")
    }
}
