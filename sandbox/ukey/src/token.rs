//! A token: what its file says.

use serde::{Deserialize, Serialize};
use std::fmt;
use tongguan_sandbox_world::encoded;
use zeroize::Zeroize;

/// What a key on the token signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAlgorithm {
    Sm2,
    Rsa,
    P256,
}

/// One key pair and its certificate.
#[derive(Clone, Serialize, Deserialize)]
pub struct SoftKey {
    /// Lower-case hex, unique on the token: CKA_ID.
    pub id: String,
    /// ASCII: CKA_LABEL, the container's name in SKF.
    pub name: String,
    pub algorithm: KeyAlgorithm,
    /// SM2 and P-256: the scalar, 32 bytes big endian. RSA: PKCS#8 DER.
    #[serde(with = "encoded")]
    pub private_key: Vec<u8>,
    /// DER, not looked into.
    #[serde(with = "encoded")]
    pub certificate: Vec<u8>,
    /// The certificate is for encipherment: the key refuses to sign.
    #[serde(default)]
    pub encipherment: bool,
}

/// A token, also its state file (JSON).
#[derive(Clone, Serialize, Deserialize)]
pub struct SoftToken {
    /// How tests call it, a file name without folder: `haihe-ccb-sm2`. The device's name in SKF.
    pub name: String,
    /// What it calls itself, UTF-8.
    pub label: String,
    pub manufacturer: String,
    pub serial: String,
    pub pin: String,
    /// Wrong PINs until it locks.
    pub max_tries: u8,
    pub tries_left: u8,
    pub keys: Vec<SoftKey>,
    /// PINs that it was shown so far, right or wrong, locked or not: a test counts them.
    #[serde(default)]
    pub verifies: u64,
    /// Counts how often it was plugged in: a handle is good for one insertion.
    #[serde(default)]
    pub insertion: u64,
}

impl SoftToken {
    /// The key with the id `id` (hex).
    pub fn key(&self, id: &str) -> Option<&SoftKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl Drop for SoftToken {
    fn drop(&mut self) {
        self.pin.zeroize();
    }
}

impl Drop for SoftKey {
    fn drop(&mut self) {
        self.private_key.zeroize();
    }
}

/// Leaves the private key out.
impl fmt::Debug for SoftKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftKey")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("algorithm", &self.algorithm)
            .field("encipherment", &self.encipherment)
            .finish_non_exhaustive()
    }
}

/// Leaves the PIN out.
impl fmt::Debug for SoftToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftToken")
            .field("name", &self.name)
            .field("label", &self.label)
            .field("serial", &self.serial)
            .field("tries_left", &self.tries_left)
            .field("keys", &self.keys)
            .field("insertion", &self.insertion)
            .finish_non_exhaustive()
    }
}
