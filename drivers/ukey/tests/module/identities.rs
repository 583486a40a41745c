//! What is shown of a token.

use crate::loaded::{MESSAGE, Vendor, WORLD, fault, pin_of, soft_token, tokens};
use tongguan_core::domain::{Application, CardKind, Certificate};
use tongguan_core::fault::Fault;
use tongguan_core::ports::TokenSource;
use tongguan_sandbox_ukey::{Behaviour, SoftKey, SoftToken};

const RSA: &str = "haihe-ccb-rsa";

fn fingerprints(token: &tongguan_core::domain::TokenInfo) -> Vec<String> {
    token.identities.iter().map(|identity| identity.certificate.fingerprint()).collect()
}

fn fingerprint(key: &SoftKey) -> String {
    Certificate::parse(&key.certificate).unwrap().fingerprint()
}

#[test]
fn each_token_is_a_reader_of_its_own_and_empty_slots_are_none() {
    let vendor = Vendor::with(&Behaviour { empty_slots: 3, ..Behaviour::default() }, &[RSA, "haihe-ccb-sm2"]);
    let ukeys = vendor.load();
    let snapshot = ukeys.list();
    assert_eq!(snapshot.service, None);
    let names: Vec<String> = snapshot.readers.iter().map(|reader| reader.name.clone()).collect();
    assert_eq!(names, ["Tongguan slot 2001", "Tongguan slot 2002"]);
    let found = tokens(snapshot);
    let ids: Vec<&str> = found.iter().map(|token| token.id.as_str()).collect();
    assert_eq!(ids, ["ukey:8193#1", "ukey:8194#2"]);
    let labels: Vec<&str> = found.iter().map(|token| token.label.as_str()).collect();
    assert_eq!(labels, [RSA, "haihe-ccb-sm2"].map(|name| WORLD.ukey(name).unwrap().label.as_str()));
    for token in found {
        assert_eq!((token.application, token.kind), (Application::Pkcs11, CardKind::BankUkey));
        assert_eq!((token.library, token.pin_pad), (None, false));
        assert_eq!(token.identities.len(), 1);
    }
}

#[test]
fn a_look_again_reads_nothing_anew() {
    let vendor = Vendor::with(&Behaviour::default(), &[RSA]);
    let ukeys = vendor.load();
    assert_eq!(ukeys.list(), ukeys.list());
}

#[test]
fn a_label_in_gbk_that_ends_with_nul_is_read() {
    let vendor = Vendor::with(&Behaviour { gbk_label: true, ..Behaviour::default() }, &[RSA]);
    let label = tokens(vendor.load().list()).remove(0).label;
    assert_eq!(label, WORLD.ukey(RSA).unwrap().label);
    assert!(!label.is_ascii());
}

#[test]
fn a_token_that_says_nothing_of_itself_is_used_all_the_same() {
    let vendor = Vendor::with(&Behaviour { token_info_fails: true, ..Behaviour::default() }, &[RSA]);
    let ukeys = vendor.load();
    let token = tokens(ukeys.list()).remove(0);
    assert_eq!(token.label, "Tongguan slot 2001");
    let identity = &token.identities[0];
    let mut opened = ukeys.open(&token.id).unwrap();
    assert!(opened.sign(&identity.key, &identity.certificate, MESSAGE, Some(&pin_of(RSA))).is_ok());
}

#[test]
fn a_certificate_for_encryption_is_left_out() {
    let vendor = Vendor::with(&Behaviour::default(), &["haihe-ccb-mixed"]);
    let signs: Vec<String> =
        soft_token("haihe-ccb-mixed").keys.iter().filter(|key| !key.encipherment).map(fingerprint).collect();
    assert_eq!(fingerprints(&tokens(vendor.load().list())[0]), signs);
    assert_eq!(signs.len(), 1);
}

#[test]
fn of_two_certificates_that_fit_both_are_offered_in_order() {
    let vendor = Vendor::with(&Behaviour::default(), &["haihe-ccb-two"]);
    let both: Vec<String> = soft_token("haihe-ccb-two").keys.iter().map(fingerprint).collect();
    assert_eq!(fingerprints(&tokens(vendor.load().list())[0]), both);
    assert_eq!(both.len(), 2);
}

/// A token with the keys of `RSA`, and each of `certificates` under the id beside it.
fn stuffed(certificates: &[(&str, &[u8])]) -> SoftToken {
    let mut token = soft_token(RSA);
    for (id, certificate) in certificates {
        let mut key = token.keys[0].clone();
        key.id = (*id).into();
        key.certificate = certificate.to_vec();
        token.keys.push(key);
    }
    token
}

#[test]
fn authorities_and_doubles_are_left_out() {
    let own = soft_token(RSA).keys[0].certificate.clone();
    let authorities = &WORLD.bank("ccb").unwrap().authorities;
    let (first, second) = (&authorities[0].certificate, &authorities[1].certificate);
    let vendor = Vendor::new(&Behaviour::default());
    vendor.soft.plug(&stuffed(&[("10", first), ("11", second), ("12", &own)])).unwrap();
    assert_eq!(fingerprints(&tokens(vendor.load().list())[0]), [fingerprint(&soft_token(RSA).keys[0])]);
}

#[test]
fn a_certificate_that_cannot_be_read_hides_no_other() {
    let vendor = Vendor::new(&Behaviour::default());
    vendor.soft.plug(&stuffed(&[("10", b"\x30\x03abc"), ("11", b"")])).unwrap();
    assert_eq!(tokens(vendor.load().list())[0].identities.len(), 1);
}

#[test]
fn a_token_with_nothing_but_bad_certificates_says_so() {
    let vendor = Vendor::new(&Behaviour::default());
    let mut token = stuffed(&[("10", b"\x30\x03abc")]);
    token.keys.remove(0);
    vendor.soft.plug(&token).unwrap();
    assert!(matches!(fault(vendor.load().list()), Fault::CertificateMalformed { .. }));
}

#[test]
fn ids_of_any_length_name_their_keys() {
    for id in ["", "00", "0102030405060708090a0b0c0d0e0f1011121314", &"ab".repeat(64)] {
        let vendor = Vendor::new(&Behaviour::default());
        let mut token = soft_token(RSA);
        token.keys[0].id = id.into();
        vendor.soft.plug(&token).unwrap();
        let ukeys = vendor.load();
        let mut opened = crate::loaded::open(&ukeys);
        assert!(opened.key.as_str().len() <= 64);
        opened.must_sign(Some(&pin_of(RSA)));
    }
}
