//! Settings: written whole or not at all, and nothing personal.

use std::fs;
use tongguan_core::domain::Origin;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Settings;
use tongguan_store::FileSettings;

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

#[test]
fn the_portal_is_found_by_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("a/b");
    let settings = FileSettings::open(&state);
    assert_eq!(settings.portal(), None);
    assert!(!state.exists(), "looking makes nothing");
    for portal in ["https://one.example.cn", "http://127.0.0.1:8000"] {
        settings.keep_portal(&origin(portal)).unwrap();
        assert_eq!(FileSettings::open(&state).portal(), Some(origin(portal)));
        assert_eq!(settings.portal(), Some(origin(portal)));
    }
    let left: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["settings.toml"], "nothing temporary is left");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    FileSettings::open(&state).keep_portal(&origin("https://one.example.cn")).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(state.clone()), mode(state.join("settings.toml"))), (0o700, 0o600));
}

#[test]
fn a_file_that_is_none_counts_as_none_and_is_replaced_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settings.toml");
    let broken = [
        "portal = 7".to_owned(),
        "portal = \"ftp://p.cn\"".to_owned(),
        "portal = \"https://one.exam".to_owned(),
        "#".repeat(70_000),
    ];
    for text in broken {
        fs::write(&path, text).unwrap();
        let settings = FileSettings::open(dir.path());
        assert_eq!(settings.portal(), None);
        settings.keep_portal(&origin("https://one.example.cn")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "portal = \"https://one.example.cn\"\n");
    }
    fs::write(&path, b"\xff\xfe").unwrap();
    assert_eq!(FileSettings::open(dir.path()).portal(), None);
}

#[test]
fn what_cannot_be_written_is_said_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    fs::write(&state, "a file where the folder should be").unwrap();
    let settings = FileSettings::open(&state);
    let refused = settings.keep_portal(&origin("https://one.example.cn"));
    assert!(matches!(refused, Err(Fault::FileUnwritable { .. })), "{refused:?}");
    assert_eq!(settings.portal(), None);
}
