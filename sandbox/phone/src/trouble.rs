//! Why a page does not go on.

use axum::http::StatusCode;
use reqwest::Response;
use serde::Deserialize;
use tongguan_core::fault::{Fault, FileFlaw, Refusal};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The step stays where it is.
    Refused(Refusal),
    /// Names of field and rule.
    Input {
        field: String,
        reason: String,
    },
    File(FileFlaw),
    /// It was shown as it is no longer.
    Changed,
    TooOften,
    /// A register does not answer.
    Register,
    /// No phone has this procedure, or it is over.
    Ended,
    /// Another site sent the form.
    Foreign,
    Missing,
    Portal,
    /// CTID finds no such identity card.
    NoSuchCard,
    /// CTID has it already.
    AlreadyOpen,
    /// What was begun with CTID is over.
    RanOut,
}

/// `application/problem+json` (RFC 9457).
#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    reason: String,
}

impl Trouble {
    pub(crate) fn input(field: &str, reason: &str) -> Self {
        Self::Input { field: field.into(), reason: reason.into() }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::TicketExpired) | Self::RanOut => StatusCode::GONE,
            Self::Refused(Refusal::TicketUsed) | Self::Changed | Self::AlreadyOpen => StatusCode::CONFLICT,
            Self::Refused(_) | Self::Input { .. } | Self::File(_) | Self::NoSuchCard => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::Register => StatusCode::SERVICE_UNAVAILABLE,
            Self::Ended | Self::Foreign => StatusCode::FORBIDDEN,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Portal => StatusCode::BAD_GATEWAY,
        }
    }

    /// The key of its words.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Refused(reason) => reason.code(),
            Self::Input { .. } => "input",
            Self::File(flaw) => flaw.code(),
            Self::Changed => "changed",
            Self::TooOften => "too_often",
            Self::Register => "register",
            Self::Ended => "ended",
            Self::Foreign => "foreign",
            Self::Missing => "missing",
            Self::Portal => "portal",
            Self::NoSuchCard => "ctid_card",
            Self::AlreadyOpen => "ctid_already",
            Self::RanOut => "ctid_over",
        }
    }

    pub(crate) async fn of(answer: Response) -> Self {
        let Ok(problem) = answer.json::<Problem>().await else { return Self::Portal };
        let word = |text: &str| serde_json::Value::String(text.into());
        match problem.code.as_str() {
            "data_refused" => {
                serde_json::from_value(word(&problem.reason)).map_or(Self::Portal, Self::Refused)
            }
            "file_unusable" => serde_json::from_value(word(&problem.reason)).map_or(Self::Portal, Self::File),
            "input_invalid" => Self::Input { field: problem.field, reason: problem.reason },
            "record_changed" => Self::Changed,
            "too_often" => Self::TooOften,
            "register_unavailable" => Self::Register,
            "session_ended" | "not_allowed" => Self::Ended,
            "not_found" => Self::Missing,
            _ => Self::Portal,
        }
    }
}

/// Of a value that was given here.
impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::InputInvalid { field, reason } => Self::Input { field, reason },
            Fault::FileUnusable { reason, .. } => Self::File(reason),
            _ => Self::Portal,
        }
    }
}
