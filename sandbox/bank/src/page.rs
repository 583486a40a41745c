//! The pages, in Chinese and in English below.

use crate::ukeys::Choice;
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_core::domain::{Algorithm, CompanyIdentity, Nonce};
use tongguan_sandbox_pages::{Markup, answer, fill};
use tongguan_sandbox_world::BankBlueprint;

const FRAME: &str = include_str!("../pages/frame.html");
const SIGN: &str = include_str!("../pages/sign.html");
const OPTION: &str = include_str!("../pages/option.html");
const ALERT: &str = include_str!("../pages/alert.html");
const TRIES: &str = include_str!("../pages/tries.html");
const TRIES_ENGLISH: &str = include_str!("../pages/tries-english.html");
const PASSED: &str = include_str!("../pages/passed.html");
const FAILED: &str = include_str!("../pages/failed.html");
const STYLE: &str = include_str!("../pages/style.css");
/// `key TAB Chinese TAB English TAB what to do TAB what to do in English`.
const WORDS: &str = include_str!("../pages/words.txt");

/// What is said when something is in the way. The name is the key of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Unknown,
    Used,
    Expired,
    Portal,
    Unsure,
    Mismatch,
    NoUkey,
    CertExpired,
    CertRevoked,
    CertUntrusted,
    CertOtherEnterprise,
    Refused,
}

impl Trouble {
    fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Portal => "portal",
            Self::Unsure => "unsure",
            Self::Mismatch => "mismatch",
            Self::NoUkey => "no_ukey",
            Self::CertExpired => "cert_expired",
            Self::CertRevoked => "cert_revoked",
            Self::CertUntrusted => "cert_untrusted",
            Self::CertOtherEnterprise => "cert_other_enterprise",
            Self::Refused => "refused",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Used => StatusCode::CONFLICT,
            Self::Expired => StatusCode::GONE,
            Self::Portal | Self::Unsure => StatusCode::BAD_GATEWAY,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// What stands against the form as it was sent; it can be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objection {
    PinWrong { left: u8 },
    PinLocked,
    Choose,
}

/// What the form shows.
pub(crate) struct Form<'a> {
    pub(crate) state: &'a Nonce,
    pub(crate) company: &'a CompanyIdentity,
    pub(crate) statement: &'a str,
    pub(crate) choices: &'a [Choice],
    pub(crate) chosen: &'a str,
    pub(crate) objection: Option<Objection>,
}

pub(crate) fn sign(bank: &BankBlueprint, form: &Form<'_>) -> Response {
    let options: Markup = form.choices.iter().map(|choice| option(bank, choice, form.chosen)).collect();
    let invalid = matches!(form.objection, Some(Objection::PinWrong { .. } | Objection::PinLocked));
    let body = fill(
        SIGN,
        &[
            ("alert", form.objection.map(alert).unwrap_or_default()),
            ("company", Markup::text(form.company.name.as_str())),
            ("uscc", Markup::text(form.company.uscc.as_str())),
            ("organization", Markup::text(form.company.organization_code.as_str())),
            ("statement", Markup::text(form.statement)),
            ("state", Markup::text(form.state.as_str())),
            ("token", Markup::text(&bank.token)),
            ("options", options),
            ("invalid", Markup::own(if invalid { " aria-invalid=\"true\"" } else { "" })),
        ],
    );
    let status = if form.objection.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    answer(status, frame(bank, "", "title", body), STYLE)
}

fn option(bank: &BankBlueprint, choice: &Choice, chosen: &str) -> Markup {
    let algorithm = match choice.certificate.algorithm() {
        Algorithm::Sm2Sm3 => "SM2",
        Algorithm::EcdsaP256Sha256 => "P-256",
        Algorithm::RsaSha256 | Algorithm::RsaSha1 => "RSA",
    };
    let chosen = choice.value == chosen;
    fill(
        OPTION,
        &[
            ("value", Markup::text(&choice.value)),
            ("selected", Markup::own(if chosen { " selected" } else { "" })),
            ("token", Markup::text(if choice.label.is_empty() { &bank.token } else { &choice.label })),
            ("algorithm", Markup::text(algorithm)),
            ("until", Markup::text(&choice.certificate.valid_until().date())),
        ],
    )
}

fn alert(objection: Objection) -> Markup {
    let (key, left) = match objection {
        Objection::PinWrong { left } => ("pin_wrong", Some(left)),
        Objection::PinLocked => ("pin_locked", None),
        Objection::Choose => ("choose", None),
    };
    let tries = |template| match left {
        Some(left) => fill(template, &[("left", Markup::text(&left.to_string()))]),
        None => Markup::default(),
    };
    let [chinese, english, ..] = words(key);
    let parts = [
        ("chinese", chinese),
        ("english", english),
        ("tries", tries(TRIES)),
        ("tries_english", tries(TRIES_ENGLISH)),
    ];
    fill(ALERT, &parts)
}

pub(crate) fn passed(bank: &BankBlueprint, company: &CompanyIdentity) -> Response {
    let parts =
        [("company", Markup::text(company.name.as_str())), ("bank", Markup::text(bank.name.as_str()))];
    answer(StatusCode::OK, frame(bank, "passed", "title", fill(PASSED, &parts)), STYLE)
}

pub(crate) fn failed(bank: &BankBlueprint, trouble: Trouble) -> Response {
    let [chinese, english, next, next_english] = words(trouble.key());
    let parts = [("chinese", chinese), ("english", english), ("next", next), ("next_english", next_english)];
    answer(trouble.status(), frame(bank, "failed", trouble.key(), fill(FAILED, &parts)), STYLE)
}

fn frame(bank: &BankBlueprint, class: &'static str, title: &str, body: Markup) -> Markup {
    let [title, ..] = words(title);
    let parts = [
        ("title", title),
        ("bank", Markup::text(bank.name.as_str())),
        ("style", Markup::own(STYLE)),
        ("class", Markup::own(class)),
        ("body", body),
    ];
    fill(FRAME, &parts)
}

/// A test sees to it that the file has them.
fn words(key: &str) -> [Markup; 4] {
    tongguan_sandbox_pages::words(WORDS, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_said_has_its_words() {
        for trouble in [
            Trouble::Unknown,
            Trouble::Used,
            Trouble::Expired,
            Trouble::Portal,
            Trouble::Unsure,
            Trouble::Mismatch,
            Trouble::NoUkey,
            Trouble::CertExpired,
            Trouble::CertRevoked,
            Trouble::CertUntrusted,
            Trouble::CertOtherEnterprise,
            Trouble::Refused,
        ] {
            assert!(words(trouble.key()).iter().all(|part| part.as_str().chars().count() > 3), "{trouble:?}");
        }
        for key in ["title", "pin_wrong", "pin_locked", "choose"] {
            assert!(words(key)[..2].iter().all(|part| part.as_str().chars().count() > 3), "{key}");
        }
    }

    #[test]
    fn every_part_of_a_page_is_filled() {
        for template in [FRAME, SIGN, OPTION, ALERT, TRIES, TRIES_ENGLISH, PASSED, FAILED] {
            assert_eq!(template.matches("{{").count(), template.matches("}}").count());
            assert!(!template.contains("<script") && !template.contains("style=\""));
        }
    }
}
