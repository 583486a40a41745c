//! How a phone comes to a procedure: with a ticket, or through the door of a path that has one.

use crate::cookie;
use crate::look::Look;
use crate::page::{Page, both, way};
use crate::portal::{Backend, Opened};
use crate::routes::stopped;
use crate::trouble::Trouble;
use crate::words::said;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use tongguan_core::domain::platform::{PathId, PlatformId};
use tongguan_sandbox_pages::Markup;

const WALK_IN: &str = include_str!("../pages/walk_in.html");

/// Looking ahead must not spend a ticket.
fn only_looks(method: &Method, headers: &HeaderMap) -> bool {
    let ahead = headers.get("sec-purpose").and_then(|purpose| purpose.to_str().ok());
    method == Method::HEAD || ahead.is_some_and(|purpose| purpose.contains("prefetch"))
}

pub(crate) async fn ticket(
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
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn named((platform, path): &(String, String)) -> Result<(PlatformId, PathId), Trouble> {
    let missing = |_| Trouble::Missing;
    Ok((PlatformId::parse(platform).map_err(missing)?, PathId::parse(path).map_err(missing)?))
}

pub(crate) async fn door(Path(path): Path<(String, String)>) -> Response {
    let Ok((platform, path)) = named(&path) else { return stopped(&Trouble::Missing) };
    let to = Markup::text(&format!("/w/{platform}/{path}"));
    let body = both(WALK_IN, said("walk_in"), &[("to", to)]);
    Page { body, ..Page::default() }.show(&Look::of(&platform, &path), StatusCode::OK)
}

pub(crate) async fn walk_in(
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
