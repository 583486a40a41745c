//! What the journal keeps, and what it notices.

use crate::common::{behind, entry};
use proptest::prelude::*;
use rusqlite::params;
use rusqlite::types::Value;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Journal;
use tongguan_store::SqliteJournal;

fn with_rows(count: i64) -> (tempfile::TempDir, SqliteJournal) {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).unwrap();
    for number in 1..=count {
        assert_eq!(journal.append(&entry(number)).unwrap().row, number);
    }
    (dir, journal)
}

fn after(change: &str) -> Result<i64, Fault> {
    let (dir, journal) = with_rows(6);
    assert_eq!(journal.verify(), Ok(6));
    behind(dir.path()).execute_batch(change).unwrap();
    journal.verify()
}

#[test]
fn an_empty_journal_is_whole() {
    let (_dir, journal) = with_rows(0);
    assert_eq!(journal.verify(), Ok(0));
    assert_eq!(journal.rows(None, 10), Ok(vec![]));
}

#[test]
fn rows_come_back_newest_first_and_page_by_page() {
    let (dir, journal) = with_rows(7);
    let first = journal.rows(None, 3).unwrap();
    assert_eq!(first.iter().map(|row| row.row).collect::<Vec<_>>(), [7, 6, 5]);
    let next = journal.rows(Some(5), 3).unwrap();
    assert_eq!(next.iter().map(|row| row.row).collect::<Vec<_>>(), [4, 3, 2]);
    assert_eq!(next[0].entry, entry(4));
    assert_eq!(journal.rows(Some(1), 3), Ok(vec![]));
    drop(journal);
    let reopened = SqliteJournal::open(dir.path()).unwrap();
    assert_eq!(reopened.rows(None, 3).unwrap(), first);
    assert_eq!(reopened.append(&entry(8)).unwrap().row, 8);
    assert_eq!(reopened.verify(), Ok(8));
}

#[test]
fn an_edit_is_noticed_where_it_is() {
    let change = "UPDATE journal SET detail = 'SW-2026-999999' WHERE row = 4";
    assert_eq!(after(change), Err(Fault::JournalBroken { row: 4 }));
    let change = "UPDATE journal SET at = '2026-01-01T00:00:00+08:00' WHERE row = 1";
    assert_eq!(after(change), Err(Fault::JournalBroken { row: 1 }));
}

#[test]
fn a_row_taken_out_is_noticed() {
    assert_eq!(after("DELETE FROM journal WHERE row = 1"), Err(Fault::JournalBroken { row: 1 }));
    assert_eq!(after("DELETE FROM journal WHERE row = 3"), Err(Fault::JournalBroken { row: 3 }));
    let closed_up = "DELETE FROM journal WHERE row = 3; UPDATE journal SET row = row - 1 WHERE row > 3";
    assert_eq!(after(closed_up), Err(Fault::JournalBroken { row: 3 }));
}

#[test]
fn a_shorter_end_is_noticed() {
    assert_eq!(after("DELETE FROM journal WHERE row = 6"), Err(Fault::JournalBroken { row: 6 }));
    assert_eq!(after("DELETE FROM journal WHERE row > 2"), Err(Fault::JournalBroken { row: 3 }));
    assert_eq!(after("DELETE FROM journal"), Err(Fault::JournalBroken { row: 1 }));
    assert_eq!(after("DELETE FROM journal; DELETE FROM head"), Err(Fault::JournalBroken { row: 1 }));
}

#[test]
fn another_head_is_noticed() {
    assert_eq!(after("UPDATE head SET rows = 5"), Err(Fault::JournalBroken { row: 6 }));
    assert_eq!(after("UPDATE head SET rows = 7"), Err(Fault::JournalBroken { row: 7 }));
    assert_eq!(after("UPDATE head SET hash = zeroblob(32)"), Err(Fault::JournalBroken { row: 6 }));
    assert_eq!(after("UPDATE head SET hash = x'00'"), Err(Fault::JournalBroken { row: 7 }));
    assert_eq!(after("DELETE FROM head"), Err(Fault::JournalBroken { row: 7 }));
}

#[test]
fn another_order_is_noticed() {
    let swap = "UPDATE journal SET row = -1 WHERE row = 2; UPDATE journal SET row = 2 WHERE row = 3;
        UPDATE journal SET row = 3 WHERE row = -1";
    assert_eq!(after(swap), Err(Fault::JournalBroken { row: 2 }));
    let before_the_first = "UPDATE journal SET row = 0 WHERE row = 6";
    assert_eq!(after(before_the_first), Err(Fault::JournalBroken { row: 1 }));
}

#[test]
fn nothing_is_written_behind_a_torn_end() {
    let (dir, journal) = with_rows(6);
    behind(dir.path()).execute_batch("DELETE FROM journal WHERE row = 6").unwrap();
    assert_eq!(journal.append(&entry(7)), Err(Fault::JournalBroken { row: 6 }));
}

#[test]
fn a_row_that_no_entry_stands_for_is_not_shown() {
    let (dir, journal) = with_rows(3);
    behind(dir.path()).execute_batch("UPDATE journal SET purpose = 'other' WHERE row = 2").unwrap();
    assert_eq!(journal.rows(None, 10), Err(Fault::JournalBroken { row: 2 }));
    assert!(journal.rows(None, 1).is_ok());
}

#[test]
fn there_is_no_column_for_a_pin_a_nonce_or_an_id_number() {
    let (dir, _journal) = with_rows(1);
    let file = behind(dir.path());
    let mut columns = file.prepare("SELECT name FROM pragma_table_info('journal')").unwrap();
    let names: Vec<String> = columns.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let expected =
        ["row", "at", "purpose", "audience", "token_label", "certificate", "outcome", "detail", "hash"];
    assert_eq!(names, expected);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_look() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("a/b");
    let journal = SqliteJournal::open(&dir).unwrap();
    journal.append(&entry(1)).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&dir), mode(&parent.path().join("a"))), (0o700, 0o700));
    let files: Vec<_> = dir.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.iter().any(|path| path.ends_with("journal.db-wal")), "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[cfg(unix)]
#[test]
fn wider_rights_are_narrowed() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, journal) = with_rows(1);
    drop(journal);
    for (path, mode) in [(dir.path().to_owned(), 0o755), (dir.path().join("journal.db"), 0o644)] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }
    SqliteJournal::open(dir.path()).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(dir.path()), mode(&dir.path().join("journal.db"))), (0o700, 0o600));
}

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let refused = |dir: &std::path::Path| matches!(SqliteJournal::open(dir), Err(Fault::JournalUnavailable { reason }) if !reason.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    assert!(refused(&file));
    let occupied = dir.path().join("occupied");
    std::fs::create_dir_all(occupied.join("journal.db")).unwrap();
    assert!(refused(&occupied));
    let other = dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(
        other.join("journal.db"),
        "this is not a database, and it is longer than a header".repeat(40),
    )
    .unwrap();
    assert!(refused(&other));
    #[cfg(target_os = "linux")]
    assert!(refused(std::path::Path::new("/proc/self/tongguan")), "a file system that takes no files");
}

#[test]
fn a_lock_that_is_never_given_back_is_said() {
    let (dir, journal) = with_rows(1);
    let other = behind(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(journal.append(&entry(2)), Err(Fault::JournalUnavailable { .. })));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(journal.append(&entry(2)).unwrap().row, 2);
}

const TEXT_COLUMNS: [&str; 7] =
    ["at", "purpose", "audience", "token_label", "certificate", "outcome", "detail"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_changed_byte_of_any_field_is_noticed(row in 1i64..=4, column in 0usize..8, at: prop::sample::Index, to: u8) {
        let (dir, journal) = with_rows(4);
        let name = TEXT_COLUMNS.get(column).copied().unwrap_or("hash");
        let file = behind(dir.path());
        let bytes: Vec<u8> = file
            .query_row(&format!("SELECT CAST({name} AS BLOB) FROM journal WHERE row = ?1"), [row], |r| r.get(0))
            .unwrap();
        prop_assume!(!bytes.is_empty());
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] = to;
        prop_assume!(changed != bytes);
        // As text where the column is text, even if it is no longer UTF-8.
        let cast = if name == "hash" { "BLOB" } else { "TEXT" };
        let sql = format!("UPDATE journal SET {name} = CAST(?1 AS {cast}) WHERE row = ?2");
        file.execute(&sql, params![Value::Blob(changed), row]).unwrap();
        prop_assert_eq!(journal.verify(), Err(Fault::JournalBroken { row }));
    }

    #[test]
    fn any_changed_byte_of_the_head_is_noticed(at in 0usize..32, to: u8) {
        let (dir, journal) = with_rows(2);
        let file = behind(dir.path());
        let mut hash: Vec<u8> = file.query_row("SELECT hash FROM head", [], |row| row.get(0)).unwrap();
        prop_assume!(hash[at] != to);
        hash[at] = to;
        file.execute("UPDATE head SET hash = ?1", [hash]).unwrap();
        prop_assert_eq!(journal.verify(), Err(Fault::JournalBroken { row: 2 }));
    }
}
