//! The SQLite file of the registers.

use crate::OutsideError;
use rusqlite::Connection;
use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

/// Entry N brings `user_version` from N to N + 1; an entry that was released is never changed.
const MIGRATIONS: [&str; 4] = [
    include_str!("schema-1.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
];

/// Opens `dir/outside.sqlite`, readable for its owner alone, and brings it to the newest schema.
pub(crate) fn open(dir: &Path) -> Result<Connection, OutsideError> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join("outside.sqlite");
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // SQLite gives the files beside it (-wal, -shm) the mode of this one.
    options.open(&path)?;
    let mut connection = Connection::open(&path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // What is lost in a power cut is entered from the world again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // What is deleted is overwritten: letters have names and numbers on them.
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), OutsideError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(OutsideError::StoreVersion { found, known });
    }
    for (step, version) in MIGRATIONS.iter().zip(1i64..).filter(|(_, version)| *version > found) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}
