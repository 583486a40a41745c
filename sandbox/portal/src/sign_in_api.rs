//! The operations around a session.

use crate::Portal;
use crate::api::{answer, blocking, created, in_session};
use crate::bodies::{AskCaptcha, ShowCard, SignIn, SubmitProof};
use crate::problem::Problem;
use crate::wire::{Address, Bearer, Body, IdempotencyKey};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, post};

pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .route("/v1/captchas", post(captcha))
        .route("/v1/sessions", post(sign_in).delete(sign_out_everywhere))
        .route("/v1/sessions/current", delete(sign_out))
        .route("/v1/card-challenges", post(card_challenge))
        .route("/v1/card-sessions", post(card_session))
        .route("/v1/profile", get(profile))
}

async fn captcha(
    State(portal): State<Portal>,
    address: Address,
    Body(body): Body<AskCaptcha>,
) -> Result<Response, Problem> {
    Ok(created(blocking(portal, move |portal| portal.captcha(body.kind, &address)).await?))
}

async fn sign_in(
    State(portal): State<Portal>,
    address: Address,
    Body(body): Body<SignIn>,
) -> Result<Response, Problem> {
    Ok(created(blocking(portal, move |portal| portal.sign_in(&body, &address)).await?))
}

async fn card_challenge(
    State(portal): State<Portal>,
    address: Address,
    Body(body): Body<ShowCard>,
) -> Result<Response, Problem> {
    let work = move |portal: &Portal| portal.card_challenge(&body.certificate, &address);
    Ok(created(blocking(portal, work).await?))
}

async fn card_session(
    State(portal): State<Portal>,
    address: Address,
    IdempotencyKey(key): IdempotencyKey,
    Body(body): Body<SubmitProof>,
) -> Result<Response, Problem> {
    if body.request_id != key {
        return Err(Problem::IdempotencyKey);
    }
    let work = move |portal: &Portal| portal.card_session(&key, &body.proof, &address);
    Ok(created(blocking(portal, work).await?))
}

async fn sign_out(State(portal): State<Portal>, bearer: Bearer) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, Portal::sign_out).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sign_out_everywhere(State(portal): State<Portal>, bearer: Bearer) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, Portal::sign_out_everywhere).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn profile(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::profile).await?))
}
