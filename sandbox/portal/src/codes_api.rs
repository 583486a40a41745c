//! The operations on codes for phone and e-mail.

use crate::Portal;
use crate::api::{answer, created, in_session};
use crate::problem::Problem;
use crate::wire::{Address, Bearer, Body, Named};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{post, put};
use serde::Deserialize;
use tongguan_core::domain::{RequestId, VerificationCode};
use tongguan_core::ports::{CodeEntered, CodeTarget};

/// The id stands in the path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entered {
    code: VerificationCode,
}

pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .route("/v1/account/codes", post(send_code))
        .route("/v1/account/codes/{id}", put(confirm_code))
}

async fn send_code(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<CodeTarget>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &_| p.send_contact_code(session, &address, &body);
    Ok(created(in_session(portal, bearer, work).await?))
}

async fn confirm_code(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
    Body(body): Body<Entered>,
) -> Result<Response, Problem> {
    let entered = CodeEntered { id, code: body.code };
    Ok(answer(in_session(portal, bearer, move |p, session| p.confirm_contact(session, &entered)).await?))
}
