//! Keys and signatures out of the structures of the standard.

use crate::binding::{EccPublicKeyBlob, EccSignatureBlob, RsaPublicKeyBlob};
use tongguan_core::domain::PublicKey;

/// Bytes of a number on the SM2 curve.
const SCALAR: usize = 32;

/// SubjectPublicKeyInfo of an SM2 key up to its point (GM/T 0015, RFC 5480).
const SM2_SPKI: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81,
    0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00, 0x04,
];
/// AlgorithmIdentifier of rsaEncryption (RFC 8017 appendix A.1).
const RSA_ALGORITHM: [u8; 15] =
    [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The library names more bits than the array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BeyondArray;

/// r||s of 64 bytes; none if a number is longer than the curve's.
pub(crate) fn signature(blob: &EccSignatureBlob) -> Option<Vec<u8>> {
    Some([right(&blob.r, SCALAR)?, right(&blob.s, SCALAR)?].concat())
}

/// The key in `blob`; none if it is none of SM2 or not laid out as the standard says.
pub(crate) fn ecc_key(blob: &EccPublicKeyBlob) -> Result<Option<PublicKey>, BeyondArray> {
    let length = bytes(blob.bit_length, blob.x.len())?;
    let point = right(&blob.x, SCALAR).zip(right(&blob.y, SCALAR)).filter(|_| length == SCALAR);
    Ok(point.and_then(|(x, y)| PublicKey::from_spki(&[&SM2_SPKI[..], x, y].concat()).ok()))
}

/// The key in `blob`; none if it is not laid out as the standard says.
pub(crate) fn rsa_key(blob: &RsaPublicKeyBlob) -> Result<Option<PublicKey>, BeyondArray> {
    let length = bytes(blob.bit_length, blob.modulus.len())?;
    let Some(modulus) = right(&blob.modulus, length) else { return Ok(None) };
    let numbers = [integer(modulus), integer(&blob.exponent)].concat();
    let bits = [&[0][..], &tlv(0x30, &numbers)].concat();
    let spki = tlv(0x30, &[&RSA_ALGORITHM[..], &tlv(0x03, &bits)].concat());
    Ok(PublicKey::from_spki(&spki).ok())
}

/// Bits to bytes, if the array has as many.
fn bytes(bits: u32, room: usize) -> Result<usize, BeyondArray> {
    let length = usize::try_from(bits.div_ceil(8)).map_err(|_| BeyondArray)?;
    if length <= room { Ok(length) } else { Err(BeyondArray) }
}

/// The last `length` bytes, if all before them are zero.
fn right(array: &[u8], length: usize) -> Option<&[u8]> {
    let (before, number) = array.split_at_checked(array.len().checked_sub(length)?)?;
    before.iter().all(|byte| *byte == 0).then_some(number)
}

/// DER INTEGER of a positive number.
fn integer(number: &[u8]) -> Vec<u8> {
    let mut number = number;
    while let [0, rest @ ..] = number {
        number = rest;
    }
    // A leading bit is a sign: a zero keeps it from being one.
    let zero: &[u8] = if number.first().is_none_or(|byte| *byte >= 0x80) { &[0] } else { &[] };
    tlv(0x02, &[zero, number].concat())
}

/// DER of up to 65535 bytes.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    let head: &[u8] = match length {
        0..=0x7F => &[tag, low],
        0x80..=0xFF => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [head, content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The base point of the curve (GM/T 0003.5), which is a point for certain.
    const BASE: [&str; 2] = [
        "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7",
        "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
    ];

    fn coordinate(hex: &str) -> [u8; 64] {
        let mut array = [0; 64];
        for (at, byte) in array[32..].iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
        }
        array
    }

    fn point() -> EccPublicKeyBlob {
        EccPublicKeyBlob { bit_length: 256, x: coordinate(BASE[0]), y: coordinate(BASE[1]) }
    }

    #[test]
    fn a_signature_is_the_right_half_of_each_number() {
        let mut blob = EccSignatureBlob::ZERO;
        blob.r[32] = 1;
        blob.s[63] = 2;
        let raw = signature(&blob).unwrap();
        assert_eq!((raw.len(), raw[0], raw[63]), (64, 1, 2));
    }

    #[test]
    fn a_number_longer_than_the_curve_is_no_signature() {
        let mut blob = EccSignatureBlob::ZERO;
        blob.s[31] = 1;
        assert_eq!(signature(&blob), None);
    }

    #[test]
    fn a_point_of_the_curve_is_a_key() {
        assert!(matches!(ecc_key(&point()), Ok(Some(PublicKey::Sm2(_)))));
        assert_eq!(ecc_key(&EccPublicKeyBlob { x: [0; 64], ..point() }), Ok(None));
        assert_eq!(ecc_key(&EccPublicKeyBlob { bit_length: 192, ..point() }), Ok(None));
    }

    #[test]
    fn more_bits_than_the_array_holds_are_a_lie() {
        assert_eq!(ecc_key(&EccPublicKeyBlob { bit_length: 513, ..point() }), Err(BeyondArray));
        assert_eq!(ecc_key(&EccPublicKeyBlob { bit_length: u32::MAX, ..point() }), Err(BeyondArray));
        let blob =
            RsaPublicKeyBlob { algorithm: 0, bit_length: 2049, modulus: [0xFF; 256], exponent: [0; 4] };
        assert_eq!(rsa_key(&blob), Err(BeyondArray));
    }

    #[test]
    fn an_rsa_modulus_is_read_at_both_usual_lengths() {
        for (bits, zeroes) in [(2048u32, 0), (1024, 128)] {
            let mut modulus = [0xC1; 256];
            modulus[..zeroes].fill(0);
            let blob = RsaPublicKeyBlob { algorithm: 0, bit_length: bits, modulus, exponent: [0, 1, 0, 1] };
            let key = rsa_key(&blob).unwrap().unwrap();
            assert_eq!(key.bits(), usize::try_from(bits).unwrap());
        }
    }

    proptest! {
        #[test]
        fn no_numbers_panic(bit_length in any::<u32>(), byte in any::<u8>(), start in 0usize..64) {
            let (mut x, mut modulus) = ([0; 64], [0; 256]);
            x[start..].fill(byte);
            modulus[start * 4..].fill(byte);
            let beyond = bit_length > 512;
            prop_assert_eq!(ecc_key(&EccPublicKeyBlob { bit_length, x, y: x }).is_err(), beyond);
            let blob = RsaPublicKeyBlob { algorithm: 0, bit_length, modulus, exponent: [byte; 4] };
            prop_assert_eq!(rsa_key(&blob).is_err(), bit_length > 2048);
            let long = start < 32 && byte != 0;
            prop_assert_eq!(signature(&EccSignatureBlob { r: x, s: x }).is_none(), long);
        }
    }
}
