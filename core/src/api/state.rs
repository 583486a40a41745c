//! What lies between two commands: the session, the tokens, and where the certification stands.

use super::{FlowView, StatementView, Step, Timings};
use crate::domain::{
    Bank, KeyRef, Library, LibraryPath, Means, Origin, Receipt, Statement, Timestamp, TokenId, TokenInfo,
};
use crate::fault::Fault;
use crate::flow::certify_token::Accepted;
use crate::flow::signing::{Prepared, Signed, may_resubmit};
use crate::flow::visit_bank::Visit;
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
    /// Counts how often a session began or ended here: what belongs to an earlier one changes nothing.
    pub(super) sessions: u64,
    pub(super) flow: Flow,
    /// A PIN is being changed.
    pub(super) changing_pin: bool,
    /// What the flow is about; kept until the next one.
    pub(super) means: Option<Means>,
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

#[derive(Default)]
pub(super) enum Flow {
    #[default]
    Idle,
    Preparing(TokenId, KeyRef),
    /// With what the last entry met, if there was one.
    Consent(Box<Prepared>, Option<Fault>),
    Working(Box<FlowView>),
    Failed(Box<Failure>),
    /// With the path under which the proof was saved.
    Done(Box<Signed>, Box<Accepted>, Option<String>),
    AtBank(Box<AtBank>),
    DoneAtBank(Box<Receipt>),
}

/// A visit to the bank's page, and how the last look at it went.
pub(super) struct AtBank {
    pub(super) visit: Visit,
    pub(super) opened: bool,
    pub(super) fault: Option<Fault>,
}

/// How a certification ended, for now.
pub(super) struct Failure {
    pub(super) fault: Fault,
    /// The signed statement, where it may be submitted again.
    pub(super) kept: Option<Signed>,
    /// What the user was reading or had signed.
    pub(super) statement: Option<StatementView>,
}

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

    /// A session begins; what was under way is over.
    pub(super) fn begin_session(&mut self, session: SignedIn) {
        self.portal = Some(session.session.origin.clone());
        self.session = Some(session);
        self.sessions += 1;
        self.flow = Flow::Idle;
    }

    pub(super) fn end_session(&mut self) -> Option<Session> {
        self.sessions += 1;
        self.flow = Flow::Idle;
        self.session.take().map(|signed_in| signed_in.session)
    }

    /// The portal ended the session: signing in again is the way on.
    pub(super) fn end_session_after(&mut self, fault: &Fault) {
        if *fault == Fault::SessionEnded {
            self.session = None;
            self.sessions += 1;
        }
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

impl Flow {
    pub(super) fn failed(fault: Fault, statement: Option<&Statement>, kept: Option<Signed>) -> Self {
        Self::Failed(Box::new(Failure { fault, kept, statement: statement.map(StatementView::of) }))
    }

    /// The portal said no, or said nothing: then the statement is kept.
    pub(super) fn not_accepted(fault: Fault, signed: Signed) -> Self {
        let statement = signed.statement.clone();
        let kept = may_resubmit(&fault).then_some(signed);
        Self::failed(fault, Some(&statement), kept)
    }

    pub(super) fn signing(prepared: &Prepared) -> Self {
        Self::Working(Box::new(FlowView::Working {
            step: Step::Signing,
            token: Some(prepared.info.clone()),
            certificate: prepared.identity.certificate.facts().clone(),
            statement: StatementView::of(&prepared.statement),
        }))
    }

    pub(super) fn submitting(signed: &Signed, token: Option<TokenInfo>) -> Self {
        Self::Working(Box::new(FlowView::Working {
            step: Step::Submitting,
            token,
            certificate: signed.certificate.facts().clone(),
            statement: StatementView::of(&signed.statement),
        }))
    }

    /// Something that another one must wait for, or that the user must leave first.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self, Self::Preparing(..) | Self::Consent(..) | Self::Working(_) | Self::AtBank(_))
    }

    /// This visit, if it is the one that is under way.
    pub(super) fn at_bank(&mut self, visit: &Visit) -> Option<&mut AtBank> {
        match self {
            Self::AtBank(at) if at.visit.visit.id == visit.visit.id => Some(at),
            _ => None,
        }
    }

    /// The statement that waits for the user's yes, if there is one; what else there is stays.
    pub(super) fn take_consent(&mut self) -> Option<Box<Prepared>> {
        match std::mem::take(self) {
            Self::Consent(prepared, _) => Some(prepared),
            other => {
                *self = other;
                None
            }
        }
    }

    pub(super) fn render(&self) -> FlowView {
        match self {
            Self::Idle => FlowView::Idle,
            Self::Preparing(token, key) => FlowView::Preparing { token: token.clone(), key: key.clone() },
            Self::Consent(prepared, fault) => FlowView::Consent {
                token: prepared.info.clone(),
                key: prepared.identity.key.clone(),
                certificate: prepared.identity.certificate.facts().clone(),
                statement: StatementView {
                    expires_at: prepared.deadline,
                    ..StatementView::of(&prepared.statement)
                },
                pin: prepared.pin,
                differences: prepared.differences.clone(),
                fault: fault.clone(),
            },
            Self::Working(view) => (**view).clone(),
            Self::Failed(failure) => FlowView::Failed {
                remedy: failure.fault.remedy(),
                fault: failure.fault.clone(),
                can_resubmit: failure.kept.is_some(),
                statement: failure.statement.clone(),
            },
            Self::AtBank(at) => FlowView::AtBank {
                bank: at.visit.bank.clone(),
                address: at.visit.address.clone(),
                expires_at: at.visit.deadline,
                opened: at.opened,
                fault: at.fault.clone(),
            },
            Self::DoneAtBank(receipt) => FlowView::DoneAtBank { receipt: (**receipt).clone() },
            Self::Done(signed, accepted, saved) => FlowView::Done {
                receipt: accepted.receipt.clone(),
                statement: StatementView::of(&signed.statement),
                algorithm: signed.certificate.algorithm(),
                certificate: signed.certificate.facts().clone(),
                journal_row: accepted.row.as_ref().ok().map(|row| row.row),
                journal_fault: accepted.row.as_ref().err().cloned(),
                saved: saved.clone(),
                timings: Timings { card: signed.card_ms, portal: accepted.portal_ms },
            },
        }
    }
}
