//! Who may ask: see the crate's description.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The header that carries the token.
pub(crate) const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-tongguan-token");

/// 256 random bits in lower-case hex, new at every start. `Debug` hides it.
#[derive(Clone)]
pub struct StartToken(Arc<str>);

impl StartToken {
    pub(crate) fn new() -> std::io::Result<Self> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits).map_err(|e| std::io::Error::other(e.to_string()))?;
        Ok(Self(hex::encode(bits).into()))
    }

    /// For the address line and the header of whoever started the host.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Looks at every byte whatever differs, so that time tells nothing.
    fn matches(&self, offered: &[u8]) -> bool {
        let own = self.0.as_bytes();
        own.len() == offered.len() && own.iter().zip(offered).fold(0, |all, (a, b)| all | (a ^ b)) == 0
    }
}

impl std::fmt::Debug for StartToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StartToken(..)")
    }
}

/// The host's own address and token.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    /// `127.0.0.1:PORT`
    authority: Arc<str>,
    /// `http://127.0.0.1:PORT`
    origin: Arc<str>,
    token: StartToken,
}

impl Guard {
    pub(crate) fn new(address: std::net::SocketAddr, token: StartToken) -> Self {
        Self { authority: address.to_string().into(), origin: format!("http://{address}").into(), token }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn token(&self) -> &StartToken {
        &self.token
    }

    fn knows_place(&self, request: &Request) -> bool {
        let own = |given: &[u8]| given == self.authority.as_bytes();
        // The absolute form of a request line names an authority besides `Host`.
        let line = request.uri().authority().is_none_or(|a| own(a.as_str().as_bytes()));
        line && only(request.headers(), &HOST).is_some_and(own)
            && (!request.headers().contains_key(ORIGIN)
                || only(request.headers(), &ORIGIN).is_some_and(|o| o == self.origin.as_bytes()))
    }

    fn knows_token(&self, offered: Option<&[u8]>) -> bool {
        offered.is_some_and(|t| self.token.matches(t))
    }
}

/// The header's value if it is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then(|| first.as_bytes())
}

/// Every request: the right `Host`, and no foreign `Origin`.
pub(crate) async fn place(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    // Nothing here uses HTTP credentials; a request with some was meant for another server.
    if guard.knows_place(&request) && !request.headers().contains_key(AUTHORIZATION) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

/// Requests with effect: the token in its header.
pub(crate) async fn header_token(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if guard.knows_token(only(request.headers(), &TOKEN_HEADER)) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

/// The event stream: `EventSource` can set no header, so the token stands in the query.
pub(crate) async fn query_token(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let offered = request.uri().query().and_then(|q| q.strip_prefix("token="));
    if guard.knows_token(offered.map(str::as_bytes)) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}
