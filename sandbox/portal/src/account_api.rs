//! The operations on the account itself.

use crate::Portal;
use crate::api::{answer, in_session};
use crate::bodies::ChangePassword;
use crate::problem::Problem;
use crate::wire::{Address, Bearer, Before, Body, KeyIfAny};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, put};
use tongguan_core::ports::{PersonEdit, PreferencesSet};

pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .route("/v1/account", get(account))
        .route("/v1/account/holder", put(edit_holder))
        .route("/v1/account/password", put(change_password))
        .route("/v1/account/preferences", put(set_preferences))
        .route("/v1/certifications", get(certifications))
}

async fn account(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::account).await?))
}

async fn edit_holder(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<PersonEdit>,
) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, move |p, session| p.edit_holder(session, &address, &body)).await?))
}

async fn change_password(
    State(portal): State<Portal>,
    bearer: Bearer,
    KeyIfAny(key): KeyIfAny,
    Body(body): Body<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let work = move |p: &Portal, session: &_| p.change_password(session, key.as_ref(), &body.old, &body.new);
    in_session(portal, bearer, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_preferences(
    State(portal): State<Portal>,
    bearer: Bearer,
    Body(body): Body<PreferencesSet>,
) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, move |p, session| p.set_preferences(session, &body)).await?))
}

async fn certifications(
    State(portal): State<Portal>,
    bearer: Bearer,
    Before(before): Before,
) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, move |p, session| p.certifications(session, before)).await?))
}
