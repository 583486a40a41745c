use crate::own_card::SELECT as SELECT_OWN;
use crate::script::{
    EXTENDED, MESSAGE, OTHER, P256, PIN_BLOCK, RSA, SHORT, Script, certificate, digest, digest_info, key, ok,
    pin, tlv,
};
use tongguan_core::domain::{Application, PinState};
use tongguan_core::fault::Fault;
use tongguan_iccard::link::Protocol;

const SELECT: &str = "00A404000BA00000030800001000010000";
const SLOT_9A: &str = "00CB3FFF0000055C035FC1050000";
const SLOT_9C: &str = "00CB3FFF0000055C035FC10A0000";

fn template() -> String {
    ok(&tlv("61", &[&tlv("4F", &[b"\x00\x00\x10\x00\x01\x00"]), &tlv("50", &[b"PIV card"])]))
}

fn object(der: &[u8]) -> String {
    ok(&tlv("53", &[&tlv("70", &[der]), &tlv("71", &[&[0]]), &tlv("FE", &[])]))
}

fn inserted(discovery: &str) -> Script {
    let script = Script::new(EXTENDED, Protocol::T1);
    script
        .step("SELECT PIV", SELECT, &template())
        .step("GET DATA: discovery object", "00CB3FFF0000035C017E0000", discovery)
        .step("GET DATA: certificate of 9A", SLOT_9A, &object(RSA))
        .step("GET DATA: certificate of 9C", SLOT_9C, &object(P256));
    script
}

/// ECDSA-Sig-Value with a sign byte in r and a short s.
fn der_signature() -> Vec<u8> {
    tlv("30", &[&tlv("02", &[&[0], &[0xF1; 32]]), &tlv("02", &[&[0x11; 31]])])
}

#[test]
fn both_slots_are_offered() {
    let script = inserted("6A82");
    let token = script.recognise_as(&[Application::Piv]).unwrap();
    let info = token.info();
    assert_eq!((info.application, info.label.as_str()), (Application::Piv, "PIV card"));
    let keys: Vec<_> = info.identities.iter().map(|identity| identity.key.as_str()).collect();
    assert_eq!(keys, ["9A", "9C"]);
    assert_eq!(script.presented(), 0);
}

#[test]
fn slot_9c_signs_after_its_own_pin_and_gives_r_and_s() {
    let script = inserted("6A82");
    script
        .step("SELECT PIV", SELECT, &template())
        .step("GET DATA: certificate, again", SLOT_9C, &object(P256))
        .step("VERIFY without data", "00200080", "63C5")
        .step("VERIFY", &format!("0020008008{PIN_BLOCK}"), "9000")
        .step(
            "GENERAL AUTHENTICATE P-256, 9C",
            &format!("0087119C267C2482008120{}00", digest(P256)),
            &ok(&tlv("7C", &[&tlv("82", &[&der_signature()])])),
        )
        .step("VERIFY P1=FF drops the security status", "0020FF80", "9000");
    let mut token = script.recognise_as(&[Application::Piv]).unwrap();
    let signature = token.sign(&key("9C"), &certificate(P256), MESSAGE, Some(&pin("123456"))).unwrap();
    assert_eq!(signature, [&[0xF1; 32][..], &[0], &[0x11; 31]].concat());
    assert_eq!(script.presented(), 1);
}

#[test]
fn an_rsa_block_is_padded_here_and_chained() {
    let script = Script::new(SHORT, Protocol::T1);
    let short = |slot: &str, script: &Script, says| {
        let object = object(RSA).strip_suffix("9000").unwrap().to_owned();
        script.step(says, slot, &format!("{}6100", &object[..512]));
        script.step("GET RESPONSE", "00C0000000", &format!("{}6100", &object[512..1024]));
        script.step("GET RESPONSE", "00C0000000", &format!("{}6164", &object[1024..1536]));
        script.step("GET RESPONSE", "00C0000064", &format!("{}9000", &object[1536..]));
    };
    let slot_9a = "00CB3FFF055C035FC10500";
    script.step("SELECT PIV", SELECT, &template());
    script.step("GET DATA: discovery object", "00CB3FFF035C017E00", "6A82");
    short(slot_9a, &script, "GET DATA: certificate of 9A");
    script.step("GET DATA: no certificate in 9C", "00CB3FFF055C035FC10A00", "6A82");
    script.step("SELECT PIV", SELECT, &template());
    short(slot_9a, &script, "GET DATA: certificate, again");
    let info = digest_info(RSA);
    let block = format!("0001{}00{info}", "FF".repeat(256 - 3 - info.len() / 2));
    let template_7c = format!("7C820106820081820100{block}");
    let answer = tlv("7C", &[&tlv("82", &[&[3; 256]])]);
    script
        .step("VERIFY without data", "00200080", "63C5")
        .step("VERIFY", &format!("0020008008{PIN_BLOCK}"), "9000")
        .step("GENERAL AUTHENTICATE, first block", &format!("1087079AFF{}", &template_7c[..510]), "9000")
        .step(
            "the rest",
            &format!("0087079A0B{}00", &template_7c[510..]),
            &format!("{}6108", hex::encode(&answer[..256])),
        )
        .step("GET RESPONSE", "00C0000008", &ok(&answer[256..]))
        .step("VERIFY P1=FF drops the security status", "0020FF80", "9000");
    let mut token = script.recognise_as(&[Application::Piv]).unwrap();
    let signature = token.sign(&key("9A"), &certificate(RSA), MESSAGE, Some(&pin("123456"))).unwrap();
    assert_eq!(signature, [3; 256]);
    assert_eq!(script.presented(), 1);
}

#[test]
fn the_discovery_object_may_ask_for_the_global_pin() {
    let script = inserted("7E124F0BA0000003080000100001005F2F0260209000");
    script.step("SELECT PIV", SELECT, &template()).step(
        "VERIFY without data, global PIN",
        "00200000",
        "63C3",
    );
    let mut token = script.recognise_as(&[Application::Piv]).unwrap();
    assert_eq!(token.pin_state(&key("9C")), Ok(PinState::Ready { tries_left: 3 }));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_swapped_or_missing_certificate_gets_no_pin() {
    for answer in [object(OTHER), "6A82".into()] {
        let script = inserted("6A82");
        script.step("SELECT PIV", SELECT, &template()).step("GET DATA: changed", SLOT_9C, &answer);
        let mut token = script.recognise_as(&[Application::Piv]).unwrap();
        let outcome = token.sign(&key("9C"), &certificate(P256), MESSAGE, Some(&pin("123456")));
        assert_eq!((outcome, script.presented()), (Err(Fault::CardChanged), 0));
    }
}

#[test]
fn a_piv_card_is_found_after_the_other_two() {
    let script = Script::new(EXTENDED, Protocol::T1);
    script
        .step("SELECT the own application", SELECT_OWN, "6A82")
        .step("SELECT PKCS #15", "00A404000CA000000063504B43532D313500", "6A82")
        .step("SELECT the master file, for EF.DIR", "00A4000C023F00", "6A82")
        .step("SELECT PIV", SELECT, &template())
        .step("GET DATA: discovery object", "00CB3FFF0000035C017E0000", "6A82")
        .step("GET DATA: no certificate in 9A", SLOT_9A, "6A82")
        .step("GET DATA: certificate of 9C", SLOT_9C, &object(P256));
    assert_eq!(script.recognise().unwrap().info().application, Application::Piv);
    assert_eq!(script.presented(), 0);
}
