//! `GET /t/SECRET` opens a ticket; `GET` and `POST /w/PLATFORM/PATH` walk in where there is none; `/p/ID` are the
//! pages of a procedure, `/ctid` those of an app that is no platform's, and `/` is what a phone begins with. For phones
//! on this machine: another name for it than its loopback address is refused.

use crate::cookie;
use crate::entry::Sent;
use crate::fields::Before;
use crate::look::{Look, doors};
use crate::owner::Filling;
use crate::page::{Page, failed, way};
use crate::portal::{Backend, Phone};
use crate::stage::{View, over, place};
use crate::trouble::Trouble;
use crate::words::said;
use crate::{app, ctid, owner, start, support, tickets, upload};
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;
use tongguan_core::ports::{Procedure, Stage};
use tongguan_sandbox_outside::CtidDesk;
use tongguan_sandbox_pages::{Markup, on_loopback};

const SCRIPT: &str = include_str!("../pages/phone.js");
/// A signature of 5,000 points is far below it.
const LARGEST_FORM: usize = 128 << 10;
/// A browser that sends still more is cut off.
const LARGEST_BODY: usize = 128 << 20;

#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    done: usize,
    #[serde(default)]
    retake: u8,
    #[serde(default)]
    hand: u8,
}

pub(crate) fn router(backend: Backend, ctid: CtidDesk) -> Router {
    let ctid = ctid::router(ctid, Arc::clone(&backend.easel), LARGEST_BODY);
    let pictures = post(upload::picture).layer(DefaultBodyLimit::max(LARGEST_BODY));
    let mut router = Router::new()
        .route("/", get(start::show))
        .route("/t/{secret}", get(tickets::ticket))
        .route("/w/{platform}/{path}", get(tickets::door).post(tickets::walk_in))
        .route("/p/{id}", get(show).post(answer))
        .route("/p/{id}/code", post(code))
        .route("/p/{id}/cancel", post(cancel))
        .route("/p/{id}/wallet", post(owner::agree))
        .route("/wallet", get(owner::choose).post(owner::chosen))
        .route("/p/{id}/pictures/{slot}", pictures)
        .route("/app/{platform}/{system}", get(app::show))
        .route("/support/{platform}/{path}", get(support::show))
        .route("/support/{platform}/{path}/account", get(support::account))
        .route(
            "/phone.js",
            get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)),
        );
    for (name, to) in doors() {
        router = router.route(&format!("/{name}"), get(async move || Redirect::to(&to)));
    }
    router
        .with_state(backend)
        .merge(ctid)
        .fallback(async || stopped(&Trouble::Missing))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(own_forms))
        .layer(middleware::from_fn(on_loopback))
}

/// Browsers say where a form comes from (Fetch Metadata); the cookie is of no use to another site either.
async fn own_forms(request: Request, next: Next) -> Response {
    let from = request.headers().get("sec-fetch-site").and_then(|from| from.to_str().ok());
    match from {
        Some("same-site" | "cross-site") if request.method() == Method::POST => stopped(&Trouble::Foreign),
        _ => next.run(request).await,
    }
}

/// Nothing is known of a procedure.
pub(crate) fn stopped(trouble: &Trouble) -> Response {
    failed(&Look::plain(), None, trouble, Markup::default())
}

pub(crate) async fn found(
    backend: &Backend,
    headers: &HeaderMap,
    id: &str,
) -> Result<(Phone, Procedure), Trouble> {
    let phone = cookie::phone(headers, id)?;
    // A procedure that was forgotten is over for this phone.
    let procedure = backend.procedure(&phone).await.map_err(|trouble| match trouble {
        Trouble::Missing => Trouble::Ended,
        other => other,
    })?;
    Ok((phone, procedure))
}

async fn show(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(place): Query<Place>,
) -> Response {
    match found(&backend, &headers, &id).await {
        Ok((_, procedure)) => {
            let (done, retake) = (place.done, place.retake == 1);
            let filling = backend.owners.filling(&headers, &procedure, place.hand == 1);
            View { procedure: &procedure, done, retake, before: Before::default(), filling }.show()
        }
        Err(trouble) => stopped(&trouble),
    }
}

pub(crate) fn back(id: &str) -> Response {
    Redirect::to(&format!("/p/{id}")).into_response()
}

/// Of a procedure that is known: with a way back to its step.
pub(crate) fn refused(procedure: &Procedure, trouble: &Trouble) -> Response {
    let look = Look::of(&procedure.platform, &procedure.path);
    let retry = way(&format!("/p/{}?retake=1", procedure.id), said("retry"));
    failed(&look, Some(&place(&procedure.id)), trouble, retry)
}

async fn answer(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Path(id): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let (phone, procedure) = match found(&backend, &headers, &id).await {
        Ok(found) => found,
        Err(trouble) => return stopped(&trouble),
    };
    let Ok(Form(pairs)) = form else { return refused(&procedure, &Trouble::input("form", "format")) };
    let mut sent = Sent::new(pairs);
    if sent.get("version") != Some(procedure.version.to_string().as_str()) {
        return back(&id);
    }
    let filling = backend.owners.filling(&headers, &procedure, sent.get("wallet").is_none());
    if let (Filling::Filled(owner), Stage::Form { fields, .. }) = (&filling, &procedure.stage) {
        sent.fill_in(owner.values(fields));
    }
    let answered = match sent.answer(&procedure.stage) {
        Ok(answer) => backend.answer(&phone, &procedure, &answer).await.map(drop),
        Err(trouble) => Err(trouble),
    };
    match answered {
        Ok(()) | Err(Trouble::Changed) => back(&id),
        Err(trouble @ Trouble::Input { .. }) => {
            let before = Before { sent: Some(&sent), trouble: Some(&trouble) };
            View { procedure: &procedure, done: sent.done(), retake: false, before, filling }.show()
        }
        Err(Trouble::Ended) => stopped(&Trouble::Ended),
        Err(trouble) => refused(&procedure, &trouble),
    }
}

async fn code(State(backend): State<Backend>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    match found(&backend, &headers, &id).await {
        Ok((phone, procedure)) => match backend.send_code(&phone).await {
            Ok(()) => back(&id),
            Err(trouble) => refused(&procedure, &trouble),
        },
        Err(trouble) => stopped(&trouble),
    }
}

async fn cancel(State(backend): State<Backend>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    match found(&backend, &headers, &id).await {
        Ok((phone, procedure)) => match backend.leave(&phone).await {
            Ok(()) => {
                let look = Look::of(&procedure.platform, &procedure.path);
                let body = over("cancelled", Markup::default());
                Page { body, ..Page::default() }.show(&look, StatusCode::OK)
            }
            Err(trouble) => refused(&procedure, &trouble),
        },
        Err(trouble) => stopped(&trouble),
    }
}
