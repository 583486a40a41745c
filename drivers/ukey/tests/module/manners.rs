//! Modules that answer badly: a clear fault, no second try, and the next call works.

use crate::loaded::{Vendor, fault, open, pin_of, soft_token, tokens};
use tongguan_core::domain::{LibraryKind, LibraryPath, LibraryProfile, LoadOrder};
use tongguan_core::fault::{Fault, LibraryFlaw};
use tongguan_core::ports::TokenSource;
use tongguan_sandbox_ukey::{Behaviour, Length, Misbehaviour};
use tongguan_ukey::Ukeys;

const P256: &str = "haihe-ccb-p256";

fn lied(call: &str) -> Fault {
    Fault::LibraryLied { library: "libvendor.so".into(), call: call.into() }
}

fn silent(call: &str) -> Fault {
    let answer = "CKR_GENERAL_ERROR".into();
    Fault::LibrarySilent { library: "libvendor.so".into(), call: call.into(), answer }
}

fn strike(vendor: &Vendor, call: &str, misbehaviour: Misbehaviour, times: u32) {
    vendor.soft.behave(&Behaviour::striking(call, misbehaviour, Some(times))).unwrap();
}

#[test]
fn impossible_lengths_while_reading_are_lies() {
    for (call, length) in [
        ("C_GetSlotList", Length::Huge),
        ("C_GetSlotList", Length::BeyondBuffer),
        ("C_FindObjects", Length::BeyondBuffer),
        ("C_GetAttributeValue", Length::Huge),
        ("C_GetAttributeValue", Length::BeyondBuffer),
    ] {
        let vendor = Vendor::new(&Behaviour::striking(call, Misbehaviour::Lie(length), None));
        // With so much behind its certificate that the driver has to ask for the length.
        let mut token = soft_token(P256);
        token.keys[0].certificate.extend([0; 5000]);
        vendor.soft.plug(&token).unwrap();
        let ukeys = vendor.load();
        assert_eq!(fault(ukeys.list()), lied(call), "{call} {length:?}");
        vendor.soft.behave_normally().unwrap();
        open(&ukeys).must_sign(Some(&pin_of(P256)));
    }
}

#[test]
fn a_mechanism_list_that_cannot_be_is_as_good_as_none() {
    let lie = Misbehaviour::Lie(Length::BeyondBuffer);
    let vendor = Vendor::with(&Behaviour::striking("C_GetMechanismList", lie, None), &[P256]);
    open(&vendor.load()).must_sign(Some(&pin_of(P256)));
}

#[test]
fn an_impossible_length_of_a_signature_is_a_lie() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    let mut opened = open(&vendor.load());
    strike(&vendor, "C_Sign", Misbehaviour::Lie(Length::BeyondBuffer), 1);
    assert_eq!(opened.sign(Some(&pin_of(P256))), Err(lied("C_Sign")));
    opened.must_sign(Some(&pin_of(P256)));
    assert_eq!(vendor.soft.verifies(P256).unwrap(), 2);
}

#[test]
fn a_call_that_only_says_no_is_named_and_the_next_try_works() {
    for call in ["C_OpenSession", "C_FindObjectsInit", "C_FindObjects", "C_Login", "C_SignInit", "C_Sign"] {
        let vendor = Vendor::with(&Behaviour::default(), &[P256]);
        let mut opened = open(&vendor.load());
        strike(&vendor, call, Misbehaviour::GeneralError, 1);
        assert_eq!(opened.sign(Some(&pin_of(P256))), Err(silent(call)));
        opened.must_sign(Some(&pin_of(P256)));
    }
}

#[test]
fn a_token_that_could_not_be_read_is_read_again() {
    for call in ["C_GetSlotList", "C_OpenSession", "C_GetAttributeValue"] {
        let vendor = Vendor::with(&Behaviour::striking(call, Misbehaviour::GeneralError, Some(1)), &[P256]);
        let ukeys = vendor.load();
        assert_eq!(fault(ukeys.list()), silent(call));
        assert_eq!(tokens(ukeys.list()).len(), 1);
    }
}

#[test]
fn a_token_pulled_in_the_middle_is_removed_whatever_call_it_was() {
    let calls =
        ["C_GetTokenInfo", "C_OpenSession", "C_FindObjectsInit", "C_GetAttributeValue", "C_Login", "C_Sign"];
    for call in calls {
        let vendor = Vendor::with(&Behaviour::default(), &[P256]);
        let ukeys = vendor.load();
        let mut opened = open(&ukeys);
        strike(&vendor, call, Misbehaviour::Unplug, 1);
        assert_eq!(opened.sign(Some(&pin_of(P256))), Err(Fault::CardRemoved), "{call}");
        let spent = vendor.soft.verifies(P256).unwrap();
        assert_eq!(tokens(ukeys.list()), []);
        vendor.plug(P256);
        open(&ukeys).must_sign(Some(&pin_of(P256)));
        assert_eq!(vendor.soft.verifies(P256).unwrap(), spent + 1);
    }
}

#[test]
fn a_failed_logout_spoils_no_signature_and_no_later_login() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    let mut opened = open(&vendor.load());
    strike(&vendor, "C_Logout", Misbehaviour::GeneralError, 1);
    opened.must_sign(Some(&pin_of(P256)));
    opened.must_sign(Some(&pin_of(P256)));
    assert_eq!(vendor.soft.verifies(P256).unwrap(), 2);
}

fn load(path: &str) -> Fault {
    let path = LibraryPath::parse(path).unwrap();
    let (kind, profile) = (LibraryKind::Pkcs11, LibraryProfile::default());
    Ukeys::load(&LoadOrder { path, kind, sha256: String::new(), profile }).unwrap_err()
}

#[test]
fn a_file_that_is_no_module_is_refused_by_what_it_is() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(load(&path("absent.so")), Fault::LibraryMissing { library: "absent.so".into() });
    std::fs::write(folder.path().join("text.so"), "not a library").unwrap();
    let refused = load(&path("text.so"));
    assert!(
        matches!(refused, Fault::LibraryFailed { call, .. } if call == "dlopen" || call == "LoadLibraryEx")
    );
    // A library, of another trade: the one that this program itself runs on.
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let libc =
        maps.lines().find_map(|line| line.find('/').map(|at| &line[at..]).filter(|p| p.contains("libc.so")));
    let refused = load(libc.unwrap());
    assert!(matches!(refused, Fault::LibraryRefused { reason: LibraryFlaw::NoEntryPoints, .. }));
}

#[test]
fn an_init_string_with_a_nul_is_no_c_string() {
    let vendor = Vendor::new(&Behaviour::default());
    let profile = LibraryProfile { init_string: Some("a\0b".into()), sm2: None };
    assert!(matches!(vendor.load_with(profile), Err(Fault::InputInvalid { .. })));
}
