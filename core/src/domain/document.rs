//! Identity documents of people: kind, number, validity.

use super::private::private_value;
use super::{CalendarDate, CitizenIdNumber, MaskedText};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The kinds that the Single Window knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Resident identity card (GB 11643-1999), residence permits for Hong Kong, Macao and Taiwan included.
    IdCard,
    /// Issued by the PRC; no other passport is accepted.
    Passport,
    /// Mainland travel permit for Hong Kong and Macao residents.
    HomeReturnPermit,
    /// Mainland travel permit for Taiwan residents.
    TaiwanPermit,
    /// Permanent residence card of a foreigner, 2023 form.
    ForeignPermanentResidence,
}

private_value!(
    /// The number of a document; which form it must have follows from the kind.
    DocumentNumber,
    |value| if (1..=18).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(refuse("document_number", if value.is_empty() { "empty" } else { "character" }))
    }
);

/// A kind with a number of its form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "Unchecked")]
pub struct Document {
    pub kind: DocumentKind,
    pub number: DocumentNumber,
}

/// What is shown of a document: the rest of the number is gone, not hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MaskedDocument {
    pub kind: DocumentKind,
    pub number: MaskedText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    kind: DocumentKind,
    number: String,
}

impl TryFrom<Unchecked> for Document {
    type Error = Fault;
    fn try_from(value: Unchecked) -> Result<Self, Fault> {
        Self::parse(value.kind, &value.number)
    }
}

fn refuse(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

impl Document {
    /// # Errors
    /// [`Fault::InputInvalid`] for field `document_number`: `length`, `character`, `check_character`,
    /// `birth_date`, or `passport_not_prc` for a passport that the PRC did not issue.
    pub fn parse(kind: DocumentKind, number: &str) -> Result<Self, Fault> {
        let checked = DocumentNumber::parse(number)?;
        let form = match kind {
            DocumentKind::IdCard => CitizenIdNumber::parse(number).map(|_| ()).map_err(as_number),
            DocumentKind::Passport => passport(number),
            DocumentKind::HomeReturnPermit => letter_and_digits(number, b"HM", &[8, 10]),
            DocumentKind::TaiwanPermit => digits(number, &[8]),
            DocumentKind::ForeignPermanentResidence if !number.starts_with('9') => {
                Err(refuse("document_number", "character"))
            }
            DocumentKind::ForeignPermanentResidence => {
                CitizenIdNumber::parse(number).map(|_| ()).map_err(as_number)
            }
        };
        form.map(|()| Self { kind, number: checked })
    }

    /// Whether its holder can have been born by `day`, as far as the number tells. A parser knows no clock: it
    /// takes any real day.
    ///
    /// # Errors
    /// [`Fault::InputInvalid`] for field `document_number`: `birth_date`.
    pub fn born_by(&self, day: CalendarDate) -> Result<(), Fault> {
        let born = match self.kind {
            DocumentKind::IdCard | DocumentKind::ForeignPermanentResidence => self.number.as_str().get(6..14),
            DocumentKind::Passport | DocumentKind::HomeReturnPermit | DocumentKind::TaiwanPermit => None,
        };
        // Both are YYYYMMDD, so that the order of texts is that of days.
        match born {
            Some(born) if born > day.to_string().as_str() => Err(refuse("document_number", "birth_date")),
            _ => Ok(()),
        }
    }

    pub fn masked(&self) -> MaskedDocument {
        MaskedDocument { kind: self.kind, number: self.number.masked() }
    }
}

fn as_number(fault: Fault) -> Fault {
    match fault {
        Fault::InputInvalid { reason, .. } => refuse("document_number", &reason),
        other => other,
    }
}

/// A letter and 8 digits, or two letters and 7 digits; of ordinary ones the first letter is E or G, of
/// official ones D, S or P.
fn passport(number: &str) -> Result<(), Fault> {
    if number.len() != 9 {
        return Err(refuse("document_number", "passport_not_prc"));
    }
    let (letters, rest) =
        number.split_at(if number.as_bytes().get(1).is_some_and(u8::is_ascii_digit) { 1 } else { 2 });
    let prc =
        letters.starts_with(['E', 'G', 'D', 'S', 'P']) && letters.bytes().all(|b| b.is_ascii_uppercase());
    if prc && rest.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(refuse("document_number", "passport_not_prc"))
    }
}

fn letter_and_digits(number: &str, letters: &[u8], lengths: &[usize]) -> Result<(), Fault> {
    match number.as_bytes().split_first() {
        Some((letter, rest)) if letters.contains(letter) && rest.iter().all(u8::is_ascii_digit) => {
            if lengths.contains(&rest.len()) { Ok(()) } else { Err(refuse("document_number", "length")) }
        }
        _ => Err(refuse("document_number", "character")),
    }
}

fn digits(number: &str, lengths: &[usize]) -> Result<(), Fault> {
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse("document_number", "character"));
    }
    if lengths.contains(&number.len()) { Ok(()) } else { Err(refuse("document_number", "length")) }
}
