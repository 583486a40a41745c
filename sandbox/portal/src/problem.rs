//! Errors on the wire: `application/problem+json` (RFC 9457) with the extra member `code`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tongguan_core::fault::Refusal;

/// What a request failed of. Carries no value of the request, so nothing secret can get out through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The body is not the JSON that the operation takes.
    Malformed,
    /// `Idempotency-Key` is missing or is not the request id of the body.
    IdempotencyKey,
    IdempotencyConflict,
    SignInRefused,
    SignInDelayed {
        seconds: i64,
    },
    SessionEnded,
    PurposeUnsupported,
    BankUnknown,
    /// Whoever asks is not the bank's server.
    BankRefused,
    VisitUsed,
    VisitExpired,
    ProofRefused(Refusal),
    NotFound,
    MethodNotAllowed,
    TooLarge,
    MediaType,
    Internal,
}

impl Problem {
    fn status(self) -> StatusCode {
        match self {
            Self::Malformed | Self::IdempotencyKey => StatusCode::BAD_REQUEST,
            Self::IdempotencyConflict | Self::VisitUsed => StatusCode::CONFLICT,
            Self::VisitExpired => StatusCode::GONE,
            Self::SignInRefused | Self::SessionEnded | Self::BankRefused => StatusCode::UNAUTHORIZED,
            Self::SignInDelayed { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::PurposeUnsupported | Self::BankUnknown | Self::ProofRefused(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::IdempotencyKey => "idempotency_key",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::SignInRefused => "sign_in_refused",
            Self::SignInDelayed { .. } => "sign_in_delayed",
            Self::SessionEnded => "session_ended",
            Self::PurposeUnsupported => "purpose_unsupported",
            Self::BankUnknown => "bank_unknown",
            Self::BankRefused => "bank_refused",
            Self::VisitUsed => "visit_used",
            Self::VisitExpired => "visit_expired",
            Self::ProofRefused(_) => "proof_refused",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::MediaType => "media_type",
            Self::Internal => "internal",
        }
    }
}

/// The store failed: the request changed nothing, for every change is one transaction.
impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "store");
        Self::Internal
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut body = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "code": self.code(),
        });
        if let (Self::ProofRefused(reason), Some(body)) = (self, body.as_object_mut()) {
            body.insert("reason".into(), reason.code().into());
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Self::SignInDelayed { seconds } = self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::SessionEnded | Self::BankRefused) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
