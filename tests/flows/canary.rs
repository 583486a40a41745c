//! The PIN is nowhere after the token had it: not in memory, not in a file, not in a log at TRACE.

use crate::between::Between;
use crate::terminal::certify;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use tongguan_tests::Desk;

const CARD: &str = "haihe-operator-sm2";

/// A portal that holds the answer to the proof until it is told to go on.
pub(crate) fn holding(portal: &str) -> (Between, Receiver<()>, Sender<()>) {
    let (arrived, at_portal) = channel();
    let (go_on, told) = channel();
    let between = Between::posing(portal, move |passed| {
        if passed.path == "/v1/proofs" {
            arrived.send(()).unwrap();
            let _ = told.recv(); // the test may have ended
        }
    });
    (between, at_portal, go_on)
}

/// In how many places of the process's writable memory the bytes stand.
pub(crate) fn in_memory(pid: u32, needle: &[u8]) -> usize {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut memory = fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut found = 0;
    let mut read = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split_whitespace().next().unwrap().split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found += bytes.windows(needle.len()).filter(|window| *window == needle).count();
            read += bytes.len();
        }
    }
    assert!(read > 100_000, "the memory of {pid} cannot be read");
    found
}

/// All of a folder, however deep.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let below = |entry: fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() { files(&entry.path()) } else { vec![entry.path()] }
    };
    entries.flat_map(below).collect()
}

pub(crate) fn in_files(folder: &Path, needle: &[u8]) -> Vec<PathBuf> {
    let has = |file: &PathBuf| fs::read(file).unwrap().windows(needle.len()).any(|window| window == needle);
    files(folder).into_iter().filter(has).collect()
}

#[test]
fn the_pin_is_nowhere_after_the_card_had_it() {
    let desk = Desk::open();
    desk.insert(0, CARD);
    let (between, at_portal, go_on) = holding(&desk.stage.portal_origin());
    let home = tempfile::tempdir().unwrap();
    let mut child = certify(&desk, &between.origin(), home.path(), desk.stage.pin(CARD), &[]);
    if at_portal.recv_timeout(std::time::Duration::from_secs(60)).is_err() {
        let _ = child.kill();
        panic!("no proof came: {:?}", child.wait_with_output().unwrap());
    }
    let pin = desk.stage.pin(CARD).as_bytes();
    // The search finds what is there: the account's name is.
    assert!(in_memory(child.id(), desk.stage.account().as_bytes()) > 0);
    assert_eq!(in_memory(child.id(), pin), 0, "the PIN is still in memory");
    go_on.send(()).unwrap();
    drop(go_on);
    let out = child.wait_with_output().unwrap();
    assert!(!out.stdout.windows(pin.len()).any(|window| window == pin));
    let log = fs::read_to_string(home.path().join("stderr")).unwrap();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "nothing was logged: {log}");
    assert_eq!(in_files(home.path(), pin), Vec::<PathBuf>::new());
    // Nor the holder's number, the nonce or the password.
    assert_eq!(in_files(home.path(), desk.stage.password().as_bytes()), Vec::<PathBuf>::new());
    let holder = desk.stage.world().companies[0].operator.document.number.as_str().as_bytes();
    assert_eq!(in_files(home.path(), holder), Vec::<PathBuf>::new());
}
