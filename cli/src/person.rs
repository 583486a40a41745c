//! A person in a record: shown with a masked number, changed with a number that is asked for.

use crate::args::PersonArgs;
use crate::change::{self, Change, change};
use crate::secret::{self, invalid};
use crate::terminal::Terminal;
use crate::words::Words;
use tongguan_core::domain::{Country, Document, DocumentKind, MaskedDocument, PersonName, Validity};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{PersonEdit, PersonRecord};

/// The person as the arguments want it. A document whose kind is named is a new one: its number is asked for.
pub(crate) fn edited(
    terminal: &Terminal,
    args: &PersonArgs,
    present: &PersonRecord,
    version: i64,
    country: Option<Country>,
) -> Result<PersonEdit, Fault> {
    let name = args.name.as_deref().map(PersonName::parse).transpose()?;
    let document = args.document.map(|kind| document(terminal, kind, args.number_fd)).transpose()?;
    let kind = document.as_ref().map(|document| document.kind);
    Ok(PersonEdit {
        version,
        name: name.unwrap_or_else(|| present.name.clone()),
        validity: validity(args, present, kind)?,
        document,
        country: country.or_else(|| present.country.clone()),
    })
}

/// Its number is read or typed; nothing of it is shown.
pub(crate) fn document(
    terminal: &Terminal,
    kind: DocumentKind,
    descriptor: Option<u32>,
) -> Result<Document, Fault> {
    let number = secret::hidden(terminal, descriptor, "number_fd", "ask.document_number")?;
    Document::parse(kind, number.trim())
}

/// An ID card has one; a new card's is not the old one's.
fn validity(
    args: &PersonArgs,
    present: &PersonRecord,
    new: Option<DocumentKind>,
) -> Result<Option<Validity>, Fault> {
    let kept = if new.is_none() { present.validity } else { None };
    let from = args.valid_from.clone().or_else(|| kept.map(|validity| validity.from.to_string()));
    let until = args.valid_until.clone().or_else(|| kept.map(|validity| validity.until.to_string()));
    match (from, until) {
        (Some(from), Some(until)) => Validity::parse(&from, &until).map(Some),
        (None, Some(_)) => Err(invalid("valid_from", "missing")),
        (Some(_), None) => Err(invalid("valid_until", "missing")),
        (None, None) if new == Some(DocumentKind::IdCard) => Err(invalid("valid_from", "missing")),
        (None, None) => Ok(None),
    }
}

pub(crate) fn changes(present: &PersonRecord, edit: &PersonEdit) -> Vec<Change> {
    let number = |document: &MaskedDocument| document.number.to_string();
    let before = present.document.as_ref();
    let after = edit.document.as_ref().map(Document::masked).or_else(|| before.cloned());
    let kind = |document: &MaskedDocument| crate::words::word_of(&document.kind);
    let span = |validity: Validity| format!("{} - {}", validity.from, validity.until);
    let mut all = vec![
        change("person_name", Some(&present.name), Some(&edit.name)),
        change("document_kind", before.map(kind), after.as_ref().map(kind)),
        change("document_number", before.map(number), after.as_ref().map(number)),
        change("validity", present.validity.map(span), edit.validity.map(span)),
        change("country", present.country.as_ref(), edit.country.as_ref()),
    ];
    // Two numbers may look alike once they are masked.
    if edit.document.is_some() && all.iter().flatten().all(|change| !change.is_of("document_number")) {
        all.push(Some(Change::of_hidden("document_number", after.as_ref().map(number))));
    }
    all.into_iter().flatten().collect()
}

pub(crate) fn show(terminal: &mut Terminal, whose: &str, person: &PersonRecord) {
    let validity = person.validity.map(|validity| span(&terminal.words, validity));
    let document = person.document.as_ref().map(|document| shown(&terminal.words, document));
    let fields = [
        (whose, Some(person.name.to_string())),
        ("document", document),
        ("validity", validity),
        ("country", person.country.as_ref().map(ToString::to_string)),
    ];
    // Not every document has a validity, and not every person a country: nothing is missing there.
    let fields: Vec<_> = fields
        .into_iter()
        .filter(|(name, value)| value.is_some() || !matches!(*name, "validity" | "country"))
        .collect();
    change::lines(terminal, &fields);
}

pub(crate) fn shown(words: &Words, document: &MaskedDocument) -> String {
    format!("{} {}", words.value("document", &document.kind), document.number)
}

pub(crate) fn span(words: &Words, validity: Validity) -> String {
    let until = match validity.until {
        tongguan_core::domain::ValidUntil::LongTerm => words.plain("record.long_term"),
        day => day.to_string(),
    };
    words.say("record.span", &[("from", &validity.from.to_string()), ("until", &until)])
}
