//! Certification by signature.

use crate::schemas::*;

#[utoipa::path(post, path = "/v1/challenges", request_body = AskChallenge, security(("session" = [])), responses(
    (status = 201, body = Challenge),
    (status = 403, description = "not_allowed: the account has not the right `certify`"),
    (status = 422, description = "purpose_unsupported, bank_unknown, or proof_refused with enterprise_not_found"),
))]
fn challenge() {}

/// Accepts once; an IC card is bound to the account by it.
#[utoipa::path(post, path = "/v1/proofs", request_body = SubmitProof, security(("session" = [])),
    params(("Idempotency-Key" = String, Header, description = "the request_id of the body")), responses(
    (status = 201, body = Receipt, description = "the same answer to the same key and body"),
    (status = 400, description = "idempotency_key"),
    (status = 403, description = "not_allowed: the account has not the right `certify`, or no longer"),
    (status = 409, description = "idempotency_conflict"),
    (status = 422, description = "proof_refused"),
))]
fn submit() {}

#[utoipa::path(post, path = "/v1/bank-visits", request_body = AskVisit, security(("session" = [])), responses(
    (status = 201, body = BankVisit),
    (status = 403, description = "not_allowed: the account has not the right `certify`"),
    (status = 422, description = "bank_unknown, or proof_refused with enterprise_not_found"),
))]
fn open_visit() {}

#[utoipa::path(get, path = "/v1/bank-visits/{id}", security(("session" = [])),
    params(("id" = String, Path, format = "uuid"), ("wait" = Option<u64>, Query, minimum = 0,
        description = "seconds to wait for the visit to end, at most 20; none is no waiting")), responses(
    (status = 200, body = VisitState),
    (status = 400, description = "malformed"),
    (status = 404, description = "not_found: this session did not open it"),
))]
fn visit() {}
