//! The SQLite file. WAL with `synchronous=FULL`: what was committed is there after a kill and after a
//! power cut.

use crate::error::PortalError;
use rusqlite::Connection;
use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

/// Entry N brings `user_version` from N to N + 1; an entry that was released is never changed.
const MIGRATIONS: [&str; 6] = [
    include_str!("schema-1.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
    include_str!("schema-5.sql"),
    include_str!("schema-6.sql"),
];

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
    // What is deleted is overwritten: numbers of people's documents are.
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
    // A step may make a table anew: what refers to it must stay meanwhile.
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    migrate(&mut connection)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    Ok(connection)
}

/// What was deleted stands in the log until that is written anew.
pub(crate) fn wipe_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
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
        let broken = transaction.prepare("PRAGMA foreign_key_check")?.exists([])?;
        if broken {
            return Err(PortalError::StoreBroken);
        }
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

    #[test]
    fn a_store_of_schema_1_is_brought_up_and_keeps_its_rows() {
        let dir = tempfile::tempdir().unwrap();
        let old = Connection::open(dir.path().join("portal.sqlite")).unwrap();
        old.execute_batch(MIGRATIONS[0]).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        old.execute_batch(
            "INSERT INTO company VALUES ('u', 'name', 'o');
             INSERT INTO account VALUES ('a', 'u', x'00', x'01');
             INSERT INTO account VALUES ('b', 'u', x'02', x'03');
             INSERT INTO session VALUES (x'02', 'a', 'low', 0, 1, 2);
             INSERT INTO challenge VALUES ('r', 'a', '{}', 5, 4);
             INSERT INTO card VALUES ('03-1', 'u');
             INSERT INTO certification VALUES (1, 2026, 17, 'r', 'a', 'ic_card', 4, 'low', 'high', 'f', x'03');
             INSERT INTO answer VALUES ('a', 'r', x'04', NULL);",
        )
        .unwrap();
        drop(old);
        let c = open(dir.path()).unwrap();
        let version: i64 = c.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, i64::try_from(MIGRATIONS.len()).unwrap());
        let level = crate::level::level_of(&c, "a", tongguan_core::domain::Timestamp::now()).unwrap();
        assert_eq!(level, tongguan_core::domain::SecurityLevel::High);
        for (question, expected) in [
            ("SELECT year || '-' || number || bank IS NULL FROM certification", "1"),
            ("SELECT organization_code || method || fingerprint FROM certification", "oic_cardf"),
            (
                "SELECT group_concat(name || role || rights, ' ') FROM account",
                "aadministrator boperatorcertify",
            ),
            ("SELECT company_name || organization_code || uscc FROM session", "nameou"),
            ("SELECT number || company || (account IS NULL) FROM card", "03-111"),
            ("SELECT count(*) FROM answer", "1"),
            ("SELECT bank IS NULL FROM challenge", "1"),
            ("SELECT count(*) FROM pragma_foreign_key_check", "0"),
        ] {
            let found = c.query_row(question, [], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
            let found = match found {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => panic!("{other:?}"),
            };
            assert_eq!(found, expected, "{question}");
        }
        let enforced: bool = c.pragma_query_value(None, "foreign_keys", |row| row.get(0)).unwrap();
        assert!(enforced);
        assert!(open(dir.path()).is_ok(), "once more changes nothing");
    }
}
