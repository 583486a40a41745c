//! The OpenAPI document: its operations.
#![allow(dead_code, reason = "the functions are read by the derive alone")]

use crate::schemas::*;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The document that `GET /v1/openapi.json` answers and `docs/portal-api/openapi.json` holds.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Tongguan portal", version = "1", description = "Certification of a company with a card or \
        a bank's UKey: session, challenge, signed proof, receipt. Every error is application/problem+json with a `code`."),
    paths(sign_in, sign_out, profile, challenge, submit, certifications, open_visit, visit,
        visit_challenge, visit_result, health, openapi_json),
    components(schemas(Problem)),
    modifiers(&BearerScheme)
)]
struct Document;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", scheme.clone());
        // The secret of a bank's server.
        components.add_security_scheme("bank", scheme);
    }
}

type P = Problem;

#[utoipa::path(post, path = "/v1/sessions", request_body = SignIn, responses(
    (status = 201, body = SignedIn),
    (status = 400, body = P, content_type = "application/problem+json", description = "malformed"),
    (status = 401, body = P, content_type = "application/problem+json", description = "sign_in_refused"),
    (status = 413, body = P, content_type = "application/problem+json", description = "too_large"),
    (status = 415, body = P, content_type = "application/problem+json", description = "media_type"),
    (status = 429, body = P, content_type = "application/problem+json", description = "sign_in_delayed",
        headers(("Retry-After" = u32, description = "seconds"))),
))]
fn sign_in() {}

#[utoipa::path(delete, path = "/v1/sessions/current", security(("session" = [])), responses(
    (status = 204),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
))]
fn sign_out() {}

#[utoipa::path(get, path = "/v1/profile", security(("session" = [])), responses(
    (status = 200, body = Profile),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
))]
fn profile() {}

#[utoipa::path(post, path = "/v1/challenges", request_body = AskChallenge, security(("session" = [])), responses(
    (status = 201, body = Challenge),
    (status = 400, body = P, content_type = "application/problem+json", description = "malformed"),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
    (status = 413, body = P, content_type = "application/problem+json", description = "too_large"),
    (status = 415, body = P, content_type = "application/problem+json", description = "media_type"),
    (status = 422, body = P, content_type = "application/problem+json", 
        description = "purpose_unsupported, bank_unknown, or proof_refused with enterprise_not_found"),
))]
fn challenge() {}

#[utoipa::path(post, path = "/v1/proofs", request_body = SubmitProof, security(("session" = [])),
    params(("Idempotency-Key" = String, Header, description = "the request_id of the body")),
    responses(
    (status = 201, body = Receipt, description = "the same answer to the same key and body"),
    (status = 400, body = P, content_type = "application/problem+json", description = "malformed, idempotency_key"),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
    (status = 409, body = P, content_type = "application/problem+json", description = "idempotency_conflict"),
    (status = 413, body = P, content_type = "application/problem+json", description = "too_large"),
    (status = 415, body = P, content_type = "application/problem+json", description = "media_type"),
    (status = 422, body = P, content_type = "application/problem+json", description = "proof_refused"),
))]
fn submit() {}

#[utoipa::path(get, path = "/v1/certifications", security(("session" = [])), responses(
    (status = 200, body = Vec<Certification>, description = "newest first"),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
))]
fn certifications() {}

#[utoipa::path(post, path = "/v1/bank-visits", request_body = AskVisit, security(("session" = [])), responses(
    (status = 201, body = BankVisit),
    (status = 400, body = P, content_type = "application/problem+json", description = "malformed"),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
    (status = 413, body = P, content_type = "application/problem+json", description = "too_large"),
    (status = 415, body = P, content_type = "application/problem+json", description = "media_type"),
    (status = 422, body = P, content_type = "application/problem+json",
        description = "bank_unknown, or proof_refused with enterprise_not_found"),
))]
fn open_visit() {}

#[utoipa::path(get, path = "/v1/bank-visits/{id}", security(("session" = [])),
    params(("id" = String, Path), ("wait" = Option<u64>, Query, minimum = 0,
        description = "seconds to wait for the visit to end, at most 20; none is no waiting")),
    responses(
    (status = 200, body = VisitState),
    (status = 400, body = P, content_type = "application/problem+json", description = "malformed"),
    (status = 401, body = P, content_type = "application/problem+json", description = "session_ended"),
    (status = 404, body = P, content_type = "application/problem+json",
        description = "not_found: this session did not open it"),
))]
fn visit() {}

#[utoipa::path(get, path = "/v1/banks/{bank}/visits/{state}", security(("bank" = [])),
    params(("bank" = String, Path), ("state" = String, Path)), responses(
    (status = 200, body = Challenge),
    (status = 401, body = P, content_type = "application/problem+json", description = "bank_refused"),
    (status = 404, body = P, content_type = "application/problem+json", description = "not_found"),
    (status = 409, body = P, content_type = "application/problem+json", description = "visit_used"),
    (status = 410, body = P, content_type = "application/problem+json", description = "visit_expired"),
))]
fn visit_challenge() {}

#[utoipa::path(post, path = "/v1/banks/{bank}/results", request_body = BankResult, security(("bank" = [])),
    params(("bank" = String, Path)), responses(
    (status = 204),
    (status = 400, body = P, content_type = "application/problem+json", description = "malformed"),
    (status = 401, body = P, content_type = "application/problem+json", description = "bank_refused"),
    (status = 404, body = P, content_type = "application/problem+json", description = "not_found"),
    (status = 409, body = P, content_type = "application/problem+json", description = "visit_used"),
    (status = 410, body = P, content_type = "application/problem+json", description = "visit_expired"),
    (status = 413, body = P, content_type = "application/problem+json", description = "too_large"),
    (status = 415, body = P, content_type = "application/problem+json", description = "media_type"),
    (status = 422, body = P, content_type = "application/problem+json", description = "proof_refused"),
))]
fn visit_result() {}

#[utoipa::path(get, path = "/v1/health", responses((status = 200, body = Health)))]
fn health() {}

#[utoipa::path(get, path = "/v1/openapi.json", responses((status = 200, description = "this document")))]
fn openapi_json() {}
