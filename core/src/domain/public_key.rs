//! Public keys of certificates, and the verification of what their private halves signed.

use super::asn1;
use crate::fault::Fault;
use der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use der::{Decode, Encode, Sequence};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::BigUint;
use serde::{Deserialize, Serialize};
use sha2::Digest;
use sm2::elliptic_curve::group::Group;
use sm2::elliptic_curve::ops::{MulByGeneratorVartime, Reduce};
use sm2::elliptic_curve::point::AffineCoordinates;
use sm2::{ProjectivePoint, Scalar};
use spki::SubjectPublicKeyInfoRef;
use ts_rs::TS;

/// GM/T 0009: the user id that enters Z where nothing else was agreed.
pub const SM2_USER_ID: &str = "1234567812345678";

/// GM/T 0003.5: a, b, and the base point of the SM2 curve, big-endian; they enter Z.
const SM2_PARAMETERS: [[u8; 32]; 4] = [
    hex32(b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"),
    hex32(b"28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"),
    hex32(b"32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"),
    hex32(b"BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"),
];

/// How a message is signed. The certificate's key decides; SHA-1 is only ever verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// SM2 over SM3(Z || M), GM/T 0003.2 with the user id [`SM2_USER_ID`].
    Sm2Sm3,
    /// RSASSA-PKCS1-v1_5, RFC 8017 section 8.2.
    RsaSha256,
    RsaSha1,
    EcdsaP256Sha256,
}

/// A key that can verify. Points are SEC1 uncompressed, 65 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    Sm2(sm2::PublicKey),
    P256(p256::PublicKey),
    Rsa(rsa::RsaPublicKey),
}

/// RFC 8017 appendix A.1.1.
#[derive(Sequence)]
struct RsaPublicKeyAsn1<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

impl PublicKey {
    /// Reads a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    pub fn from_spki(der: &[u8]) -> Result<Self, Fault> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| malformed("public_key"))?;
        let bits = spki.subject_public_key.as_bytes().ok_or_else(|| malformed("public_key"))?;
        if spki.algorithm.oid == asn1::RSA_ENCRYPTION {
            return Self::rsa(bits);
        }
        if spki.algorithm.oid != asn1::ID_EC_PUBLIC_KEY {
            return Err(unsupported(spki.algorithm.oid));
        }
        let curve =
            spki.algorithm.parameters.and_then(|p: AnyRef<'_>| p.decode_as::<ObjectIdentifier>().ok());
        match curve.ok_or_else(|| malformed("curve"))? {
            asn1::SM2_CURVE => {
                sm2::PublicKey::from_sec1_bytes(bits).map(Self::Sm2).map_err(|_| malformed("point"))
            }
            asn1::SECP256R1 => {
                p256::PublicKey::from_sec1_bytes(bits).map(Self::P256).map_err(|_| malformed("point"))
            }
            other => Err(unsupported(other)),
        }
    }

    fn rsa(bits: &[u8]) -> Result<Self, Fault> {
        let key = RsaPublicKeyAsn1::from_der(bits).map_err(|_| malformed("rsa_key"))?;
        let modulus = BigUint::from_bytes_be(key.modulus.as_bytes());
        let exponent = BigUint::from_bytes_be(key.public_exponent.as_bytes());
        rsa::RsaPublicKey::new(modulus, exponent).map(Self::Rsa).map_err(|_| malformed("rsa_key"))
    }

    /// With which algorithm this key signs statements.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sm2(_) => Algorithm::Sm2Sm3,
            Self::P256(_) => Algorithm::EcdsaP256Sha256,
            Self::Rsa(_) => Algorithm::RsaSha256,
        }
    }

    /// Bits of the RSA modulus or of the curve.
    pub fn bits(&self) -> usize {
        use rsa::traits::PublicKeyParts;
        match self {
            Self::Sm2(_) | Self::P256(_) => 256,
            Self::Rsa(key) => key.n().bits(),
        }
    }

    /// Checks `signature` over `message`. SM2 and ECDSA signatures may be r||s (64 bytes) or DER.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let digest = algorithm.digest(self, message);
        let ok = match (self, algorithm) {
            (Self::Sm2(key), Algorithm::Sm2Sm3) => verify_sm2(key, &digest, signature),
            (Self::P256(key), Algorithm::EcdsaP256Sha256) => verify_p256(key, &digest, signature),
            (Self::Rsa(key), Algorithm::RsaSha256 | Algorithm::RsaSha1) => key
                .verify(rsa::Pkcs1v15Sign::new_unprefixed(), &algorithm.digest_info(&digest), signature)
                .is_ok(),
            _ => false,
        };
        if ok { Ok(()) } else { Err(Fault::SignatureInvalid) }
    }
}

/// GM/T 0003.2 section 7.1, on the library's arithmetic. All that comes in is public, so it need not take the same time
/// for all: the library's own verification does, and takes an eighth longer.
fn verify_sm2(key: &sm2::PublicKey, digest: &[u8], signature: &[u8]) -> bool {
    let parsed = match signature.len() {
        64 => sm2::dsa::Signature::from_slice(signature),
        _ => sm2::dsa::Signature::from_der(signature),
    };
    let (Ok(signature), Ok(digest)) = (parsed, sm2::FieldBytes::try_from(digest)) else { return false };
    let (r, s) = (signature.r(), signature.s()); // neither is zero or above the order, or there would be none (B1, B2)
    let t = *r + *s; // B5
    let point = ProjectivePoint::mul_by_generator_and_mul_add_vartime(&s, &t, &key.to_projective()); // B6
    if bool::from(t.is_zero() | point.is_identity()) {
        return false;
    }
    *r == Scalar::reduce(&digest) + Scalar::reduce(&point.to_affine().x()) // B7
}

fn verify_p256(key: &p256::PublicKey, digest: &[u8], signature: &[u8]) -> bool {
    let parsed = match signature.len() {
        64 => p256::ecdsa::Signature::from_slice(signature),
        _ => p256::ecdsa::Signature::from_der(signature),
    };
    parsed.is_ok_and(|s| p256::ecdsa::VerifyingKey::from(key).verify_prehash(digest, &s).is_ok())
}

impl Algorithm {
    /// What the token gets to sign: SM3(Z || M) for SM2, else the plain hash of the message.
    pub fn digest(self, key: &PublicKey, message: &[u8]) -> Vec<u8> {
        match (self, key) {
            (Self::Sm2Sm3, PublicKey::Sm2(point)) => {
                sm3::Sm3::new().chain_update(sm2_z(point)).chain_update(message).finalize().to_vec()
            }
            (Self::Sm2Sm3, _) => sm3::Sm3::digest(message).to_vec(),
            (Self::RsaSha1, _) => sha1::Sha1::digest(message).to_vec(),
            (Self::RsaSha256 | Self::EcdsaP256Sha256, _) => sha2::Sha256::digest(message).to_vec(),
        }
    }

    /// DER DigestInfo (RFC 8017 section 9.2, note 1) around a digest: 35 bytes for SHA-1, 51 for SHA-256.
    pub fn digest_info(self, digest: &[u8]) -> Vec<u8> {
        let prefix: &[u8] = match self {
            Self::RsaSha1 => {
                &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14]
            }
            _ => &[
                0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
                0x05, 0x00, 0x04, 0x20,
            ],
        };
        [prefix, digest].concat()
    }

    /// By the OID of an X.509 or CMS signature algorithm.
    pub(super) fn from_oid(oid: ObjectIdentifier) -> Result<Self, Fault> {
        match oid {
            asn1::SM2_SM3 | asn1::SM2_SIGN | asn1::SM2_CURVE => Ok(Self::Sm2Sm3),
            asn1::RSA_SHA256 => Ok(Self::RsaSha256),
            asn1::RSA_SHA1 => Ok(Self::RsaSha1),
            asn1::ECDSA_SHA256 => Ok(Self::EcdsaP256Sha256),
            other => Err(unsupported(other)),
        }
    }
}

/// Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA), GM/T 0003.2 section 5.5.
fn sm2_z(key: &sm2::PublicKey) -> [u8; 32] {
    let point = key.to_sec1_bytes();
    let mut hash = sm3::Sm3::new();
    hash.update(128u16.to_be_bytes()); // ENTL: the id's length in bits, 16 bytes
    hash.update(SM2_USER_ID);
    for parameter in SM2_PARAMETERS {
        hash.update(parameter);
    }
    hash.update(point.get(1..65).unwrap_or_default());
    hash.finalize().into()
}

const fn hex32(text: &[u8; 64]) -> [u8; 32] {
    const fn digit(c: u8) -> u8 {
        if c <= b'9' { c - b'0' } else { c - b'A' + 10 }
    }
    let mut bytes = [0; 32];
    let mut i = 0;
    while i < 32 {
        #[allow(clippy::indexing_slicing)] // const evaluation: a wrong index does not compile
        {
            bytes[i] = digit(text[2 * i]) * 16 + digit(text[2 * i + 1]);
        }
        i += 1;
    }
    bytes
}

fn malformed(reason: &str) -> Fault {
    Fault::CertificateMalformed { reason: reason.into() }
}

fn unsupported(oid: ObjectIdentifier) -> Fault {
    Fault::AlgorithmUnsupported { oid: oid.to_string() }
}

/// The DER form (RFC 3279 section 2.2.3) of an r||s signature of 64 bytes.
pub(super) fn raw_to_der(raw: &[u8]) -> Option<Vec<u8>> {
    #[derive(Sequence)]
    struct Pair<'a> {
        r: UintRef<'a>,
        s: UintRef<'a>,
    }
    let (r, s) = raw.split_at_checked(32).filter(|(_, s)| s.len() == 32)?;
    Pair { r: UintRef::new(r).ok()?, s: UintRef::new(s).ok()? }.to_der().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B5: with t = 0 the key does not enter, and anybody could make r, s and digest fit each other.
    #[test]
    fn a_signature_that_fits_every_key_is_none() {
        let key = sm2::PublicKey::from_affine(ProjectivePoint::generator().to_affine()).unwrap();
        let s = Scalar::from(7_u64);
        let x = Scalar::reduce(&ProjectivePoint::mul_by_generator_vartime(&s).to_affine().x());
        let signature = [(-s).to_bytes(), s.to_bytes()].concat();
        assert!(!verify_sm2(&key, &(-s - x).to_bytes(), &signature));
    }
}
