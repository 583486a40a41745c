//! The company behind an account, its people and its cards.

use super::Session;
use crate::domain::{
    AccountName, Address, CardKind, CompanyIdentity, CompanyName, Country, Document, MaskedDocument,
    MaskedText, OrganizationCode, Password, PersonName, PhoneNumber, RequestId, Timestamp,
    UnifiedSocialCreditCode, Validity,
};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an administrator keeps right. A record's version goes back with each change: one that somebody else
/// changed meanwhile is [`Fault::RecordChanged`], and nothing is overwritten.
pub trait CompanyDesk: Send + Sync {
    fn company(&self, session: &Session) -> Result<CompanyRecord, Fault>;
    /// Of name, USCC and organisation code at most two change at once. The portal asks the company register:
    /// [`Fault::DataRefused`] with `enterprise_not_found`, `enterprise_mismatch`, `legal_person_mismatch` or
    /// `too_many_changes`.
    fn edit_company(&self, session: &Session, edit: &CompanyEdit) -> Result<CompanyRecord, Fault>;
    fn edit_legal_representative(&self, session: &Session, edit: &PersonEdit)
    -> Result<CompanyRecord, Fault>;

    fn operators(&self, session: &Session) -> Result<Vec<Operator>, Fault>;
    fn add_operator(&self, session: &Session, operator: &NewOperator) -> Result<(), Fault>;
    fn set_operator(&self, session: &Session, account: &AccountName, set: &OperatorSet) -> Result<(), Fault>;
    /// A personal account asks the administrator of the company that it names to be made an operator.
    fn ask_upgrade(&self, session: &Session) -> Result<(), Fault>;
    fn decide_upgrade(&self, session: &Session, account: &AccountName, accept: bool) -> Result<(), Fault>;

    /// Cards that sign in this account. A card is bound by certifying with it.
    fn cards(&self, session: &Session) -> Result<Vec<BoundCard>, Fault>;
    fn unbind_card(&self, session: &Session, card: &RequestId) -> Result<(), Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CompanyRecord {
    #[ts(type = "number")]
    pub version: i64,
    pub identity: CompanyIdentity,
    pub legal_representative: PersonRecord,
    pub address: Option<Address>,
    /// Saved since sign-in: it takes effect at the next one.
    pub sign_in_again: bool,
}

/// A person as a record shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonRecord {
    pub name: PersonName,
    pub document: Option<MaskedDocument>,
    pub validity: Option<Validity>,
    pub country: Option<Country>,
}

/// Every value as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CompanyEdit {
    #[ts(type = "number")]
    pub version: i64,
    pub name: CompanyName,
    pub uscc: UnifiedSocialCreditCode,
    pub organization_code: OrganizationCode,
    pub legal_representative: PersonName,
    pub address: Option<Address>,
}

/// Every value as it shall be; only a document that is `None` stays as it is, for nobody is shown its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonEdit {
    #[ts(type = "number")]
    pub version: i64,
    pub name: PersonName,
    pub document: Option<Document>,
    /// ID cards have one.
    pub validity: Option<Validity>,
    /// Of a legal representative only.
    pub country: Option<Country>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names a company, but does nothing for it yet.
    Personal,
    Operator,
    Administrator,
}

/// What an operator may do; an administrator may everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Real-name certification of the company.
    Certify,
    EditCompany,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Operator {
    pub account: AccountName,
    pub name: PersonName,
    pub document: Option<MaskedDocument>,
    pub phone: Option<MaskedText>,
    pub role: Role,
    pub enabled: bool,
    pub rights: Vec<Right>,
    /// A personal account that asked to be made an operator.
    pub asks_upgrade: bool,
    pub last_sign_in: Option<Timestamp>,
}

/// The operator signs in with this password once and is asked for another.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewOperator {
    pub account: AccountName,
    pub name: PersonName,
    pub document: Document,
    pub phone: PhoneNumber,
    pub rights: Vec<Right>,
    pub password: Password,
}

/// What is not given stays as it is: whoever takes a right away enables nobody whom another has disabled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OperatorSet {
    /// Disabling ends the account's sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rights: Option<Vec<Right>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoundCard {
    pub id: RequestId,
    pub number: MaskedText,
    pub holder: String,
    pub kind: CardKind,
    pub bound_at: Timestamp,
}
