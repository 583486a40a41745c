//! The private keys and their signatures.

use crate::{KeyAlgorithm, SoftFault, SoftKey};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tongguan_core::domain::{Algorithm, SM2_USER_ID};

const HASH_LENGTH: usize = 32;

/// What a key is given to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input<'a> {
    /// 32 bytes: for SM2 the value e = SM3(Z || M), for P-256 and RSA the SHA-256 of the message.
    Digest(&'a [u8]),
    /// The token hashes: SM3(Z || M) with the user id 1234567812345678, or SHA-256.
    Message(&'a [u8]),
    /// RSA only: padded by PKCS#1 v1.5 (RFC 8017 section 9.2) as it is, at most the modulus less 11 bytes.
    DigestInfo(&'a [u8]),
}

enum Signer {
    Sm2(sm2::dsa::SigningKey),
    Rsa(Box<RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
}

impl SoftKey {
    /// The bare signature: SM2 and P-256 r||s (64 bytes), RSA as long as the modulus. Whether the key may sign
    /// (PIN, `encipherment`) is the library's to know.
    pub fn sign(&self, input: Input<'_>) -> Result<Vec<u8>, SoftFault> {
        match (&*self.signer()?, input) {
            (Signer::Sm2(key), Input::Digest(e)) => {
                let signature: sm2::dsa::Signature = prehash(key, e)?;
                Ok(signature.to_bytes().to_vec())
            }
            (Signer::Sm2(key), Input::Message(message)) => Ok(key.sign(message).to_bytes().to_vec()),
            (Signer::P256(key), Input::Digest(hash)) => {
                let signature: p256::ecdsa::Signature = prehash(key, hash)?;
                Ok(signature.to_bytes().to_vec())
            }
            (Signer::P256(key), Input::Message(message)) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                Ok(signature.to_bytes().to_vec())
            }
            (Signer::Rsa(key), Input::DigestInfo(info)) => pkcs1(key, info),
            (Signer::Rsa(key), Input::Digest(hash)) => pkcs1(key, &Algorithm::RsaSha256.digest_info(hash)),
            (Signer::Rsa(key), Input::Message(message)) => {
                pkcs1(key, &Algorithm::RsaSha256.digest_info(&Sha256::digest(message)))
            }
            (_, Input::DigestInfo(_)) => Err(SoftFault::Input),
        }
    }

    /// Reading an RSA key costs as much as some signatures: each is read once in a process.
    fn signer(&self) -> Result<Arc<Signer>, SoftFault> {
        static READ: LazyLock<Mutex<HashMap<Vec<u8>, Arc<Signer>>>> = LazyLock::new(Mutex::default);
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signer) = read.get(&self.private_key) {
            return Ok(Arc::clone(signer));
        }
        let signer = Arc::new(self.read().ok_or(SoftFault::Key)?);
        read.insert(self.private_key.clone(), Arc::clone(&signer));
        Ok(signer)
    }

    fn read(&self) -> Option<Signer> {
        let bytes = self.private_key.as_slice();
        match self.algorithm {
            KeyAlgorithm::Sm2 => sm2::dsa::SigningKey::from_slice(SM2_USER_ID, bytes).ok().map(Signer::Sm2),
            KeyAlgorithm::P256 => p256::ecdsa::SigningKey::from_slice(bytes).ok().map(Signer::P256),
            KeyAlgorithm::Rsa => RsaPrivateKey::from_pkcs8_der(bytes).ok().map(Box::new).map(Signer::Rsa),
        }
    }
}

fn prehash<S>(key: &impl PrehashSigner<S>, digest: &[u8]) -> Result<S, SoftFault> {
    if digest.len() != HASH_LENGTH {
        return Err(SoftFault::Input);
    }
    key.sign_prehash(digest).map_err(|_| SoftFault::Input)
}

fn pkcs1(key: &RsaPrivateKey, info: &[u8]) -> Result<Vec<u8>, SoftFault> {
    if info.len() > key.size().saturating_sub(11) {
        return Err(SoftFault::Input);
    }
    key.sign(Pkcs1v15Sign::new_unprefixed(), info).map_err(|_| SoftFault::Input)
}
