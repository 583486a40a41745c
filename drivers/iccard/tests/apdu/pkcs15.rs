use crate::script::{MESSAGE, OTHER, P256, SHORT, Script, certificate, digest, key, ok, pin, tlv};
use tongguan_core::domain::Application;
use tongguan_core::fault::Fault;
use tongguan_iccard::link::Protocol;

const SELECT: &str = "00A404000CA000000063504B43532D313500";
const READ: &str = "00B0000000";
const ORDER: [Application; 1] = [Application::Pkcs15];
/// "1234" filled with zeros to 12, as this card's AODF wants it.
const VERIFY: &str = "002000810C313233340000000000000000";

fn path(identifiers: &[u8]) -> Vec<u8> {
    tlv("30", &[&tlv("04", &[identifiers])])
}

fn odf() -> Vec<u8> {
    [("A0", 0x02), ("A4", 0x03), ("A8", 0x01)]
        .map(|(tag, file)| tlv(tag, &[&path(&[0x3F, 0x00, 0x50, 0x15, 0x44, file])]))
        .concat()
}

/// `PrivateECKey`: label, authId 01; iD 45, usage sign, native, keyReference 03, algReference if there is one.
fn prkdf(algorithm: &[u8]) -> Vec<u8> {
    let common = tlv("30", &[&tlv("0C", &[b"key"]), &tlv("03", &[&[7, 0x80]]), &tlv("04", &[&[1]])]);
    let usage = tlv("03", &[&[5, 0x20]]);
    let class =
        tlv("30", &[&tlv("04", &[&[0x45]]), &usage, &tlv("01", &[&[0xFF]]), &tlv("02", &[&[3]]), algorithm]);
    tlv("A0", &[&common, &class, &tlv("A1", &[&tlv("30", &[&path(&[0x3F, 0, 0x50, 0x15])])])])
}

fn cdf() -> Vec<u8> {
    let file = path(&[0x3F, 0x00, 0x50, 0x15, 0x43, 0x01]);
    let class = tlv("30", &[&tlv("04", &[&[0x45]])]);
    tlv("30", &[&tlv("30", &[&tlv("0C", &[b"certificate"])]), &class, &tlv("A1", &[&tlv("30", &[&file])])])
}

/// The officer's PIN first, which is not for us; then the user's: 4 to 12 characters, padded with 00, reference 81.
fn aodf() -> Vec<u8> {
    let record = |id: u8, flags: &[u8], reference: &[u8]| {
        let number = |value: u8| tlv("02", &[&[value]]);
        let lengths = [number(4), number(12), number(12)].concat();
        let attributes = tlv(
            "30",
            &[
                &tlv("03", &[flags]),
                &tlv("0A", &[&[1]]),
                &lengths,
                &tlv("80", &[reference]),
                &tlv("04", &[&[0]]),
                &path(&[0x3F, 0x00, 0x50, 0x15]),
            ],
        );
        let class = tlv("30", &[&tlv("04", &[&[id]])]);
        tlv("30", &[&tlv("30", &[&tlv("0C", &[b"PIN"])]), &class, &tlv("A1", &[&attributes])])
    };
    [record(2, &[0, 0b1100_1101], &[0x02]), record(1, &[2, 0b1100_1100], &[0x00, 0x81])].concat()
}

/// `supportedAlgorithms`: reference 7 is ECDSA, 54 for this card.
fn token_info() -> Vec<u8> {
    let algorithm = tlv(
        "30",
        &[
            &tlv("02", &[&[7]]),
            &tlv("02", &[&[0x10, 0x41]]),
            &tlv("05", &[]),
            &tlv("03", &[&[6, 0x40]]),
            &tlv("02", &[&[0x54]]),
        ],
    );
    let label = tlv("80", &[b"Bank card  "]);
    tlv(
        "30",
        &[
            &tlv("02", &[&[0]]),
            &tlv("04", &[&[1, 2]]),
            &label,
            &tlv("03", &[&[6, 0xC0]]),
            &tlv("A2", &[&algorithm]),
        ],
    )
}

fn read_certificate(script: &Script, der: &[u8]) {
    let (first, rest) = der.split_at(256);
    script
        .step("SELECT the certificate file", "00A4080C0450154301", "9000")
        .step("READ BINARY: 256 bytes", READ, &ok(first))
        .step("READ BINARY: the rest, and filling", "00B0010000", &ok(&[rest, &[0xFF; 9]].concat()));
}

fn read_objects(script: &Script, algorithm: &[u8]) {
    script
        .step("SELECT ODF", "00A4020C025031", "9000")
        .step("READ BINARY", READ, &ok(&[odf(), vec![0; 20]].concat()))
        .step("SELECT PrKDF by path", "00A4080C0450154402", "9000")
        .step("READ BINARY", READ, &ok(&prkdf(algorithm)))
        .step("SELECT CDF by path", "00A4080C0450154403", "9000")
        .step("READ BINARY", READ, &ok(&cdf()))
        .step("SELECT AODF by path", "00A4080C0450154401", "9000")
        .step("READ BINARY", READ, &ok(&aodf()))
        .step("SELECT TokenInfo", "00A4020C025032", "9000")
        .step("READ BINARY", READ, &ok(&token_info()));
    read_certificate(script, P256);
}

fn inserted(algorithm: &[u8]) -> Script {
    let script = Script::new(SHORT, Protocol::T1);
    script.step("SELECT PKCS #15", SELECT, "9000");
    read_objects(&script, algorithm);
    script
}

fn sign(script: &Script) -> Result<Vec<u8>, Fault> {
    script.recognise_as(&ORDER).unwrap().sign(&key("45"), &certificate(P256), MESSAGE, Some(&pin("1234")))
}

fn until_pin(script: &Script) -> &Script {
    script.step("SELECT PKCS #15", SELECT, "9000");
    read_certificate(script, P256);
    script.step("SELECT the directory of the PIN", "00A4080C025015", "9000").step(
        "VERIFY without data",
        "00200081",
        "63C3",
    )
}

#[test]
fn key_certificate_and_pin_are_found_by_their_identifiers() {
    let script = inserted(&[]);
    let token = script.recognise_as(&ORDER).unwrap();
    let info = token.info();
    assert_eq!((info.application, info.label.as_str()), (Application::Pkcs15, "Bank card"));
    assert_eq!(info.identities.len(), 1);
    assert_eq!(info.identities[0].certificate, certificate(P256));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_signature_is_one_pin_and_leaves_no_status() {
    let script = inserted(&[]);
    until_pin(&script)
        .step("VERIFY, padded as the AODF says", VERIFY, "9000")
        .step("MSE: SET key 3", "002241B603840103", "9000")
        .step("PSO over the hash", &format!("002A9E9A20{}00", digest(P256)), &ok(&[0x5A; 64]))
        .step("SELECT drops the security status", SELECT, "9000");
    assert_eq!(sign(&script), Ok(vec![0x5A; 64]));
    assert_eq!(script.presented(), 1);
}

#[test]
fn the_card_names_the_byte_for_its_algorithm() {
    let script = inserted(&tlv("A1", &[&tlv("02", &[&[7]])]));
    let der = tlv("30", &[&tlv("02", &[&[0x21; 32]]), &tlv("02", &[&[0x22; 32]])]);
    until_pin(&script)
        .step("VERIFY", VERIFY, "9000")
        .step("MSE: SET algorithm 54, key 3", "002241B606800154840103", "9000")
        .step("PSO answers DER", &format!("002A9E9A20{}00", digest(P256)), &ok(&der))
        .step("SELECT drops the security status", SELECT, "9000");
    assert_eq!(sign(&script), Ok([[0x21; 32], [0x22; 32]].concat()));
    assert_eq!(script.presented(), 1);
}

#[test]
fn a_key_that_is_not_there_ends_after_one_pin() {
    let script = inserted(&[]);
    until_pin(&script)
        .step("VERIFY", VERIFY, "9000")
        .step("MSE: SET, no such key", "002241B603840103", "6A88")
        .step("SELECT drops the security status", SELECT, "9000");
    assert_eq!((sign(&script), script.presented()), (Err(Fault::KeyMissing), 1));
}

#[test]
fn a_swapped_certificate_gets_no_pin() {
    let script = inserted(&[]);
    script.step("SELECT PKCS #15", SELECT, "9000");
    read_certificate(&script, OTHER);
    assert_eq!((sign(&script), script.presented()), (Err(Fault::CardChanged), 0));
}

#[test]
fn a_wrong_pin_and_a_locked_one_end_the_attempt() {
    let wrong = inserted(&[]);
    until_pin(&wrong).step("VERIFY: wrong", VERIFY, "63C2");
    assert_eq!((sign(&wrong), wrong.presented()), (Err(Fault::PinWrong { tries_left: Some(2) }), 1));

    let locked = inserted(&[]);
    locked.step("SELECT PKCS #15", SELECT, "9000");
    read_certificate(&locked, P256);
    locked.step("SELECT the directory of the PIN", "00A4080C025015", "9000").step(
        "VERIFY without data: blocked",
        "00200081",
        "6983",
    );
    assert_eq!((sign(&locked), locked.presented()), (Err(Fault::PinLocked), 0));
}

#[test]
fn the_lengths_of_the_pin_come_from_the_card() {
    let script = inserted(&[]);
    let outcome = script.recognise_as(&ORDER).unwrap().sign(
        &key("45"),
        &certificate(P256),
        MESSAGE,
        Some(&pin("1234567890123")),
    );
    assert_eq!((outcome, script.presented()), (Err(Fault::PinFormat { min: 4, max: 12 }), 0));
}

#[test]
fn an_application_that_only_ef_dir_names_is_found() {
    let script = Script::new(SHORT, Protocol::T1);
    let other = tlv("61", &[&tlv("4F", &[b"\xF0OTHER"])]);
    let entry =
        tlv("61", &[&tlv("4F", &[b"\xA0\x00\x00\x00\x63PKCS-15"]), &tlv("51", &[&[0x3F, 0, 0x50, 0x15]])]);
    script
        .step("SELECT PKCS #15 by identifier", SELECT, "6A82")
        .step("SELECT the master file", "00A4000C023F00", "9000")
        .step("SELECT EF.DIR", "00A4020C022F00", "9000")
        .step("READ BINARY", READ, &ok(&[other, entry].concat()))
        .step("SELECT by path: this card takes one file at a time", "00A4080C025015", "6A86")
        .step("SELECT the master file", "00A40000023F0000", "9000")
        .step("SELECT the directory", "00A4000002501500", "9000");
    read_objects(&script, &[]);
    assert_eq!(script.recognise_as(&ORDER).unwrap().info().application, Application::Pkcs15);
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_directory_that_is_no_der_is_malformed() {
    let script = Script::new(SHORT, Protocol::T1);
    script.step("SELECT PKCS #15", SELECT, "9000").step("SELECT ODF", "00A4020C025031", "9000").step(
        "READ BINARY",
        READ,
        "A0FF30009000",
    );
    assert!(
        matches!(script.recognise_as(&ORDER).err(), Some(Fault::CardMalformed { object, .. }) if object == "ODF")
    );
    assert_eq!(script.presented(), 0);
}
