//! Procedures: what is asked for and given.

use super::{NewPerson, Slot, Stage, Values};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(crate) struct AskProcedure {
    #[schema(pattern = "^[a-z0-9_]{2,32}$", example = "ningbo")]
    platform: String,
    #[schema(pattern = "^[a-z0-9_]{2,32}$", example = "person")]
    path: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Procedure {
    #[schema(format = "uuid")]
    id: String,
    platform: String,
    path: String,
    /// Changes with whatever is shown here, but not with a code that was sent.
    version: u32,
    opened_at: String,
    /// When it is closed if nobody goes on.
    expires_at: String,
    /// In the order of the way, as far as it is known.
    steps: Vec<StepState>,
    stage: Stage,
    /// What was met last, elsewhere: on the phone, at the review desk. A `RefusalReason`.
    #[schema(required)]
    refused: Option<String>,
}

/// One event of the stream.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionEvent {
    #[schema(pattern = "^version$")]
    event: String,
    /// Where it stands now.
    #[schema(pattern = "^[0-9]+$")]
    data: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct StepState {
    step: String,
    state: StepMark,
    /// An earlier choice that may be made anew.
    may_return: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum StepMark {
    Passed,
    Now,
    Ahead,
}

/// What is given to the step that is open. `agreed` names every notice of the step.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum StepAnswer {
    Form {
        values: Box<Values>,
        agreed: Vec<String>,
    },
    Way {
        way: String,
    },
    Code {
        #[schema(format = "uuid")]
        id: String,
        #[schema(pattern = "^[0-9]{6}$", example = "012345")]
        code: String,
        agreed: Vec<String>,
    },
    /// All slots are kept: they are judged.
    Pictures,
    Amount {
        /// Hundredths of a yuan.
        amount: u32,
    },
    /// Another payment to the same account.
    NewPayment,
    AddPerson {
        person: NewPerson,
    },
    RemovePerson {
        #[schema(format = "uuid")]
        id: String,
    },
    Submit,
    /// The actions were done, in their order, and the picture is kept.
    Face {
        actions: Vec<FaceAction>,
    },
    Confirm {
        agreed: Vec<String>,
    },
    /// The facts are not right: they are given anew.
    Again,
    Pending {
        #[schema(format = "uuid")]
        matter: String,
    },
    /// Strokes of points, each coordinate from 0 to 1000.
    Signature {
        strokes: Vec<Vec<Vec<u16>>>,
    },
    /// To an earlier choice.
    Return {
        to: String,
    },
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum FaceAction {
    Blink,
    OpenMouth,
    TurnLeft,
    TurnRight,
    Nod,
    /// Four digits, read aloud.
    Read {
        digits: u16,
    },
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskTicket {
    /// In a matter: whose, and for which duty.
    duty: Option<DutyOf>,
    /// Where the link is sent.
    #[schema(pattern = "^1[3-9][0-9]{9}$", example = "19900000000")]
    sms_to: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DutyOf {
    #[schema(format = "uuid")]
    person: String,
    duty: Duty,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Duty {
    Signature,
    Certification,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Ticket {
    /// `ORIGIN/t/SECRET`. The secret is told this once.
    address: String,
    expires_at: String,
}

/// A ticket's secret, or a path that can be walked in without one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Scan {
    Ticket { ticket: String },
    WalkIn { platform: String, path: String },
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Scanned {
    /// The bearer of this one procedure.
    token: String,
    procedure: Procedure,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileFacts {
    slot: Slot,
    /// Bytes, at most 10 MiB.
    size: u32,
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Upload {
    #[schema(format = "uuid")]
    id: String,
    offset: u32,
    size: u32,
}
