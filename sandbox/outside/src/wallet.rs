//! An app of a third party, whose accounts are held by people that have shown it their identity cards.

use crate::population::{CITIZEN, citizen_from};
use crate::{Citizen, Outside, OutsideError};
use rusqlite::OptionalExtension;
use std::sync::Arc;
use tongguan_core::domain::{Document, PersonName};

/// More are not shown.
const MOST: u32 = 500;

/// What the app has of the world: the holders of its accounts, and nothing else. All calls block.
#[derive(Debug, Clone)]
pub struct Wallet(Arc<Outside>);

/// `Debug` shows the ends of the number only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHolder {
    pub name: PersonName,
    pub document: Document,
}

impl From<Citizen> for AccountHolder {
    fn from(Citizen { name, document, .. }: Citizen) -> Self {
        Self { name, document }
    }
}

impl Wallet {
    pub fn new(outside: Arc<Outside>) -> Self {
        Self(outside)
    }

    /// Everybody who has an identity card has an account; with its number.
    pub fn accounts(&self) -> Result<Vec<(i64, AccountHolder)>, OutsideError> {
        let query = format!(
            "SELECT {CITIZEN}, rowid FROM citizen WHERE kind = 'id_card' ORDER BY rowid LIMIT {MOST}"
        );
        self.0.store(|c| {
            let mut statement = c.prepare(&query)?;
            let rows = statement.query_map([], |row| Ok((row.get("rowid")?, citizen_from(row)?.into())))?;
            rows.collect()
        })
    }

    pub fn holder(&self, account: i64) -> Result<Option<AccountHolder>, OutsideError> {
        let query = format!("SELECT {CITIZEN} FROM citizen WHERE kind = 'id_card' AND rowid = ?1");
        let found = self.0.store(|c| c.query_row(&query, [account], citizen_from).optional())?;
        Ok(found.map(AccountHolder::from))
    }
}
