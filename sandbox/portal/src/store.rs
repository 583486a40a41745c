//! The SQLite file. WAL with `synchronous=FULL`: what was committed is there after a kill and after a
//! power cut.

use crate::error::PortalError;
use rusqlite::Connection;
use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

/// Entry N brings `user_version` from N to N + 1; an entry that was released is never changed.
const MIGRATIONS: [&str; 1] = [include_str!("schema-1.sql")];

/// Opens `dir/portal.sqlite`, readable for its owner alone, and brings it to the newest schema.
pub(crate) fn open(dir: &Path) -> Result<Connection, PortalError> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join("portal.sqlite");
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // SQLite gives the files beside it (-wal, -shm) the mode of this one.
    options.open(&path)?;
    let mut connection = Connection::open(&path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), PortalError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(PortalError::StoreVersion { found, known });
    }
    for (step, version) in MIGRATIONS.iter().zip(1i64..).filter(|(_, version)| *version > found) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_newer_program_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(dir.path()).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        assert!(matches!(open(dir.path()), Err(PortalError::StoreVersion { found: 99, .. })));
    }

    #[test]
    fn the_store_survives_a_power_cut_and_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(dir.path()).unwrap();
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!((mode.as_str(), synchronous), ("wal", 2));
        #[cfg(unix)]
        for file in std::fs::read_dir(dir.path()).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
