//! Libraries that are none, that lie, that say nothing.

use crate::stage::{RSA, SM2, Stage, fault, lied, order, pin, silent, token};
use std::path::PathBuf;
use tongguan_core::fault::{Fault, LibraryFlaw};
use tongguan_core::ports::TokenSource;
use tongguan_sandbox_ukey::{Behaviour, Length, Misbehaviour};
use tongguan_skf::SkfTokens;

const BEYOND: Misbehaviour = Misbehaviour::Lie(Length::BeyondBuffer);
const HUGE: Misbehaviour = Misbehaviour::Lie(Length::Huge);

fn refusal(path: &str) -> Option<Fault> {
    SkfTokens::load(&order(path)).err()
}

fn flaw(library: &str, reason: LibraryFlaw) -> Option<Fault> {
    Some(Fault::LibraryRefused { library: library.into(), reason })
}

/// The C library of this process: a shared object for certain.
fn c_library() -> PathBuf {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let line = maps.lines().find(|line| line.ends_with("/libc.so.6")).unwrap();
    line[line.find('/').unwrap()..].into()
}

#[test]
fn a_library_that_is_not_there_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libkey.so");
    assert_eq!(refusal(path.to_str().unwrap()), Some(Fault::LibraryMissing { library: "libkey.so".into() }));
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libkey.so");
    std::fs::write(&path, "text").unwrap();
    assert_eq!(refusal(path.to_str().unwrap()), flaw("libkey.so", LibraryFlaw::NotALibrary));
}

#[test]
fn a_library_without_the_entry_points_is_refused() {
    assert_eq!(refusal(c_library().to_str().unwrap()), flaw("libc.so.6", LibraryFlaw::NoEntryPoints));
}

#[test]
fn a_library_without_tokens_has_an_empty_list() {
    assert_eq!(Stage::new().tokens.list().readers, []);
}

#[test]
fn a_library_that_lies_while_it_is_listed_stands_in_the_list_with_its_lie() {
    for call in ["SKF_EnumDev", "SKF_EnumApplication", "SKF_EnumContainer", "SKF_ExportCertificate"] {
        for lie in [BEYOND, HUGE] {
            let stage = Stage::with(&[SM2]);
            stage.behave(&Behaviour::striking(call, lie, None));
            assert_eq!(fault(&stage.tokens.list()), lied(call));
            stage.library.behave_normally().unwrap();
            assert_eq!(stage.info().identities.len(), 1, "{call}");
        }
    }
}

#[test]
fn a_lie_while_signing_is_named_and_the_next_try_works() {
    for (name, call) in [(SM2, "SKF_ECCSignData"), (RSA, "SKF_RSASignData"), (SM2, "SKF_ExportCertificate")] {
        let stage = Stage::with(&[name]);
        let (mut opened, identity) = stage.open();
        stage.behave(&Behaviour::striking(call, BEYOND, Some(2)));
        let mut sign = || opened.sign(&identity.key, &identity.certificate, b"x", Some(&pin(name)));
        assert_eq!(sign(), Err(lied(call)));
        stage.library.behave_normally().unwrap();
        assert!(sign().is_ok());
    }
}

#[test]
fn a_token_that_lies_of_its_tries_signs_all_the_same() {
    let stage = Stage::with(&[SM2]);
    for call in ["SKF_GetPINInfo", "SKF_VerifyPIN"] {
        stage.behave(&Behaviour::striking(call, BEYOND, None));
        assert!(stage.sign(&pin(SM2)).is_ok(), "{call}");
    }
}

#[test]
fn a_device_without_a_readable_label_is_called_by_its_maker() {
    let stage = Stage::with(&[SM2]);
    stage.behave(&Behaviour::striking("SKF_GetDevInfo", BEYOND, None));
    assert_eq!(stage.info().label, token(SM2).manufacturer);
}

#[test]
fn a_library_that_only_says_no_is_not_made_to_say_wrong_pin() {
    let stage = Stage::with(&[SM2]);
    let (mut opened, identity) = stage.open();
    for call in ["SKF_VerifyPIN", "SKF_ECCSignData", "SKF_OpenApplication", "SKF_LockDev"] {
        stage.behave(&Behaviour::striking(call, Misbehaviour::GeneralError, None));
        let failed = opened.sign(&identity.key, &identity.certificate, b"x", Some(&pin(SM2)));
        assert_eq!(failed, Err(silent(call)));
    }
    stage.library.behave_normally().unwrap();
    assert!(opened.sign(&identity.key, &identity.certificate, b"x", Some(&pin(SM2))).is_ok());
}

#[test]
fn a_library_that_cannot_list_is_asked_again() {
    let stage = Stage::with(&[SM2]);
    stage.behave(&Behaviour::striking("SKF_EnumDev", Misbehaviour::GeneralError, Some(1)));
    assert_eq!(fault(&stage.tokens.list()), silent("SKF_EnumDev"));
    assert_eq!(stage.info().identities.len(), 1);
}

#[test]
fn a_device_that_fails_at_first_is_read_at_the_next_look() {
    let stage = Stage::with(&[SM2]);
    stage.behave(&Behaviour::striking("SKF_GetDevInfo", Misbehaviour::GeneralError, Some(1)));
    assert_eq!(fault(&stage.tokens.list()), silent("SKF_GetDevInfo"));
    assert_eq!(stage.info().identities.len(), 1);
}

#[test]
fn a_token_pulled_during_a_signature_was_removed() {
    for call in ["SKF_ECCSignData", "SKF_VerifyPIN", "SKF_OpenContainer", "SKF_ConnectDev"] {
        let stage = Stage::with(&[SM2]);
        let (mut opened, identity) = stage.open();
        stage.behave(&Behaviour::striking(call, Misbehaviour::Unplug, Some(1)));
        let failed = opened.sign(&identity.key, &identity.certificate, b"x", Some(&pin(SM2)));
        assert_eq!(failed, Err(Fault::CardRemoved), "{call}");
        assert_eq!(stage.tokens.list().readers, []);
    }
}
