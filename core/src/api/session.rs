//! The session: how it begins, is kept, goes on after a start, and ends.

use super::View;
use super::app::{Desk, lock};
use super::progress::Flow;
use super::state::{SignedIn, State};
use crate::domain::{AccountName, Origin, Password};
use crate::fault::Fault;
use crate::ports::{Captcha, CaptchaAnswer, CaptchaKind, Profile, Session};
use std::sync::MutexGuard;
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
        let sessions = {
            let state = lock(&self.state);
            if matches!(state.flow, Flow::Working(_)) {
                return Err(Fault::FlowBusy);
            }
            state.sessions
        };
        let (session, profile) = self.ports.portal.sign_in(&origin, &account, &password, &captcha)?;
        Ok(self.enter(session, profile, sessions))
    }

    /// This is the session from now on, unless somebody signed in or out since `sessions` was read: then the
    /// portal is told that nobody wants it. It is kept where there is a keyring.
    pub(super) fn enter(&self, session: Session, profile: Profile, sessions: u64) -> View {
        let _one_after_the_other = lock(&self.entering);
        let Some(sessions) = self.leave_former(sessions) else { return self.discard(&session) };
        let kept = self.ports.vault.keep(&session);
        if let Err(fault) = &kept {
            tracing::warn!(%fault, "the session is not kept");
        }
        if let Err(fault) = self.ports.settings.keep_portal(&session.origin) {
            tracing::warn!(%fault, "the portal's address is not kept");
        }
        let now = self.ports.clock.now();
        let mut state = lock(&self.state);
        if state.sessions != sessions {
            drop(state);
            self.forget(&session);
            return self.discard(&session);
        }
        state.sessions += 1;
        state.begin_session(SignedIn::new(session, profile, kept.is_ok(), now));
        self.push(state)
    }

    /// Whoever was signed in leaves, here and at the portal; so does a session that was kept and not gone on in,
    /// for another one is kept in its place. `None` if it is another time than `sessions` by now.
    fn leave_former(&self, sessions: u64) -> Option<u64> {
        let state = lock(&self.state);
        if state.sessions != sessions {
            return None;
        }
        let (sessions, former) = if state.session.is_some() {
            (sessions + 1, self.end_here(state, Flow::Idle).1)
        } else {
            drop(state);
            (sessions, None)
        };
        let kept = self.kept();
        let is_another = |kept: &&Session| former.as_ref().is_none_or(|former| !former.is(kept));
        for over in former.iter().chain(kept.as_ref().filter(is_another)) {
            self.end_at_portal(over);
        }
        Some(sessions)
    }

    /// Nobody is signed in with it.
    fn discard(&self, session: &Session) -> View {
        self.end_at_portal(session);
        self.push(lock(&self.state))
    }

    fn end_at_portal(&self, session: &Session) {
        if let Err(fault) = self.ports.portal.sign_out(session) {
            tracing::warn!(%fault, "the portal was not told that a session is over");
        }
    }

    /// The session, if need be the one that was kept.
    pub(super) fn signed_in(&self) -> Result<SignedIn, Fault> {
        if let Some(signed_in) = lock(&self.state).session.clone() {
            return Ok(signed_in);
        }
        self.resume()?;
        lock(&self.state).session.clone().ok_or(Fault::SessionEnded)
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
            Err(Fault::SessionEnded) => {
                let _what_is_kept_now_stays = lock(&self.entering);
                self.forget(&session);
            }
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
        let is_kept = self.kept().is_some_and(|kept| kept.is(session));
        if is_kept && let Err(fault) = self.ports.vault.forget() {
            tracing::error!(%fault, "an ended session stays in the keyring");
        }
    }

    /// A session that the portal ended is of no more use, and what was under way in it is over. The reason stays
    /// to be read; signing in again is the way on.
    pub(super) fn end_after(&self, fault: &Fault, session: &Session) {
        if *fault != Fault::SessionEnded {
            return;
        }
        let state = lock(&self.state);
        if state.is_in(session) {
            self.end_here(state, Flow::failed(Fault::SessionEnded, None, None));
        }
        self.forget(session);
    }

    /// Ends a session that was not used for too long, by this machine's clock: whoever sits here now may be
    /// somebody else.
    pub(super) fn end_if_left_alone(&self) {
        let now = self.ports.clock.now();
        let state = lock(&self.state);
        let over = state.session.as_ref().is_some_and(|signed_in| signed_in.is_left_alone(now));
        if !over || matches!(state.flow, Flow::Working(_)) {
            return;
        }
        if let (_, Some(session)) = self.end_here(state, Flow::Idle) {
            self.forget(&session);
        }
    }

    /// The session ends here even if the portal cannot be told.
    pub(super) fn sign_out(&self) -> Result<View, Fault> {
        let (view, session) = self.leave();
        if let Some(session) = session {
            self.end_at_portal(&session);
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
        let (view, session) = self.end_here(lock(&self.state), Flow::Idle);
        let session = session.or_else(|| self.kept());
        if let Some(session) = &session {
            self.forget(session);
        }
        (view, session)
    }

    /// The session here ends, and what is under way with it: a token that signs is interrupted, nothing is handed
    /// over any more.
    fn end_here(&self, mut state: MutexGuard<'_, State>, flow: Flow) -> (View, Option<Session>) {
        self.cancelled.store(true, Ordering::SeqCst);
        let session = state.end_session(flow);
        let signing = state.signing.take();
        let view = self.push(state);
        if let Some(signing) = signing {
            signing.interrupt();
        }
        (view, session)
    }
}
