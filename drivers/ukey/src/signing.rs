//! With which mechanisms a statement is signed, and what comes back made into what the port promises.

use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki_sys::{CK_MECHANISM_TYPE, CKM_ECDSA, CKM_ECDSA_SHA256, CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS};
use tongguan_core::domain::{Algorithm, Certificate, Sm2Input, Sm2Map, Sm2Output};
use tongguan_core::fault::Fault;

/// Bytes of r and of s on a curve of 256 bits.
const SCALAR: usize = 32;

/// One way to have a message signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    mechanism: CK_MECHANISM_TYPE,
    /// What C_Sign gets.
    pub(crate) data: Vec<u8>,
    form: Form,
}

/// What C_Sign gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As long as the modulus.
    Rsa,
    /// r||s in the standard; some modules give DER.
    Curve,
    /// DER by the module's profile.
    Der,
}

#[allow(clippy::useless_conversion, reason = "CK_ULONG has 32 bits on Windows")]
fn number(mechanism: u64) -> Option<CK_MECHANISM_TYPE> {
    mechanism.try_into().ok()
}

/// The ways to sign `message`, the best first. `offered` is the slot's mechanism list, if there is one.
pub(crate) fn ways(
    certificate: &Certificate,
    message: &[u8],
    sm2: Option<Sm2Map>,
    offered: Option<&[CK_MECHANISM_TYPE]>,
) -> Result<Vec<Way>, Fault> {
    let algorithm = certificate.algorithm();
    let digest = || algorithm.digest(certificate.public_key(), message);
    let has = |mechanism| offered.is_none_or(|offered| offered.contains(&mechanism));
    Ok(match algorithm {
        Algorithm::RsaSha256 | Algorithm::RsaSha1 => {
            let whole = Way { mechanism: CKM_SHA256_RSA_PKCS, data: message.to_vec(), form: Form::Rsa };
            let info = Algorithm::RsaSha256.digest_info(&digest());
            let bare = Way { mechanism: CKM_RSA_PKCS, data: info, form: Form::Rsa };
            if has(CKM_SHA256_RSA_PKCS) { vec![whole, bare] } else { vec![bare] }
        }
        Algorithm::EcdsaP256Sha256 => {
            let bare = Way { mechanism: CKM_ECDSA, data: digest(), form: Form::Curve };
            let whole = Way { mechanism: CKM_ECDSA_SHA256, data: message.to_vec(), form: Form::Curve };
            vec![bare, whole]
        }
        Algorithm::Sm2Sm3 => {
            let map = sm2.ok_or_else(|| unsupported(algorithm))?;
            let mechanism = number(map.mechanism).ok_or_else(|| unsupported(algorithm))?;
            let data = match map.input {
                Sm2Input::Message => message.to_vec(),
                Sm2Input::Digest => digest(),
            };
            let form = match map.output {
                Sm2Output::Raw => Form::Curve,
                Sm2Output::Der => Form::Der,
            };
            vec![Way { mechanism, data, form }]
        }
    })
}

/// A token that has no mechanism for this.
pub(crate) fn unsupported(algorithm: Algorithm) -> Fault {
    let oid = match algorithm {
        Algorithm::Sm2Sm3 => "1.2.156.10197.1.501",
        Algorithm::RsaSha256 => "1.2.840.113549.1.1.11",
        Algorithm::RsaSha1 => "1.2.840.113549.1.1.5",
        Algorithm::EcdsaP256Sha256 => "1.2.840.10045.4.3.2",
    };
    Fault::AlgorithmUnsupported { oid: oid.into() }
}

impl Way {
    /// None for a number that is neither of the standard's used here nor a vendor's.
    pub(crate) fn mechanism(&self) -> Option<Mechanism<'static>> {
        Some(match self.mechanism {
            CKM_RSA_PKCS => Mechanism::RsaPkcs,
            CKM_SHA256_RSA_PKCS => Mechanism::Sha256RsaPkcs,
            CKM_ECDSA => Mechanism::Ecdsa,
            CKM_ECDSA_SHA256 => Mechanism::EcdsaSha256,
            vendor => {
                let vendor = MechanismType::new_vendor_defined(vendor).ok()?;
                Mechanism::VendorDefined(VendorDefinedMechanism::new(vendor, None::<&()>))
            }
        })
    }

    /// What C_Sign gave, as the port promises it; none if it cannot be a signature.
    pub(crate) fn signature(&self, answer: Vec<u8>) -> Option<Vec<u8>> {
        match self.form {
            Form::Rsa => Some(answer),
            Form::Curve if answer.len() == 2 * SCALAR => Some(answer),
            Form::Curve | Form::Der => raw_from_der(&answer),
        }
    }
}

/// SEQUENCE of two INTEGERs (RFC 3279 section 2.2.3, GM/T 0009 section 7.3) to r||s. Numbers of 32 bytes:
/// every length has one byte.
fn raw_from_der(der: &[u8]) -> Option<Vec<u8>> {
    let (body, rest) = element(der, 0x30)?;
    let (r, after) = element(body, 0x02)?;
    let (s, end) = element(after, 0x02)?;
    if !rest.is_empty() || !end.is_empty() {
        return None;
    }
    let mut raw = Vec::with_capacity(2 * SCALAR);
    for number in [r, s] {
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        raw.extend(std::iter::repeat_n(0, SCALAR.checked_sub(number.len())?));
        raw.extend_from_slice(number);
    }
    Some(raw)
}

fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    match bytes {
        [found, length @ 0..=0x7F, rest @ ..] if *found == tag => rest.split_at_checked(usize::from(*length)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
        let element = |tag, n: &[u8]| [&[tag, u8::try_from(n.len()).unwrap()], n].concat();
        element(0x30, &[element(2, r), element(2, s)].concat())
    }

    #[test]
    fn numbers_are_filled_to_32_bytes_and_lose_their_sign_byte() {
        let raw = raw_from_der(&der(&[&[0][..], &[0xFE; 32]].concat(), &[7])).unwrap();
        assert_eq!(raw[..32], [0xFE; 32]);
        assert_eq!((&raw[32..63], raw[63]), (&[0; 31][..], 7));
    }

    #[test]
    fn what_is_not_two_numbers_is_no_signature() {
        let good = der(&[1; 32], &[2; 32]);
        assert!(raw_from_der(&good).is_some());
        let long = der(&[1; 33], &[2; 32]);
        let more = [&good[..], &[0]].concat();
        for bad in [&good[1..], &good[..60], &long, &more, &[], &[0x30, 0x80]] {
            assert_eq!(raw_from_der(bad), None);
        }
    }

    #[test]
    fn a_curve_signature_may_be_either_form_and_a_der_one_only_der() {
        let raw = vec![5; 64];
        let der = der(&[5; 32], &[5; 32]);
        let way = |form| Way { mechanism: CKM_ECDSA, data: Vec::new(), form };
        assert_eq!(way(Form::Curve).signature(raw.clone()), Some(raw.clone()));
        assert_eq!(way(Form::Curve).signature(der.clone()), Some(raw.clone()));
        assert_eq!(way(Form::Der).signature(der), Some(raw.clone()));
        assert_eq!(way(Form::Der).signature(raw), None);
    }

    #[test]
    fn a_mechanism_number_below_the_vendors_is_not_used() {
        let way = |mechanism| Way { mechanism, data: Vec::new(), form: Form::Curve };
        assert!(way(0x8000_8000).mechanism().is_some());
        assert!(way(0x0000_1234).mechanism().is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Some(raw) = raw_from_der(&bytes) {
                prop_assert_eq!(raw.len(), 64);
            }
        }
    }
}
