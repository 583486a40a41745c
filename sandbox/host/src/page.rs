//! The page, its commands and its events.

use crate::guard::{self, Guard};
use crate::programme::{Answered, Programme};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::ServeDir;
use zeroize::Zeroize;

/// A file of 20 MiB in base64, and what is around it; a command without one is below a few kilobytes.
const LARGEST_COMMAND: usize = 28 << 20;

/// The user interface and the program behind it.
pub struct Page {
    pub programme: Arc<dyn Programme>,
    /// The folder with the built page: `index.html` and what it names.
    pub dist: PathBuf,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page").field("dist", &self.dist).finish_non_exhaustive()
    }
}

/// `POST /rpc`, `GET /events`, and files for everything else.
pub(crate) fn routes(page: Page, guard: &Guard) -> Router {
    let rpc = post(rpc)
        // Axum's own bound of 2 MB would be asked as well.
        .layer::<_, Infallible>(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_COMMAND))
        .route_layer(from_fn_with_state(guard.clone(), guard::header_token));
    let events = get(events).route_layer(from_fn_with_state(guard.clone(), guard::query_token));
    Router::new()
        .route("/rpc", rpc)
        .route("/events", events)
        .with_state(page.programme)
        .fallback_service(ServeDir::new(page.dist))
}

/// 200 with the answer, 422 with the fault.
async fn rpc(State(programme): State<Arc<dyn Programme>>, headers: HeaderMap, body: Bytes) -> Response {
    // A form on another page can post text/plain without asking first; it cannot post JSON.
    if headers.get(CONTENT_TYPE).is_none_or(|t| t != "application/json") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let called = tokio::task::spawn_blocking(move || {
        let answered = programme.call(&body);
        wipe(body);
        answered
    });
    let (status, json) = match called.await {
        Ok(Answered::Answer(json)) => (StatusCode::OK, json),
        Ok(Answered::Fault(json)) => (StatusCode::UNPROCESSABLE_ENTITY, json),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    (status, [(CONTENT_TYPE, "application/json")], json).into_response()
}

/// The body may hold a PIN.
fn wipe(body: Bytes) {
    if let Ok(mut sole) = body.try_into_mut() {
        sole.as_mut().zeroize();
    }
}

/// The whole view at once and after every change; changes in between are skipped, the last never.
async fn events(
    State(programme): State<Arc<dyn Programme>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut views = programme.views();
    views.mark_changed();
    Sse::new(stream::unfold(views, |mut views| async move {
        views.changed().await.ok()?;
        let view = Arc::clone(&views.borrow_and_update());
        Some((Ok(Event::default().event("view").data(view)), views))
    }))
}
