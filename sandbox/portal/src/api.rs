//! The operations. Each runs its SQLite work off the async threads.

use crate::Portal;
use crate::bodies::{AskChallenge, AskVisit, BankResult, SubmitProof};
use crate::problem::Problem;
use crate::session::Session;
use crate::wire::{BODY_LIMIT, BankSecret, Bearer, Body, IdempotencyKey, Named, Wait};
use crate::{account_api, codes_api, company_api, legal_api, sign_in_api};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::Serialize;
use serde_json::json;
use tongguan_core::domain::RequestId;

/// All routes; anything else is 404 with a problem body.
pub fn router(portal: Portal) -> Router {
    Router::new()
        .merge(sign_in_api::routes())
        .merge(company_api::routes())
        .merge(account_api::routes())
        .merge(codes_api::routes())
        .merge(legal_api::routes())
        .merge(crate::procedure::routes())
        .route("/v1/challenges", post(challenge))
        .route("/v1/proofs", post(submit))
        .route("/v1/bank-visits", post(open_visit))
        .route("/v1/bank-visits/{id}", get(visit))
        .route("/v1/banks/{bank}/visits/{state}", get(visit_challenge))
        .route("/v1/banks/{bank}/results", post(visit_result))
        .route("/v1/health", get(health))
        .route("/v1/openapi.json", get(openapi))
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::map_response(headers))
        .with_state(portal)
}

/// Nothing here may be kept by anybody between, or taken for another type.
async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Runs `work` where blocking is allowed.
pub(crate) async fn blocking<T, F>(portal: Portal, work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&Portal) -> Result<T, Problem> + Send + 'static,
{
    tokio::task::spawn_blocking(move || work(&portal)).await.unwrap_or(Err(Problem::Internal))
}

/// As [`blocking`], with the session that the token names.
pub(crate) async fn in_session<T, F>(portal: Portal, Bearer(token): Bearer, work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&Portal, &Session) -> Result<T, Problem> + Send + 'static,
{
    blocking(portal, move |portal| work(portal, &portal.session(&token)?)).await
}

/// The answer to a read or a change.
pub(crate) fn answer(body: impl Serialize) -> Response {
    Json(body).into_response()
}

pub(crate) fn created(body: impl Serialize) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

async fn challenge(
    State(portal): State<Portal>,
    bearer: Bearer,
    Body(body): Body<AskChallenge>,
) -> Result<Response, Problem> {
    let means = body.means()?;
    Ok(created(in_session(portal, bearer, move |p, session| p.challenge(session, &means)).await?))
}

async fn submit(
    State(portal): State<Portal>,
    bearer: Bearer,
    IdempotencyKey(key): IdempotencyKey,
    Body(body): Body<SubmitProof>,
) -> Result<Response, Problem> {
    if body.request_id != key {
        return Err(Problem::IdempotencyKey);
    }
    Ok(created(in_session(portal, bearer, move |p, session| p.submit(session, &key, &body.proof)).await?))
}

async fn open_visit(
    State(portal): State<Portal>,
    bearer: Bearer,
    Body(body): Body<AskVisit>,
) -> Result<Response, Problem> {
    Ok(created(in_session(portal, bearer, move |p, session| p.open_visit(session, &body.bank)).await?))
}

async fn visit(
    State(portal): State<Portal>,
    bearer: Bearer,
    Named(id): Named<RequestId>,
    Wait(wait): Wait,
) -> Result<Response, Problem> {
    let look = || {
        let id = id.clone();
        in_session(portal.clone(), bearer.clone(), move |p, session| p.visit_state(session, &id))
    };
    Ok(Json(portal.await_visit(wait, look).await?).into_response())
}

async fn visit_challenge(
    State(portal): State<Portal>,
    BankSecret(secret): BankSecret,
    Path((bank, state)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let work = move |p: &Portal| p.visit_challenge(p.bank_server(&bank, &secret)?, &state);
    Ok(Json(blocking(portal, work).await?).into_response())
}

async fn visit_result(
    State(portal): State<Portal>,
    BankSecret(secret): BankSecret,
    Path(bank): Path<String>,
    Body(body): Body<BankResult>,
) -> Result<StatusCode, Problem> {
    let work = move |p: &Portal| p.visit_result(p.bank_server(&bank, &secret)?, &body.state, &body.proof);
    blocking(portal, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn health(State(portal): State<Portal>) -> Result<Response, Problem> {
    blocking(portal, |portal| portal.store(|c| c.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))))
        .await?;
    Ok(Json(json!({ "status": "ok" })).into_response())
}

async fn openapi() -> Response {
    Json(crate::document()).into_response()
}
