//! The registers as a person at the sandbox looks through them.

use crate::carrier::{SUBSCRIBER, subscriber_from};
use crate::failure::register_code;
use crate::population::{CITIZEN, citizen_from};
use crate::registers::{COMPANY, company_from, kind_from};
use crate::{CardHolder, Citizen, Failure, Identity, Outside, OutsideError, RegisteredCompany, Subscriber};
use rusqlite::{Row, params};
use tongguan_core::domain::{BankCardNumber, Document, DocumentKind, PersonName, PhoneNumber, Validity};
use tongguan_core::fault::{Fault, Register};

/// A record and what goes wrong with it.
#[derive(Debug, Clone)]
pub struct Entry<T> {
    pub record: T,
    pub failure: Option<Failure>,
}

impl Outside {
    /// Those whose name or number has `find` in it, in the order of their names, at most `limit`.
    pub fn companies(&self, find: &str, limit: u32) -> Result<Vec<Entry<RegisteredCompany>>, OutsideError> {
        let rest = "FROM company WHERE instr(name || ' ' || uscc || ' ' || legal_representative || ' ' || ifnull(registration, ''), ?1)
                    ORDER BY name LIMIT ?2";
        let query = format!("SELECT {COMPANY} {rest}");
        let found = self.look(&query, find, limit, company_from)?;
        self.with_failures(Register::Company, found, |company| company.identity.uscc.as_str())
    }

    pub fn identities(&self, find: &str, limit: u32) -> Result<Vec<Entry<Identity>>, OutsideError> {
        let query = "SELECT number, name, valid_from, valid_until FROM identity
                     WHERE instr(name || ' ' || number, ?1) ORDER BY name, number LIMIT ?2";
        let found = self.look(query, find, limit, identity)?;
        self.with_failures(Register::Ctid, found, |identity| identity.document.number.as_str())
    }

    pub fn bank_cards(&self, find: &str, limit: u32) -> Result<Vec<Entry<CardHolder>>, OutsideError> {
        let query = "SELECT number, name, document_kind, document_number, phone FROM bank_card
                     WHERE instr(name || ' ' || number || ' ' || document_number || ' ' || phone, ?1)
                     ORDER BY name, number LIMIT ?2";
        let found = self.look(query, find, limit, card_holder)?;
        self.with_failures(Register::Bank, found, |holder| holder.card.as_str())
    }

    pub fn citizens(&self, find: &str, limit: u32) -> Result<Vec<Entry<Citizen>>, OutsideError> {
        let rest = "FROM citizen WHERE instr(name || ' ' || number, ?1) ORDER BY name, number LIMIT ?2";
        let found = self.look(&format!("SELECT {CITIZEN} {rest}"), find, limit, citizen_from)?;
        self.with_failures(Register::Population, found, |citizen| citizen.document.number.as_str())
    }

    pub fn subscribers(&self, find: &str, limit: u32) -> Result<Vec<Entry<Subscriber>>, OutsideError> {
        let rest = "FROM carrier WHERE instr(name || ' ' || phone || ' ' || document_number, ?1)
                    ORDER BY name, phone LIMIT ?2";
        let found = self.look(&format!("SELECT {SUBSCRIBER} {rest}"), find, limit, subscriber_from)?;
        self.with_failures(Register::Phone, found, |subscriber| subscriber.phone.as_str())
    }

    pub(crate) fn look<T>(
        &self,
        query: &str,
        find: &str,
        limit: u32,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, OutsideError> {
        self.store(|c| c.prepare(query)?.query_map(params![find, limit], |row| read(row))?.collect())
    }

    pub(crate) fn with_failures<T>(
        &self,
        register: Register,
        records: Vec<T>,
        key: impl Fn(&T) -> &str,
    ) -> Result<Vec<Entry<T>>, OutsideError> {
        let entry = |record: T| {
            let failure = self.failure(register, Some(key(&record)))?;
            Ok(Entry { record, failure })
        };
        records.into_iter().map(entry).collect()
    }

    /// Addresses to which messages fail, with how.
    pub fn failing_addresses(&self) -> Result<Vec<Entry<String>>, OutsideError> {
        let found: Vec<(String, String)> = self.store(|c| {
            c.prepare(
                "SELECT record, failure FROM failure WHERE register = ?1 AND record <> '' ORDER BY record",
            )?
            .query_map([register_code(Register::Sms)], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
        })?;
        Ok(found
            .into_iter()
            .map(|(record, failure)| Entry { record, failure: Failure::parse(&failure) })
            .collect())
    }
}

/// What is entered was parsed; anything else was written from outside.
pub(crate) fn entered<T>(value: Result<T, Fault>) -> rusqlite::Result<T> {
    value.map_err(|_| rusqlite::Error::InvalidQuery)
}

fn text(row: &Row<'_>, index: usize) -> rusqlite::Result<String> {
    row.get(index)
}

fn identity(row: &Row<'_>) -> rusqlite::Result<Identity> {
    Ok(Identity {
        document: entered(Document::parse(DocumentKind::IdCard, &text(row, 0)?))?,
        name: entered(PersonName::parse(&text(row, 1)?))?,
        validity: entered(Validity::parse(&text(row, 2)?, &text(row, 3)?))?,
    })
}

fn card_holder(row: &Row<'_>) -> rusqlite::Result<CardHolder> {
    Ok(CardHolder {
        card: entered(BankCardNumber::parse(&text(row, 0)?))?,
        name: entered(PersonName::parse(&text(row, 1)?))?,
        document: entered(Document::parse(kind_from(&text(row, 2)?), &text(row, 3)?))?,
        phone: entered(PhoneNumber::parse(&text(row, 4)?))?,
    })
}
