//! Errors on the wire: `application/problem+json` (RFC 9457) with the extra member `code`.

use crate::column::word_of;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw, Refusal, Register};
use tongguan_sandbox_outside::Unavailable;

/// What a request failed of. Carries no value of the request, only names of fields and
/// rules, so nothing secret can get out through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The body is not the JSON that the operation takes.
    Malformed,
    /// `Idempotency-Key` is missing or is not the request id of the body.
    IdempotencyKey,
    IdempotencyConflict,
    /// A value that its type refuses: the names of field and rule, as [`Fault::InputInvalid`] says them.
    InputInvalid {
        field: String,
        reason: String,
    },
    CaptchaWrong,
    SignInRefused,
    SignInDelayed {
        seconds: i64,
    },
    SignInLocked {
        seconds: i64,
    },
    CardNotBound,
    SessionEnded,
    NotAllowed,
    RecordChanged,
    DataRefused(Refusal),
    TooOften {
        seconds: i64,
    },
    RegisterUnavailable(Register),
    FileUnusable(Slot, FileFlaw),
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
    pub(crate) fn input(field: &str, reason: &str) -> Self {
        Self::InputInvalid { field: field.into(), reason: reason.into() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed | Self::IdempotencyKey => StatusCode::BAD_REQUEST,
            Self::SignInRefused | Self::SessionEnded | Self::BankRefused => StatusCode::UNAUTHORIZED,
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::IdempotencyConflict | Self::VisitUsed | Self::RecordChanged => StatusCode::CONFLICT,
            Self::VisitExpired => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InputInvalid { .. }
            | Self::CaptchaWrong
            | Self::CardNotBound
            | Self::PurposeUnsupported
            | Self::BankUnknown
            | Self::ProofRefused(_)
            | Self::FileUnusable(..)
            | Self::DataRefused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::SignInDelayed { .. } | Self::SignInLocked { .. } | Self::TooOften { .. } => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::RegisterUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::IdempotencyKey => "idempotency_key",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::InputInvalid { .. } => "input_invalid",
            Self::CaptchaWrong => "captcha_wrong",
            Self::SignInRefused => "sign_in_refused",
            Self::SignInDelayed { .. } => "sign_in_delayed",
            Self::SignInLocked { .. } => "sign_in_locked",
            Self::CardNotBound => "card_not_bound",
            Self::SessionEnded => "session_ended",
            Self::NotAllowed => "not_allowed",
            Self::RecordChanged => "record_changed",
            Self::DataRefused(_) => "data_refused",
            Self::TooOften { .. } => "too_often",
            Self::RegisterUnavailable(_) => "register_unavailable",
            Self::FileUnusable(..) => "file_unusable",
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

    /// The members that only this problem has.
    fn members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ProofRefused(reason) | Self::DataRefused(reason) => vec![("reason", reason.code().into())],
            Self::InputInvalid { field, reason } => {
                vec![("field", field.clone()), ("reason", reason.clone())]
            }
            Self::RegisterUnavailable(register) => vec![("register", word_of(register))],
            Self::FileUnusable(slot, flaw) => {
                vec![("field", slot.to_string()), ("reason", flaw.code().into())]
            }
            _ => Vec::new(),
        }
    }

    /// Seconds after which asking again may help.
    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::SignInDelayed { seconds } | Self::SignInLocked { seconds } | Self::TooOften { seconds } => {
                Some(*seconds)
            }
            _ => None,
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

/// A rule of the core that a value breaks; any other fault is none of the request's.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::InputInvalid { field, reason } => Self::InputInvalid { field, reason },
            Fault::FileUnusable { slot, reason } => Self::FileUnusable(slot, reason),
            _ => Self::Internal,
        }
    }
}

impl From<Unavailable> for Problem {
    fn from(unavailable: Unavailable) -> Self {
        Self::RegisterUnavailable(unavailable.register)
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
        if let Some(body) = body.as_object_mut() {
            body.extend(self.members().into_iter().map(|(name, value)| (name.to_owned(), value.into())));
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::SessionEnded | Self::BankRefused) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
