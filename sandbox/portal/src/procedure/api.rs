//! The operations on platforms and procedures.

use super::given::Given;
use super::scan::Scan;
use super::walk::Caller;
use crate::Portal;
use crate::api::{answer, blocking, created, in_session};
use crate::problem::Problem;
use crate::visit::LONGEST_WAIT;
use crate::wire::{Address, Bearer, Body, IdempotencyKey, IfMatch, Named, NamedTwo, Part};
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use futures_util::stream::unfold;
use serde::Deserialize;
use std::time::Duration;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{PathId, PlatformId, StepId};
use tongguan_core::ports::{AskTicket, FileFacts, StepAnswer};

/// A proxy that gathers an answer before it hands it on keeps events back.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

pub(crate) fn routes() -> Router<Portal> {
    let parts = DefaultBodyLimit::max(usize::try_from(FileFacts::LARGEST_PART).unwrap_or(usize::MAX));
    Router::new()
        .route("/v1/platforms", get(platforms))
        .route("/v1/procedures", post(open))
        .route("/v1/procedures/{id}", get(procedure).delete(leave))
        .route("/v1/procedures/{id}/events", get(events))
        .route("/v1/procedures/{id}/steps/{step}", put(step))
        .route("/v1/procedures/{id}/codes", post(send_code))
        .route("/v1/procedures/{id}/tickets", post(open_ticket))
        .route("/v1/scans", post(scan))
        .route("/v1/procedures/{id}/uploads", post(begin_upload))
        .route("/v1/procedures/{id}/uploads/{upload}", get(upload).patch(take_part).layer(parts))
        .route("/v1/procedures/{id}/letter", get(letter))
        .route("/v1/branches", get(branches))
}

/// As [`blocking`], for a session or a phone.
async fn in_walk<T, F>(portal: Portal, Bearer(token): Bearer, work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&Portal, &Caller) -> Result<T, Problem> + Send + 'static,
{
    blocking(portal, move |portal| work(portal, &portal.caller(&token)?)).await
}

async fn platforms(State(portal): State<Portal>, bearer: Bearer) -> Result<Response, Problem> {
    Ok(answer(in_session(portal, bearer, Portal::platform_states).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenProcedure {
    platform: PlatformId,
    path: PathId,
}

async fn open(
    State(portal): State<Portal>,
    bearer: Bearer,
    IdempotencyKey(key): IdempotencyKey,
    Body(body): Body<OpenProcedure>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &_| p.open_procedure(session, &body.platform, &body.path, &key);
    Ok(created(in_session(portal, bearer, work).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    version: Option<u32>,
    #[serde(default)]
    wait: u64,
}

async fn procedure(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
    since: Result<Query<Since>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(since) = since.map_err(|_| Problem::Malformed)?;
    // Looking is using the session; waiting is not.
    let Some(version) = since.version else {
        return Ok(answer(in_walk(portal, bearer, move |p, caller| p.procedure(caller, &id)).await?));
    };
    let patience = Duration::from_secs(since.wait.min(LONGEST_WAIT));
    portal.await_version(&bearer.0, &id, version, patience).await?;
    let look = move |p: &Portal| p.procedure(&p.waiting_caller(&bearer.0)?, &id);
    Ok(answer(blocking(portal, look).await?))
}

async fn events(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
) -> Result<Response, Problem> {
    let events = unfold(portal.listen(bearer.0, id).await?, |listener| listener.next());
    let mut response = Sse::new(events).into_response();
    response.headers_mut().insert(UNBUFFERED, HeaderValue::from_static("no"));
    Ok(response)
}

async fn step(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    NamedTwo(id, step): NamedTwo<RequestId, StepId>,
    IfMatch(version): IfMatch,
    Body(body): Body<StepAnswer>,
) -> Result<Response, Problem> {
    let keys = portal.run_key().of_caller(&bearer.0);
    let work = move |p: &Portal, caller: &_| {
        p.answer_step(caller, &address, &Given { id: &id, version, step: &step, answer: &body, keys })
    };
    Ok(answer(in_walk(portal, bearer, work).await?))
}

async fn leave(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
) -> Result<StatusCode, Problem> {
    in_walk(portal, bearer, move |p, caller| p.leave_procedure(caller, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn send_code(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Named(id): Named<RequestId>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, caller: &_| p.send_step_code(caller, &address, &id);
    Ok(created(in_walk(portal, bearer, work).await?))
}

async fn open_ticket(
    State(portal): State<Portal>,
    bearer: Bearer,
    address: Address,
    Named(id): Named<RequestId>,
    Body(body): Body<AskTicket>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, session: &crate::session::Session| {
        p.open_ticket(&Caller::Account(session.clone()), &address, &id, &body)
    };
    Ok(created(in_session(portal, bearer, work).await?))
}

async fn scan(
    State(portal): State<Portal>,
    address: Address,
    Body(body): Body<Scan>,
) -> Result<Response, Problem> {
    Ok(created(blocking(portal, move |p| p.scan(&address, &body)).await?))
}

async fn begin_upload(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
    Body(body): Body<FileFacts>,
) -> Result<Response, Problem> {
    Ok(created(in_walk(portal, bearer, move |p, caller| p.begin_upload(caller, &id, &body)).await?))
}

async fn upload(
    State(portal): State<Portal>,
    bearer: Bearer,
    NamedTwo(id, upload): NamedTwo<RequestId, RequestId>,
) -> Result<Response, Problem> {
    Ok(answer(in_walk(portal, bearer, move |p, caller| p.upload(caller, &id, &upload)).await?))
}

async fn take_part(
    State(portal): State<Portal>,
    bearer: Bearer,
    NamedTwo(id, upload): NamedTwo<RequestId, RequestId>,
    part: Part,
) -> Result<Response, Problem> {
    let work = move |p: &Portal, caller: &_| p.take_part(caller, &id, &upload, part.offset, &part.bytes);
    Ok(answer(in_walk(portal, bearer, work).await?))
}

async fn letter(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
) -> Result<Response, Problem> {
    let work =
        move |p: &Portal, session: &crate::session::Session| p.letter(&Caller::Account(session.clone()), &id);
    let letter = in_session(portal, bearer, work).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], letter).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Find {
    #[serde(default)]
    find: String,
}

async fn branches(
    State(portal): State<Portal>,
    bearer: Bearer,
    find: Result<Query<Find>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Find { find }) = find.map_err(|_| Problem::Malformed)?;
    Ok(answer(in_session(portal, bearer, move |p, _| p.branches(&find)).await?))
}
