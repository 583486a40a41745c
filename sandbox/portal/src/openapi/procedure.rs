//! Procedures on platforms, at a desk and on a phone. Where both are named, a phone's bearer is for its own
//! procedure alone: any other is not_found.

use crate::schemas::*;

#[utoipa::path(get, path = "/v1/platforms", security(("session" = [])), responses(
    (status = 200, body = Vec<PlatformState>),
))]
fn platforms() {}

/// Opens one; for a person or company the one that is open is given again.
#[utoipa::path(post, path = "/v1/procedures", request_body = AskProcedure, security(("session" = [])),
    params(("Idempotency-Key" = String, Header, format = "uuid",
        description = "drawn for each wish of the user: asked twice with it, one is opened")), responses(
    (status = 201, body = Procedure),
    (status = 400, description = "idempotency_key"),
    (status = 403, description = "not_allowed: a company or matter needs the right `certify`"),
    (status = 404, description = "not_found: no such platform, or no such path for an account"),
    (status = 409, description = "idempotency_conflict"),
    (status = 422, description = "input_invalid with path: too_many"),
    (status = 429, description = "too_often"),
))]
fn open() {}

/// With `version`, waits until it is at another one, or over: that is no use of the session.
#[utoipa::path(get, path = "/v1/procedures/{id}", security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid"),
        ("version" = Option<u32>, Query, minimum = 0, description = "that the client has seen"),
        ("wait" = Option<u64>, Query, minimum = 0, description = "seconds, at most 20")), responses(
    (status = 200, body = Procedure),
    (status = 400, description = "malformed"),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
))]
fn procedure() {}

/// `event: version`, `data: N`: at once, and after each change. A comment comes every 15 seconds. Ends when the
/// procedure is over, or the bearer is worth nothing any more. Listening is no use of the session.
#[utoipa::path(get, path = "/v1/procedures/{id}/events", security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 200, body = VersionEvent, content_type = "text/event-stream"),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 429, description = "too_often: the bearer has 64 open"),
))]
fn events() {}

/// The same answer once more is answered once more.
#[utoipa::path(put, path = "/v1/procedures/{id}/steps/{step}", request_body = StepAnswer,
    security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid"),
        ("step" = String, Path, description = "the one that is open", example = "authorise"),
        ("If-Match" = String, Header, description = "the version that the client has seen, in quotes",
            example = "\"1\"")), responses(
    (status = 200, body = Procedure),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 409, description = "record_changed: this is not the step, or no longer the version"),
    (status = 422, description = "data_refused"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn answer() {}

/// Closes it; what was given is deleted. On a phone it cancels: what the ticket was for shows phone_cancelled.
#[utoipa::path(delete, path = "/v1/procedures/{id}", security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 204),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
))]
fn leave() {}

/// For the open step, which asks for a code. The version stays.
#[utoipa::path(post, path = "/v1/procedures/{id}/codes", security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 201, body = CodeSent),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 409, description = "record_changed: the step asks for no code"),
    (status = 422, description = "input_invalid: the account has no phone"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable"),
))]
fn send_code() {}

/// The ticket before is worth nothing any more, nor is what a phone has begun with it.
#[utoipa::path(post, path = "/v1/procedures/{id}/tickets", request_body = AskTicket, security(("session" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 201, body = Ticket),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 409, description = "record_changed: the step gives no tickets, or the duty is done"),
    (status = 429, description = "too_often"),
    (status = 503, description = "register_unavailable: the link was not sent"),
))]
fn open_ticket() {}

/// A phone opens a ticket, once; or a path that needs none.
#[utoipa::path(post, path = "/v1/scans", request_body = Scan, responses(
    (status = 201, body = Scanned),
    (status = 404, description = "not_found: no path that needs no ticket"),
    (status = 422, description = "data_refused with ticket_used, ticket_expired"),
    (status = 429, description = "too_often"),
))]
fn scan() {}

/// For a slot of the open step. The same hash again: the one that was begun.
#[utoipa::path(post, path = "/v1/procedures/{id}/uploads", request_body = FileFacts,
    security(("session" = []), ("phone" = [])), params(("id" = String, Path, format = "uuid")), responses(
    (status = 201, body = Upload),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 409, description = "record_changed: the step has no such slot"),
    (status = 422, description = "file_unusable"),
    (status = 429, description = "too_often"),
))]
fn begin_upload() {}

#[utoipa::path(get, path = "/v1/procedures/{id}/uploads/{upload}", security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid"), ("upload" = String, Path, format = "uuid")), responses(
    (status = 200, body = Upload),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
))]
fn upload() {}

/// At most 256 KiB, from `Upload-Offset` on.
#[utoipa::path(patch, path = "/v1/procedures/{id}/uploads/{upload}",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("session" = []), ("phone" = [])),
    params(("id" = String, Path, format = "uuid"), ("upload" = String, Path, format = "uuid"),
        ("Upload-Offset" = u32, Header)), responses(
    (status = 200, body = Upload),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 409, description = "record_changed: the portal has another offset"),
    (status = 422, description = "file_unusable"),
    (status = 429, description = "too_often"),
))]
fn take_part() {}

/// The authorisation letter to be stamped.
#[utoipa::path(get, path = "/v1/procedures/{id}/letter", security(("session" = [])),
    params(("id" = String, Path, format = "uuid")), responses(
    (status = 200, body = Vec<u8>, content_type = "application/pdf"),
    (status = 403, description = "not_allowed"),
    (status = 404, description = "not_found"),
    (status = 409, description = "record_changed: the step is no transfer"),
))]
fn letter() {}

/// By name, city or number; the first fifty.
#[utoipa::path(get, path = "/v1/branches", security(("session" = [])),
    params(("find" = Option<String>, Query)), responses(
    (status = 200, body = Vec<Branch>),
    (status = 400, description = "malformed"),
    (status = 422, description = "input_invalid"),
    (status = 503, description = "register_unavailable"),
))]
fn branches() {}
