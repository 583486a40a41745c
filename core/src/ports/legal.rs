//! Certification by the legal representative's documents: company, legal representative, account holder.

use super::{CodeEntered, CodeSent, Session};
use crate::domain::{
    BankCardNumber, CompanyIdentity, Document, MaskedDocument, PersonName, PhoneNumber, Receipt, RequestId,
    Timestamp, Validity,
};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The portal keeps the steps: the account goes on where it was, on any machine. One is open at a time.
///
/// A step that passed answers the next one; a step that is repeated after a lost answer answers the same.
/// [`Fault::DataRefused`] leaves the step where it is, [`Fault::RegisterUnavailable`] too.
pub trait LegalDesk: Send + Sync {
    fn legal(&self, session: &Session) -> Result<Option<LegalCertification>, Fault>;
    /// Opens one, or gives the open one.
    fn begin_legal(&self, session: &Session) -> Result<LegalCertification, Fault>;
    /// Step 1. `enterprise_not_found`, `enterprise_mismatch` or `legal_person_mismatch`.
    fn legal_company(&self, session: &Session, given: &LegalCompany) -> Result<LegalCertification, Fault>;
    /// Sends a code to the phone that is on record at the bank of this card, for the step that is open.
    fn legal_code(&self, session: &Session, card: &BankCard) -> Result<CodeSent, Fault>;
    /// Step 2. `validity_mismatch`, `not_in_ctid`, `bank_card_mismatch`, `sms_wrong`, `sms_expired`, `sms_too_many`.
    fn legal_person(&self, session: &Session, check: &PersonCheck) -> Result<LegalCertification, Fault>;
    /// Step 3, with the same refusals and `id_duplicate`.
    fn legal_holder(&self, session: &Session, given: &LegalHolder) -> Result<LegalCertification, Fault>;
    /// Closes the open one; what was given is deleted.
    fn leave_legal(&self, session: &Session) -> Result<(), Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LegalCertification {
    pub id: RequestId,
    /// When it is closed if nobody goes on.
    pub expires_at: Timestamp,
    pub step: LegalStep,
    /// What step 1 was passed with.
    pub company: Option<CompanyIdentity>,
    pub legal_representative: Option<CheckedPerson>,
    /// The account's owner, as step 3 begins with.
    pub holder: Option<CheckedPerson>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LegalStep {
    Company,
    LegalRepresentative,
    Holder,
    Done { receipt: Receipt },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedPerson {
    pub name: PersonName,
    pub document: Option<MaskedDocument>,
    /// How the person was checked, once that is done.
    pub passed_by: Option<CheckKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    IdCard,
    BankCard,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LegalCompany {
    pub company: CompanyIdentity,
    pub legal_representative: PersonName,
    pub document: Document,
}

/// A person's own card, and the phone number that the bank knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BankCard {
    pub number: BankCardNumber,
    pub phone: PhoneNumber,
}

/// Name and document are those of the step; a document other than an ID card needs the bank card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonCheck {
    IdCard { validity: Validity },
    BankCard { card: BankCard, code: CodeEntered },
}

/// The account's owner. Without `document` it is the one on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LegalHolder {
    pub name: PersonName,
    pub document: Option<Document>,
    pub check: PersonCheck,
}
