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
    info(title = "Tongguan portal", version = "1", description = "Certification of a company with a card: \
        session, challenge, signed proof, receipt. Every error is application/problem+json with a `code`."),
    paths(sign_in, sign_out, profile, challenge, submit, certifications, health, openapi_json),
    components(schemas(Problem)),
    modifiers(&BearerScheme)
)]
struct Document;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        document.components.get_or_insert_default().add_security_scheme("session", scheme);
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
    (status = 422, body = P, content_type = "application/problem+json", description = "purpose_unsupported"),
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

#[utoipa::path(get, path = "/v1/health", responses((status = 200, body = Health)))]
fn health() {}

#[utoipa::path(get, path = "/v1/openapi.json", responses((status = 200, description = "this document")))]
fn openapi_json() {}
