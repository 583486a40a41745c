//! The company, its operators and cards. Everything is of the session's own company or account; a name that is
//! another's is not found.

use crate::schemas::*;

#[utoipa::path(get, path = "/v1/company", security(("session" = [])),
    responses((status = 200, body = CompanyRecord)))]
fn company() {}

/// Of name, unified code and organisation code at most two change at once; the register must have it like this.
/// What is on record already is answered as it is.
#[utoipa::path(put, path = "/v1/company", request_body = CompanyEdit, security(("session" = [])), responses(
    (status = 200, body = CompanyRecord),
    (status = 403, description = "not_allowed: the account has not the right `edit_company`"),
    (status = 409, description = "record_changed: the version is not the newest; nothing is written"),
    (status = 422, description = "data_refused with too_many_changes, enterprise_not_found, enterprise_mismatch, \
        legal_person_mismatch"),
    (status = 429, description = "too_often: what the register is asked is counted"),
    (status = 503, description = "register_unavailable"),
))]
fn edit_company() {}

#[utoipa::path(put, path = "/v1/company/legal-representative", request_body = PersonEdit,
    security(("session" = [])), responses(
    (status = 200, body = CompanyRecord),
    (status = 403, description = "not_allowed: the account has not the right `edit_company`"),
    (status = 409, description = "record_changed"),
    (status = 422, description = "data_refused with enterprise_not_found, enterprise_mismatch, legal_person_mismatch"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn edit_legal() {}

/// Operators, and personal accounts that ask to be one.
#[utoipa::path(get, path = "/v1/operators", security(("session" = [])), responses(
    (status = 200, body = Vec<Operator>),
    (status = 403, description = "not_allowed: for administrators"),
))]
fn operators() {}

/// An operator who is there exactly like this, and has not signed in yet, is answered as added.
#[utoipa::path(post, path = "/v1/operators", request_body = NewOperator, security(("session" = [])), responses(
    (status = 201),
    (status = 403, description = "not_allowed: for administrators"),
    (status = 422, description = "data_refused with name_taken, id_duplicate"),
    (status = 429, description = "too_often"),
))]
fn add_operator() {}

/// Disabling ends the operator's sessions.
#[utoipa::path(put, path = "/v1/operators/{account}", request_body = OperatorSet, security(("session" = [])),
    params(("account" = String, Path)), responses(
    (status = 204),
    (status = 403, description = "not_allowed: for administrators"),
    (status = 404, description = "not_found"),
))]
fn set_operator() {}

/// A personal account asks to be made an operator of the company that it names.
#[utoipa::path(post, path = "/v1/upgrade-request", security(("session" = [])), responses(
    (status = 204),
    (status = 403, description = "not_allowed: for personal accounts"),
))]
fn ask_upgrade() {}

/// The same decision is answered the same again.
#[utoipa::path(put, path = "/v1/upgrade-requests/{account}", request_body = Decision, security(("session" = [])),
    params(("account" = String, Path)), responses(
    (status = 204),
    (status = 403, description = "not_allowed: for administrators"),
    (status = 404, description = "not_found: nobody of this name asks"),
))]
fn decide_upgrade() {}

/// Those that sign in this account.
#[utoipa::path(get, path = "/v1/cards", security(("session" = [])),
    responses((status = 200, body = Vec<BoundCard>)))]
fn cards() {}

/// One that this account has taken off is answered as taken off again.
#[utoipa::path(delete, path = "/v1/cards/{id}", security(("session" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 204),
    (status = 404, description = "not_found"),
))]
fn unbind_card() {}
