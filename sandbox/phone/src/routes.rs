//! `GET /t/SECRET` opens a ticket; `GET` and `POST /w/PLATFORM/PATH` walk in where there is none; `/p/ID` are the
//! pages of a procedure. For phones on this machine: another name for it than its loopback address is refused.

use crate::cookie;
use crate::entry::Sent;
use crate::fields::Before;
use crate::look::{Look, doors};
use crate::page::{Page, both, failed, way};
use crate::portal::{Backend, Opened, Phone};
use crate::stage::{View, over};
use crate::support;
use crate::trouble::Trouble;
use crate::words::said;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use tongguan_core::domain::platform::{PathId, PlatformId, Slot};
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::{Pictures as _, Procedure};
use tongguan_picture::Pictures;
use tongguan_sandbox_pages::{Markup, on_loopback};

const SCRIPT: &str = include_str!("../pages/phone.js");
const WALK_IN: &str = include_str!("../pages/walk_in.html");
/// A signature of 5,000 points is far below it.
const LARGEST_FORM: usize = 128 << 10;
/// More is read to its end and refused with words, and not kept.
const LARGEST_PICTURE: usize = (20 << 20) + 1;
/// A browser that sends still more is cut off.
const LARGEST_BODY: usize = 128 << 20;

#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    done: usize,
    #[serde(default)]
    retake: u8,
}

pub(crate) fn router(backend: Backend) -> Router {
    let pictures = post(picture).layer(DefaultBodyLimit::max(LARGEST_BODY));
    let mut router = Router::new()
        .route("/t/{secret}", get(ticket))
        .route("/w/{platform}/{path}", get(door).post(walk_in))
        .route("/p/{id}", get(show).post(answer))
        .route("/p/{id}/code", post(code))
        .route("/p/{id}/cancel", post(cancel))
        .route("/p/{id}/pictures/{slot}", pictures)
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
        .fallback(async || stopped(&Trouble::Missing))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(own_forms))
        .layer(middleware::from_fn(on_loopback))
        .with_state(backend)
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
fn stopped(trouble: &Trouble) -> Response {
    failed(&Look::plain(), None, trouble, Markup::default())
}

/// Looking ahead must not spend a ticket.
fn only_looks(method: &Method, headers: &HeaderMap) -> bool {
    let ahead = headers.get("sec-purpose").and_then(|purpose| purpose.to_str().ok());
    method == Method::HEAD || ahead.is_some_and(|purpose| purpose.contains("prefetch"))
}

async fn ticket(
    State(backend): State<Backend>,
    method: Method,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Response {
    if only_looks(&method, &headers) {
        return StatusCode::NO_CONTENT.into_response();
    }
    if let Some(id) = cookie::walk(&headers) {
        return Redirect::to(&format!("/p/{id}")).into_response();
    }
    match backend.open(&json!({ "ticket": secret })).await {
        Ok(opened) => entered(&headers, &opened, Some(&secret)),
        Err(trouble) => stopped(&trouble),
    }
}

/// Away from the secret's address. To a browser that comes from another site, a redirect would be that site's
/// still, and the cookie not be sent with it: there the page itself leads on.
fn entered(headers: &HeaderMap, opened: &Opened, secret: Option<&str>) -> Response {
    let to = format!("/p/{}", opened.procedure.id);
    let foreign = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let mut response = if foreign {
        let body = way(&to, said("next"));
        let look = Look::of(&opened.procedure.platform, &opened.procedure.path);
        Page { body, to: Some(to), ..Page::default() }.show(&look, StatusCode::OK)
    } else {
        Redirect::to(&to).into_response()
    };
    cookie::keep(response.headers_mut(), opened, secret);
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response
}

fn named((platform, path): &(String, String)) -> Result<(PlatformId, PathId), Trouble> {
    let missing = |_| Trouble::Missing;
    Ok((PlatformId::parse(platform).map_err(missing)?, PathId::parse(path).map_err(missing)?))
}

async fn door(Path(path): Path<(String, String)>) -> Response {
    let Ok((platform, path)) = named(&path) else { return stopped(&Trouble::Missing) };
    let to = Markup::text(&format!("/w/{platform}/{path}"));
    let body = both(WALK_IN, said("walk_in"), &[("to", to)]);
    Page { body, ..Page::default() }.show(&Look::of(&platform, &path), StatusCode::OK)
}

async fn walk_in(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
) -> Response {
    let opened = match named(&path) {
        Ok((platform, path)) => backend.open(&json!({ "platform": platform, "path": path })).await,
        Err(trouble) => Err(trouble),
    };
    opened.map_or_else(|trouble| stopped(&trouble), |opened| entered(&headers, &opened, None))
}

async fn found(backend: &Backend, headers: &HeaderMap, id: &str) -> Result<(Phone, Procedure), Trouble> {
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
            View { procedure: &procedure, done, retake, before: Before::default() }.show()
        }
        Err(trouble) => stopped(&trouble),
    }
}

fn back(id: &str) -> Response {
    Redirect::to(&format!("/p/{id}")).into_response()
}

/// Of a procedure that is known: with a way back to its step.
fn refused(procedure: &Procedure, trouble: &Trouble) -> Response {
    let look = Look::of(&procedure.platform, &procedure.path);
    let retry = way(&format!("/p/{}?retake=1", procedure.id), said("retry"));
    failed(&look, Some(&procedure.id), trouble, retry)
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
    let sent = Sent::new(pairs);
    if sent.get("version") != Some(procedure.version.to_string().as_str()) {
        return back(&id);
    }
    let answered = match sent.answer(&procedure.stage) {
        Ok(answer) => backend.answer(&phone, &procedure, &answer).await.map(drop),
        Err(trouble) => Err(trouble),
    };
    match answered {
        Ok(()) | Err(Trouble::Changed) => back(&id),
        Err(trouble @ Trouble::Input { .. }) => {
            let before = Before { sent: Some(&sent), trouble: Some(&trouble) };
            View { procedure: &procedure, done: sent.done(), retake: false, before }.show()
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

async fn picture(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Path((id, slot)): Path<(String, String)>,
    form: Multipart,
) -> Response {
    let (phone, procedure) = match found(&backend, &headers, &id).await {
        Ok(found) => found,
        Err(trouble) => return stopped(&trouble),
    };
    let Some(slot) = Slot::ALL.into_iter().find(|known| known.to_string() == slot) else {
        return stopped(&Trouble::Missing);
    };
    match kept(&backend, &phone, slot, form).await {
        Ok(()) | Err(Trouble::Changed) => back(&id),
        Err(trouble) => refused(&procedure, &trouble),
    }
}

/// Upright, without what is beside the picture, and at the platform.
async fn kept(backend: &Backend, phone: &Phone, slot: Slot, form: Multipart) -> Result<(), Trouble> {
    let file = file(form).await?;
    let prepared = tokio::task::spawn_blocking(move || Pictures.prepare(slot, &file)).await;
    let file = prepared.map_err(|_| Trouble::Portal)??;
    backend.upload(phone, slot, &file).await
}

async fn file(mut form: Multipart) -> Result<Vec<u8>, Trouble> {
    let damaged = |_| Trouble::File(FileFlaw::TooLarge);
    while let Some(mut field) = form.next_field().await.map_err(damaged)? {
        if field.name() != Some("file") {
            continue;
        }
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(damaged)? {
            if file.len() < LARGEST_PICTURE {
                file.extend_from_slice(&chunk);
            }
        }
        return Ok(file);
    }
    Err(Trouble::File(FileFlaw::Empty))
}
