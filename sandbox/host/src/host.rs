//! The listening socket and what surrounds every answer.

use crate::guard::{self, Guard, StartToken};
use crate::page::{self, Page};
use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;
use tokio::runtime::Runtime;

/// The same rules as the window's, but for the address that commands go to; `blob:` is a picture that the user picked.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; object-src 'none'";

/// Serves until it is dropped.
#[derive(Debug)]
pub struct BrowserHost {
    guard: Guard,
    /// `Some` until drop.
    runtime: Option<Runtime>,
}

impl BrowserHost {
    /// Listens on a free port of 127.0.0.1. `page` is what a browser shows; `control` is served below
    /// `/stage` to whoever has the token in the header `X-Tongguan-Token`.
    pub fn start(page: Option<Page>, control: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let guard = Guard::new(listener.local_addr()?, StartToken::new()?);
        let site = site(page, control, &guard);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        // Ends with the runtime; a failing accept is retried by axum.
        runtime.spawn(async move { axum::serve(listener, site).await });
        Ok(Self { guard, runtime: Some(runtime) })
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> &str {
        self.guard.origin()
    }

    pub fn token(&self) -> &StartToken {
        self.guard.token()
    }

    /// The address for a browser. The token stands in the fragment, which no request carries.
    pub fn address(&self) -> String {
        format!("{}/#token={}", self.origin(), self.token().reveal())
    }
}

impl Drop for BrowserHost {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Event streams never end by themselves.
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

fn site(page: Option<Page>, control: Router, guard: &Guard) -> Router {
    let control = control
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(from_fn_with_state(guard.clone(), guard::header_token));
    let site = match page {
        Some(page) => page::routes(page, guard),
        None => Router::new(),
    };
    site.nest("/stage", control)
        .layer(from_fn_with_state(guard.clone(), guard::place))
        .layer(map_response(with_headers))
}

/// No answer carries a CORS header: no other origin may read one.
async fn with_headers(mut answer: Response) -> Response {
    let always = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), usb=()"),
    ];
    for (name, value) in always {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
