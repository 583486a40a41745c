//! Files of older and newer programs.

use crate::common::{behind, entry};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Journal;
use tongguan_store::SqliteJournal;

/// Makes the file that the first schema left: the rows of `count` entries and no head.
fn first_schema(dir: &std::path::Path, count: i64) {
    let journal = SqliteJournal::open(dir).unwrap();
    for number in 1..=count {
        journal.append(&entry(number)).unwrap();
    }
    drop(journal);
    behind(dir).execute_batch("DROP TABLE head; PRAGMA user_version = 1").unwrap();
}

#[test]
fn an_older_file_is_taken_over_with_its_rows() {
    for count in [0, 3] {
        let dir = tempfile::tempdir().unwrap();
        first_schema(dir.path(), count);
        let journal = SqliteJournal::open(dir.path()).unwrap();
        assert_eq!(journal.verify(), Ok(count));
        assert_eq!(journal.append(&entry(count + 1)).unwrap().row, count + 1);
        assert_eq!(journal.verify(), Ok(count + 1));
        behind(dir.path()).execute("DELETE FROM journal WHERE row = ?1", [count + 1]).unwrap();
        assert_eq!(journal.verify(), Err(Fault::JournalBroken { row: count + 1 }));
    }
}

#[test]
fn taking_over_does_not_make_a_broken_chain_whole() {
    let dir = tempfile::tempdir().unwrap();
    first_schema(dir.path(), 3);
    behind(dir.path()).execute("DELETE FROM journal WHERE row = 2", []).unwrap();
    let journal = SqliteJournal::open(dir.path()).unwrap();
    assert_eq!(journal.verify(), Err(Fault::JournalBroken { row: 2 }));
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    for version in [3, -1] {
        let dir = tempfile::tempdir().unwrap();
        first_schema(dir.path(), 1);
        behind(dir.path()).pragma_update(None, "user_version", version).unwrap();
        assert!(matches!(
            SqliteJournal::open(dir.path()),
            Err(Fault::JournalUnavailable { reason }) if reason.contains("newer")
        ));
        let kept: i64 = behind(dir.path()).query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, version);
    }
}
