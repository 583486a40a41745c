//! Where what the user began stands.

use super::{FlowView, StatementView, Step, Timings};
use crate::domain::{KeyRef, Receipt, Statement, TokenId, TokenInfo};
use crate::fault::Fault;
use crate::flow::certify_token::Accepted;
use crate::flow::signing::{Prepared, Signed, may_resubmit};
use crate::flow::visit_bank::Visit;

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
