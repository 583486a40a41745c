use crate::chain::{Hash, START, Stored};
use crate::{private, schema};
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Journal, JournalEntry, JournalRow};

/// How long one program waits while another one writes its row.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most rows that one page holds, whatever was asked for.
const PAGE: u32 = 1000;
const COLUMNS: &str = "row, at, purpose, audience, token_label, certificate, outcome, detail, hash";

/// The journal in one SQLite file, `journal.db`, readable by its owner alone. Several programs may write
/// into it at once; a program that is killed leaves whole rows.
///
/// Each row holds SHA-256 over the row before and its own fields, and the number of rows and the last
/// hash stand in a second table: an edit, a gap, another order and a shorter end are noticed. Whoever may
/// write the file and recomputes all of it is not: see `docs/SECURITY.md`.
#[derive(Debug)]
pub struct SqliteJournal {
    connection: Mutex<Connection>,
}

/// Number of rows and hash of the last one.
type Head = (i64, Hash);

impl SqliteJournal {
    /// Opens or makes the journal in `dir`, which is made too (0700) if it is missing. Takes the steps from
    /// an older schema to this one.
    ///
    /// # Errors
    /// [`Fault::JournalUnavailable`]: no right, no room, not a database, written by a newer program.
    pub fn open(dir: &Path) -> Result<Self, Fault> {
        let path = dir.join("journal.db");
        private::directory(dir).and_then(|()| private::file(&path)).map_err(unavailable)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(unavailable)?;
        prepare(&connection).map_err(unavailable)?;
        schema::migrate(&mut connection).map_err(unavailable)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked in here left no open transaction: rusqlite rolls back on drop.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The row must be on the disk before the proof leaves the machine.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

fn unavailable(error: impl std::fmt::Display) -> Fault {
    Fault::JournalUnavailable { reason: error.to_string() }
}

impl Journal for SqliteJournal {
    fn append(&self, entry: &JournalEntry) -> Result<JournalRow, Fault> {
        let mut connection = self.connection();
        // Immediate: the head is read under the lock that writes the next one, so two programs keep one chain.
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unavailable)?;
        let (rows, hash) = whole_end(&transaction)?;
        let stored = Stored::after(&hash, rows + 1, entry);
        insert(&transaction, &stored).and_then(|()| transaction.commit()).map_err(unavailable)?;
        stored.into_row().ok_or_else(|| Fault::Defect { place: "journal row".into() })
    }

    fn rows(&self, before: Option<i64>, limit: u32) -> Result<Vec<JournalRow>, Fault> {
        let connection = self.connection();
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE row < ?1 ORDER BY row DESC LIMIT ?2");
        let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
        let mut found =
            statement.query(params![before.unwrap_or(i64::MAX), limit.min(PAGE)]).map_err(unavailable)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(unavailable)? {
            let (number, stored) = read(row).map_err(unavailable)?;
            let row = stored.and_then(Stored::into_row);
            rows.push(row.ok_or(Fault::JournalBroken { row: number })?);
        }
        Ok(rows)
    }

    fn verify(&self) -> Result<i64, Fault> {
        let mut connection = self.connection();
        // One transaction: rows and head of the same moment, whatever others append meanwhile.
        let transaction = connection.transaction().map_err(unavailable)?;
        let (last, hash) = recompute(&transaction)?;
        match head(&transaction)? {
            Some((rows, head)) if rows == last && head == hash => Ok(last),
            Some((rows, _)) if rows < last => {
                Err(Fault::JournalBroken { row: rows.saturating_add(1).max(1) })
            }
            Some((rows, _)) if rows == last => Err(Fault::JournalBroken { row: last }),
            _ => Err(Fault::JournalBroken { row: last + 1 }),
        }
    }
}

/// Walks the chain from its start; number and hash of the last row.
fn recompute(transaction: &Transaction<'_>) -> Result<Head, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM journal ORDER BY row");
    let mut statement = transaction.prepare(&sql).map_err(unavailable)?;
    let mut found = statement.query([]).map_err(unavailable)?;
    let (mut last, mut previous) = (0, START);
    while let Some(row) = found.next().map_err(unavailable)? {
        let expected = last + 1;
        let broken = || Fault::JournalBroken { row: expected };
        let stored = read(row).map_err(unavailable)?.1.ok_or_else(broken)?;
        if stored.row != expected || stored.hash != stored.expected_hash(&previous) {
            return Err(broken());
        }
        previous = stored.hash;
        // A row that only we could have hashed, but that no entry stands for, was not written by this program.
        stored.into_row().ok_or_else(broken)?;
        last = expected;
    }
    Ok((last, previous))
}

/// The head, after a look whether the last row is the one it names: nothing is written behind a torn end.
fn whole_end(transaction: &Transaction<'_>) -> Result<Head, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM journal ORDER BY row DESC LIMIT 1");
    let mut statement = transaction.prepare_cached(&sql).map_err(unavailable)?;
    let mut found = statement.query([]).map_err(unavailable)?;
    let last = match found.next().map_err(unavailable)? {
        None => Some((0, START)),
        Some(row) => read(row).map_err(unavailable)?.1.map(|stored| (stored.row, stored.hash)),
    };
    match (head(transaction)?, last) {
        (Some(head), Some(last)) if head == last => Ok(head),
        (Some((rows, _)), _) => Err(Fault::JournalBroken { row: rows }),
        (None, last) => Err(Fault::JournalBroken { row: last.map_or(0, |(row, _)| row) }),
    }
}

fn head(transaction: &Transaction<'_>) -> Result<Option<Head>, Fault> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?));
    match transaction.query_row("SELECT rows, hash FROM head WHERE one = 1", [], read) {
        Ok((rows, hash)) => Ok(hash.try_into().ok().map(|hash| (rows, hash))),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

/// The row's number and, unless a column holds something that this program does not write, its columns.
fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Option<Stored>)> {
    let number = row.get(0)?;
    let text = |column| row.get_ref(column).map(|value| value.as_str().map(str::to_owned));
    let hash = row.get_ref(8)?.as_blob().map(Hash::try_from);
    let columns = || -> rusqlite::Result<Result<Stored, FromSqlError>> {
        let (at, purpose, audience) = (text(1)?, text(2)?, text(3)?);
        let (token_label, certificate, outcome, detail) = (text(4)?, text(5)?, text(6)?, text(7)?);
        Ok((|| {
            Ok(Stored {
                row: number,
                at: at?,
                purpose: purpose?,
                audience: audience?,
                token_label: token_label?,
                certificate: certificate?,
                outcome: outcome?,
                detail: detail?,
                hash: hash?.map_err(|_| FromSqlError::InvalidType)?,
            })
        })())
    };
    Ok((number, columns()?.ok()))
}

fn insert(transaction: &Transaction<'_>, stored: &Stored) -> rusqlite::Result<()> {
    let s = stored;
    let sql = format!("INSERT INTO journal ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    transaction.prepare_cached(&sql)?.execute(params![
        s.row,
        s.at,
        s.purpose,
        s.audience,
        s.token_label,
        s.certificate,
        s.outcome,
        s.detail,
        s.hash
    ])?;
    let sql = "UPDATE head SET rows = ?1, hash = ?2 WHERE one = 1";
    transaction.prepare_cached(sql)?.execute(params![s.row, s.hash]).map(|_| ())
}
