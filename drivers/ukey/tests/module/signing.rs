//! Signatures of all kinds, each by one login.

use crate::loaded::{MESSAGE, Vendor, open, pin, pin_of, soft_token};
use cryptoki::context::Pkcs11;
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use tongguan_core::domain::{LibraryProfile, Sm2Input, Sm2Map, Sm2Output};
use tongguan_core::fault::Fault;
use tongguan_core::ports::TokenSource;
use tongguan_sandbox_ukey::Behaviour;

const SM2: &str = "haihe-ccb-sm2";
const RSA: &str = "haihe-ccb-rsa";
const P256: &str = "haihe-ccb-p256";
/// PKCS#11: CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS, CKM_ECDSA.
const RSA_PKCS: u64 = 0x01;
const SHA256_RSA_PKCS: u64 = 0x40;
const ECDSA: u64 = 0x1041;

fn map(input: Sm2Input, output: Sm2Output) -> Sm2Map {
    Sm2Map { mechanism: 0x8000_8104, input, output }
}

fn profile(sm2: Option<Sm2Map>) -> LibraryProfile {
    LibraryProfile { init_string: None, sm2 }
}

#[test]
fn rsa_and_p256_sign_with_one_login() {
    for name in [RSA, P256] {
        let vendor = Vendor::with(&Behaviour::default(), &[name]);
        open(&vendor.load()).must_sign(Some(&pin_of(name)));
        assert_eq!(vendor.soft.verifies(name).unwrap(), 1);
    }
}

#[test]
fn sm2_signs_by_every_form_of_map() {
    for input in [Sm2Input::Message, Sm2Input::Digest] {
        for output in [Sm2Output::Raw, Sm2Output::Der] {
            let sm2 = Some(map(input, output));
            let vendor = Vendor::with(&Behaviour { sm2, ..Behaviour::default() }, &[SM2]);
            let ukeys = vendor.load_with(profile(sm2)).unwrap();
            let signature = open(&ukeys).sign(Some(&pin_of(SM2))).unwrap();
            assert_eq!(signature.len(), 64);
            let certificate = open(&ukeys).certificate();
            certificate.public_key().verify(certificate.algorithm(), MESSAGE, &signature).unwrap();
        }
    }
}

#[test]
fn sm2_without_a_map_costs_no_try() {
    let vendor = Vendor::with(&Behaviour::default(), &[SM2]);
    let fault = open(&vendor.load()).sign(Some(&pin_of(SM2))).unwrap_err();
    assert_eq!(fault, Fault::AlgorithmUnsupported { oid: "1.2.156.10197.1.501".into() });
    assert_eq!(vendor.soft.verifies(SM2).unwrap(), 0);
}

#[test]
fn a_missing_mechanism_is_made_up_for_by_the_bare_one() {
    let behaviour = Behaviour { absent_mechanisms: vec![SHA256_RSA_PKCS], ..Behaviour::default() };
    let vendor = Vendor::with(&behaviour, &[RSA]);
    open(&vendor.load()).must_sign(Some(&pin_of(RSA)));
    let behaviour = Behaviour { absent_mechanisms: vec![ECDSA], ..Behaviour::default() };
    let vendor = Vendor::with(&behaviour, &[P256]);
    open(&vendor.load()).must_sign(Some(&pin_of(P256)));
    assert_eq!(vendor.soft.verifies(P256).unwrap(), 1);
}

#[test]
fn a_mechanism_that_is_gone_when_it_is_wanted_is_made_up_for_within_the_login() {
    let vendor = Vendor::with(&Behaviour::default(), &[RSA]);
    let mut opened = open(&vendor.load());
    // Listed when the token was read, refused now.
    let behaviour = Behaviour { absent_mechanisms: vec![SHA256_RSA_PKCS], ..Behaviour::default() };
    vendor.soft.behave(&behaviour).unwrap();
    opened.must_sign(Some(&pin_of(RSA)));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 1);
}

#[test]
fn a_token_without_any_mechanism_for_its_key_says_so() {
    let absent_mechanisms = vec![RSA_PKCS, SHA256_RSA_PKCS];
    let vendor = Vendor::with(&Behaviour { absent_mechanisms, ..Behaviour::default() }, &[RSA]);
    let fault = open(&vendor.load()).sign(Some(&pin_of(RSA))).unwrap_err();
    assert_eq!(fault, Fault::AlgorithmUnsupported { oid: "1.2.840.113549.1.1.11".into() });
}

#[test]
fn a_key_that_wants_the_pin_each_time_gets_the_same_entry_twice() {
    let behaviour = Behaviour { always_authenticate: true, ..Behaviour::default() };
    for name in [RSA, P256] {
        let vendor = Vendor::with(&behaviour, &[name]);
        open(&vendor.load()).must_sign(Some(&pin_of(name)));
        assert_eq!(vendor.soft.verifies(name).unwrap(), 2);
    }
}

#[test]
fn a_wrong_entry_for_such_a_key_costs_one_try() {
    let behaviour = Behaviour { always_authenticate: true, ..Behaviour::default() };
    let vendor = Vendor::with(&behaviour, &[RSA]);
    let fault = open(&vendor.load()).sign(Some(&pin("000001"))).unwrap_err();
    assert_eq!(fault, Fault::PinWrong { tries_left: None });
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 1);
}

#[test]
fn with_a_pad_the_pin_is_asked_for_there() {
    let vendor = Vendor::with(&Behaviour { pin_pad: true, ..Behaviour::default() }, &[RSA]);
    let mut opened = open(&vendor.load());
    assert!(opened.token.info().pin_pad);
    opened.must_sign(None);
    // One that is given all the same is not used: this one would be wrong.
    opened.must_sign(Some(&pin("000001")));
}

#[test]
fn a_module_that_wants_an_init_string_gets_it() {
    let text = String::from("configdir='/x' certPrefix=''");
    let behaviour = Behaviour { init_string_required: Some(text.clone()), ..Behaviour::default() };
    let vendor = Vendor::with(&behaviour, &[RSA]);
    let fault = vendor.load_with(LibraryProfile::default()).unwrap_err();
    let (call, answer) = ("C_Initialize".into(), "CKR_ARGUMENTS_BAD".into());
    assert_eq!(fault, Fault::LibraryFailed { library: "libvendor.so".into(), call, answer });
    let ukeys = vendor.load_with(LibraryProfile { init_string: Some(text), sm2: None }).unwrap();
    open(&ukeys).must_sign(Some(&pin_of(RSA)));
}

#[test]
fn nothing_is_signed_on_a_login_that_was_not_ours() {
    let vendor = Vendor::with(&Behaviour::default(), &[RSA]);
    let ukeys = vendor.load();
    let mut opened = open(&ukeys);
    // Somebody else in this process, with a session that stays open.
    let other = Pkcs11::new(vendor.soft.object()).unwrap();
    let session = other.open_ro_session(other.get_slots_with_token().unwrap()[0]).unwrap();
    let right = AuthPin::new(soft_token(RSA).pin.clone().into());
    session.login(UserType::User, Some(&right)).unwrap();
    assert_eq!(opened.sign(Some(&pin("000001"))).unwrap_err(), Fault::PinWrong { tries_left: None });
    session.login(UserType::User, Some(&right)).unwrap();
    opened.must_sign(Some(&pin_of(RSA)));
    // And nobody is left logged in afterwards.
    assert!(session.logout().is_err());
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 4);
}

#[test]
fn two_tokens_sign_each_with_its_own_key() {
    let vendor = Vendor::with(&Behaviour::default(), &[RSA, P256]);
    let ukeys = vendor.load();
    for token in crate::loaded::tokens(ukeys.list()) {
        let name = if token.label == soft_token(RSA).label { RSA } else { P256 };
        let identity = &token.identities[0];
        let mut opened = ukeys.open(&token.id).unwrap();
        let pin = pin_of(name);
        assert!(opened.sign(&identity.key, &identity.certificate, MESSAGE, Some(&pin)).is_ok());
    }
    assert_eq!([RSA, P256].map(|name| vendor.soft.verifies(name).unwrap()), [1, 1]);
}
