//! The PIV application: NIST SP 800-73-4, part 2, as much as signing needs.

use sha2::{Digest, Sha256};

use crate::{KeyAlgorithm, Status, key::Key, tlv};

/// NIST SP 800-73-4, part 1, clause 2.2, version 1.0.
pub const AID: &[u8] = b"\xA0\x00\x00\x03\x08\x00\x00\x10\x00\x01\x00";
/// Its provider's part; the rest is the identifier extension.
const PROVIDER: usize = 5;

pub(crate) const AUTHENTICATION_KEY: u8 = 0x9A;
pub(crate) const SIGNATURE_KEY: u8 = 0x9C;
/// Algorithm identifiers of SP 800-78-4, table 6-2.
const RSA_2048: u8 = 0x07;
const P256: u8 = 0x11;

/// FASC-N with agency and system 9999 and credential 999999: not issued by an agency, so the GUID tells the card.
const NO_AGENCY: &[u8; 25] = b"\xD4\xE7\x39\xDA\x73\x9C\xED\x39\xCE\x73\x9D\x83\x68\
    \x58\x21\x08\x42\x10\x84\x21\xC8\x42\x10\xC3\xEB";
/// Unlimited: no agency gives this card a date.
const EXPIRY: &[u8] = b"99991231";

/// The answer to SELECT: application property template.
pub(crate) fn property_template() -> Vec<u8> {
    let (provider, extension) = AID.split_at_checked(PROVIDER).unwrap_or_default();
    let authority = tlv::object(0x4F, provider);
    let algorithms = [tlv::object(0x80, &[RSA_2048]), tlv::object(0x80, &[P256]), tlv::object(0x06, &[0x00])];
    tlv::template(
        0x61,
        &[
            tlv::object(0x4F, extension),
            tlv::object(0x79, &authority),
            tlv::object(0x50, b"Tongguan PIV"),
            tlv::template(0xAC, &algorithms),
        ],
    )
}

/// The key behind a PIV key reference, if the algorithm is its own: 9A is the first RSA key, 9C the first on
/// P-256. `6A86` for another algorithm, `6A88` without such a key.
pub(crate) fn key(keys: &[Key], algorithm: u8, reference: u8) -> Result<&Key, Status> {
    let (own, wanted) = match reference {
        AUTHENTICATION_KEY => (RSA_2048, KeyAlgorithm::Rsa2048),
        SIGNATURE_KEY => (P256, KeyAlgorithm::P256),
        _ => return Err(Status::ReferenceNotFound),
    };
    if algorithm != own {
        return Err(Status::WrongParameters);
    }
    first(keys, wanted).ok_or(Status::ReferenceNotFound)
}

/// GET DATA: the object with this tag, in its template. `6A82` if the card does not have it.
pub(crate) fn object(tag: &[u8], serial: &str, keys: &[Key]) -> Result<Vec<u8>, Status> {
    match tag {
        [0x7E] => Ok(discovery()),
        [0x5F, 0xC1, 0x02] => Ok(holder_identifier(serial)),
        [0x5F, 0xC1, 0x05] => certificate(keys, KeyAlgorithm::Rsa2048),
        [0x5F, 0xC1, 0x07] => Ok(capabilities(serial)),
        [0x5F, 0xC1, 0x0A] => certificate(keys, KeyAlgorithm::P256),
        [0x5F, 0xC1, 0x0C] => Ok(key_history()),
        _ => Err(Status::FileNotFound),
    }
}

fn first(keys: &[Key], algorithm: KeyAlgorithm) -> Option<&Key> {
    keys.iter().find(|key| key.algorithm == algorithm)
}

fn certificate(keys: &[Key], algorithm: KeyAlgorithm) -> Result<Vec<u8>, Status> {
    let key = first(keys, algorithm).ok_or(Status::FileNotFound)?;
    let parts = [tlv::object(0x70, &key.certificate), tlv::object(0x71, &[0x00]), tlv::object(0xFE, &[])];
    Ok(tlv::template(0x53, &parts))
}

/// Discovery object: the application's own PIN (80) opens the keys, there is no global one.
fn discovery() -> Vec<u8> {
    tlv::template(0x7E, &[tlv::object(0x4F, AID), tlv::object(0x5F2F, &[0x40, 0x00])])
}

/// Card holder unique identifier, unsigned.
fn holder_identifier(serial: &str) -> Vec<u8> {
    let parts = [
        tlv::object(0x30, NO_AGENCY),
        tlv::object(0x34, &identifier(serial)),
        tlv::object(0x35, EXPIRY),
        tlv::object(0x3E, &[]),
        tlv::object(0xFE, &[]),
    ];
    tlv::template(0x53, &parts)
}

/// Card capability container: an identifier, and the fields that SP 800-73-4 asks for and leaves empty.
fn capabilities(serial: &str) -> Vec<u8> {
    let unique = identifier(serial);
    let mut card = b"\xA0\x00\x00\x01\x16\xFF\x02".to_vec();
    card.extend(unique.iter().take(14));
    let mut parts = vec![
        tlv::object(0xF0, &card),
        tlv::object(0xF1, &[0x21]),
        tlv::object(0xF2, &[0x21]),
        tlv::object(0xF3, &[]),
        tlv::object(0xF4, &[0x00]),
        tlv::object(0xF5, &[0x10]),
    ];
    parts.extend([0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE].map(|tag| tlv::object(tag, &[])));
    tlv::template(0x53, &parts)
}

/// Key history: no retired keys.
fn key_history() -> Vec<u8> {
    tlv::template(0x53, &[tlv::object(0xC1, &[0]), tlv::object(0xC2, &[0]), tlv::object(0xFE, &[])])
}

/// A UUID of version 8 (RFC 9562, clause 5.8) out of the card number: the same card always has the same.
fn identifier(serial: &str) -> [u8; 16] {
    let mut uuid = [0; 16];
    for (to, from) in uuid.iter_mut().zip(Sha256::digest(serial.as_bytes())) {
        *to = from;
    }
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut uuid;
    *version = (*version & 0x0F) | 0x80;
    *variant = (*variant & 0x3F) | 0x80;
    uuid
}

/// Dynamic authentication template with the response.
pub(crate) fn authentication(response: &[u8]) -> Vec<u8> {
    tlv::template(0x7C, &[tlv::object(0x82, response)])
}
