//! Several programs at one journal, and programs that end in the middle.

#![cfg(unix)]

use crate::common::entry;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Journal;
use tongguan_store::SqliteJournal;

const DIR: &str = "TONGGUAN_TEST_JOURNAL";
const ROWS: &str = "TONGGUAN_TEST_ROWS";
const SELF: &str = "processes::appends_until_its_number_is_reached";

/// A process that runs [`appends_until_its_number_is_reached`] and nothing else.
fn another_process(dir: &Path, rows: i64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", SELF, "--nocapture"]).env(DIR, dir).env(ROWS, rows.to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// On its own a test of a hundred rows; started by the tests below, the other program.
#[test]
fn appends_until_its_number_is_reached() {
    let own = tempfile::tempdir().unwrap();
    let dir = std::env::var_os(DIR).map_or_else(|| own.path().to_owned(), Into::into);
    let rows = std::env::var(ROWS).map_or(100, |rows| rows.parse().unwrap());
    let journal = SqliteJournal::open(&dir).unwrap();
    for number in 1..=rows {
        match journal.append(&entry(number)) {
            Ok(row) => println!("appended {}", row.row),
            Err(fault) => panic!("fault {}", fault.code()),
        }
    }
    assert!(journal.verify().unwrap() >= rows);
}

fn wait_for_rows(child: &mut Child, count: usize) -> usize {
    let output = BufReader::new(child.stdout.take().unwrap());
    output.lines().map_while(Result::ok).filter(|line| line.contains("appended")).take(count).count()
}

#[test]
fn two_programs_at_once_keep_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let children: Vec<Child> = (0..2).map(|_| another_process(dir.path(), 60).spawn().unwrap()).collect();
    let journal = SqliteJournal::open(dir.path()).unwrap();
    for number in 1..=60 {
        journal.append(&entry(number)).unwrap();
    }
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(journal.verify(), Ok(180));
}

#[test]
fn a_killed_program_leaves_whole_rows() {
    for kill_after in [1, 7, 40] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = another_process(dir.path(), i64::MAX).spawn().unwrap();
        let seen = wait_for_rows(&mut child, kill_after);
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        assert_eq!(seen, kill_after);
        let journal = SqliteJournal::open(dir.path()).unwrap();
        let whole = journal.verify().unwrap();
        assert!(whole >= i64::try_from(seen).unwrap());
        assert_eq!(journal.append(&entry(0)).unwrap().row, whole + 1);
    }
}

#[test]
fn a_full_disk_is_said_and_what_was_there_stays() {
    let dir = tempfile::tempdir().unwrap();
    SqliteJournal::open(dir.path()).unwrap().append(&entry(1)).unwrap();
    // No file may grow beyond 512 blocks of 512 bytes; without the signal, the write itself fails.
    let limited = "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\"";
    let exe = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .args(["-c", limited])
        .arg(exe)
        .args(["--exact", SELF, "--nocapture"])
        .env(DIR, dir.path())
        .env(ROWS, i64::MAX.to_string())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let code = Fault::JournalUnavailable { reason: String::new() }.code();
    assert!(said.contains(&format!("fault {code}")), "{}", &said[said.len().saturating_sub(600)..]);
    let kept = said.lines().filter(|line| line.contains("appended")).count();
    let journal = SqliteJournal::open(dir.path()).unwrap();
    assert_eq!(journal.verify(), Ok(1 + i64::try_from(kept).unwrap()));
    assert!(journal.append(&entry(2)).is_ok());
}
