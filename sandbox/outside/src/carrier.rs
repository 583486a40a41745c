//! The carriers' register: whose a phone number is.

use crate::registers::{kind_code, kind_from};
use crate::{Outside, Unavailable};
use rusqlite::{Connection, Row, params};
use tongguan_core::domain::{Document, PersonName, PhoneNumber};
use tongguan_core::fault::Register;
use tongguan_sandbox_world::Person;

/// Who has a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    pub phone: PhoneNumber,
    pub name: PersonName,
    pub document: Document,
}

impl Outside {
    /// Whether name, document and phone are together. It does not say which differs.
    pub fn three_factors(
        &self,
        name: &PersonName,
        document: &Document,
        phone: &PhoneNumber,
    ) -> Result<bool, Unavailable> {
        self.ask(Register::Phone, phone.as_str(), |c, failure| {
            let kind = kind_code(document.kind);
            let asked = params![phone.as_str(), name.as_str(), kind, document.number.as_str()];
            let known: bool = c.query_row(
                "SELECT EXISTS (SELECT 1 FROM carrier WHERE phone = ?1 AND name = ?2
                 AND document_kind = ?3 AND document_number = ?4)",
                asked,
                |row| row.get(0),
            )?;
            Ok(known && failure.is_none())
        })
    }
}

/// The columns that [`subscriber_from`] reads.
pub(crate) const SUBSCRIBER: &str = "phone, name, document_kind, document_number";

pub(crate) fn subscriber_from(row: &Row<'_>) -> rusqlite::Result<Subscriber> {
    let text: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
    let [phone, name, kind, number] = text;
    let broken = |_| rusqlite::Error::InvalidQuery;
    Ok(Subscriber {
        phone: PhoneNumber::parse(&phone).map_err(broken)?,
        name: PersonName::parse(&name).map_err(broken)?,
        document: Document::parse(kind_from(&kind), &number).map_err(broken)?,
    })
}

pub(crate) fn enter_subscriber(c: &Connection, person: &Person) -> rusqlite::Result<()> {
    let document = &person.document;
    c.execute(
        "INSERT OR REPLACE INTO carrier VALUES (?1, ?2, ?3, ?4)",
        params![
            person.phone.as_str(),
            person.name.as_str(),
            kind_code(document.kind),
            document.number.as_str()
        ],
    )?;
    Ok(())
}
