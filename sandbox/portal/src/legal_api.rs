//! The operations of certification by documents.

use crate::Portal;
use crate::api::{answer, created, in_session};
use crate::problem::Problem;
use crate::wire::{Address, Bearer, Body};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post, put};
use tongguan_core::ports::{BankCard, LegalCompany, LegalHolder, PersonCheck};

pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .route("/v1/legal-certification", get(legal).post(begin).delete(leave))
        .route("/v1/legal-certification/company", put(company))
        .route("/v1/legal-certification/codes", post(send_code))
        .route("/v1/legal-certification/legal-representative", put(person))
        .route("/v1/legal-certification/holder", put(holder))
}

async fn legal(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::legal).await?))
}

async fn begin(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(created(in_session(portal, bearer, Portal::begin_legal).await?))
}

async fn leave(State(portal): State<Portal>, bearer: Bearer) -> Result<StatusCode, Problem> {
    in_session(portal, bearer, Portal::leave_legal).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn company(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<LegalCompany>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &_| p.legal_company(session, &address, &body);
    Ok(answer(in_session(portal, bearer, work).await?))
}

async fn send_code(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<BankCard>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &_| p.legal_code(session, &address, &body);
    Ok(created(in_session(portal, bearer, work).await?))
}

async fn person(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<PersonCheck>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &_| p.legal_person(session, &address, &body);
    Ok(answer(in_session(portal, bearer, work).await?))
}

async fn holder(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Body(body): Body<LegalHolder>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &_| p.legal_holder(session, &address, &body);
    Ok(answer(in_session(portal, bearer, work).await?))
}
