//! The operations on a company, its operators and its cards.

use crate::Portal;
use crate::api::{answer, in_session};
use crate::bodies::Decision;
use crate::problem::Problem;
use crate::wire::{Address, Bearer, Body, Named};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use tongguan_core::domain::{AccountName, RequestId};
use tongguan_core::ports::{CompanyEdit, NewOperator, OperatorSet, PersonEdit};

pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .route("/v1/company", get(company).put(edit_company))
        .route("/v1/company/legal-representative", put(edit_legal))
        .route("/v1/operators", get(operators).post(add_operator))
        .route("/v1/operators/{account}", put(set_operator))
        .route("/v1/upgrade-request", post(ask_upgrade))
        .route("/v1/upgrade-requests/{account}", put(decide_upgrade))
        .route("/v1/cards", get(cards))
        .route("/v1/cards/{id}", delete(unbind_card))
}

async fn company(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::company).await?))
}

async fn edit_company(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<CompanyEdit>,
) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, move |p, session| p.edit_company(session, &address, body)).await?))
}

async fn edit_legal(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<PersonEdit>,
) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, move |p, session| p.edit_legal(session, &address, &body)).await?))
}

async fn operators(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::operators).await?))
}

async fn add_operator(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<NewOperator>,
) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, move |p, session| p.add_operator(session, &address, &body)).await?;
    Ok(StatusCode::CREATED)
}

async fn set_operator(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(account): Named<AccountName>,
    Body(body): Body<OperatorSet>,
) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, move |p, session| p.set_operator(session, &account, &body)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn ask_upgrade(State(portal): State<Portal>, bearer: Bearer) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, Portal::ask_upgrade).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn decide_upgrade(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(account): Named<AccountName>,
    Body(body): Body<Decision>,
) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, move |p, session| p.decide_upgrade(session, &account, body.accept)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn cards(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::cards).await?))
}

async fn unbind_card(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, move |p, session| p.unbind_card(session, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
