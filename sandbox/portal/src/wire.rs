//! What stands in a request, taken strictly.

use crate::certification::receipt_parts;
use crate::problem::Problem;
use crate::visit::LONGEST_WAIT;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tongguan_core::domain::RequestId;
use tongguan_core::fault::Fault;

/// Largest body: a CMS envelope of 64 KiB in base64 and the little around it.
pub(crate) const BODY_LIMIT: usize = 96 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patience {
    #[serde(default)]
    wait: u64,
}

/// `?wait=SECONDS`, at most [`LONGEST_WAIT`]; none is no waiting.
pub(crate) struct Wait(pub(crate) Duration);

impl<S: Send + Sync> FromRequestParts<S> for Wait {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query: Query<Patience> = Query::try_from_uri(&parts.uri).map_err(|_| Problem::Malformed)?;
        Ok(Self(Duration::from_secs(query.wait.min(LONGEST_WAIT))))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    before: Option<String>,
}

/// `?before=RECEIPT`: the page of a list behind it; none is the first.
pub(crate) struct Before(pub(crate) Option<(u32, u32)>);

impl<S: Send + Sync> FromRequestParts<S> for Before {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Query(page) = Query::<Page>::try_from_uri(&parts.uri).map_err(|_| Problem::Malformed)?;
        let receipt = page.before.map(|text| receipt_parts(&text).ok_or(Problem::Malformed));
        Ok(Self(receipt.transpose()?))
    }
}

/// A JSON body: 415 for another media type, 413 above the limit, 400 for anything that is not `T`, 422 for a
/// `T` with a value that its type refuses.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::MediaType);
        }
        let bytes = bytes(request, state).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| refused(&error).unwrap_or(Problem::Malformed))
    }
}

fn offset_of(headers: &HeaderMap) -> Result<u32, Problem> {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if value("content-type") != Some("application/octet-stream") {
        return Err(Problem::MediaType);
    }
    value("upload-offset").and_then(|value| value.parse().ok()).ok_or(Problem::Malformed)
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        match axum::response::IntoResponse::into_response(rejection).status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
            _ => Problem::Malformed,
        }
    })
}

/// A type of the core refuses a value with [`Fault::InputInvalid`], of which serde keeps the text alone:
/// `FIELD: RULE`, and behind it the place. No other complaint of serde begins like that.
fn refused(error: &serde_json::Error) -> Option<Problem> {
    let text = error.to_string();
    let (field, rest) = text.split_once(": ")?;
    let rule = rest.split(" at line ").next()?;
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (is_name(field) && is_name(rule)).then(|| Problem::input(field, rule))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// The bearer token (RFC 6750 section 2.1); whether it means anything is asked later.
#[derive(Clone)]
pub(crate) struct Bearer(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = value.and_then(|value| value.split_once(' ')).ok_or(Problem::SessionEnded)?;
        if scheme.eq_ignore_ascii_case("bearer") {
            Ok(Self(token.to_owned()))
        } else {
            Err(Problem::SessionEnded)
        }
    }
}

/// The bearer token of a bank's server.
pub(crate) struct BankSecret(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for BankSecret {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Bearer(secret) =
            Bearer::from_request_parts(parts, state).await.map_err(|_| Problem::BankRefused)?;
        Ok(Self(secret))
    }
}

/// `Idempotency-Key`, which must be a request id.
pub(crate) struct IdempotencyKey(pub(crate) RequestId);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let value = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let key = value.and_then(|value| RequestId::parse(value).ok());
        key.map(Self).ok_or(Problem::IdempotencyKey)
    }
}

/// The same, of a request that need not have one.
pub(crate) struct KeyIfAny(pub(crate) Option<RequestId>);

impl<S: Send + Sync> FromRequestParts<S> for KeyIfAny {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key("idempotency-key") {
            return Ok(Self(None));
        }
        let IdempotencyKey(key) = IdempotencyKey::from_request_parts(parts, state).await?;
        Ok(Self(Some(key)))
    }
}

/// `If-Match: "N"`: the version that the client has seen.
pub(crate) struct IfMatch(pub(crate) u32);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let value = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        let version = value.and_then(|value| value.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        version.map(Self).ok_or(Problem::Malformed)
    }
}

/// A part of a file, with `Upload-Offset: N`: 415 for another media type, 413 above the route's limit.
pub(crate) struct Part {
    pub(crate) offset: u32,
    pub(crate) bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Part {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let offset = offset_of(request.headers())?;
        Ok(Self { offset, bytes: bytes(request, state).await? })
    }
}

/// One name in the path; [`Problem::NotFound`] for what cannot be one.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: TryFrom<String, Error = Fault>, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(name) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::NotFound)?;
        T::try_from(name).map(Self).map_err(|_| Problem::NotFound)
    }
}

/// Two names in the path; [`Problem::NotFound`] for what cannot be two.
pub(crate) struct NamedTwo<A, B>(pub(crate) A, pub(crate) B);

impl<A, B, S: Send + Sync> FromRequestParts<S> for NamedTwo<A, B>
where
    A: TryFrom<String, Error = Fault>,
    B: TryFrom<String, Error = Fault>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let names = Path::<(String, String)>::from_request_parts(parts, &()).await;
        let Path((first, second)) = names.map_err(|_| Problem::NotFound)?;
        match (A::try_from(first), B::try_from(second)) {
            (Ok(first), Ok(second)) => Ok(Self(first, second)),
            _ => Err(Problem::NotFound),
        }
    }
}

/// From where the client speaks; one and the same for all where the host does not tell.
pub(crate) struct Address(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or_else(String::new, |ConnectInfo(peer)| peer.ip().to_string())))
    }
}
