//! The account itself.

use crate::schemas::*;

#[utoipa::path(get, path = "/v1/account", security(("session" = [])),
    responses((status = 200, body = AccountRecord)))]
fn account() {}

#[utoipa::path(put, path = "/v1/account/holder", request_body = PersonEdit, security(("session" = [])), responses(
    (status = 200, body = AccountRecord),
    (status = 409, description = "record_changed"),
    (status = 422, description = "data_refused with id_duplicate"),
))]
fn edit_holder() {}

/// Ends every other session of the account.
#[utoipa::path(put, path = "/v1/account/password", request_body = ChangePassword, security(("session" = [])),
    responses(
    (status = 204),
    (status = 401, description = "sign_in_refused: the old one is wrong"),
    (status = 429, description = "sign_in_delayed, sign_in_locked"),
))]
fn change_password() {}

/// Sends a code to a phone or an address that shall become the account's.
#[utoipa::path(post, path = "/v1/account/codes", request_body = CodeTarget, security(("session" = [])), responses(
    (status = 201, body = CodeSent),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn send_code() {}

#[utoipa::path(put, path = "/v1/account/codes/{id}", request_body = Code, security(("session" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 200, body = AccountRecord),
    (status = 404, description = "not_found: not an id"),
    (status = 422, description = "data_refused with sms_wrong, sms_expired (also for another account's), sms_too_many, \
        name_taken"),
))]
fn confirm_code() {}

#[utoipa::path(put, path = "/v1/account/preferences", request_body = Preferences, security(("session" = [])),
    responses((status = 200, body = AccountRecord)))]
fn set_preferences() {}

#[utoipa::path(get, path = "/v1/certifications", security(("session" = [])),
    responses((status = 200, body = Vec<Certification>, description = "newest first")))]
fn certifications() {}
