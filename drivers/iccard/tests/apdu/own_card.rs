use crate::script::{
    EXTENDED, MESSAGE, OTHER, PIN_BLOCK, RSA, SM2, Script, certificate, digest, digest_info, key, ok, pin,
    tlv,
};
use tongguan_core::domain::{Application, CardKind, PinState};
use tongguan_core::fault::Fault;
use tongguan_iccard::link::{Counting, Protocol};

pub(crate) const SELECT: &str = "00A404000AF0544F4E474755414E0100";
pub(crate) const READ_CERTIFICATE: &str = "00CA0201000000";
pub(crate) const PIN_STATE: &str = "00200081";
pub(crate) const SET_SM2: &str = "002241B606800101840101";

pub(crate) fn verify() -> String {
    format!("0020008108{PIN_BLOCK}")
}

pub(crate) fn sign_sm2() -> String {
    format!("002A9E9A20{}00", digest(SM2))
}

pub(crate) fn fci() -> String {
    let proprietary = tlv("A5", &[&tlv("50", &[b"Legal person"]), &tlv("9F65", &[&[1]])]);
    ok(&tlv("6F", &[&tlv("84", &[b"\xF0TONGGUAN\x01"]), &proprietary]))
}

/// A card with one SM2 key, seen for the first time.
pub(crate) fn inserted() -> Script {
    let script = Script::new(EXTENDED, Protocol::T1);
    script
        .step("SELECT the own application", SELECT, &fci())
        .step("GET DATA: key list", "00CA010000", "E1068301018001019000")
        .step("GET DATA: certificate of key 1", READ_CERTIFICATE, &ok(SM2));
    script
}

/// The part of a signature that comes before the PIN.
pub(crate) fn until_pin(script: &Script) -> &Script {
    script
        .step("SELECT drops what another program left", SELECT, &fci())
        .step("GET DATA: certificate, again", READ_CERTIFICATE, &ok(SM2))
        .step("VERIFY without data: five tries left", PIN_STATE, "63C5")
}

#[test]
fn a_card_is_known_after_three_commands() {
    let script = inserted();
    let (counting, log) = Counting::new(script.link());
    let id = tongguan_core::domain::TokenId::parse("iccard:reader#1.1").unwrap();
    let token = tongguan_iccard::recognise(Box::new(counting), "reader", id, &tongguan_iccard::DEFAULT_ORDER)
        .unwrap();
    let info = token.info();
    assert_eq!((info.application, info.kind), (Application::Tongguan, CardKind::LegalPerson));
    assert_eq!(info.label, "Legal person");
    assert_eq!(info.identities[0].certificate, certificate(SM2));
    assert_eq!(log.take().iter().map(|exchanged| exchanged.ins).collect::<Vec<_>>(), [0xA4, 0xCA, 0xCA]);
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_signature_is_six_commands_and_one_pin() {
    let script = inserted();
    until_pin(&script).step("VERIFY", &verify(), "9000").step("MSE: SET key 1, SM2", SET_SM2, "9000").step(
        "PSO: COMPUTE DIGITAL SIGNATURE over e",
        &sign_sm2(),
        &ok(&[0x5A; 64]),
    );
    let mut token = script.recognise().unwrap();
    let signature = token.sign(&key("01"), &certificate(SM2), MESSAGE, Some(&pin("123456"))).unwrap();
    assert_eq!(signature, [0x5A; 64]);
    assert_eq!(script.presented(), 1);
}

#[test]
fn an_rsa_key_signs_a_digest_info() {
    let script = Script::new(EXTENDED, Protocol::T1);
    script
        .step("SELECT the own application", SELECT, &fci())
        .step("GET DATA: key list", "00CA010000", "E1068301028001029000")
        .step("GET DATA: certificate of key 2", "00CA0202000000", &ok(RSA))
        .step("SELECT", SELECT, &fci())
        .step("GET DATA: certificate, again", "00CA0202000000", &ok(RSA))
        .step("VERIFY without data", PIN_STATE, "63C5")
        .step("VERIFY", &verify(), "9000")
        .step("MSE: SET key 2, RSA", "002241B606800102840102", "9000")
        .step("PSO over DigestInfo", &format!("002A9E9A33{}00", digest_info(RSA)), &ok(&[7; 256]));
    let mut token = script.recognise().unwrap();
    let signature = token.sign(&key("02"), &certificate(RSA), MESSAGE, Some(&pin("123456"))).unwrap();
    assert_eq!(signature, [7; 256]);
    assert_eq!(script.presented(), 1);
}

#[test]
fn the_pin_state_costs_no_try() {
    let told = [
        ("63C5", PinState::Ready { tries_left: 5 }),
        ("63C1", PinState::LastTry),
        ("6983", PinState::Locked),
    ];
    for (status, state) in told {
        let script = inserted();
        script.step("SELECT", SELECT, &fci()).step("VERIFY without data", PIN_STATE, status);
        assert_eq!(script.recognise().unwrap().pin_state(&key("01")), Ok(state));
        assert_eq!(script.presented(), 0);
    }
}

#[test]
fn wrong_pin_counts_down_and_is_not_tried_again() {
    let script = inserted();
    until_pin(&script).step("VERIFY: wrong, four left", &verify(), "63C4");
    let outcome =
        script.recognise().unwrap().sign(&key("01"), &certificate(SM2), MESSAGE, Some(&pin("123456")));
    assert_eq!(outcome, Err(Fault::PinWrong { tries_left: Some(4) }));
    assert_eq!(script.presented(), 1);
}

#[test]
fn a_locked_card_gets_no_pin() {
    let script = inserted();
    script.step("SELECT", SELECT, &fci()).step("GET DATA: certificate", READ_CERTIFICATE, &ok(SM2)).step(
        "VERIFY without data: locked",
        PIN_STATE,
        "6983",
    );
    let outcome =
        script.recognise().unwrap().sign(&key("01"), &certificate(SM2), MESSAGE, Some(&pin("123456")));
    assert_eq!(outcome, Err(Fault::PinLocked));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_swapped_certificate_gets_no_pin() {
    let script = inserted();
    script.step("SELECT", SELECT, &fci()).step("GET DATA: another certificate", READ_CERTIFICATE, &ok(OTHER));
    let outcome =
        script.recognise().unwrap().sign(&key("01"), &certificate(SM2), MESSAGE, Some(&pin("123456")));
    assert_eq!(outcome, Err(Fault::CardChanged));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_pin_of_the_wrong_length_stays_here() {
    let script = inserted();
    let mut token = script.recognise().unwrap();
    for short_or_long in ["12345", "123456789"] {
        let outcome = token.sign(&key("01"), &certificate(SM2), MESSAGE, Some(&pin(short_or_long)));
        assert_eq!(outcome, Err(Fault::PinFormat { min: 6, max: 8 }));
    }
    assert_eq!(token.pin_state(&key("77")), Err(Fault::KeyMissing));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_new_pin_is_one_command_and_leaves_nothing_open() {
    let script = inserted();
    script
        .step("SELECT", SELECT, &fci())
        .step("VERIFY without data", PIN_STATE, "63C5")
        .step("CHANGE REFERENCE DATA", &format!("0024008110{PIN_BLOCK}3837363534333231"), "9000")
        .step("SELECT drops the security status", SELECT, &fci());
    let mut token = script.recognise().unwrap();
    assert_eq!(token.change_pin(&key("01"), &pin("123456"), &pin("87654321")), Ok(()));
    assert_eq!(script.presented(), 1);
}

#[test]
fn a_wrong_old_pin_is_presented_once() {
    let script = inserted();
    script.step("SELECT", SELECT, &fci()).step("VERIFY without data", PIN_STATE, "63C2").step(
        "CHANGE REFERENCE DATA",
        &format!("0024008110{PIN_BLOCK}3837363534333231"),
        "63C1",
    );
    let outcome = script.recognise().unwrap().change_pin(&key("01"), &pin("123456"), &pin("87654321"));
    assert_eq!(outcome, Err(Fault::PinWrong { tries_left: Some(1) }));
    assert_eq!(script.presented(), 1);
}
