//! The account itself.

use super::{PersonEdit, PersonRecord, Right, Role, Session};
use crate::domain::{
    AccountName, EmailAddress, MaskedText, Method, Password, PhoneNumber, Receipt, Region, RequestId,
    Timestamp, VerificationCode,
};
use crate::fault::Fault;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// What the owner of an account keeps right.
pub trait AccountDesk: Send + Sync {
    fn account(&self, session: &Session) -> Result<AccountRecord, Fault>;
    /// [`Fault::DataRefused`] with `id_duplicate` if another account of the company has this number.
    fn edit_holder(&self, session: &Session, edit: &PersonEdit) -> Result<AccountRecord, Fault>;
    /// Ends every other session of the account. [`Fault::SignInRefused`]: the old one is wrong.
    fn change_password(&self, session: &Session, old: &Password, new: &Password) -> Result<(), Fault>;
    /// Sends a code to an address that shall become the account's.
    fn send_code(&self, session: &Session, to: &CodeTarget) -> Result<CodeSent, Fault>;
    /// [`Fault::DataRefused`] with `sms_wrong`, `sms_too_many` or `sms_expired`.
    fn confirm_code(&self, session: &Session, code: &CodeEntered) -> Result<AccountRecord, Fault>;
    fn set_preferences(&self, session: &Session, set: &PreferencesSet) -> Result<AccountRecord, Fault>;
    /// The newest fifty, newest first.
    fn certifications(&self, session: &Session) -> Result<Vec<Certification>, Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountRecord {
    #[ts(type = "number")]
    pub version: i64,
    pub account: AccountName,
    pub role: Role,
    pub rights: Vec<Right>,
    /// The person who the account belongs to.
    pub holder: PersonRecord,
    pub phone: Option<MaskedText>,
    pub email: Option<MaskedText>,
    #[serde(flatten)]
    pub preferences: Preferences,
    /// The password was given by an administrator, or is too old.
    pub change_password: bool,
    pub sign_in_again: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Preferences {
    /// Access region: the local Single Window that this account belongs to.
    pub region: Option<Region>,
    pub notifications: Notifications,
}

/// What is not given stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PreferencesSet {
    /// `Some(None)`: of no region any more.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub region: Option<Option<Region>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub notifications: Option<NotificationsSet>,
}

/// As [`PreferencesSet`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NotificationsSet {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sign_in: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub certification: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub expiry: Option<bool>,
}

/// A `null` that is there is another thing than a member that is not.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Of what the account's phone and e-mail are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Notifications {
    pub sign_in: bool,
    pub certification: bool,
    /// Certificates and documents that end soon.
    pub expiry: bool,
}

/// Where a code goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "channel", rename_all = "snake_case", deny_unknown_fields)]
pub enum CodeTarget {
    Phone { phone: PhoneNumber },
    Email { email: EmailAddress },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CodeSent {
    pub id: RequestId,
    pub to: MaskedText,
    pub resend_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CodeEntered {
    pub id: RequestId,
    pub code: VerificationCode,
}

/// One certification that passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Certification {
    pub method: Method,
    pub receipt: Receipt,
    /// SHA-256 of the certificate, lower-case hex; none for documents.
    pub certificate: Option<String>,
    /// When what it rests on ends: the certificate, or the first of the documents.
    pub expires_at: Option<Timestamp>,
}
