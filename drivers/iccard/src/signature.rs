//! From message to what the card signs, and from what the card answers to what the port promises.

use crate::tlv::{Reader, malformed};
use tongguan_core::domain::{Algorithm, Certificate};
use tongguan_core::fault::Fault;

/// Bytes of r and of s on a curve of 256 bits.
const SCALAR: usize = 32;

/// The hash that goes to the card: e for SM2, the plain hash otherwise.
pub(crate) fn digest(certificate: &Certificate, message: &[u8]) -> Vec<u8> {
    certificate.algorithm().digest(certificate.public_key(), message)
}

/// What PSO: COMPUTE DIGITAL SIGNATURE takes: DigestInfo for RSA (the card pads), the hash for curves.
pub(crate) fn pso_input(certificate: &Certificate, message: &[u8]) -> Vec<u8> {
    let digest = digest(certificate, message);
    match certificate.algorithm() {
        algorithm @ (Algorithm::RsaSha256 | Algorithm::RsaSha1) => algorithm.digest_info(&digest),
        Algorithm::Sm2Sm3 | Algorithm::EcdsaP256Sha256 => digest,
    }
}

/// Checks the form of what PSO answered: as long as the modulus, or r||s, which some cards give as DER.
pub(crate) fn from_pso(certificate: &Certificate, signature: Vec<u8>) -> Result<Vec<u8>, Fault> {
    match certificate.algorithm() {
        Algorithm::RsaSha256 | Algorithm::RsaSha1 => modulus_long(certificate, signature),
        Algorithm::Sm2Sm3 | Algorithm::EcdsaP256Sha256 if signature.len() == 2 * SCALAR => Ok(signature),
        Algorithm::Sm2Sm3 | Algorithm::EcdsaP256Sha256 => raw_from_der(&signature),
    }
}

pub(crate) fn modulus_long(certificate: &Certificate, signature: Vec<u8>) -> Result<Vec<u8>, Fault> {
    if signature.len() == certificate.public_key().bits().div_ceil(8) {
        Ok(signature)
    } else {
        Err(malformed("signature", "length"))
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) for cards that do the bare RSA operation.
pub(crate) fn padded_block(certificate: &Certificate, message: &[u8]) -> Result<Vec<u8>, Fault> {
    let info = pso_input(certificate, message);
    let length = certificate.public_key().bits().div_ceil(8);
    let filler = length.checked_sub(info.len() + 3).filter(|n| *n >= 8);
    let filler = filler.ok_or_else(|| malformed("key", "modulus too short"))?;
    let mut block = Vec::with_capacity(length);
    block.extend_from_slice(&[0, 1]);
    block.extend(std::iter::repeat_n(0xFF, filler));
    block.push(0);
    block.extend_from_slice(&info);
    Ok(block)
}

/// ECDSA-Sig-Value (RFC 3279 section 2.2.3) to r||s.
pub(crate) fn raw_from_der(der: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut numbers = Reader::new(der, "signature").inside(0x30)?;
    let mut raw = Vec::with_capacity(2 * SCALAR);
    for _ in 0..2 {
        let number = numbers.expect(0x02)?;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        let missing =
            SCALAR.checked_sub(number.len()).ok_or_else(|| malformed("signature", "number too long"))?;
        raw.extend(std::iter::repeat_n(0, missing));
        raw.extend_from_slice(number);
    }
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_filled_to_32_bytes_and_lose_their_sign_byte() {
        let mut der = vec![0x30, 0x26, 0x02, 0x21, 0x00];
        der.extend([0xFE; 32]);
        der.extend([0x02, 0x01, 0x07]);
        let raw = raw_from_der(&der).unwrap();
        assert_eq!(raw[..32], [0xFE; 32]);
        assert_eq!((&raw[32..63], raw[63]), (&[0; 31][..], 7));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(raw) = raw_from_der(&bytes) {
                prop_assert_eq!(raw.len(), 64);
            }
        }
    }
}
