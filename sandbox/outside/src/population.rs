//! The population register: whose number is whose, and whose face; and of identity cards, how long they are good.

use crate::registers::{kind_code, kind_from};
use crate::{Failure, Identity, Outside, OutsideError, Unavailable};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tongguan_core::domain::{Document, DocumentKind, DocumentNumber, PersonName, Validity};
use tongguan_core::fault::Register;
use tongguan_sandbox_world::Person;

/// Somebody with a document of whatever kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citizen {
    pub name: PersonName,
    pub document: Document,
    /// Of an identity card.
    pub validity: Option<Validity>,
}

/// What the register says to a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaceAnswer {
    Match,
    Mismatch,
    /// The picture is not good enough to tell.
    PoorPicture,
    /// Nobody has this number.
    NotFound,
}

impl Outside {
    /// Whether name and number are together. It does not say which differs.
    pub fn population(&self, name: &PersonName, document: &Document) -> Result<bool, Unavailable> {
        self.ask(Register::Population, document.number.as_str(), |c, failure| {
            let known = citizen(c, document.number.as_str())?;
            let same = known.is_some_and(|known| known.name == *name && known.document == *document);
            Ok(same && !matches!(failure, Some(Failure::Absent | Failure::Mismatch)))
        })
    }

    /// Whether there is this identity card: name, number and both days. It does not say which differs.
    pub fn identity_card(&self, card: &Identity) -> Result<bool, Unavailable> {
        self.ask(Register::Population, card.document.number.as_str(), |c, failure| {
            let known = citizen(c, card.document.number.as_str())?;
            let asked = Citizen {
                name: card.name.clone(),
                document: card.document.clone(),
                validity: Some(card.validity),
            };
            Ok(known == Some(asked) && !matches!(failure, Some(Failure::Absent | Failure::Mismatch)))
        })
    }

    /// Whether `shown`, whose face a picture shows, is the holder of `document`.
    pub fn face(&self, document: &Document, shown: &DocumentNumber) -> Result<FaceAnswer, Unavailable> {
        self.ask(Register::Population, document.number.as_str(), |c, failure| {
            let known =
                citizen(c, document.number.as_str())?.is_some_and(|known| known.document == *document);
            Ok(match failure {
                _ if !known => FaceAnswer::NotFound,
                Some(Failure::Absent) => FaceAnswer::NotFound,
                Some(Failure::PoorPicture) => FaceAnswer::PoorPicture,
                Some(Failure::OtherFace) => FaceAnswer::Mismatch,
                _ if document.number == *shown => FaceAnswer::Match,
                _ => FaceAnswer::Mismatch,
            })
        })
    }

    /// The record itself, whatever goes wrong with asking for it.
    pub(crate) fn citizen(&self, number: &str) -> Result<Option<Citizen>, OutsideError> {
        self.store(|c| citizen(c, number))
    }
}

/// The columns that [`citizen_from`] reads.
pub(crate) const CITIZEN: &str = "name, kind, number, valid_from, valid_until";

pub(crate) fn citizen_from(row: &Row<'_>) -> rusqlite::Result<Citizen> {
    let text: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
    let [name, kind, number] = text;
    let days: (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
    let broken = |_| rusqlite::Error::InvalidQuery;
    Ok(Citizen {
        validity: match days {
            (Some(from), Some(until)) => Some(Validity::parse(&from, &until).map_err(broken)?),
            _ => None,
        },
        name: PersonName::parse(&name).map_err(broken)?,
        document: Document::parse(kind_from(&kind), &number).map_err(broken)?,
    })
}

fn citizen(c: &Connection, number: &str) -> rusqlite::Result<Option<Citizen>> {
    let query = format!("SELECT {CITIZEN} FROM citizen WHERE number = ?1");
    c.query_row(&query, [number], citizen_from).optional()
}

pub(crate) fn enter_citizen(c: &Connection, person: &Person) -> rusqlite::Result<()> {
    let document = &person.document;
    let card = (document.kind == DocumentKind::IdCard).then_some(person.validity);
    c.execute(
        "INSERT OR REPLACE INTO citizen VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            document.number.as_str(),
            kind_code(document.kind),
            person.name.as_str(),
            card.map(|card| card.from.to_string()),
            card.map(|card| card.until.to_string())
        ],
    )?;
    Ok(())
}
