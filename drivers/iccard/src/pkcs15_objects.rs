//! The directories of ISO/IEC 7816-15 (PKCS #15 v1.1): ODF, PrKDF, CDF, AODF, TokenInfo.
//!
//! DER with implicit tags; only what a signature needs is read, the rest is skipped.

use crate::pin::PinRules;
use crate::tlv::{Reader, Tlv, malformed};
use tongguan_core::fault::Fault;

const INTEGER: u32 = 0x02;
const BIT_STRING: u32 = 0x03;
const OCTET_STRING: u32 = 0x04;
const ENUMERATED: u32 = 0x0A;
const SEQUENCE: u32 = 0x30;

/// Where a file is: file identifiers, absolute if they begin with 3F00; and a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePath {
    pub(crate) identifiers: Vec<u8>,
    pub(crate) offset: u16,
    pub(crate) length: Option<u16>,
}

/// The directories that the ODF names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ObjectDirectory {
    pub(crate) private_keys: Vec<FilePath>,
    pub(crate) certificates: Vec<FilePath>,
    pub(crate) authentication: Vec<FilePath>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrivateKey {
    pub(crate) id: Vec<u8>,
    pub(crate) auth_id: Option<Vec<u8>>,
    pub(crate) reference: u8,
    /// Reference of an entry in TokenInfo's list of algorithms.
    pub(crate) algorithm: Option<u8>,
    pub(crate) path: Option<FilePath>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateEntry {
    pub(crate) id: Vec<u8>,
    pub(crate) path: FilePath,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authentication {
    pub(crate) auth_id: Vec<u8>,
    pub(crate) rules: PinRules,
    pub(crate) path: Option<FilePath>,
}

/// What TokenInfo says: label, and for each algorithm its reference and the byte for the card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TokenInformation {
    pub(crate) label: Option<String>,
    pub(crate) algorithms: Vec<(u8, u8)>,
}

/// Object directory file: A0 private keys, A4 certificates, A8 authentication objects, each { Path }.
pub(crate) fn parse_odf(bytes: &[u8]) -> Result<ObjectDirectory, Fault> {
    let mut reader = Reader::new(bytes, "ODF");
    let mut directory = ObjectDirectory::default();
    while let Some(tlv) = reader.object()? {
        let list = match tlv.tag {
            0xA0 => &mut directory.private_keys,
            0xA4 => &mut directory.certificates,
            0xA8 => &mut directory.authentication,
            _ => continue,
        };
        list.push(path(Reader::new(tlv.value, "ODF").need(SEQUENCE)?, "ODF")?);
    }
    Ok(directory)
}

/// Private keys on RSA (30) and on curves (A0); other kinds are skipped.
pub(crate) fn parse_prkdf(bytes: &[u8]) -> Result<Vec<PrivateKey>, Fault> {
    let mut keys = Vec::new();
    for record in records(bytes, "PrKDF")? {
        if !matches!(record.tag, SEQUENCE | 0xA0) {
            continue;
        }
        let mut object = Reader::new(record.value, "PrKDF");
        let common = Reader::new(object.expect(SEQUENCE)?, "PrKDF");
        let mut class = Reader::new(object.expect(SEQUENCE)?, "PrKDF");
        let id = class.expect(OCTET_STRING)?.to_vec();
        let Some(reference) = class.find(INTEGER)? else { continue };
        let algorithm = class.find(0xA1)?.map(|list| Reader::new(list, "PrKDF").find(INTEGER)).transpose()?;
        let mut value = object.inside(0xA1)?.inside(SEQUENCE)?;
        keys.push(PrivateKey {
            id,
            auth_id: common.find(OCTET_STRING)?.map(<[u8]>::to_vec),
            reference: low_byte(reference, "PrKDF")?,
            algorithm: algorithm.flatten().map(|number| low_byte(number, "PrKDF")).transpose()?,
            path: value.take(SEQUENCE)?.map(|bytes| path(bytes, "PrKDF")).transpose()?,
        });
    }
    Ok(keys)
}

/// X.509 certificates (30) in files of their own; other kinds are skipped.
pub(crate) fn parse_cdf(bytes: &[u8]) -> Result<Vec<CertificateEntry>, Fault> {
    let mut certificates = Vec::new();
    for record in records(bytes, "CDF")?.into_iter().filter(|record| record.tag == SEQUENCE) {
        let mut object = Reader::new(record.value, "CDF");
        object.expect(SEQUENCE)?;
        let id = Reader::new(object.expect(SEQUENCE)?, "CDF").need(OCTET_STRING)?.to_vec();
        if let Some(bytes) = object.inside(0xA1)?.inside(SEQUENCE)?.take(SEQUENCE)? {
            certificates.push(CertificateEntry { id, path: path(bytes, "CDF")? });
        }
    }
    Ok(certificates)
}

/// PINs of the user (30); unblocking PINs and those of the security officer are skipped.
pub(crate) fn parse_aodf(bytes: &[u8]) -> Result<Vec<Authentication>, Fault> {
    const UNBLOCKING: usize = 6;
    const SECURITY_OFFICER: usize = 7;
    let mut found = Vec::new();
    for record in records(bytes, "AODF")?.into_iter().filter(|record| record.tag == SEQUENCE) {
        let mut object = Reader::new(record.value, "AODF");
        object.expect(SEQUENCE)?;
        let auth_id = Reader::new(object.expect(SEQUENCE)?, "AODF").need(OCTET_STRING)?.to_vec();
        let mut attributes = object.inside(0xA1)?.inside(SEQUENCE)?;
        let flags = attributes.expect(BIT_STRING)?;
        if bit(flags, UNBLOCKING) || bit(flags, SECURITY_OFFICER) {
            continue;
        }
        let (rules, path) = pin_attributes(flags, attributes)?;
        found.push(Authentication { auth_id, rules, path });
    }
    Ok(found)
}

/// PasswordAttributes after their flags: type, lengths, reference, padding, path.
fn pin_attributes(flags: &[u8], mut rest: Reader<'_>) -> Result<(PinRules, Option<FilePath>), Fault> {
    const NEEDS_PADDING: usize = 5;
    // 1 is ASCII digits, 2 is UTF-8; packed forms would need another encoding than the characters.
    if !matches!(rest.expect(ENUMERATED)?, [1 | 2]) {
        return Err(malformed("AODF", "kind of PIN is not supported"));
    }
    let min = low_byte(rest.expect(INTEGER)?, "AODF")?;
    let stored = low_byte(rest.expect(INTEGER)?, "AODF")?;
    let max = rest.take(INTEGER)?.map(|number| low_byte(number, "AODF")).transpose()?.unwrap_or(stored);
    let reference = rest.take(0x80)?.map(|number| low_byte(number, "AODF")).transpose()?.unwrap_or(0);
    let fill = rest.take(OCTET_STRING)?.and_then(|fill| fill.first().copied());
    let padded = bit(flags, NEEDS_PADDING).then(|| (stored, fill.unwrap_or(0)));
    // Longer than the place it is padded to never fits.
    let max = padded.map_or(max, |(length, _)| max.min(length));
    if min > max || max == 0 {
        return Err(malformed("AODF", "lengths of the PIN"));
    }
    let path = rest.find(SEQUENCE)?.map(|bytes| path(bytes, "AODF")).transpose()?;
    Ok((PinRules { reference, min, max, padded }, path))
}

/// TokenInfo: label [0], supportedAlgorithms [2] of { reference, mechanism, parameters, operations, oid, algRef }.
pub(crate) fn parse_token_info(bytes: &[u8]) -> Result<TokenInformation, Fault> {
    let body = Reader::new(bytes, "TokenInfo").inside(SEQUENCE)?;
    let label = body.find(0x80)?.map(|label| String::from_utf8_lossy(label).trim_end().to_owned());
    let mut algorithms = Vec::new();
    let mut list = Reader::new(body.find(0xA2)?.unwrap_or_default(), "TokenInfo");
    while let Some(entry) = list.object()? {
        let mut fields = Reader::new(entry.value, "TokenInfo");
        let reference = low_byte(fields.expect(INTEGER)?, "TokenInfo")?;
        fields.expect(INTEGER)?;
        if let Some(byte) = fields.find(INTEGER)? {
            algorithms.push((reference, low_byte(byte, "TokenInfo")?));
        }
    }
    Ok(TokenInformation { label, algorithms })
}

fn records<'a>(bytes: &'a [u8], object: &'static str) -> Result<Vec<Tlv<'a>>, Fault> {
    let mut reader = Reader::new(bytes, object);
    let mut records = Vec::new();
    while let Some(record) = reader.object()? {
        records.push(record);
    }
    Ok(records)
}

/// Path { path, index OPTIONAL, length [0] OPTIONAL }.
fn path(bytes: &[u8], object: &'static str) -> Result<FilePath, Fault> {
    let mut reader = Reader::new(bytes, object);
    let identifiers = reader.expect(OCTET_STRING)?.to_vec();
    let offset = reader.take(INTEGER)?.map(|number| word(number, object)).transpose()?.unwrap_or(0);
    let length = reader.take(0x80)?.map(|number| word(number, object)).transpose()?;
    Ok(FilePath { identifiers, offset, length })
}

fn word(number: &[u8], object: &'static str) -> Result<u16, Fault> {
    match number {
        [low] => Ok(u16::from(*low)),
        [high, low] | [0, high, low] => Ok(u16::from_be_bytes([*high, *low])),
        _ => Err(malformed(object, "number too large")),
    }
}

/// References above 7F are found both as 02 01 81 and as 02 02 00 81.
fn low_byte(number: &[u8], object: &'static str) -> Result<u8, Fault> {
    match number {
        [byte] | [0, byte] => Ok(*byte),
        _ => Err(malformed(object, "number too large")),
    }
}

/// Bit `number` of a BIT STRING, the first being 0.
fn bit(string: &[u8], number: usize) -> bool {
    string.get(1 + number / 8).is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reference_with_a_sign_byte_is_the_same_reference() {
        assert_eq!(low_byte(&[0x81], "x").unwrap(), low_byte(&[0, 0x81], "x").unwrap());
        assert!(low_byte(&[1, 0x81], "x").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse_odf(&bytes);
            let _ = parse_prkdf(&bytes);
            let _ = parse_cdf(&bytes);
            let _ = parse_aodf(&bytes);
            let _ = parse_token_info(&bytes);
        }

        #[test]
        fn no_structure_panics(
            depth in 1usize..6, tags in proptest::collection::vec(
                prop_oneof![Just(0x30u8), Just(0xA0), Just(0xA1), Just(0x02), Just(0x03), Just(0x04), Just(0x0A)], 6),
            value in proptest::collection::vec(any::<u8>(), 0..30)
        ) {
            let mut bytes = value;
            for tag in tags.into_iter().take(depth) {
                let mut outer = Vec::new();
                crate::tlv::push(&mut outer, tag, &bytes);
                bytes = outer.repeat(2);
            }
            let _ = parse_odf(&bytes);
            let _ = parse_prkdf(&bytes);
            let _ = parse_cdf(&bytes);
            let _ = parse_aodf(&bytes);
            let _ = parse_token_info(&bytes);
        }
    }
}
