//! The user's yes: to one file with one content, kept over restarts, shared by programs.

#![cfg(target_os = "linux")]

use crate::common::fixture::{PKCS11, SKF, native};
use crate::common::{Place, approve, facts, inspect, listed};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use tongguan_catalogue::Catalogue;
use tongguan_core::domain::{LibraryKind, LibraryPath, LibrarySource, LibraryState};
use tongguan_core::fault::{Fault, LibraryFlaw};

const STATE: &str = "TONGGUAN_TEST_STATE";
const VENDOR: &str = "TONGGUAN_TEST_VENDOR";
const SELF: &str = "approvals::approves_every_library_of_a_folder";

fn fault_of(state: &LibraryState) -> Fault {
    match state {
        LibraryState::Unusable { fault, .. } => fault.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_loaded_before_the_yes() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, ""));
    let catalogue = place.open();
    inspect(&catalogue, &path);
    assert_eq!(catalogue.orders(), []);
    assert!(!place.state.path().join("approved.toml").exists());
}

#[test]
fn a_yes_survives_a_restart() {
    let place = Place::new();
    let path = place.put("libx.so", &native(SKF, ""));
    let approved = approve(&place.open(), &path);
    let catalogue = place.open();
    let library = listed(&catalogue, &path);
    assert!(matches!(library.state, LibraryState::Approved { fault: None, .. }));
    assert_eq!((library.source, library.name.as_str()), (LibrarySource::Own, "libx.so"));
    let orders = catalogue.orders();
    assert_eq!(orders.len(), 1);
    assert_eq!((&orders[0].path, orders[0].kind), (&approved, LibraryKind::Skf));
    assert_eq!(orders[0].sha256, facts(&library).sha256);
    assert!(matches!(inspect(&catalogue, &path).state, LibraryState::Approved { .. }));
}

#[test]
fn a_yes_to_other_content_is_refused() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, "one"));
    let catalogue = place.open();
    let shown = inspect(&catalogue, &path);
    place.put("libx.so", &native(PKCS11, "another"));
    let refused = catalogue.approve(&shown.path, &facts(&shown).sha256);
    let reason = LibraryFlaw::Changed;
    assert_eq!(refused, Err(Fault::LibraryRefused { library: "libx.so".into(), reason }));
    assert_eq!(catalogue.orders(), []);
}

#[test]
fn a_file_that_changed_after_the_yes_is_not_loaded() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, "one"));
    let catalogue = place.open();
    approve(&catalogue, &path);
    place.put("libx.so", &native(PKCS11, "another"));
    assert_eq!(catalogue.orders(), []);
    let library = listed(&catalogue, &path);
    let reason = LibraryFlaw::Changed;
    assert_eq!(fault_of(&library.state), Fault::LibraryRefused { library: "libx.so".into(), reason });
    // The new content is shown, and the user may agree to it.
    approve(&catalogue, &path);
    assert_eq!(catalogue.orders()[0].sha256, facts(&library).sha256);
    assert_eq!(catalogue.orders().len(), 1);
}

#[test]
fn a_file_that_became_a_link_is_not_loaded() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, "same"));
    let catalogue = place.open();
    approve(&catalogue, &path);
    let other = place.put("liby.so", &native(PKCS11, "same"));
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(other, &path).unwrap();
    assert_eq!(catalogue.orders(), []);
    let library = listed(&catalogue, &path);
    assert!(matches!(fault_of(&library.state), Fault::LibraryRefused { reason: LibraryFlaw::Changed, .. }));
}

#[test]
fn a_file_that_is_gone_is_named_and_can_be_forgotten() {
    let place = Place::new();
    let path = place.put("libx.so", &native(SKF, ""));
    let catalogue = place.open();
    let approved = approve(&catalogue, &path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(catalogue.orders(), []);
    let library = listed(&catalogue, &path);
    assert_eq!(library.kind, LibraryKind::Skf);
    assert_eq!(fault_of(&library.state), Fault::LibraryMissing { library: "libx.so".into() });
    catalogue.withdraw(&approved).unwrap();
    assert!(catalogue.libraries().iter().all(|library| library.path != approved));
}

#[test]
fn a_yes_can_be_taken_back() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, ""));
    let approved = approve(&place.open(), &path);
    place.open().withdraw(&approved).unwrap();
    place.open().withdraw(&approved).unwrap();
    assert_eq!(place.open().orders(), []);
    assert!(matches!(inspect(&place.open(), &path).state, LibraryState::Found { .. }));
}

#[test]
fn a_yes_is_for_nobody_elses_eyes() {
    let place = Place::new();
    let state = place.state.path().join("deeper");
    let catalogue = Catalogue::open(&state).unwrap();
    approve(&catalogue, &place.put("libx.so", &native(PKCS11, "")));
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&state.join("approved.toml"))), (0o700, 0o600));
}

#[test]
fn a_broken_record_approves_nothing_and_is_named() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, ""));
    approve(&place.open(), &path);
    let record = place.state.path().join("approved.toml");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text + "surprise = true\n").unwrap();
    let catalogue = place.open();
    assert_eq!(catalogue.orders(), []);
    assert!(
        matches!(&catalogue.faults()[..], [Fault::InputInvalid { field, .. }] if field.contains("approved.toml:"))
    );
    approve(&catalogue, &path);
    assert_eq!((catalogue.orders().len(), catalogue.faults()), (1, vec![]));
}

#[test]
fn a_planted_record_of_a_relative_path_approves_nothing() {
    let place = Place::new();
    let entry = "[[approved]]\npath = \"libx.so\"\nkind = \"skf\"\nsha256 = \"00\"\n\
                 approved_at = \"2026-11-22T10:00:00+08:00\"\n";
    place.own("approved.toml", entry);
    assert_eq!(place.open().orders(), []);
    assert_eq!(place.open().faults().len(), 1);
}

#[test]
fn a_state_folder_that_cannot_be_written_is_said() {
    let place = Place::new();
    let file = place.put("not-a-folder", b"");
    let catalogue = Catalogue::open(&file).unwrap();
    let library = inspect(&catalogue, &place.put("libx.so", &native(PKCS11, "")));
    let refused = catalogue.approve(&library.path, &facts(&library).sha256);
    assert!(matches!(refused, Err(Fault::FileUnwritable { .. })));
}

#[test]
fn two_handles_of_one_program_lose_no_yes() {
    let place = Place::new();
    let paths: Vec<_> =
        (0..24).map(|n| place.put(&format!("lib{n}.so"), &native(PKCS11, &n.to_string()))).collect();
    std::thread::scope(|scope| {
        for half in paths.chunks(12) {
            let catalogue = place.open();
            scope.spawn(move || half.iter().for_each(|path| drop(approve(&catalogue, path))));
        }
    });
    assert_eq!(place.open().orders().len(), 24);
}

/// On its own a test of two libraries; started by the test below, the other program.
#[test]
fn approves_every_library_of_a_folder() {
    let own = Place::new();
    own.put("liba.so", &native(PKCS11, "a"));
    own.put("libb.so", &native(SKF, "b"));
    let folder = |name, own: &Path| std::env::var_os(name).map_or_else(|| own.to_owned(), Into::into);
    let catalogue = Catalogue::open(&folder(STATE, own.state.path())).unwrap();
    let vendor = folder(VENDOR, own.vendor.path());
    let mut approved: Vec<LibraryPath> = Vec::new();
    for entry in vendor.read_dir().unwrap() {
        approved.push(approve(&catalogue, &entry.unwrap().path()));
    }
    let orders = catalogue.orders();
    assert!(approved.len() >= 2);
    assert!(approved.iter().all(|path| orders.iter().any(|order| order.path == *path)));
}

#[test]
fn two_programs_at_once_lose_no_yes() {
    let (place, other) = (Place::new(), Place::new());
    for n in 0..20 {
        place.put(&format!("lib{n}.so"), &native(PKCS11, &n.to_string()));
        other.put(&format!("lib{n}.so"), &native(SKF, &n.to_string()));
    }
    let program = |vendor: &Path| -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", SELF])
            .env(STATE, place.state.path())
            .env(VENDOR, vendor)
            .spawn()
            .unwrap()
    };
    let both = [program(place.vendor.path()), program(other.vendor.path())];
    for mut child in both {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(place.open().orders().len(), 40);
}
