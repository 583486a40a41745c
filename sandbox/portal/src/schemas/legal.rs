//! Certification by the legal representative's documents.

use super::{Company, Document, MaskedDocument, Receipt, Validity};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(ToSchema)]
pub(crate) struct LegalCertification {
    #[schema(format = "uuid")]
    id: String,
    /// When it is closed if nobody goes on.
    expires_at: String,
    step: LegalStep,
    /// What step 1 was passed with.
    #[schema(required)]
    company: Option<Company>,
    #[schema(required)]
    legal_representative: Option<CheckedPerson>,
    /// The account's owner, as step 3 begins with.
    #[schema(required)]
    holder: Option<CheckedPerson>,
}

#[derive(ToSchema)]
pub(crate) struct LegalStep {
    kind: LegalStepKind,
    /// With `done` only.
    receipt: Option<Receipt>,
}

/// What is to be done next.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum LegalStepKind {
    Company,
    LegalRepresentative,
    Holder,
    Done,
}

#[derive(ToSchema)]
pub(crate) struct CheckedPerson {
    name: String,
    #[schema(required)]
    document: Option<MaskedDocument>,
    /// How the person was checked, once that is done.
    #[schema(required)]
    passed_by: Option<CheckKind>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum CheckKind {
    IdCard,
    BankCard,
}

#[derive(ToSchema)]
pub(crate) struct LegalCompany {
    company: Company,
    #[schema(min_length = 2, max_length = 60)]
    legal_representative: String,
    document: Document,
}

/// A person's own card, and the phone number that the bank knows.
#[derive(Serialize, ToSchema)]
pub(crate) struct BankCard {
    /// UnionPay, with its check digit.
    #[schema(pattern = "^62[0-9]{11,17}$", example = "6200000000000000000")]
    number: String,
    #[schema(pattern = "^1[3-9][0-9]{9}$", example = "19900000000")]
    phone: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CodeEntered {
    #[schema(format = "uuid")]
    id: String,
    #[schema(pattern = "^[0-9]{6}$", example = "012345")]
    code: String,
}

/// A document other than an ID card needs the bank card.
#[derive(Serialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub(crate) enum PersonCheck {
    IdCard { validity: Validity },
    BankCard { card: BankCard, code: CodeEntered },
}

/// The account's owner. Without `document` it is the one on record.
#[derive(ToSchema)]
pub(crate) struct LegalHolder {
    #[schema(min_length = 2, max_length = 60)]
    name: String,
    document: Option<Document>,
    check: PersonCheck,
}
