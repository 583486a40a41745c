//! The PKCS#15 application: ISO/IEC 7816-15, its files in DER.

use crate::{KeyAlgorithm, Personalisation, file::File, key::Key, tlv};

/// RSA Laboratories' registered identifier and "PKCS-15".
pub const AID: &[u8] = b"\xA0\x00\x00\x00\x63PKCS-15";

pub(crate) const DIRECTORY: u16 = 0x5015;
const OBJECTS: u16 = 0x5031;
const TOKEN: u16 = 0x5032;
const PINS: u16 = 0x4401;
const PRIVATE_KEYS: u16 = 0x4402;
const CERTIFICATES: u16 = 0x4403;
/// A certificate file is this plus the key's reference.
const CERTIFICATE: u16 = 0x4300;

/// Links keys to the PIN.
const PIN_ID: u8 = 0x01;

const BOOLEAN_TRUE: u8 = 0xFF;
const INTEGER: u16 = 0x02;
const BIT_STRING: u16 = 0x03;
const OCTET_STRING: u16 = 0x04;
const ENUMERATED: u16 = 0x0A;
const UTF8_STRING: u16 = 0x0C;
const SEQUENCE: u16 = 0x30;

/// All files of the directory.
pub(crate) fn files(owner: &Personalisation, keys: &[Key]) -> Vec<File> {
    let mut files = vec![
        File { id: OBJECTS, short_id: 0x11, content: objects() },
        File { id: TOKEN, short_id: 0x12, content: token(owner) },
        File { id: PINS, short_id: 0x01, content: pins() },
        File { id: PRIVATE_KEYS, short_id: 0x02, content: keys.iter().flat_map(private_key).collect() },
        File { id: CERTIFICATES, short_id: 0x03, content: keys.iter().flat_map(certificate).collect() },
    ];
    files.extend(keys.iter().map(|key| File {
        id: certificate_file(key),
        short_id: 0,
        content: key.certificate.clone(),
    }));
    files
}

/// The absolute path of the directory or of a file in it.
pub(crate) fn path(file: Option<u16>) -> Vec<u8> {
    [Some(crate::file::MASTER_FILE), Some(DIRECTORY), file]
        .into_iter()
        .flatten()
        .flat_map(u16::to_be_bytes)
        .collect()
}

fn certificate_file(key: &Key) -> u16 {
    CERTIFICATE | u16::from(key.reference)
}

/// `Path ::= SEQUENCE { path OCTET STRING, ... }`
fn path_object(file: Option<u16>) -> Vec<u8> {
    tlv::template(SEQUENCE, &[tlv::object(OCTET_STRING, &path(file))])
}

/// ODF: where private keys `[0]`, certificates `[4]` and PINs `[8]` are listed.
fn objects() -> Vec<u8> {
    [(0xA0, PRIVATE_KEYS), (0xA4, CERTIFICATES), (0xA8, PINS)]
        .into_iter()
        .flat_map(|(tag, file)| tlv::template(tag, &[path_object(Some(file))]))
        .collect()
}

/// `TokenInfo`: version 1, read only, log-in required.
fn token(owner: &Personalisation) -> Vec<u8> {
    tlv::template(
        SEQUENCE,
        &[
            tlv::object(INTEGER, &[0]),
            tlv::object(OCTET_STRING, owner.serial.as_bytes()),
            tlv::object(UTF8_STRING, b"Tongguan"),
            tlv::object(0x80, owner.label.as_bytes()),
            bits(0b1100_0000, 6),
        ],
    )
}

/// A named bit list of up to 8 bits, the first named bit highest.
fn bits(flags: u8, unused: u8) -> Vec<u8> {
    tlv::object(BIT_STRING, &[unused, flags])
}

/// One PIN: case-sensitive, local, no unblocking, initialised, padded with `FF` to 8 bytes, reference 81.
fn pins() -> Vec<u8> {
    let attributes = [
        bits(0b1101_1100, 2),
        tlv::object(ENUMERATED, &[1]),
        tlv::object(INTEGER, &[6]),
        tlv::object(INTEGER, &[8]),
        tlv::object(INTEGER, &[8]),
        tlv::object(0x80, &[0x00, 0x81]),
        tlv::object(OCTET_STRING, &[0xFF]),
        path_object(None),
    ];
    let common = [tlv::object(UTF8_STRING, b"PIN"), bits(0b1000_0000, 7)];
    let class = tlv::object(OCTET_STRING, &[PIN_ID]);
    tlv::template(
        SEQUENCE,
        &[
            tlv::template(SEQUENCE, &common),
            tlv::template(SEQUENCE, &[class]),
            tlv::template(0xA1, &[tlv::template(SEQUENCE, &attributes)]),
        ],
    )
}

fn integer(value: u8) -> Vec<u8> {
    match value {
        0x80.. => tlv::object(INTEGER, &[0, value]),
        _ => tlv::object(INTEGER, &[value]),
    }
}

/// RSA keys are `PrivateRSAKeyObject`; P-256 and SM2 are both `[0] PrivateECKeyObject`.
fn private_key(key: &Key) -> Vec<u8> {
    let common = [
        tlv::object(UTF8_STRING, label(key).as_bytes()),
        bits(0b1000_0000, 7), // private
        tlv::object(OCTET_STRING, &[PIN_ID]),
    ];
    let class = [
        tlv::object(OCTET_STRING, &[key.reference]),
        bits(0b0010_0000, 5), // sign
        tlv::object(0x01, &[BOOLEAN_TRUE]),
        bits(0b1011_0000, 4), // sensitive, alwaysSensitive, neverExtractable
        integer(key.reference),
    ];
    let (tag, specific) = match key.algorithm {
        KeyAlgorithm::Rsa2048 => (SEQUENCE, vec![path_object(None), tlv::object(INTEGER, &[0x08, 0x00])]),
        KeyAlgorithm::Sm2 | KeyAlgorithm::P256 => (0xA0, vec![path_object(None)]),
    };
    tlv::template(
        tag,
        &[
            tlv::template(SEQUENCE, &common),
            tlv::template(SEQUENCE, &class),
            tlv::template(0xA1, &[tlv::template(SEQUENCE, &specific)]),
        ],
    )
}

/// `X509Certificate` by path, with the identifier of its key.
fn certificate(key: &Key) -> Vec<u8> {
    tlv::template(
        SEQUENCE,
        &[
            tlv::template(SEQUENCE, &[tlv::object(UTF8_STRING, label(key).as_bytes())]),
            tlv::template(SEQUENCE, &[tlv::object(OCTET_STRING, &[key.reference])]),
            tlv::template(0xA1, &[tlv::template(SEQUENCE, &[path_object(Some(certificate_file(key)))])]),
        ],
    )
}

fn label(key: &Key) -> &'static str {
    match key.algorithm {
        KeyAlgorithm::Sm2 => "SM2",
        KeyAlgorithm::Rsa2048 => "RSA-2048",
        KeyAlgorithm::P256 => "P-256",
    }
}
