//! People as the store has them: a company's legal representative, an account's holder.

use crate::Portal;
use crate::column::{maybe, parsed, word};
use crate::problem::Problem;
use rusqlite::Row;
use tongguan_core::domain::{CalendarDate, Country, Document, DocumentKind, PersonName, Validity};
use tongguan_core::ports::{PersonEdit, PersonRecord};

/// The columns that [`Person::read`] reads, of `company c`.
pub(crate) const LEGAL: &str = "c.legal_name, c.legal_document_kind, c.legal_document_number, c.legal_valid_from, \
    c.legal_valid_until, c.legal_country";
/// The same of `account a`.
pub(crate) const HOLDER: &str = "a.holder_name, a.holder_document_kind, a.holder_document_number, \
    a.holder_valid_from, a.holder_valid_until, NULL";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: PersonName,
    pub(crate) document: Option<Document>,
    pub(crate) validity: Option<Validity>,
    pub(crate) country: Option<Country>,
}

/// What a document is written as: kind, number, first and last day.
pub(crate) type Columns = [Option<String>; 4];

impl Portal {
    /// Nobody is born tomorrow.
    pub(crate) fn born(&self, document: &Document) -> Result<(), Problem> {
        Ok(document.born_by(CalendarDate::of(self.now()))?)
    }
}

impl Person {
    /// Reads [`LEGAL`] or [`HOLDER`], which begin at column `first`.
    pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let number: Option<String> = row.get(first + 2)?;
        let document = match number {
            Some(number) => {
                let kind: DocumentKind = word(row, first + 1)?;
                let document = Document::parse(kind, &number);
                Some(document.map_err(|_| crate::column::broken(first + 2))?)
            }
            None => None,
        };
        let validity = match (maybe(row, first + 3)?, maybe(row, first + 4)?) {
            (Some(from), Some(until)) => {
                Some(Validity::new(from, until).map_err(|_| crate::column::broken(first + 4))?)
            }
            _ => None,
        };
        Ok(Self { name: parsed(row, first)?, document, validity, country: maybe(row, first + 5)? })
    }

    pub(crate) fn record(&self) -> PersonRecord {
        PersonRecord {
            name: self.name.clone(),
            document: self.document.as_ref().map(Document::masked),
            validity: self.validity,
            country: self.country.clone(),
        }
    }

    /// As `edit` wants it. An ID card has a validity.
    pub(crate) fn edited(&self, edit: &PersonEdit) -> Result<Self, Problem> {
        let document = edit.document.clone().or_else(|| self.document.clone());
        let id_card = document.as_ref().is_some_and(|document| document.kind == DocumentKind::IdCard);
        if id_card && edit.validity.is_none() {
            return Err(Problem::input("valid_from", "empty"));
        }
        Ok(Self { name: edit.name.clone(), document, validity: edit.validity, country: edit.country.clone() })
    }

    /// Whether they are the one of this name and document; where none was on record, the name says it.
    pub(crate) fn is(&self, name: &PersonName, document: Option<&Document>) -> bool {
        self.name == *name && (self.document.is_none() || self.document.as_ref() == document)
    }

    pub(crate) fn columns(&self) -> Columns {
        columns(self.document.as_ref(), self.validity.as_ref())
    }
}

pub(crate) fn columns(document: Option<&Document>, validity: Option<&Validity>) -> Columns {
    [
        document.map(|document| crate::column::word_of(document.kind)),
        document.map(|document| document.number.as_str().to_owned()),
        validity.map(|validity| validity.from.to_string()),
        validity.map(|validity| validity.until.to_string()),
    ]
}
