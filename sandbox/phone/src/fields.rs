//! Fields to fill in and texts to agree to.

use crate::entry::Sent;
use crate::page::both;
use crate::trouble::Trouble;
use crate::words;
use tongguan_core::domain::platform::{Field, NoticeId};
use tongguan_core::ports::{Fact, FieldEntry};
use tongguan_sandbox_pages::{Markup, fill};

const INPUT: &str = include_str!("../pages/input.html");
const SELECT: &str = include_str!("../pages/select.html");
const OPTION: &str = include_str!("../pages/option.html");
const FIXED: &str = include_str!("../pages/fixed.html");
const FACTS: &str = include_str!("../pages/facts.html");
const FACT: &str = include_str!("../pages/fact.html");
const NOTICE: &str = include_str!("../pages/notice.html");
const PARAGRAPH: &str = include_str!("../pages/paragraph.html");

/// What was sent with a form that was not taken.
#[derive(Clone, Copy, Default)]
pub(crate) struct Before<'a> {
    pub(crate) sent: Option<&'a Sent>,
    pub(crate) trouble: Option<&'a Trouble>,
}

impl Before<'_> {
    /// As an attribute.
    fn invalid(&self, name: &str) -> Markup {
        let wrong = matches!(self.trouble, Some(Trouble::Input { field, .. }) if field == name);
        Markup::own(if wrong { " aria-invalid=\"true\"" } else { "" })
    }

    pub(crate) fn invalid_code(&self) -> Markup {
        self.invalid("code")
    }
}

pub(crate) fn field(entry: &FieldEntry, before: Before<'_>) -> Markup {
    let (field, name) = (entry.field, entry.field.name());
    let words = words::field(field);
    let value = entry.value.as_deref().unwrap_or_default();
    if entry.fixed {
        return both(FIXED, words, &[("value", words::value(field, value))]);
    }
    // A person's number is never written back.
    let kept = before.sent.and_then(|sent| sent.get(name)).filter(|_| !field.is_private());
    let value = kept.unwrap_or(if field.is_private() { "" } else { value });
    let choices = words::choices(field);
    if choices.is_empty() {
        let (mode, complete) = typed(field);
        let parts = [
            ("name", Markup::own(name)),
            ("value", Markup::text(value)),
            ("mode", Markup::own(mode)),
            ("complete", Markup::own(complete)),
            ("invalid", before.invalid(name)),
            ("required", Markup::own(if entry.optional { "" } else { " required" })),
        ];
        return both(INPUT, words, &parts);
    }
    let option = |(word, words): (&'static str, words::Pair)| {
        let selected = Markup::own(if word == value { " selected" } else { "" });
        both(OPTION, words, &[("value", Markup::own(word)), ("selected", selected)])
    };
    let options = choices.into_iter().map(option).collect();
    let parts = [("name", Markup::own(name)), ("options", options), ("invalid", before.invalid(name))];
    both(SELECT, words, &parts)
}

/// The keyboard, and what a browser may fill in.
fn typed(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Phone | Field::LegalPhone => ("tel", "tel-national"),
        Field::BankCard | Field::AccountNumber | Field::Branch | Field::ValidFrom | Field::ValidUntil => {
            ("numeric", "off")
        }
        Field::Name | Field::LegalName => ("text", "name"),
        _ => ("text", "off"),
    }
}

pub(crate) fn facts(facts: &[Fact]) -> Markup {
    if facts.is_empty() {
        return Markup::default();
    }
    let fact = |fact: &Fact| {
        both(FACT, words::field(fact.field), &[("value", words::value(fact.field, &fact.value))])
    };
    fill(FACTS, &[("facts", facts.iter().map(fact).collect())])
}

pub(crate) fn notices(notices: &[NoticeId], before: Before<'_>) -> Markup {
    let notice = |notice: &NoticeId| {
        let (title, paragraphs) = words::notice(notice);
        let paragraphs = paragraphs.into_iter().map(|words| both(PARAGRAPH, words, &[])).collect();
        let parts = [
            ("notice", Markup::text(notice.as_str())),
            ("paragraphs", paragraphs),
            ("invalid", before.invalid("agreed")),
        ];
        both(NOTICE, title, &parts)
    };
    notices.iter().map(notice).collect()
}
