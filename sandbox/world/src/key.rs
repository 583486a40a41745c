//! Keys of the three kinds, made from a stream, and their bare signatures.

use crate::WorldError;
use crate::secret::SecretBytes;
use crate::stream::Stream;
use der::asn1::{Any, BitString, ObjectIdentifier};
use der::{Decode, Encode};
use p256::ecdsa::signature::Signer;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use sm2::elliptic_curve::sec1::ToSec1Point;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const CURVE_SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");
const CURVE_P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SM2_WITH_SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// DER of DigestInfo up to the digest (RFC 8017 section 9.2, note 1).
const INFO_SHA256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];
const INFO_SHA1: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
/// GM/T 0009: the user id of a signature when none was agreed.
const USER_ID: &str = "1234567812345678";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAlgorithm {
    Sm2,
    /// 2048 bits, signing with SHA-256.
    Rsa2048,
    P256,
    /// 1024 bits, signing with SHA-1: the first generation of electronic-port certificates.
    Rsa1024Sha1,
}

/// A private key. SM2 and P-256: the scalar, 32 bytes big endian. RSA: PKCS#8 DER.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyPair {
    pub algorithm: KeyAlgorithm,
    pub private_key: SecretBytes,
}

impl KeyPair {
    pub(crate) fn generate(algorithm: KeyAlgorithm, mut stream: Stream) -> Result<Self, WorldError> {
        let bytes = match algorithm {
            KeyAlgorithm::Sm2 => scalar(&mut stream, |bytes| sm2::SecretKey::from_slice(bytes).is_ok()),
            KeyAlgorithm::P256 => scalar(&mut stream, |bytes| p256::SecretKey::from_slice(bytes).is_ok()),
            KeyAlgorithm::Rsa2048 => rsa_key(&mut stream, 2048)?,
            KeyAlgorithm::Rsa1024Sha1 => rsa_key(&mut stream, 1024)?,
        };
        Ok(Self { algorithm, private_key: SecretBytes::new(bytes) })
    }

    /// The bare signature over `message` as a card gives it: SM2 (SM3, user id 1234567812345678) and
    /// P-256 as r||s of 64 bytes, RSASSA-PKCS1-v1_5 as long as the modulus.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, WorldError> {
        let secret = self.private_key.expose();
        match self.algorithm {
            KeyAlgorithm::Sm2 => {
                let key =
                    sm2::dsa::SigningKey::from_slice(USER_ID, secret).map_err(|_| WorldError::Key("sm2"))?;
                Ok(key.sign(message).to_bytes().to_vec())
            }
            KeyAlgorithm::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(secret).map_err(|_| WorldError::Key("p256"))?;
                let signature: p256::ecdsa::Signature = key.sign(message);
                Ok(signature.to_bytes().to_vec())
            }
            KeyAlgorithm::Rsa2048 => {
                self.sign_rsa(&[&INFO_SHA256[..], &Sha256::digest(message)[..]].concat())
            }
            KeyAlgorithm::Rsa1024Sha1 => {
                self.sign_rsa(&[&INFO_SHA1[..], &Sha1::digest(message)[..]].concat())
            }
        }
    }

    fn sign_rsa(&self, digest_info: &[u8]) -> Result<Vec<u8>, WorldError> {
        self.rsa()?
            .sign(Pkcs1v15Sign::new_unprefixed(), digest_info)
            .map_err(|_| WorldError::Key("rsa signature"))
    }

    /// The signature inside an X.509 structure: for SM2 and P-256 as DER SEQUENCE of r and s.
    pub(crate) fn sign_structure(&self, tbs: &[u8]) -> Result<BitString, WorldError> {
        let bare = self.sign(tbs)?;
        let bytes = match (self.algorithm, bare.split_at_checked(32)) {
            (KeyAlgorithm::Sm2 | KeyAlgorithm::P256, Some((r, s))) => {
                vec![der::asn1::Uint::new(r)?, der::asn1::Uint::new(s)?].to_der()?
            }
            _ => bare,
        };
        Ok(BitString::from_bytes(&bytes)?)
    }

    pub(crate) fn signature_algorithm(&self) -> AlgorithmIdentifierOwned {
        let (oid, parameters) = match self.algorithm {
            KeyAlgorithm::Sm2 => (SM2_WITH_SM3, None),
            KeyAlgorithm::P256 => (ECDSA_SHA256, None),
            KeyAlgorithm::Rsa2048 => (RSA_SHA256, Some(Any::null())),
            KeyAlgorithm::Rsa1024Sha1 => (RSA_SHA1, Some(Any::null())),
        };
        AlgorithmIdentifierOwned { oid, parameters }
    }

    pub(crate) fn public_key(&self) -> Result<SubjectPublicKeyInfoOwned, WorldError> {
        let secret = self.private_key.expose();
        let (curve, point) = match self.algorithm {
            KeyAlgorithm::Sm2 => {
                let key = sm2::SecretKey::from_slice(secret).map_err(|_| WorldError::Key("sm2"))?;
                (CURVE_SM2, key.public_key().to_sec1_point(false).as_bytes().to_vec())
            }
            KeyAlgorithm::P256 => {
                let key = p256::SecretKey::from_slice(secret).map_err(|_| WorldError::Key("p256"))?;
                (CURVE_P256, key.public_key().to_sec1_point(false).as_bytes().to_vec())
            }
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa1024Sha1 => {
                let public = self.rsa()?.to_public_key();
                let document = public.to_public_key_der().map_err(|_| WorldError::Key("rsa public key"))?;
                return Ok(SubjectPublicKeyInfoOwned::from_der(document.as_bytes())?);
            }
        };
        let algorithm =
            AlgorithmIdentifierOwned { oid: EC_PUBLIC_KEY, parameters: Some(Any::encode_from(&curve)?) };
        Ok(SubjectPublicKeyInfoOwned { algorithm, subject_public_key: BitString::from_bytes(&point)? })
    }

    fn rsa(&self) -> Result<RsaPrivateKey, WorldError> {
        RsaPrivateKey::from_pkcs8_der(self.private_key.expose()).map_err(|_| WorldError::Key("rsa"))
    }
}

/// Draws until the value is a scalar of the curve: a draw fails with probability 2^-32.
fn scalar(stream: &mut Stream, fits: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    loop {
        let bytes: [u8; 32] = stream.bytes();
        if fits(&bytes) {
            return bytes.to_vec();
        }
    }
}

fn rsa_key(stream: &mut Stream, bits: usize) -> Result<Vec<u8>, WorldError> {
    let key = RsaPrivateKey::new(stream, bits).map_err(|_| WorldError::Key("rsa generation"))?;
    Ok(key.to_pkcs8_der().map_err(|_| WorldError::Key("rsa encoding"))?.as_bytes().to_vec())
}
