//! What lies between two commands: the session, the tokens, and what is under way.

use super::Offer;
use super::progress::Flow;
use super::sending::Underway;
use crate::domain::{Bank, Library, LibraryPath, Means, Origin, Timestamp, TokenId, TokenInfo};
use crate::fault::Fault;
use crate::ports::{Interrupt, Profile, ReaderState, Session, Snapshot};
use std::sync::Arc;

#[derive(Default)]
pub(super) struct State {
    pub(super) tokens: Snapshot,
    pub(super) banks: Vec<Bank>,
    pub(super) libraries: Vec<Library>,
    pub(super) catalogue_faults: Vec<Fault>,
    /// The address offered at sign-in.
    pub(super) portal: Option<Origin>,
    pub(super) session: Option<SignedIn>,
    /// Counts how often somebody signed in or out here: what belongs to an earlier time changes nothing.
    pub(super) sessions: u64,
    pub(super) flow: Flow,
    /// A PIN is being changed, or asked about.
    pub(super) changing_pin: bool,
    /// What the flow is about; kept until the next one.
    pub(super) means: Option<Means>,
    /// What was given to platforms in this session.
    pub(super) given: Vec<Offer>,
    pub(super) sending: Vec<Underway>,
    /// What ends the call of the token that is signing.
    pub(super) signing: Option<Arc<dyn Interrupt>>,
}

/// A session, and what is known of it.
#[derive(Clone)]
pub(super) struct SignedIn {
    pub(super) session: Session,
    pub(super) profile: Profile,
    pub(super) kept: bool,
    /// Seconds after which it ends if it is not used.
    idle: i64,
}

/// The longest that a session is left alone, in seconds; the portal may want less.
const IDLE: i64 = 30 * 60;

impl State {
    pub(super) fn has_token(&self, id: &TokenId) -> bool {
        let is_it = |state: &ReaderState| matches!(state, ReaderState::Token { token } if token.id == *id);
        self.tokens.readers.iter().any(|reader| is_it(&reader.state))
    }

    /// Why the token is gone: its library's own fault, where that is what happened.
    pub(super) fn loss_of(&self, token: &TokenInfo) -> Fault {
        let of_library = |library: &LibraryPath| {
            self.tokens.readers.iter().find_map(|reader| match &reader.state {
                ReaderState::Unusable { fault } if reader.library.as_ref() == Some(library) => {
                    Some(fault.clone())
                }
                _ => None,
            })
        };
        token.library.as_ref().and_then(of_library).unwrap_or(Fault::CardRemoved)
    }

    /// Whether this is the session here, still.
    pub(super) fn is_in(&self, session: &Session) -> bool {
        self.session.as_ref().is_some_and(|signed_in| signed_in.session.is(session))
    }

    /// A session begins; what was under way is over.
    pub(super) fn begin_session(&mut self, session: SignedIn) {
        self.portal = Some(session.session.origin.clone());
        self.session = Some(session);
        self.flow = Flow::Idle;
    }

    /// It ends, and with it whatever was under way: `flow` is what remains to be shown.
    pub(super) fn end_session(&mut self, flow: Flow) -> Option<Session> {
        self.sessions += 1;
        self.flow = flow;
        self.means = None;
        self.given.clear();
        self.sending.iter().for_each(Underway::cancel);
        self.session.take().map(|signed_in| signed_in.session)
    }

    /// The portal has answered in the session: the time without use begins anew.
    pub(super) fn used(&mut self, now: Timestamp) {
        if let Some(signed_in) = &mut self.session {
            signed_in.profile.idle_ends_at = now.plus_seconds(signed_in.idle);
        }
    }

    pub(super) fn show_profile(&mut self, profile: Profile, now: Timestamp) {
        if let Some(signed_in) = &mut self.session {
            signed_in.profile = profile;
        }
        self.used(now);
    }
}

impl SignedIn {
    pub(super) fn new(session: Session, mut profile: Profile, kept: bool, now: Timestamp) -> Self {
        // The portal's clock need not agree with this one: then it has the longest time.
        let told = profile.idle_ends_at.unix() - now.unix();
        let idle = if (1..=IDLE).contains(&told) { told } else { IDLE };
        profile.idle_ends_at = now.plus_seconds(idle);
        Self { session, profile, kept, idle }
    }

    pub(super) fn is_left_alone(&self, now: Timestamp) -> bool {
        now >= self.profile.idle_ends_at
    }
}
