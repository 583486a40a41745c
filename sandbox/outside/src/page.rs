//! What frames the world's pages: title, links, trouble. Chinese first, the English beside.

use crate::OutsideError;
use crate::failure::register_code;
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_core::fault::Register;
use tongguan_sandbox_pages::{Markup, answer, fill, words};

const FRAME: &str = include_str!("../pages/frame.html");
const LINK: &str = include_str!("../pages/link.html");
const ALERT: &str = include_str!("../pages/alert.html");
const STYLE: &str = include_str!("../pages/style.css");
/// `key TAB Chinese TAB English`.
const WORDS: &str = include_str!("../pages/words.txt");
/// In the order of the links.
const PLACES: [Place; 9] = [
    Place::Register(Register::Sms),
    Place::Register(Register::Company),
    Place::Register(Register::Ctid),
    Place::Register(Register::Bank),
    Place::Register(Register::Population),
    Place::Register(Register::Phone),
    Place::Register(Register::Payments),
    Place::Review,
    Place::Tickets,
];

/// What has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Register(Register),
    Review,
    /// QR codes that phones open.
    Tickets,
}

impl From<Register> for Place {
    fn from(register: Register) -> Self {
        Self::Register(register)
    }
}

impl Place {
    fn code(self) -> &'static str {
        match self {
            Self::Register(register) => register_code(register),
            Self::Review => "review",
            Self::Tickets => "tickets",
        }
    }
}

/// What is said when something is in the way. The name is the key of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The form is not one of this start's.
    Token,
    Record,
    Failure,
    Value,
    /// Somebody was faster, or it was taken back.
    Letter,
    Missing,
    Broken,
}

impl Trouble {
    fn key(self) -> &'static str {
        match self {
            Self::Token => "trouble.token",
            Self::Record => "trouble.record",
            Self::Failure => "trouble.failure",
            Self::Value => "trouble.value",
            Self::Letter => "trouble.letter",
            Self::Missing => "trouble.missing",
            Self::Broken => "trouble.broken",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Token => StatusCode::FORBIDDEN,
            Self::Record | Self::Letter | Self::Missing => StatusCode::NOT_FOUND,
            Self::Failure | Self::Value => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<OutsideError> for Trouble {
    fn from(error: OutsideError) -> Self {
        match error {
            OutsideError::NoRecord(_) => Self::Record,
            OutsideError::NoLetter => Self::Letter,
            OutsideError::NoSuchFailure(_) => Self::Failure,
            OutsideError::Value(_) => Self::Value,
            _ => Self::Broken,
        }
    }
}

pub(crate) fn path(place: impl Into<Place>) -> String {
    match place.into() {
        Place::Register(Register::Sms) => "/".into(),
        Place::Register(Register::Payments) => "/ledger".into(),
        other => format!("/{}", other.code()),
    }
}

/// `place` is where the way back leads.
pub(crate) fn failed(place: impl Into<Place>, trouble: Trouble) -> Response {
    let [chinese, english] = words(WORDS, trouble.key());
    let alert = fill(ALERT, &[("chinese", chinese), ("english", english)]);
    answer(trouble.status(), frame(place.into(), alert, Markup::default()), STYLE)
}

pub(crate) fn shown(place: impl Into<Place>, body: Markup) -> Response {
    answer(StatusCode::OK, frame(place.into(), Markup::default(), body), STYLE)
}

fn frame(place: Place, alert: Markup, body: Markup) -> Markup {
    let [title, title_english] = said(place.code());
    let links: Markup = PLACES.iter().map(|to| link(*to, place)).collect();
    fill(
        FRAME,
        &[
            ("title", title),
            ("title_english", title_english),
            ("style", Markup::own(STYLE)),
            ("links", links),
            ("alert", alert),
            ("body", body),
        ],
    )
}

fn link(to: Place, here: Place) -> Markup {
    let [chinese, english] = said(to.code());
    fill(
        LINK,
        &[
            ("path", Markup::text(&path(to))),
            ("current", Markup::own(if to == here { " aria-current=\"page\"" } else { "" })),
            ("chinese", chinese),
            ("english", english),
        ],
    )
}

/// Chinese and English. A test sees to it that the file has them.
pub(crate) fn said(key: &str) -> [Markup; 2] {
    words(WORDS, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_its_words() {
        for trouble in [
            Trouble::Token,
            Trouble::Record,
            Trouble::Failure,
            Trouble::Value,
            Trouble::Letter,
            Trouble::Missing,
            Trouble::Broken,
        ] {
            assert!(
                said(trouble.key()).iter().all(|words| words.as_str().chars().count() > 3),
                "{trouble:?}"
            );
        }
    }

    #[test]
    fn every_key_that_the_pages_use_has_words_in_both_languages() {
        let sources = [
            include_str!("page.rs"),
            include_str!("sheet.rs"),
            include_str!("records.rs"),
            include_str!("ledger_page.rs"),
            include_str!("review_page.rs"),
            include_str!("tickets_page.rs"),
        ];
        let keys: Vec<&str> = WORDS.lines().filter_map(|line| line.split('\t').next()).collect();
        for key in &keys {
            assert!(said(key).iter().all(|words| !words.as_str().is_empty()), "{key}");
        }
        let used = sources.iter().flat_map(|source| source.split("said(\"").skip(1));
        for key in used.map(|rest| rest.split('"').next().unwrap()) {
            assert!(keys.contains(&key), "{key}");
        }
    }
}
