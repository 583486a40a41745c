//! The account itself.

use crate::schemas::*;

#[utoipa::path(get, path = "/v1/account", security(("session" = [])),
    responses((status = 200, body = AccountRecord)))]
fn account() {}

#[utoipa::path(put, path = "/v1/account/holder", request_body = PersonEdit, security(("session" = [])), responses(
    (status = 200, body = AccountRecord),
    (status = 409, description = "record_changed"),
    (status = 422, description = "data_refused with id_duplicate"),
    (status = 429, description = "too_often: numbers of documents are counted"),
))]
fn edit_holder() {}

/// Ends every other session of the account. What was done under a key is answered as done again, as long as the
/// password is still the new one.
#[utoipa::path(put, path = "/v1/account/password", request_body = ChangePassword, security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, format = "uuid",
        description = "the same when it is sent again after a lost answer")),
    responses(
    (status = 204),
    (status = 400, description = "idempotency_key"),
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
        contact_taken"),
))]
fn confirm_code() {}

#[utoipa::path(put, path = "/v1/account/preferences", request_body = PreferencesSet, security(("session" = [])),
    responses((status = 200, body = AccountRecord)))]
fn set_preferences() {}

/// Fifty at a time; the next page is behind the last receipt of this one.
#[utoipa::path(get, path = "/v1/certifications", security(("session" = [])),
    params(("before" = Option<String>, Query, pattern = "^SW-[0-9]{4}-[0-9]{6,9}$",
        description = "number of a receipt; none is the first page")), responses(
    (status = 200, body = Vec<Certification>, description = "newest first"),
    (status = 400, description = "malformed"),
))]
fn certifications() {}
