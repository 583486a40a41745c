//! Signed statements as files.

use std::path::Path;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Clock, ProofShelf};
use tongguan_store::{FileShelf, SystemClock};

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        dir.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_second_file_of_one_name_gets_a_number() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = FileShelf::new(dir.path());
    let first = shelf.save("SW-2026-000017.p7s", b"one").unwrap();
    let second = shelf.save("SW-2026-000017", b"two").unwrap();
    shelf.save("SW-2026-000017", b"three").unwrap();
    assert_eq!(std::fs::read(first).unwrap(), b"one");
    assert_eq!(std::fs::read(second).unwrap(), b"two");
    assert_eq!(names(dir.path()), ["SW-2026-000017-2.p7s", "SW-2026-000017-3.p7s", "SW-2026-000017.p7s"]);
}

#[test]
fn a_letter_keeps_its_kind() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = FileShelf::new(dir.path());
    shelf.save("authorisation-1.pdf", b"%PDF-").unwrap();
    shelf.save("authorisation-1.pdf", b"%PDF-").unwrap();
    assert_eq!(names(dir.path()), ["authorisation-1-2.pdf", "authorisation-1.pdf"]);
}

#[test]
fn a_link_that_lies_in_wait_is_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let victim = dir.path().join("victim");
    std::fs::write(&victim, "precious").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&victim, dir.path().join("a.p7s")).unwrap();
    FileShelf::new(dir.path()).save("a", b"cms").unwrap();
    assert_eq!(std::fs::read(victim).unwrap(), b"precious");
}

#[test]
fn a_name_cannot_leave_its_folder() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("shelf");
    FileShelf::new(&dir).save("../../outside/\0:x", b"cms").unwrap();
    assert_eq!(names(parent.path()), ["shelf"]);
    assert_eq!(names(&dir).len(), 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("shelf");
    let path = FileShelf::new(&dir).save("a", b"cms").unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&dir), mode(Path::new(&path))), (0o700, 0o600));
}

#[test]
fn a_place_that_cannot_be_written_is_said_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    assert!(matches!(FileShelf::new(&file).save("a", b"cms"), Err(Fault::FileUnwritable { .. })));
    assert_eq!(names(dir.path()), ["file"]);
}

#[test]
fn the_clock_goes_forward_from_this_century() {
    let first = SystemClock.now();
    assert!(first.unix() > 1_700_000_000);
    assert!(SystemClock.now() >= first);
}
