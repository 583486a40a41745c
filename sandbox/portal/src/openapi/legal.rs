//! Certification by the legal representative's documents. The portal keeps the steps.

use crate::schemas::*;

#[utoipa::path(get, path = "/v1/legal-certification", security(("session" = [])), responses(
    (status = 200, body = LegalCertification),
    (status = 403, description = "not_allowed: the account has not the right `certify`"),
    (status = 404, description = "not_found: none is open"),
))]
fn legal() {}

/// Opens one, or gives the open one.
#[utoipa::path(post, path = "/v1/legal-certification", security(("session" = [])), responses(
    (status = 201, body = LegalCertification),
    (status = 403, description = "not_allowed"),
))]
fn begin_legal() {}

/// Closes the open one; what was given is deleted.
#[utoipa::path(delete, path = "/v1/legal-certification", security(("session" = [])), responses(
    (status = 204),
    (status = 403, description = "not_allowed"),
))]
fn leave_legal() {}

/// Step 1.
#[utoipa::path(put, path = "/v1/legal-certification/company", request_body = LegalCompany,
    security(("session" = [])), responses(
    (status = 200, body = LegalCertification),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found: none is open"),
    (status = 409, description = "record_changed: this is not the step"),
    (status = 422, description = "data_refused with enterprise_not_found, enterprise_mismatch, legal_person_mismatch"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn legal_company() {}

/// Sends a code to the phone that the bank has with this card, for the open step.
#[utoipa::path(post, path = "/v1/legal-certification/codes", request_body = BankCard, security(("session" = [])),
    responses(
    (status = 201, body = CodeSent),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found: none is open"),
    (status = 409, description = "record_changed: this step needs no code"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn legal_code() {}

/// Step 2.
#[utoipa::path(put, path = "/v1/legal-certification/legal-representative", request_body = PersonCheck,
    security(("session" = [])), responses(
    (status = 200, body = LegalCertification),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found: none is open"),
    (status = 409, description = "record_changed: this is not the step"),
    (status = 422, description = "data_refused with validity_mismatch, not_in_ctid, bank_card_mismatch, sms_wrong, \
        sms_expired, sms_too_many"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn legal_person() {}

/// Step 3; its end certifies.
#[utoipa::path(put, path = "/v1/legal-certification/holder", request_body = LegalHolder,
    security(("session" = [])), responses(
    (status = 200, body = LegalCertification),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found: none is open"),
    (status = 409, description = "record_changed: this is not the step"),
    (status = 422, description = "data_refused as in step 2, and id_duplicate"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn legal_holder() {}
