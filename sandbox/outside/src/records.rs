//! What the registers' records look like.

use crate::listing::Entry;
use crate::page::said;
use crate::registers::kind_code;
use crate::sheet::Sheet;
use crate::{CardHolder, Citizen, Identity, Message, RegisteredCompany, Subscriber};
use axum::response::Response;
use tongguan_core::domain::{Document, DocumentKind, ValidUntil, Validity};
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_pages::{Markup, fill};

const VALUE: &str = include_str!("../pages/value.html");
const COMPANY: &str = include_str!("../pages/company.html");
const MESSAGE: &str = include_str!("../pages/message.html");
const CODE: &str = include_str!("../pages/code.html");
const PICTURE: &str = include_str!("../pages/picture.html");

pub(crate) fn messages(sheet: &Sheet<'_>, messages: &[Message], failing: &[Entry<String>]) -> Response {
    let read = messages.iter().map(message);
    let failing = failing.iter().map(|entry| {
        let address = Markup::text(&entry.record);
        sheet.entry(&entry.record, address, Markup::default(), Markup::default(), entry.failure)
    });
    let all: Markup = read.chain(failing).collect();
    sheet.show(messages.len(), all)
}

pub(crate) fn companies(sheet: &Sheet<'_>, entries: &[Entry<RegisteredCompany>]) -> Response {
    let records = entries.iter().map(|Entry { record, failure }| {
        let uscc = record.identity.uscc.as_str();
        let values = [
            value("uscc", Markup::text(uscc)),
            value("registration", Markup::text(record.registration.as_ref().map_or("", |own| own.as_str()))),
            value("organization_code", Markup::text(record.identity.organization_code.as_str())),
            value("legal_representative", Markup::text(record.legal_representative.as_str())),
            value("document", document(&record.document)),
        ];
        let change = fill(
            COMPANY,
            &[
                ("token", Markup::text(sheet.token)),
                ("uscc", Markup::text(uscc)),
                ("id", Markup::text(uscc)),
                ("name", Markup::text(record.identity.name.as_str())),
                ("legal", Markup::text(record.legal_representative.as_str())),
            ],
        );
        let name = Markup::text(record.identity.name.as_str());
        sheet.entry(uscc, name, values.into_iter().collect(), change, *failure)
    });
    sheet.show(entries.len(), records.collect())
}

pub(crate) fn identities(sheet: &Sheet<'_>, entries: &[Entry<Identity>]) -> Response {
    let records = entries.iter().map(|Entry { record, failure }| {
        let values =
            [value("document", document(&record.document)), value("validity", validity(&record.validity))];
        let name = Markup::text(record.name.as_str());
        let key = record.document.number.as_str();
        sheet.entry(key, name, values.into_iter().collect(), Markup::default(), *failure)
    });
    sheet.show(entries.len(), records.collect())
}

pub(crate) fn bank_cards(sheet: &Sheet<'_>, entries: &[Entry<CardHolder>]) -> Response {
    let records = entries.iter().map(|Entry { record, failure }| {
        let values = [
            value("card", Markup::text(record.card.as_str())),
            value("document", document(&record.document)),
            value("card_phone", Markup::text(record.phone.as_str())),
        ];
        let name = Markup::text(record.name.as_str());
        sheet.entry(record.card.as_str(), name, values.into_iter().collect(), Markup::default(), *failure)
    });
    sheet.show(entries.len(), records.collect())
}

pub(crate) fn citizens(sheet: &Sheet<'_>, entries: &[Entry<Citizen>]) -> Response {
    let records = entries.iter().map(|Entry { record, failure }| {
        let key = record.document.number.as_str();
        let days = record.validity.as_ref().map(|days| value("validity", validity(days)));
        let values = [
            value("document", document(&record.document)),
            days.unwrap_or_default(),
            value("pictures", pictures(record)),
        ];
        let name = Markup::text(record.name.as_str());
        sheet.entry(key, name, values.into_iter().collect(), Markup::default(), *failure)
    });
    sheet.show(entries.len(), records.collect())
}

/// What a person holds into a camera.
fn pictures(citizen: &Citizen) -> Markup {
    let sides: &[&'static str] = match citizen.document.kind {
        DocumentKind::IdCard => &["face", "front", "back"],
        _ => &["face"],
    };
    let link = |side: &&'static str| {
        let [chinese, english] = said(&format!("picture.{side}"));
        let number = Markup::text(citizen.document.number.as_str());
        let parts =
            [("number", number), ("side", Markup::own(side)), ("chinese", chinese), ("english", english)];
        fill(PICTURE, &parts)
    };
    sides.iter().map(link).collect()
}

pub(crate) fn subscribers(sheet: &Sheet<'_>, entries: &[Entry<Subscriber>]) -> Response {
    let records = entries.iter().map(|Entry { record, failure }| {
        let values = [
            value("own_phone", Markup::text(record.phone.as_str())),
            value("document", document(&record.document)),
        ];
        let name = Markup::text(record.name.as_str());
        sheet.entry(record.phone.as_str(), name, values.into_iter().collect(), Markup::default(), *failure)
    });
    sheet.show(entries.len(), records.collect())
}

fn message(message: &Message) -> Markup {
    let (address, channel) = match &message.to {
        CodeTarget::Phone { phone } => (phone.as_str(), "phone.channel"),
        CodeTarget::Email { email } => (email.as_str(), "email.channel"),
    };
    let [channel, channel_english] = said(channel);
    let code = message.code.as_ref().map(|code| fill(CODE, &[("code", Markup::text(code.as_str()))]));
    fill(
        MESSAGE,
        &[
            ("id", Markup::text(&message.id.to_string())),
            ("to", Markup::text(address)),
            ("channel", channel),
            ("channel_english", channel_english),
            ("at", Markup::text(&message.sent_at.to_string())),
            ("text", Markup::text(&message.text)),
            ("code", code.unwrap_or_default()),
        ],
    )
}

pub(crate) fn value(key: &str, value: Markup) -> Markup {
    let [chinese, english] = said(key);
    fill(VALUE, &[("chinese", chinese), ("english", english), ("value", value)])
}

fn document(document: &Document) -> Markup {
    let [kind, _] = said(kind_code(document.kind));
    [Markup::text(document.number.as_str()), Markup::own(" · "), kind].into_iter().collect()
}

fn validity(validity: &Validity) -> Markup {
    let until = match validity.until {
        ValidUntil::Day(day) => Markup::text(&day.to_string()),
        ValidUntil::LongTerm => {
            let [chinese, _] = said("long_term");
            [Markup::text(&validity.until.to_string()), Markup::own(" · "), chinese].into_iter().collect()
        }
    };
    [Markup::text(&validity.from.to_string()), Markup::own(" - "), until].into_iter().collect()
}
