//! A PIN on its way from the page to the core: encrypted by the page to a key that lives only as long as
//! this process, so that no message between them, and no process but the page's own, holds it in plain.
//!
//! ECDH on P-256 (both keys ephemeral), HKDF-SHA256 (RFC 5869; no salt, info `tongguan pin v1`, 32 bytes),
//! AES-256-GCM (12-byte nonce; additional data: our point, then the page's point, each 65 bytes SEC1).

use super::Pin;
use crate::fault::Fault;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use ts_rs::TS;
use zeroize::Zeroizing;

/// The core's half. Dropping it makes every PIN sealed to it unreadable.
pub struct SealingKey {
    secret: SecretKey,
    point: Vec<u8>,
}

/// The page's half and the sealed PIN, each base64url without padding.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SealedPin {
    pub point: String,
    pub nonce: String,
    pub ciphertext: String,
}

impl SealingKey {
    pub fn generate() -> Result<Self, Fault> {
        let defect = || Fault::Defect { place: "sealing_key".into() };
        // A random scalar is out of range once in 2^32: try a few.
        for _ in 0..8 {
            let mut scalar = Zeroizing::new([0u8; 32]);
            getrandom::fill(scalar.as_mut()).map_err(|_| defect())?;
            if let Ok(secret) = SecretKey::from_slice(scalar.as_ref()) {
                let point = secret.public_key().to_sec1_point(false).as_bytes().to_vec();
                return Ok(Self { secret, point });
            }
        }
        Err(defect())
    }

    /// SEC1 uncompressed point, base64url.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.point)
    }

    pub fn open(&self, sealed: &SealedPin) -> Result<Pin, Fault> {
        let refuse = || Fault::InputInvalid { field: "pin".into(), reason: "sealing".into() };
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse());
        let point = decode(&sealed.point)?;
        let nonce: [u8; 12] = decode(&sealed.nonce)?.try_into().map_err(|_| refuse())?;
        let theirs = PublicKey::from_sec1_bytes(&point).map_err(|_| refuse())?;
        let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), theirs.as_affine());
        let mut key = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::new(None, shared.raw_secret_bytes())
            .expand(b"tongguan pin v1", key.as_mut())
            .map_err(|_| refuse())?;
        let cipher = Aes256Gcm::new_from_slice(key.as_ref()).map_err(|_| refuse())?;
        let aad = [self.point.as_slice(), &point].concat();
        let ciphertext = decode(&sealed.ciphertext)?;
        let plain = cipher
            .decrypt(&Nonce::from(nonce), Payload { msg: &ciphertext, aad: &aad })
            .map_err(|_| refuse())?;
        Pin::parse(plain)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(..)")
    }
}
