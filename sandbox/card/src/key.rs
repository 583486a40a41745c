//! The private keys and their signatures.

use std::fmt;

use p256::ecdsa::signature::hazmat::PrehashSigner;
use rsa::{
    BigUint, Pkcs1v15Sign, RsaPrivateKey, pkcs1::DecodeRsaPrivateKey, pkcs8::DecodePrivateKey,
    rand_core::CryptoRngCore, traits::PublicKeyParts,
};

use crate::{CardFault, CardKey, KeyAlgorithm, Status, tlv};

/// User id of GB/T 35276; the card signs e and never uses it, but the key type asks for one.
const USER_ID: &str = "1234567812345678";
const HASH_LENGTH: usize = 32;
const MODULUS_LENGTH: usize = 256;
/// PKCS#1 v1.5 needs 11 bytes of padding.
const LONGEST_DIGEST_INFO: usize = MODULUS_LENGTH - 11;

enum Secret {
    Sm2(sm2::dsa::SigningKey),
    Rsa(Box<RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
}

/// A key ready to sign.
pub(crate) struct Key {
    pub(crate) reference: u8,
    pub(crate) algorithm: KeyAlgorithm,
    pub(crate) certificate: Vec<u8>,
    secret: Secret,
}

impl TryFrom<&CardKey> for Key {
    type Error = CardFault;

    fn try_from(key: &CardKey) -> Result<Self, CardFault> {
        let secret = match key.algorithm {
            KeyAlgorithm::Sm2 => sm2_key(&key.private_key).map(Secret::Sm2),
            KeyAlgorithm::Rsa2048 => rsa_key(&key.private_key).map(Secret::Rsa),
            KeyAlgorithm::P256 => p256_key(&key.private_key).map(Secret::P256),
        };
        Ok(Self {
            reference: key.reference,
            algorithm: key.algorithm,
            certificate: key.certificate.clone(),
            secret: secret.ok_or(CardFault::Key { reference: key.reference })?,
        })
    }
}

fn sm2_key(bytes: &[u8]) -> Option<sm2::dsa::SigningKey> {
    use sm2::pkcs8::DecodePrivateKey;
    let secret = match bytes.len() {
        HASH_LENGTH => sm2::SecretKey::from_slice(bytes).ok()?,
        _ => sm2::SecretKey::from_pkcs8_der(bytes).ok()?,
    };
    sm2::dsa::SigningKey::new(USER_ID, &secret).ok()
}

fn p256_key(bytes: &[u8]) -> Option<p256::ecdsa::SigningKey> {
    use p256::pkcs8::DecodePrivateKey;
    let secret = match bytes.len() {
        HASH_LENGTH => p256::SecretKey::from_slice(bytes).ok()?,
        _ => p256::SecretKey::from_pkcs8_der(bytes).ok()?,
    };
    Some(secret.into())
}

fn rsa_key(bytes: &[u8]) -> Option<Box<RsaPrivateKey>> {
    let key = RsaPrivateKey::from_pkcs8_der(bytes).or_else(|_| RsaPrivateKey::from_pkcs1_der(bytes)).ok()?;
    (key.size() == MODULUS_LENGTH).then(|| Box::new(key))
}

impl Key {
    /// PSO: COMPUTE DIGITAL SIGNATURE. SM2 e or P-256 hash (32 bytes) → r || s (64 bytes); RSA `DigestInfo` →
    /// 256 bytes. `6A80` for other input.
    pub(crate) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Status> {
        match &self.secret {
            Secret::Sm2(key) => {
                let signature: sm2::dsa::Signature = prehash(key, input)?;
                Ok(signature.to_bytes().to_vec())
            }
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = prehash(key, input)?;
                Ok(signature.to_bytes().to_vec())
            }
            Secret::Rsa(key) => pkcs1(key, input),
        }
    }

    /// PIV GENERAL AUTHENTICATE. RSA: the private key operation on a block of 256 bytes that the terminal has
    /// padded; P-256: hash (32 bytes) → DER `Ecdsa-Sig-Value`.
    pub(crate) fn authenticate(&self, input: &[u8]) -> Result<Vec<u8>, Status> {
        match &self.secret {
            Secret::Rsa(key) => raw(key, input),
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = prehash(key, input)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Secret::Sm2(_) => Err(Status::WrongParameters),
        }
    }
}

fn prehash<S>(key: &impl PrehashSigner<S>, input: &[u8]) -> Result<S, Status> {
    if input.len() != HASH_LENGTH {
        return Err(Status::WrongData);
    }
    key.sign_prehash(input).map_err(|_| Status::WrongData)
}

fn pkcs1(key: &RsaPrivateKey, digest_info: &[u8]) -> Result<Vec<u8>, Status> {
    // A card that pads whatever it is given would sign things that are no digest at all.
    let one_sequence = matches!(tlv::next(digest_info), Some((0x30, _, [])));
    if !one_sequence || digest_info.len() > LONGEST_DIGEST_INFO {
        return Err(Status::WrongData);
    }
    key.sign(Pkcs1v15Sign::new_unprefixed(), digest_info).map_err(|_| Status::WrongData)
}

fn raw(key: &RsaPrivateKey, block: &[u8]) -> Result<Vec<u8>, Status> {
    let number = BigUint::from_bytes_be(block);
    if block.len() != MODULUS_LENGTH || number >= *key.n() {
        return Err(Status::WrongData);
    }
    let signed = rsa::hazmat::rsa_decrypt_and_check(key, None::<&mut dyn CryptoRngCore>, &number)
        .map_err(|_| Status::WrongData)?
        .to_bytes_be();
    let mut padded = vec![0; MODULUS_LENGTH.saturating_sub(signed.len())];
    padded.extend(signed);
    Ok(padded)
}

/// Leaves the private key out.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("reference", &self.reference)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
