//! Whatever goes wrong around a PIN, it goes out at most once.

use crate::own_card::{
    PIN_STATE, READ_CERTIFICATE, SELECT, SET_SM2, fci, inserted, sign_sm2, until_pin, verify,
};
use crate::script::{MESSAGE, SHORT, SM2, Script, certificate, key, ok, pin};
use tongguan_core::fault::Fault;
use tongguan_iccard::link::Protocol;

fn communication() -> Fault {
    Fault::CardCommunication { scard: "SCARD_F_COMM_ERROR".into() }
}

fn sign(script: &Script) -> Result<Vec<u8>, Fault> {
    script.recognise().unwrap().sign(&key("01"), &certificate(SM2), MESSAGE, Some(&pin("123456")))
}

#[test]
fn a_card_that_goes_before_the_pin_costs_none() {
    for fault in [Fault::CardRemoved, Fault::CardMute] {
        let at_select = inserted();
        at_select.fails("SELECT: card gone", SELECT, fault.clone());
        assert_eq!((sign(&at_select), at_select.presented()), (Err(fault.clone()), 0));

        let at_certificate = inserted();
        at_certificate.step("SELECT", SELECT, &fci()).fails(
            "GET DATA: card gone",
            READ_CERTIFICATE,
            fault.clone(),
        );
        assert_eq!((sign(&at_certificate), at_certificate.presented()), (Err(fault), 0));
    }
}

#[test]
fn a_failed_verify_is_not_repeated() {
    for fault in [Fault::CardRemoved, Fault::CardReset, communication()] {
        let script = inserted();
        until_pin(&script).fails("VERIFY: no answer", &verify(), fault.clone());
        assert_eq!((sign(&script), script.presented()), (Err(fault), 1));
    }
}

#[test]
fn a_failed_signature_is_not_repeated() {
    for fault in [Fault::CardRemoved, Fault::CardReset, communication()] {
        let script = inserted();
        until_pin(&script)
            .step("VERIFY", &verify(), "9000")
            .step("MSE: SET", SET_SM2, "9000")
            .fails("PSO: no answer", &sign_sm2(), fault.clone())
            .fails("SELECT, to drop the security status", SELECT, fault.clone());
        assert_eq!((sign(&script), script.presented()), (Err(fault), 1));
    }
}

#[test]
fn a_refused_signature_leaves_no_verified_pin_behind() {
    let script = inserted();
    until_pin(&script)
        .step("VERIFY", &verify(), "9000")
        .step("MSE: SET", SET_SM2, "9000")
        .step("PSO: security status not satisfied", &sign_sm2(), "6982")
        .step("SELECT drops the security status", SELECT, &fci());
    let refused = Fault::CardRefused { command: "PERFORM SECURITY OPERATION".into(), status: "6982".into() };
    assert_eq!((sign(&script), script.presented()), (Err(refused), 1));
}

#[test]
fn a_reset_before_the_pin_starts_over_once() {
    let script = inserted();
    script.step("SELECT", SELECT, &fci()).fails(
        "GET DATA: another program reset the card",
        READ_CERTIFICATE,
        Fault::CardReset,
    );
    until_pin(&script).step("VERIFY", &verify(), "9000").step("MSE: SET", SET_SM2, "9000").step(
        "PSO",
        &sign_sm2(),
        &ok(&[0x5A; 64]),
    );
    assert_eq!((sign(&script), script.presented()), (Ok(vec![0x5A; 64]), 1));
}

#[test]
fn a_card_that_is_reset_again_and_again_gets_no_pin() {
    let script = inserted();
    script
        .fails("SELECT: reset", SELECT, Fault::CardReset)
        .step("SELECT", SELECT, &fci())
        .step("GET DATA", READ_CERTIFICATE, &ok(SM2))
        .fails("VERIFY without data: reset again", PIN_STATE, Fault::CardReset);
    assert_eq!((sign(&script), script.presented()), (Err(Fault::CardReset), 0));
}

/// Those that speak of PINs, lengths and more data in full, of the others one for each SW1. That the
/// mapping is total is shown where it is made.
fn status_words() -> impl Iterator<Item = u16> {
    let telling =
        |status: &u16| matches!(status >> 8, 0x61 | 0x63 | 0x67 | 0x69 | 0x6C) || status & 0xFF == 0;
    (0..=u16::MAX).filter(telling).filter(|status| *status != 0x9000)
}

#[test]
fn every_kind_of_status_word_after_verify_ends_the_attempt() {
    for status in status_words() {
        let script = inserted();
        until_pin(&script).step("VERIFY: some status", &verify(), &format!("{status:04X}"));
        let fault = sign(&script).unwrap_err();
        assert_eq!(script.presented(), 1, "{status:04X}");
        let expected = match status {
            0x63C0 | 0x6983 | 0x6984 => Fault::PinLocked,
            0x6300 => Fault::PinWrong { tries_left: None },
            0x63C1..=0x63CF => Fault::PinWrong { tries_left: Some((status & 15) as u8) },
            _ => Fault::CardRefused { command: "VERIFY".into(), status: format!("{status:04X}") },
        };
        assert_eq!(fault, expected);
    }
}

#[test]
fn an_answer_without_a_status_word_is_malformed() {
    let script = inserted();
    until_pin(&script).step("VERIFY: one byte", &verify(), "90");
    let malformed = Fault::CardMalformed { object: "response".into(), reason: "length".into() };
    assert_eq!((sign(&script), script.presented()), (Err(malformed), 1));
}

#[test]
fn a_card_with_no_known_application_is_unknown_and_left_alone() {
    let script = Script::new(SHORT, Protocol::T1);
    script
        .step("SELECT the own application", SELECT, "6A82")
        .step("SELECT PKCS #15", "00A404000CA000000063504B43532D313500", "6A82")
        .step("SELECT the master file, for EF.DIR", "00A4000C023F00", "6A82")
        .step("SELECT PIV", "00A404000BA00000030800001000010000", "6D00");
    let fault = script.recognise().err();
    assert_eq!(fault, Some(Fault::CardUnknown { atr: SHORT.into() }));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_certificate_that_cannot_be_read_is_named() {
    let script = Script::new(SHORT, Protocol::T1);
    script
        .step("SELECT", SELECT, &fci())
        .step("GET DATA: key list", "00CA010000", "E1068301018001019000")
        .step("GET DATA: no certificate at all", "00CA020100", "30009000");
    assert!(matches!(script.recognise().err(), Some(Fault::CertificateMalformed { .. })));
    assert_eq!(script.presented(), 0);
}
