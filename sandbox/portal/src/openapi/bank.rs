//! For banks' servers.

use crate::schemas::*;

#[utoipa::path(get, path = "/v1/banks/{bank}/visits/{state}", security(("bank" = [])),
    params(("bank" = String, Path), ("state" = String, Path)), responses(
    (status = 200, body = Challenge),
    (status = 404, description = "not_found"),
    (status = 409, description = "visit_used"),
    (status = 410, description = "visit_expired"),
))]
fn visit_challenge() {}

#[utoipa::path(post, path = "/v1/banks/{bank}/results", request_body = BankResult, security(("bank" = [])),
    params(("bank" = String, Path)), responses(
    (status = 204),
    (status = 403, description = "not_allowed: the account has no longer the right `certify`; nothing is spent"),
    (status = 404, description = "not_found"),
    (status = 409, description = "visit_used"),
    (status = 410, description = "visit_expired"),
    (status = 422, description = "proof_refused"),
))]
fn visit_result() {}
