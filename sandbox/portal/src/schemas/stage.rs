//! What a procedure's open step asks for.

use super::{
    CodeSent, Document, DocumentKind, FaceAction, Field, MaskedDocument, MatterKind, PersonRole, PhoneSystem,
    ProcedureReceipt, Slot, TicketReader, Upload,
};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Stage {
    Form {
        fields: Vec<FieldEntry>,
        notices: Vec<String>,
    },
    Choose {
        ways: Vec<String>,
        /// Taken unless another is.
        #[schema(required)]
        default: Option<String>,
    },
    Code {
        #[schema(required)]
        to: Option<String>,
        /// The last one that may still be entered.
        #[schema(required)]
        sent: Option<CodeSent>,
        notices: Vec<String>,
    },
    Scan {
        by: TicketReader,
        /// The one that lives, without its address.
        #[schema(required)]
        ticket: Option<TicketState>,
        /// The link may be sent by SMS.
        sms: bool,
        /// Where the app that reads the ticket is had, for each system that has one.
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
        #[schema(required)]
        picture: Option<SlotState>,
    },
    Confirm {
        facts: Vec<Fact>,
        notices: Vec<String>,
        /// A `data:` address of the face.
        #[schema(required)]
        photo: Option<String>,
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

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Closed {
    Expired,
    Left,
    /// The account is another person's now.
    HolderChanged,
    /// The company has another legal representative now.
    LegalRepresentativeChanged,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct FieldEntry {
    field: Field,
    /// What it begins with; of a private field that is fixed the ends.
    #[schema(required)]
    value: Option<String>,
    fixed: bool,
    optional: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Fact {
    field: Field,
    value: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TicketState {
    expires_at: String,
    /// A phone has opened it.
    opened: bool,
    #[schema(required)]
    sms_to: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Download {
    system: PhoneSystem,
    #[schema(format = "uri", max_length = 500)]
    address: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SlotState {
    slot: Slot,
    #[schema(required)]
    upload: Option<Upload>,
    /// It is whole and usable.
    kept: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "direction", rename_all = "snake_case")]
pub(crate) enum Payment {
    /// The platform has paid an amount below one yuan.
    Forward {
        account: String,
        branch: String,
        bank: String,
        #[schema(required)]
        paid_at: Option<String>,
        tries_left: u8,
        payments_left: u8,
        passed: bool,
    },
    Reverse {
        payee: Payee,
        /// Hundredths of a yuan.
        amount: u32,
        passed: bool,
    },
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Payee {
    name: String,
    account: String,
    bank: String,
    branch: String,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum LetterState {
    Missing,
    Waiting { since: String },
    Refused { reason: String },
    Passed,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Matter {
    title: String,
    kind: MatterKind,
    /// SHA-256 of the document that is signed.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    document: String,
    company: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Participant {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    document: MaskedDocument,
    role: PersonRole,
    #[schema(required)]
    signed_at: Option<String>,
    #[schema(required)]
    certified_at: Option<String>,
    /// When what they had done ceased to count.
    #[schema(required)]
    void_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    #[schema(min_length = 2, max_length = 60)]
    name: String,
    document: Document,
    role: PersonRole,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PendingMatter {
    #[schema(format = "uuid")]
    id: String,
    title: String,
    kind: MatterKind,
    /// Whose it is.
    company: String,
    role: PersonRole,
    opened_at: String,
}
