//! What a file on this machine says of itself, and what is refused before it could say anything.

#![cfg(target_os = "linux")]

use crate::common::fixture::{PKCS11, SKF, dylib, elf, native, pe};
use crate::common::{Place, facts, inspect};
use object::{elf as elf_names, macho, pe as pe_names};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use tongguan_core::domain::{Architecture, LibraryKind, LibrarySource, LibraryState};
use tongguan_core::fault::{Fault, LibraryFlaw};

fn flaw(place: &Place, path: &str) -> LibraryFlaw {
    match place.open().inspect(path) {
        Err(Fault::LibraryRefused { reason, .. }) => reason,
        other => panic!("{path}: {other:?}"),
    }
}

/// Of a library that is shown but cannot be loaded.
fn shown_flaw(place: &Place, path: &Path) -> LibraryFlaw {
    let library = inspect(&place.open(), path);
    match library.state {
        LibraryState::Unusable { facts: Some(_), fault: Fault::LibraryRefused { library, reason } } => {
            assert_eq!(Path::new(&library).file_name(), path.file_name());
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_library_is_shown_with_hash_size_version_and_kind() {
    let place = Place::new();
    let path = place.put("libmaker.so.2.5", &native(SKF, "content"));
    let library = inspect(&place.open(), &path);
    assert_eq!(library.path.as_str(), path.to_str().unwrap());
    assert_eq!((library.kind, library.source), (LibraryKind::Skf, LibrarySource::Own));
    assert_eq!(library.name, "libmaker.so.2.5");
    let facts = facts(&library);
    let sum = std::process::Command::new("sha256sum").arg(&path).output().unwrap();
    assert!(String::from_utf8(sum.stdout).unwrap().starts_with(&facts.sha256));
    assert_eq!(facts.size, path.metadata().unwrap().len());
    assert_eq!(facts.version.as_deref(), Some("2.5"));
    assert!(!facts.writable_by_others);
    assert!(matches!(library.state, LibraryState::Found { .. }));
}

#[test]
fn relative_and_climbing_paths_are_refused() {
    let place = Place::new();
    // A planted file where a relative path would lead to.
    let path = place.put("libplanted.so", &native(PKCS11, ""));
    let up = format!("{}/../{}", place.vendor.path().display(), "x/libplanted.so");
    for bad in ["libplanted.so", "./libplanted.so", "~/libplanted.so", &up, r"C:\Windows\System32\x.dll"] {
        assert_eq!(flaw(&place, bad), LibraryFlaw::NotAbsolute, "{bad}");
    }
    assert!(path.exists() && place.open().inspect("").is_err());
    assert!(matches!(place.open().inspect("/a\nb.so"), Err(Fault::InputInvalid { .. })));
}

#[test]
fn a_library_in_the_programs_folder_is_refused() {
    let exe = std::env::current_exe().unwrap();
    let beside = tempfile::Builder::new().suffix(".so").tempfile_in(exe.parent().unwrap()).unwrap();
    std::fs::write(beside.path(), native(PKCS11, "")).unwrap();
    let place = Place::new();
    assert_eq!(flaw(&place, beside.path().to_str().unwrap()), LibraryFlaw::BesideProgram);
    // Nor over a link from elsewhere.
    let link = place.vendor.path().join("libx.so");
    symlink(beside.path(), &link).unwrap();
    assert_eq!(flaw(&place, link.to_str().unwrap()), LibraryFlaw::BesideProgram);
}

#[test]
fn what_is_no_file_or_no_library_is_refused() {
    let place = Place::new();
    let dir = place.vendor.path().to_str().unwrap().to_owned();
    assert_eq!(flaw(&place, &dir), LibraryFlaw::NotAFile);
    assert_eq!(flaw(&place, "/dev/zero"), LibraryFlaw::NotAFile);
    let text = place.put("libtext.so", b"INPUT(libx.so.1)\n");
    assert_eq!(flaw(&place, text.to_str().unwrap()), LibraryFlaw::NotALibrary);
    let missing = place.open().inspect(&format!("{dir}/libabsent.so"));
    assert_eq!(missing, Err(Fault::LibraryMissing { library: "libabsent.so".into() }));
}

#[test]
fn a_pipe_is_refused_without_waiting_for_its_other_end() {
    let place = Place::new();
    let pipe = place.vendor.path().join("libpipe.so");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(flaw(&place, pipe.to_str().unwrap()), LibraryFlaw::NotAFile);
}

#[test]
fn a_library_without_the_entry_points_is_refused() {
    let place = Place::new();
    let path = place.put("libother.so", &native("other_function", ""));
    assert_eq!(flaw(&place, path.to_str().unwrap()), LibraryFlaw::NoEntryPoints);
}

#[test]
fn a_huge_file_is_refused_unread() {
    let place = Place::new();
    let path = place.put("libhuge.so", &native(PKCS11, ""));
    std::fs::File::options().write(true).open(&path).unwrap().set_len(256 * 1024 * 1024 + 1).unwrap();
    assert_eq!(flaw(&place, path.to_str().unwrap()), LibraryFlaw::NotALibrary);
}

#[test]
fn a_thirty_two_bit_library_is_named_as_such() {
    let place = Place::new();
    let path = place.put("lib32.so", &elf(false, elf_names::EM_386, "lib32.so", &[PKCS11]));
    assert_eq!(shown_flaw(&place, &path), LibraryFlaw::ThirtyTwoBit);
    let library = inspect(&place.open(), &path);
    assert_eq!(facts(&library).architecture, Architecture::X86);
    let yes = place.open().approve(&library.path, &facts(&library).sha256);
    assert!(matches!(yes, Err(Fault::LibraryRefused { reason: LibraryFlaw::ThirtyTwoBit, .. })));
    assert_eq!(place.open().orders(), []);
}

#[test]
fn libraries_of_other_machines_are_named_as_such() {
    let place = Place::new();
    let strange = place.put("librisc.so", &elf(true, elf_names::EM_RISCV, "librisc.so", &[SKF]));
    assert_eq!(shown_flaw(&place, &strange), LibraryFlaw::OtherArchitecture);
    let dll = place.put("x.dll", &pe(true, pe_names::IMAGE_FILE_MACHINE_AMD64, [4, 3, 2, 1], SKF));
    assert_eq!(shown_flaw(&place, &dll), LibraryFlaw::OtherSystem);
    assert_eq!(facts(&inspect(&place.open(), &dll)).version.as_deref(), Some("4.3.2.1"));
    let version = macho::Version::new(7, 0, 1);
    let mac = place.put("x.dylib", &dylib(true, macho::CPU_TYPE_ARM64, version, PKCS11));
    assert_eq!(shown_flaw(&place, &mac), LibraryFlaw::OtherSystem);
    assert_eq!(facts(&inspect(&place.open(), &mac)).version.as_deref(), Some("7.0.1"));
}

#[test]
fn a_link_is_shown_as_the_file_it_leads_to() {
    let place = Place::new();
    let real = place.put("libreal.so.1", &native(PKCS11, ""));
    let link = place.vendor.path().join("liblink.so");
    symlink(&real, &link).unwrap();
    assert_eq!(inspect(&place.open(), &link).path.as_str(), real.to_str().unwrap());
    std::fs::remove_file(&real).unwrap();
    let dangling = place.open().inspect(link.to_str().unwrap());
    assert_eq!(dangling, Err(Fault::LibraryMissing { library: "liblink.so".into() }));
}

#[test]
fn a_file_or_folder_that_others_may_change_is_marked() {
    let place = Place::new();
    let path = place.put("libopen.so", &native(PKCS11, ""));
    let open = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    let marked = || facts(&inspect(&place.open(), &path)).writable_by_others;
    open(&path, 0o755);
    assert!(!marked());
    open(&path, 0o757);
    assert!(marked());
    open(&path, 0o755);
    open(path.parent().unwrap(), 0o777);
    assert!(marked());
    // As in /tmp: nobody replaces what is not his.
    open(path.parent().unwrap(), 0o1777);
    assert!(!marked());
}

#[test]
fn a_file_is_read_again_when_it_changed_and_not_otherwise() {
    let place = Place::new();
    let path = place.put("libx.so", &native(PKCS11, "one"));
    let catalogue = place.open();
    let first = facts(&inspect(&catalogue, &path)).sha256;
    assert_eq!(facts(&inspect(&catalogue, &path)).sha256, first);
    let next = place.put("next", &native(PKCS11, "two"));
    std::fs::rename(next, &path).unwrap();
    assert_ne!(facts(&inspect(&catalogue, &path)).sha256, first);
}

#[test]
fn installed_modules_are_found_by_the_catalogue() {
    let place = Place::new();
    let list = place.open().libraries();
    for name in ["SoftHSM2", "OpenSC"] {
        let found: Vec<_> = list.iter().filter(|library| library.name == name).collect();
        assert_eq!(found.len(), 1, "{name} is not installed, or listed twice: {found:?}");
        assert!(matches!(found[0].state, LibraryState::Found { .. }), "{found:?}");
        assert_eq!((found[0].kind, found[0].source), (LibraryKind::Pkcs11, LibrarySource::Catalogue));
        assert!(!facts(found[0]).writable_by_others);
    }
}
