//! The account itself.

use super::{Method, PersonRecord, Receipt, Right, Role};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(ToSchema)]
pub(crate) struct AccountRecord {
    version: i64,
    account: String,
    role: Role,
    rights: Vec<Right>,
    /// The person who the account belongs to.
    holder: PersonRecord,
    /// Only the ends are left.
    #[schema(required)]
    phone: Option<String>,
    /// Only the ends are left.
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    region: Option<String>,
    notifications: Notifications,
    /// The password was given by an administrator, or is older than a year.
    change_password: bool,
    /// Saved since sign-in: it takes effect at the next one.
    sign_in_again: bool,
}

/// What is not given stays as it is.
#[derive(ToSchema)]
pub(crate) struct PreferencesSet {
    /// Access region: the first two digits of GB/T 2260. `null`: of none any more.
    #[schema(pattern = "^[1-6][0-9]$", example = "13")]
    region: Option<String>,
    notifications: Option<NotificationsSet>,
}

/// What is not given stays as it is.
#[derive(ToSchema)]
pub(crate) struct NotificationsSet {
    sign_in: Option<bool>,
    certification: Option<bool>,
    expiry: Option<bool>,
}

/// Of what the account's phone is told.
#[derive(ToSchema)]
pub(crate) struct Notifications {
    sign_in: bool,
    certification: bool,
    expiry: bool,
}

#[derive(ToSchema)]
pub(crate) struct ChangePassword {
    #[schema(format = Password)]
    old: String,
    #[schema(format = Password, min_length = 8, max_length = 64)]
    new: String,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub(crate) enum CodeTarget {
    Phone {
        #[schema(pattern = "^1[3-9][0-9]{9}$", example = "19900000000")]
        phone: String,
    },
    Email {
        #[schema(format = "email", max_length = 254, example = "clerk@example.com")]
        email: String,
    },
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CodeSent {
    #[schema(format = "uuid")]
    id: String,
    /// Only the ends are left.
    to: String,
    /// 60 seconds from now.
    resend_at: String,
    /// 300 seconds from now.
    expires_at: String,
}

#[derive(ToSchema)]
pub(crate) struct Code {
    #[schema(pattern = "^[0-9]{6}$", example = "012345")]
    code: String,
}

#[derive(ToSchema)]
pub(crate) struct Certification {
    method: Method,
    receipt: Receipt,
    /// SHA-256 of the certificate, lower-case hex; none for documents.
    #[schema(required)]
    certificate: Option<String>,
    /// When what it rests on ends: the certificate, or the first of the documents.
    #[schema(required)]
    expires_at: Option<String>,
}
