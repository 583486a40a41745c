//! The tables and how an older file becomes a newer one. `user_version` counts the steps taken.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// One step each, never edited once released. The columns are the fields of a journal entry and no more.
const STEPS: [&str; 2] = [
    "CREATE TABLE journal (
        row INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        purpose TEXT NOT NULL,
        audience TEXT NOT NULL,
        token_label TEXT NOT NULL,
        certificate TEXT NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;",
    // Where the chain ends: without it, rows cut off the end would leave a shorter chain that is whole.
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
     INSERT INTO head SELECT 1, count(*), coalesce(
        (SELECT hash FROM journal ORDER BY row DESC LIMIT 1), zeroblob(32)) FROM journal;",
];

#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemaFault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("written by a newer version of the program (schema {0})")]
    Newer(i64),
}

/// Takes the steps that are missing, all or none. Two programs that start at once take them once.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), SchemaFault> {
    if version(connection)? == STEPS.len() as i64 {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    let taken = usize::try_from(from).map_err(|_| SchemaFault::Newer(from))?;
    let missing = STEPS.get(taken..).ok_or(SchemaFault::Newer(from))?;
    take(&transaction, missing, STEPS.len())?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn take(transaction: &Transaction<'_>, steps: &[&str], to: usize) -> rusqlite::Result<()> {
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", to as i64)
}
