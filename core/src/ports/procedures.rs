//! Procedures: a person, a company or a matter on its way through a platform. The portal keeps where each
//! stands: the account goes on where it was, on any machine.

use super::{CodeSent, Session};
use crate::domain::platform::{
    BranchNumber, Direction, Fen, Field, MatterKind, NoticeId, PathId, PersonRole, PhoneSystem, PlatformId,
    Scanner, Slot, StepId, Subject, Values, WayId,
};
use crate::domain::{
    CompanyName, Document, DocumentKind, MaskedDocument, MaskedText, PersonName, PhoneNumber, RequestId,
    Timestamp, Unseen, VerificationCode, WebAddress,
};
use crate::fault::{Fault, Refusal};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// A step that passed leads to the next one; a step that is repeated with the same content after a lost answer
/// answers the same. [`Fault::DataRefused`] and [`Fault::RegisterUnavailable`] leave the step where it is.
pub trait ProcedureDesk: Send + Sync {
    /// How the account, its holder and its company stand with each platform, and what is open.
    fn platforms(&self, session: &Session) -> Result<Vec<PlatformState>, Fault>;
    /// Opens one; for a person or a company the one that is open is given again. `key` is drawn for each wish
    /// of the user: asked twice with it, the portal opens one.
    fn open_procedure(
        &self,
        session: &Session,
        platform: &PlatformId,
        path: &PathId,
        key: &RequestId,
    ) -> Result<Procedure, Fault>;
    fn procedure(&self, session: &Session, id: &RequestId) -> Result<Procedure, Fault>;
    /// Waits until it is no longer at `version`, or `patience` is over. Server-sent events; where they do not come
    /// through, the portal is asked to wait. It does not count as use of the session.
    fn await_procedure(
        &self,
        session: &Session,
        id: &RequestId,
        version: u32,
        patience: Duration,
    ) -> Result<Procedure, Fault>;
    /// [`Fault::RecordChanged`] if it is no longer at `version`.
    fn answer_step(
        &self,
        session: &Session,
        id: &RequestId,
        version: u32,
        step: &StepId,
        answer: &StepAnswer,
    ) -> Result<Procedure, Fault>;
    /// For the step that is open, which asks for a code.
    fn send_step_code(&self, session: &Session, id: &RequestId) -> Result<CodeSent, Fault>;
    /// A new ticket; the one before is worth nothing any more.
    fn open_ticket(&self, session: &Session, id: &RequestId, asked: &AskTicket) -> Result<Ticket, Fault>;
    /// Begins to send a picture or file, or finds what was begun and how much of it has arrived: by its hash. If all
    /// of it has, it is looked at.
    fn begin_upload(&self, session: &Session, id: &RequestId, file: &FileFacts) -> Result<Upload, Fault>;
    /// The bytes from `offset` on; [`Fault::RecordChanged`] if the portal has another offset.
    fn send_part(
        &self,
        session: &Session,
        id: &RequestId,
        upload: &Upload,
        part: &[u8],
    ) -> Result<Upload, Fault>;
    /// The authorisation letter to be stamped: PDF.
    fn letter(&self, session: &Session, id: &RequestId) -> Result<Vec<u8>, Fault>;
    /// Branches of banks by name, city or number: the first fifty.
    fn branches(&self, session: &Session, find: &str) -> Result<Vec<Branch>, Fault>;
    /// Closes it; what was given is deleted.
    fn leave_procedure(&self, session: &Session, id: &RequestId) -> Result<(), Fault>;
}

/// One platform as this account stands with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlatformState {
    pub platform: PlatformId,
    /// The newest that counts, for each subject that has one; a matter's do not count for the next.
    pub certified: Vec<ProcedureReceipt>,
    /// Newest first.
    pub open: Vec<OpenProcedure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenProcedure {
    pub id: RequestId,
    pub path: PathId,
    pub step: StepId,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
    /// Of a matter.
    pub title: Option<String>,
}

/// What a procedure that was passed is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProcedureReceipt {
    /// For example `NINGBO-2026-000017`.
    pub number: String,
    pub platform: PlatformId,
    pub path: PathId,
    pub subject: Subject,
    /// The person's name, the company's, or the matter's title.
    pub name: String,
    /// Of a person's ID card, or the company's number.
    pub document: Option<MaskedText>,
    pub accepted_at: Timestamp,
    /// The ways that were chosen.
    pub ways: Vec<WayId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Procedure {
    pub id: RequestId,
    pub platform: PlatformId,
    pub path: PathId,
    /// Changes with whatever is shown here.
    pub version: u32,
    pub opened_at: Timestamp,
    /// When it is closed if nobody goes on.
    pub expires_at: Timestamp,
    /// In the order of the way, as far as it is known.
    pub steps: Vec<StepState>,
    pub stage: Stage,
    /// What was met last, elsewhere: on the phone, at the review desk.
    pub refused: Option<Refusal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepState {
    pub step: StepId,
    pub state: StepMark,
    /// An earlier choice that may be made anew.
    pub may_return: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepMark {
    Passed,
    Now,
    Ahead,
}

/// What the step that is open asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stage {
    Form {
        fields: Vec<FieldEntry>,
        notices: Vec<NoticeId>,
    },
    Choose {
        ways: Vec<WayId>,
        /// Taken unless another is.
        default: Option<WayId>,
    },
    /// `sent` is the last one that may still be entered.
    Code {
        to: Option<MaskedText>,
        sent: Option<CodeSent>,
        notices: Vec<NoticeId>,
    },
    /// `ticket` is the one that lives, without its address: that was told once.
    Scan {
        by: Scanner,
        ticket: Option<TicketState>,
        sms: bool,
        /// Where the app that reads the ticket is had.
        downloads: Vec<Download>,
    },
    Pictures {
        slots: Vec<SlotState>,
    },
    Transfer {
        payment: Payment,
        letter: LetterState,
    },
    People {
        matter: Matter,
        people: Vec<Participant>,
        roles: Vec<PersonRole>,
        documents: Vec<DocumentKind>,
        can_submit: bool,
    },
    Face {
        actions: Vec<FaceAction>,
        picture: Option<SlotState>,
    },
    Confirm {
        facts: Vec<Fact>,
        notices: Vec<NoticeId>,
        #[ts(as = "Option<String>")]
        photo: Option<Unseen<String>>,
        again: bool,
    },
    Pending {
        matters: Vec<PendingMatter>,
    },
    Signature {
        facts: Vec<Fact>,
    },
    Done {
        receipt: ProcedureReceipt,
    },
    Closed {
        reason: Closed,
    },
}

/// Why it is over without having passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    Expired,
    Left,
    /// The account is another person's now.
    HolderChanged,
    /// The company has another legal representative now.
    LegalRepresentativeChanged,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldEntry {
    pub field: Field,
    /// What it begins with; of a private field that is fixed, the ends only.
    pub value: Option<String>,
    pub fixed: bool,
    pub optional: bool,
}

impl std::fmt::Debug for FieldEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.value.as_deref().map(|value| self.field.shown(value));
        f.debug_struct("FieldEntry")
            .field("field", &self.field)
            .field("value", &value)
            .finish_non_exhaustive()
    }
}

/// Something that was given, as it may be shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Fact {
    pub field: Field,
    pub value: String,
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.field.shown(&self.value);
        f.debug_struct("Fact").field("field", &self.field).field("value", &value).finish()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketState {
    pub expires_at: Timestamp,
    /// A phone has opened it.
    pub opened: bool,
    /// Where it was sent.
    pub sms_to: Option<MaskedText>,
}

/// Where a phone of this system gets the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Download {
    pub system: PhoneSystem,
    pub address: WebAddress,
}

/// For which phone path; the address is a secret that is told once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Ticket {
    pub address: WebAddress,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AskTicket {
    /// In a matter: whose, and for which duty.
    #[serde(default)]
    pub duty: Option<DutyOf>,
    /// Send the link there.
    #[serde(default)]
    pub sms_to: Option<PhoneNumber>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DutyOf {
    pub person: RequestId,
    pub duty: Duty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    Signature,
    Certification,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SlotState {
    pub slot: Slot,
    /// Bytes that have arrived, and all; `None` before the first.
    pub upload: Option<Upload>,
    /// It is whole and usable.
    pub kept: bool,
}

/// What is going to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FileFacts {
    pub slot: Slot,
    /// Bytes; at most [`FileFacts::LARGEST`].
    pub size: u32,
    /// Lower-case hex.
    pub sha256: String,
}

impl FileFacts {
    /// 10 MiB.
    pub const LARGEST: u32 = 10 << 20;
    /// 256 KiB: of one part of an upload.
    pub const LARGEST_PART: u32 = 256 << 10;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Upload {
    pub id: RequestId,
    pub offset: u32,
    pub size: u32,
}

/// A corporate payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "direction", rename_all = "snake_case")]
pub enum Payment {
    /// The platform has paid an amount below one yuan to the company's account.
    Forward {
        account: MaskedText,
        branch: BranchNumber,
        bank: String,
        paid_at: Option<Timestamp>,
        tries_left: u8,
        payments_left: u8,
        passed: bool,
    },
    /// The company pays `amount` from its own account.
    Reverse { payee: Payee, amount: Fen, passed: bool },
}

impl Payment {
    pub fn direction(&self) -> Direction {
        match self {
            Self::Forward { .. } => Direction::Forward,
            Self::Reverse { .. } => Direction::Reverse,
        }
    }
}

/// The platform's own account: no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Payee {
    pub name: CompanyName,
    pub account: String,
    pub bank: String,
    pub branch: BranchNumber,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LetterState {
    Missing,
    /// At the review desk.
    Waiting {
        since: Timestamp,
    },
    /// In the words of the review desk: one line.
    Refused {
        reason: String,
    },
    Passed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Matter {
    pub title: String,
    pub kind: MatterKind,
    /// SHA-256 of the document that is signed, lower-case hex.
    pub document: String,
    pub company: CompanyName,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Participant {
    pub id: RequestId,
    pub name: PersonName,
    pub document: MaskedDocument,
    pub role: PersonRole,
    pub signed_at: Option<Timestamp>,
    pub certified_at: Option<Timestamp>,
    /// When what they had done ceased to count, because the matter's people, and with them its document, became
    /// others; until they have done all of it again.
    pub void_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewParticipant {
    pub name: PersonName,
    pub document: Document,
    pub role: PersonRole,
}

/// A matter that waits for the person at the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PendingMatter {
    pub id: RequestId,
    pub title: String,
    pub kind: MatterKind,
    /// Whose it is.
    pub company: CompanyName,
    pub role: PersonRole,
    pub opened_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum FaceAction {
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

/// What is given to the step that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StepAnswer {
    /// `agreed` names every notice of the step.
    Form {
        values: Values,
        agreed: Vec<NoticeId>,
    },
    Way {
        way: WayId,
    },
    Code {
        id: RequestId,
        code: VerificationCode,
        agreed: Vec<NoticeId>,
    },
    /// All slots are kept: judge them.
    Pictures,
    Amount {
        amount: Fen,
    },
    /// Pay another amount to the same account.
    NewPayment,
    AddPerson {
        person: NewParticipant,
    },
    RemovePerson {
        id: RequestId,
    },
    Submit,
    /// The actions were done, in their order, and the picture is kept.
    Face {
        actions: Vec<FaceAction>,
    },
    Confirm {
        agreed: Vec<NoticeId>,
    },
    /// The facts are not right: give them anew.
    Again,
    Pending {
        matter: RequestId,
    },
    /// Strokes of points, each coordinate from 0 to 1000.
    Signature {
        #[ts(as = "Vec<Vec<[u16; 2]>>")]
        strokes: Unseen<Vec<Vec<[u16; 2]>>>,
    },
    /// To an earlier choice.
    Return {
        to: StepId,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Branch {
    pub number: BranchNumber,
    pub name: String,
}
