//! The session: how it begins, is kept, goes on after a start, and ends.

use super::View;
use super::app::{Desk, lock};
use super::state::{Flow, SignedIn};
use crate::domain::{AccountName, Origin, Password};
use crate::fault::Fault;
use crate::ports::{Captcha, CaptchaAnswer, CaptchaKind, Profile, Session};
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Desk {
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
        Ok(self.enter(session, profile))
    }

    /// This is the session from now on. It is kept where there is a keyring.
    pub(super) fn enter(&self, session: Session, profile: Profile) -> View {
        let kept = self.ports.vault.keep(&session);
        if let Err(fault) = &kept {
            tracing::warn!(%fault, "the session is not kept");
        }
        if let Err(fault) = self.ports.settings.keep_portal(&session.origin) {
            tracing::warn!(%fault, "the portal's address is not kept");
        }
        let now = self.ports.clock.now();
        let mut state = lock(&self.state);
        state.begin_session(SignedIn::new(session, profile, kept.is_ok(), now));
        self.push(state)
    }

    /// The session, if need be the one that was kept.
    pub(super) fn signed_in(&self) -> Result<SignedIn, Fault> {
        if let Some(signed_in) = lock(&self.state).session.clone() {
            return Ok(signed_in);
        }
        self.resume()?;
        lock(&self.state).session.clone().ok_or(Fault::SessionEnded)
    }

    /// In the background: neither a keyring nor a portal that is slow holds up the start.
    pub(super) fn resume_meanwhile(desk: &Arc<Self>) {
        let desk = Arc::downgrade(desk);
        let resume = move || {
            if let Some(Err(fault)) = desk.upgrade().map(|desk| desk.resume()) {
                tracing::warn!(%fault, "the kept session was not gone on in");
            }
        };
        // Without it, the first command that needs the session does this.
        if let Err(reason) = std::thread::Builder::new().name("resume".into()).spawn(resume) {
            tracing::warn!(%reason, "no thread to look for the kept session");
        }
    }

    /// Goes on in the session that an earlier start kept, unless one began or ended here meanwhile. A portal
    /// that cannot be asked leaves it kept.
    pub(super) fn resume(&self) -> Result<(), Fault> {
        let mut resumed = lock(&self.resumed);
        if *resumed || lock(&self.state).sessions > 0 {
            return Ok(());
        }
        let Some(session) = self.kept() else {
            *resumed = true;
            return Ok(());
        };
        match self.ports.portal.profile(&session) {
            Ok(profile) => {
                let now = self.ports.clock.now();
                let mut state = lock(&self.state);
                if state.sessions == 0 {
                    state.begin_session(SignedIn::new(session, profile, true, now));
                    self.push(state);
                }
            }
            Err(Fault::SessionEnded) => self.forget(&session),
            Err(fault) => return Err(fault),
        }
        *resumed = true;
        Ok(())
    }

    fn kept(&self) -> Option<Session> {
        self.ports.vault.load().unwrap_or_else(|fault| {
            tracing::warn!(%fault, "no session can be kept");
            None
        })
    }

    /// Unless another program has kept another one since.
    fn forget(&self, session: &Session) {
        let is_kept = self.kept().is_some_and(|kept| kept.bearer.expose() == session.bearer.expose());
        if is_kept && let Err(fault) = self.ports.vault.forget() {
            tracing::error!(%fault, "an ended session stays in the keyring");
        }
    }

    /// A session that the portal ended is of no more use.
    pub(super) fn forget_after(&self, fault: &Fault, session: &Session) {
        if *fault == Fault::SessionEnded {
            self.forget(session);
        }
    }

    /// Ends a session that was not used for too long, by this machine's clock: whoever sits here now may be
    /// somebody else.
    pub(super) fn end_if_left_alone(&self) {
        let now = self.ports.clock.now();
        let mut state = lock(&self.state);
        let over = state.session.as_ref().is_some_and(|signed_in| signed_in.is_left_alone(now));
        if !over || matches!(state.flow, Flow::Working(_)) {
            return;
        }
        let session = state.end_session();
        self.push(state);
        if let Some(session) = session {
            self.forget(&session);
        }
    }

    /// The session ends here even if the portal cannot be told.
    pub(super) fn sign_out(&self) -> Result<View, Fault> {
        let (view, session) = self.leave();
        if let Some(session) = session
            && let Err(fault) = self.ports.portal.sign_out(&session)
        {
            tracing::warn!(%fault, "the portal was not told of the sign-out");
        }
        Ok(view)
    }

    /// Ends this session and all others of the account.
    pub(super) fn sign_out_everywhere(&self) -> Result<View, Fault> {
        let session = self.signed_in()?.session;
        match self.ports.portal.sign_out_everywhere(&session) {
            Ok(()) | Err(Fault::SessionEnded) => Ok(self.leave().0),
            Err(fault) => Err(fault),
        }
    }

    /// Ends what there is on this machine: the session here, or the one that was kept and not gone on in.
    fn leave(&self) -> (View, Option<Session>) {
        let mut state = lock(&self.state);
        self.cancelled.store(true, Ordering::SeqCst);
        let session = state.end_session();
        let signing = state.signing.take();
        let view = self.push(state);
        if let Some(signing) = signing {
            signing.interrupt();
        }
        let session = session.or_else(|| self.kept());
        if let Some(session) = &session {
            self.forget(session);
        }
        (view, session)
    }
}
