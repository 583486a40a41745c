//! The application behind every host: the ports, the session, and the one certification under way.

use super::state::{Flow, State};
use super::{SavedProof, SessionView, Verified, View};
use crate::domain::{
    AccountName, KeyRef, Means, Origin, Password, Pin, PinState, SealedPin, SealingKey, TokenId,
};
use crate::fault::Fault;
use crate::flow::certify_token::{self, Ports, Prepared, Signed};
use crate::ports::{Captcha, CaptchaAnswer, CaptchaKind, JournalRow, Session, Snapshot, WatchGuard};
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
    sealing: SealingKey,
    portal: Option<Origin>,
    on_view: OnView,
    pub(super) state: Mutex<State>,
    /// The user left what is under way, by cancelling it or by signing out.
    pub(super) cancelled: AtomicBool,
}

impl App {
    /// Starts watching tokens; `on_view` is called with the whole view after every change, from any thread.
    /// `portal` is the address offered at sign-in.
    pub fn start(ports: Ports, portal: Option<Origin>, on_view: OnView) -> Result<Arc<Self>, Fault> {
        let tokens = Arc::clone(&ports.tokens);
        let libraries = ports.libraries.list();
        let state = State {
            banks: ports.libraries.banks(),
            catalogue_faults: ports.libraries.faults(),
            libraries,
            ..State::default()
        };
        let desk = Arc::new(Desk {
            ports,
            sealing: SealingKey::generate()?,
            portal,
            on_view,
            state: Mutex::new(state),
            cancelled: AtomicBool::new(false),
        });
        let weak = Arc::downgrade(&desk);
        let watch = tokens.watch(Box::new(move |snapshot| {
            if let Some(desk) = weak.upgrade() {
                desk.tokens_changed(snapshot);
            }
        }))?;
        Ok(Arc::new(Self { _watch: watch, desk }))
    }

    /// For a host in the same process as the user's entry: the terminal. Without `pin` the token's pad asks.
    pub fn sign_with(&self, pin: Option<Pin>, last_try: bool) -> Result<View, Fault> {
        self.desk.sign_with(pin, last_try)
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

    pub(super) fn captcha(&self, portal: String, kind: CaptchaKind) -> Result<Captcha, Fault> {
        self.ports.portal.captcha(&Origin::from_input(&portal)?, kind)
    }

    pub(super) fn sign_in(
        &self,
        portal: String,
        account: String,
        password: Password,
        captcha: CaptchaAnswer,
    ) -> Result<View, Fault> {
        let origin = Origin::from_input(&portal)?;
        let account = AccountName::parse(account.trim())?;
        if matches!(lock(&self.state).flow, Flow::Working(_)) {
            return Err(Fault::FlowBusy);
        }
        let session = self.ports.portal.sign_in(&origin, &account, &password, &captcha)?;
        let profile = self.ports.portal.profile(&session)?;
        let mut state = lock(&self.state);
        state.session = Some((session, profile));
        state.flow = Flow::Idle;
        Ok(self.push(state))
    }

    /// The session ends here even if the portal cannot be told.
    pub(super) fn sign_out(&self) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        self.cancelled.store(true, Ordering::SeqCst);
        let session = state.session.take();
        state.flow = Flow::Idle;
        let signing = state.signing.take();
        let view = self.push(state);
        if let Some(signing) = signing {
            signing.interrupt();
        }
        if let Some((session, _)) = session
            && let Err(fault) = self.ports.portal.sign_out(&session)
        {
            tracing::warn!(%fault, "the portal was not told of the sign-out");
        }
        Ok(view)
    }

    /// Ends this session and all others of the account.
    pub(super) fn sign_out_everywhere(&self) -> Result<View, Fault> {
        let (session, _) = lock(&self.state).session.clone().ok_or(Fault::SessionEnded)?;
        self.ports.portal.sign_out_everywhere(&session)?;
        self.sign_out()
    }

    pub(super) fn begin(&self, means: Means, token: TokenId, key: KeyRef) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        if matches!(state.flow, Flow::Preparing(..) | Flow::Working(_)) {
            return Err(Fault::FlowBusy);
        }
        let (session, profile) = state.session.clone().ok_or(Fault::SessionEnded)?;
        state.flow = Flow::Preparing(token.clone(), key.clone());
        state.means = Some(means.clone());
        self.cancelled.store(false, Ordering::SeqCst);
        self.push(state);
        let outcome = certify_token::prepare(&self.ports, &session, &profile, &means, &token, &key);
        let mut state = lock(&self.state);
        if !matches!(&state.flow, Flow::Preparing(t, k) if *t == token && *k == key) {
            return Ok(self.push(state)); // cancelled or signed out meanwhile
        }
        state.flow = match outcome {
            Ok(prepared) => Flow::Consent(Box::new(prepared), None),
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
        let Some((session, _)) = state.session.clone() else { return Err(Fault::SessionEnded) };
        let mut prepared = state.flow.take_consent().ok_or(Fault::FlowNotThere)?;
        self.cancelled.store(false, Ordering::SeqCst);
        state.flow = Flow::signing(&prepared);
        state.signing = Some(prepared.token.interrupt());
        self.push(state);
        let outcome =
            certify_token::sign(&self.ports, &mut prepared, pin.as_ref(), last_try, &self.cancelled);
        drop(pin); // wiped before the network works
        lock(&self.state).signing = None;
        match outcome {
            Ok(signed) => {
                let mut state = lock(&self.state);
                if state.session.is_some() {
                    state.flow = Flow::submitting(&signed, Some(prepared.info.clone()));
                }
                self.push(state);
                drop(prepared); // the card is free while the network works
                self.submit(&session, signed)
            }
            Err(fault) => Ok(self.sign_failed(prepared, fault)),
        }
    }

    /// What the user can mend by another entry keeps the statement on the screen; the rest ends the flow.
    fn sign_failed(&self, mut prepared: Box<Prepared>, fault: Fault) -> View {
        let mut state = lock(&self.state);
        if state.session.is_none() {
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
            let locked = matches!(fault, Fault::PinWrong { tries_left: Some(0) });
            let fault = if locked { Fault::PinLocked } else { fault };
            Flow::failed(fault, Some(&prepared.statement), None)
        };
        self.push(state)
    }

    fn submit(&self, session: &Session, signed: Signed) -> Result<View, Fault> {
        let outcome = certify_token::submit(&self.ports, session, &signed, &self.cancelled);
        let profile = outcome.as_ref().ok().and_then(|_| self.ports.portal.profile(session).ok());
        let mut state = lock(&self.state);
        if state.session.is_none() {
            return Ok(self.push(state)); // signed out meanwhile: the journal knows how it ended
        }
        state.flow = match outcome {
            Ok(accepted) => Flow::Done(Box::new(signed), Box::new(accepted), None),
            Err(fault) => {
                state.end_session_after(&fault);
                let statement = signed.statement.clone();
                let kept = certify_token::may_resubmit(&fault).then_some(signed);
                Flow::failed(fault, Some(&statement), kept)
            }
        };
        if let (Some((_, shown)), Some(profile)) = (&mut state.session, profile) {
            *shown = profile;
        }
        Ok(self.push(state))
    }

    pub(super) fn resubmit(&self) -> Result<View, Fault> {
        let mut state = lock(&self.state);
        let Some((session, _)) = state.session.clone() else { return Err(Fault::SessionEnded) };
        let Flow::Failed(failure) = &state.flow else { return Err(Fault::FlowNotThere) };
        let signed = failure.kept.clone().ok_or(Fault::FlowNotThere)?;
        self.cancelled.store(false, Ordering::SeqCst);
        state.flow = Flow::submitting(&signed, None);
        self.push(state);
        self.submit(&session, signed)
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
            portal: self.portal.clone(),
            tokens: state.tokens.clone(),
            banks: state.banks.clone(),
            libraries: state.libraries.clone(),
            catalogue_faults: state.catalogue_faults.clone(),
            session: state.session.as_ref().map(|(session, profile)| SessionView {
                origin: session.origin.clone(),
                profile: profile.clone(),
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
