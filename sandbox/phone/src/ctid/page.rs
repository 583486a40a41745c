//! What CTID's app shows.

use super::openings::{Facts, Opening, Step};
use super::{entries, notice};
use crate::camera;
use crate::fields::{self, Before};
use crate::look::Look;
use crate::page::{self, Page, alert, both, input_alert, way};
use crate::stage::{form_at, over};
use crate::trouble::Trouble;
use crate::words::{Pair, said};
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_core::domain::ValidUntil;
use tongguan_core::domain::platform::{Field, Slot};
use tongguan_core::ports::Fact;
use tongguan_sandbox_outside::Applicant;
use tongguan_sandbox_pages::Markup;

const PLACE: &str = "/ctid";
const HINT: &str = include_str!("../../pages/hint.html");
const DONE: &str = include_str!("../../pages/ctid_done.html");

fn look() -> Look {
    Look::named("ctid")
}

fn place() -> Markup {
    Markup::own(PLACE)
}

fn hint(words: Pair) -> Markup {
    both(HINT, words, &[])
}

/// How it is filled in; or why it was refused and what to do, with what was entered below it.
fn told(before: Before<'_>) -> Markup {
    match before.trouble {
        Some(Trouble::NoSuchCard) => {
            [hint(said("ctid_card.why")), hint(said("ctid_card.next"))].into_iter().collect()
        }
        _ => hint(said("ctid.form")),
    }
}

fn shown(body: Vec<Markup>, before: Before<'_>, open: bool) -> Response {
    let alert = match before.trouble {
        Some(Trouble::Input { field, reason }) => input_alert(field, reason),
        Some(other) => alert(said(other.key())),
        None => Markup::default(),
    };
    let status = before.trouble.map_or(StatusCode::OK, Trouble::status);
    let open = open.then(|| PLACE.to_owned());
    Page { alert, body: body.into_iter().collect(), open, to: None }.show(&look(), status)
}

/// What is to be agreed to first.
pub(super) fn door(before: Before<'_>) -> Response {
    let notices = fields::notices(&notice(), before);
    let form = form_at([place(), Markup::default()], Markup::default(), notices, said("agree"));
    shown(vec![hint(said("ctid.hint")), form], before, false)
}

pub(super) fn step(opening: &Opening, before: Before<'_>) -> Response {
    let target = [place(), Markup::text(&opening.version.to_string())];
    match &opening.step {
        Step::Form => {
            let fields = entries().iter().map(|entry| fields::field(entry, before)).collect();
            let form = form_at(target, fields, Markup::default(), said("next"));
            shown(vec![told(before), form], before, true)
        }
        Step::Shown { applicant, action } => {
            let asked = opening.step.asked();
            let mut body = vec![whose(applicant)];
            body.extend(asked.iter().map(|slot| picture(applicant, *slot)));
            if asked.is_empty() {
                body.push(camera::action(target, *action, (0, 1)));
            }
            shown(body, before, true)
        }
        Step::Opened(facts) => shown(vec![opened(facts)], before, false),
    }
}

fn picture(applicant: &Applicant, slot: Slot) -> Markup {
    camera::picture(place(), slot, applicant.has_shown(slot))
}

fn fact(field: Field, value: String) -> Fact {
    Fact { field, value }
}

fn whose(applicant: &Applicant) -> Markup {
    let identity = applicant.identity();
    let number = identity.document.number.masked().to_string();
    fields::facts(&[fact(Field::Name, identity.name.to_string()), fact(Field::IdNumber, number)])
}

fn opened(facts: &Facts) -> Markup {
    let [long, long_english] = said("ctid.long_term");
    let until = match facts.validity.until {
        ValidUntil::Day(last) => Markup::text(&last.hyphenated()),
        ValidUntil::LongTerm => [long, Markup::own(" "), long_english].into_iter().collect(),
    };
    let rows = [
        fact(Field::Name, facts.name.clone()),
        fact(Field::IdNumber, facts.number.to_string()),
        fact(Field::ValidFrom, facts.validity.from.hyphenated()),
    ];
    both(DONE, said("ctid.done"), &[("facts", fields::facts(&rows)), ("until", until)])
}

/// `opening` goes on; without one it begins anew.
pub(super) fn failed(trouble: &Trouble, opening: Option<&Opening>) -> Response {
    let again = said(if opening.is_some() { "retry" } else { "ctid.again" });
    // Whoever has it already needs no other try.
    let ways = match trouble {
        Trouble::AlreadyOpen => Markup::default(),
        _ => way(PLACE, again),
    };
    page::failed(&look(), opening.map(|_| PLACE), trouble, ways)
}

pub(super) fn cancelled() -> Response {
    let body = over("ctid.cancelled", way(PLACE, said("ctid.again")));
    Page { body, ..Page::default() }.show(&look(), StatusCode::OK)
}
