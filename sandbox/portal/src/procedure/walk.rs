//! One walk through a path, and who walks it.

use crate::Transaction;
use crate::problem::Problem;
use crate::session::Session;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::platform::{PathId, PlatformId, StepId, Subject, Values, WayId};
use tongguan_core::domain::{AccountName, RequestId, Timestamp, UnifiedSocialCreditCode};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Closed, DutyOf, FaceAction};

/// A procedure as it is kept. What is changed in it is written by [`super::store::save`].
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    pub(crate) id: RequestId,
    /// Of a phone the account that opened what its ticket was given for; `None` for a phone without a ticket,
    /// until [`Walk::joins`].
    pub(crate) account: Option<AccountName>,
    /// That the account stood for when it was opened.
    pub(crate) company: Option<UnifiedSocialCreditCode>,
    pub(crate) platform: PlatformId,
    pub(crate) path: PathId,
    /// Of its path.
    pub(crate) subject: Subject,
    /// Of a phone, the subject of what its ticket was given for.
    pub(crate) certifies: Subject,
    pub(crate) version: u32,
    pub(crate) opened_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) at: At,
    pub(crate) values: Values,
    /// For the open step, if it asks for a face.
    pub(crate) drawn: Vec<FaceAction>,
    pub(crate) refused: Option<Refusal>,
    /// Of a phone: whose step it fulfils.
    pub(crate) parent: Option<RequestId>,
    pub(crate) duty: Option<DutyOf>,
    pub(crate) passed: Vec<Passed>,
    /// The mark of the last answer that was taken, at the version that it was given at.
    pub(crate) answered: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum At {
    Step(StepId),
    Done,
    Closed(Closed),
}

/// A step behind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Passed {
    pub(crate) step: StepId,
    pub(crate) way: Option<WayId>,
    /// The mark of the answer, or nothing: sent again, it is answered again.
    pub(crate) given: String,
    /// What had been given before it.
    pub(crate) before: Values,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    Account(Session),
    /// A phone has this one procedure and nothing else.
    Phone(RequestId),
}

/// What an answer does to the procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Something changed, the step is the same; these others are to be told as well.
    Stay(Vec<RequestId>),
    /// The step is behind.
    Pass(Option<WayId>),
    /// Nothing more is needed: this receipt counts.
    Certified(i64),
    /// To an earlier step; what was given from there on is forgotten.
    Back(StepId),
    /// It was counted, and is answered with this.
    Refuse(Refusal),
}

/// What is kept of an answer, in a transaction that has seen that it is still the step's turn. Whatever it changes
/// in the walk is saved with its [`Effect`]; if it fails, nothing is.
pub(crate) type Keep = Box<dyn FnOnce(&Transaction<'_>, &mut Walk) -> Result<Effect, Problem> + Send>;

impl Walk {
    pub(crate) fn is_over(&self) -> bool {
        !matches!(self.at, At::Step(_))
    }

    /// The open step.
    pub(crate) fn step(&self) -> Result<&StepId, Problem> {
        match &self.at {
            At::Step(step) => Ok(step),
            At::Done | At::Closed(_) => Err(Problem::RecordChanged),
        }
    }

    /// In whose name the registers are asked, for the counting of guesses: a matter's people are many, and each
    /// has a phone.
    pub(crate) fn owner(&self) -> &str {
        match &self.account {
            Some(account) if self.subject != Subject::Phone || self.certifies != Subject::Matter => {
                account.as_str()
            }
            _ => self.id.as_str(),
        }
    }

    /// A phone that walked in fulfils a duty from here on: of this person in this matter.
    pub(crate) fn joins(&mut self, matter: &Self, duty: DutyOf) {
        self.parent = Some(matter.id.clone());
        self.account.clone_from(&matter.account);
        self.company.clone_from(&matter.company);
        self.certifies = matter.certifies;
        self.duty = Some(duty);
    }

    /// The choices that led here.
    pub(crate) fn ways(&self) -> Vec<WayId> {
        self.passed.iter().filter_map(|passed| passed.way.clone()).collect()
    }
}

impl Caller {
    /// Where a walk is an account's.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        match self {
            Self::Account(session) => Ok(session),
            Self::Phone(_) => Err(Problem::NotFound),
        }
    }
}
