//! Before and around a session.

use crate::schemas::*;

/// A picture, or a sum in words for those who cannot see it. Good for one answer and for five minutes.
#[utoipa::path(post, path = "/v1/captchas", request_body = AskCaptcha, responses(
    (status = 201, body = Captcha),
    (status = 429, description = "too_often, by client address"),
))]
fn captcha() {}

/// With a password. Any answer spends the captcha. The token is a new one every time.
#[utoipa::path(post, path = "/v1/sessions", request_body = SignIn, responses(
    (status = 201, body = SignedIn),
    (status = 401, description = "sign_in_refused: also for an account that is not there or is disabled"),
    (status = 422, description = "captcha_wrong"),
    (status = 429, description = "sign_in_delayed, sign_in_locked, too_often"),
))]
fn sign_in() {}

/// Ends this session.
#[utoipa::path(delete, path = "/v1/sessions/current", security(("session" = [])), responses((status = 204)))]
fn sign_out() {}

/// Ends every session of the account.
#[utoipa::path(delete, path = "/v1/sessions", security(("session" = [])), responses((status = 204)))]
fn sign_out_everywhere() {}

/// What is to be signed so that this card signs in the account that it is bound to.
#[utoipa::path(post, path = "/v1/card-challenges", request_body = ShowCard, responses(
    (status = 201, body = Challenge, description = "its purpose is `login`"),
    (status = 422, description = "card_not_bound, or proof_refused with cert_untrusted, cert_expired, \
        cert_revoked, cert_other_enterprise"),
    (status = 429, description = "too_often, by client address"),
))]
fn card_challenge() {}

/// With a card. One signature opens one session; sent again before anybody used that one, another in its place.
#[utoipa::path(post, path = "/v1/card-sessions", request_body = SubmitProof,
    params(("Idempotency-Key" = String, Header, description = "the request_id of the body")), responses(
    (status = 201, body = SignedIn),
    (status = 400, description = "idempotency_key"),
    (status = 409, description = "idempotency_conflict"),
    (status = 422, description = "proof_refused; card_not_bound, also where the account was disabled meanwhile"),
    (status = 429, description = "too_often, by client address"),
))]
fn card_session() {}

#[utoipa::path(get, path = "/v1/profile", security(("session" = [])), responses((status = 200, body = Profile)))]
fn profile() {}
