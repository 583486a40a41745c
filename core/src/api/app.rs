//! The application behind every host: the ports, the session, and the one certification under way.

use super::progress::Flow;
use super::state::State;
use super::{SANDBOX_PORT, SavedProof, SessionView, Verified, View};
use crate::domain::{KeyRef, Origin, Pin, SealingKey, TokenId};
use crate::fault::Fault;
use crate::ports::{JournalRow, Ports, Snapshot, WatchGuard};
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
    /// Held while a session is kept and begun: of two, one after the other.
    pub(super) entering: Mutex<()>,
}

impl App {
    /// Starts watching tokens; `on_view` is called with the whole view after every change, from any thread. The
    /// session that was kept is gone on in with [`resume`](Self::resume), or with the first command that needs it.
    /// `portal` is the address offered at sign-in; without it, the one that was signed in at last is.
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
            entering: Mutex::new(()),
        });
        let weak = Arc::downgrade(&desk);
        let watch = tokens.watch(Box::new(move |snapshot| {
            if let Some(desk) = weak.upgrade() {
                desk.tokens_changed(snapshot);
            }
        }))?;
        Ok(Arc::new(Self { _watch: watch, desk }))
    }

    /// Goes on in the session that an earlier start kept, if there is one, and waits for keyring and portal: a
    /// host with a window calls it on a thread of its own.
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
            sending: state.sending.iter().map(|underway| underway.shown.clone()).collect(),
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
