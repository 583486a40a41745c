//! A token with a key of each kind, made for this run, beside a shared object that is not there.

use rsa::pkcs8::EncodePrivateKey;
use std::sync::LazyLock;
use tempfile::TempDir;
use tongguan_core::domain::PublicKey;
use tongguan_sandbox_ukey::{KeyAlgorithm, SoftKey, SoftLibrary, SoftToken};

pub(crate) const NAME: &str = "haihe-ccb-all";
pub(crate) const PIN: &[u8] = b"246813";
pub(crate) const WRONG: &[u8] = b"000001";
pub(crate) const TRIES: u8 = 3;

pub(crate) struct Keys {
    pub(crate) sm2: sm2::SecretKey,
    pub(crate) rsa: rsa::RsaPrivateKey,
    pub(crate) p256: p256::SecretKey,
}

pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    sm2: sm2::SecretKey::from_slice(&random()).unwrap(),
    rsa: rsa::RsaPrivateKey::new(&mut rand_core_06::OsRng, 2048).unwrap(),
    p256: p256::SecretKey::from_slice(&random()).unwrap(),
});

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    // Below the order of both curves, and not 0.
    bytes[0] &= 0x7F;
    bytes[31] |= 1;
    bytes
}

/// Keys 01 SM2, 02 RSA, 03 P-256; their certificates are texts.
pub(crate) fn keys() -> Vec<(SoftKey, PublicKey)> {
    let key = |id: &str, algorithm, private_key: &[u8]| SoftKey {
        id: id.into(),
        name: format!("sign-{id}"),
        algorithm,
        private_key: private_key.to_vec(),
        certificate: format!("certificate {id}").into_bytes(),
        encipherment: false,
    };
    let rsa = KEYS.rsa.to_pkcs8_der().unwrap();
    vec![
        (key("01", KeyAlgorithm::Sm2, &KEYS.sm2.to_bytes()), PublicKey::Sm2(KEYS.sm2.public_key())),
        (key("02", KeyAlgorithm::Rsa, rsa.as_bytes()), PublicKey::Rsa(KEYS.rsa.to_public_key())),
        (key("03", KeyAlgorithm::P256, &KEYS.p256.to_bytes()), PublicKey::P256(KEYS.p256.public_key())),
    ]
}

/// Without keys.
pub(crate) fn token(name: &str) -> SoftToken {
    SoftToken {
        name: name.into(),
        label: "UKey 0001".into(),
        manufacturer: "Tongguan sandbox".into(),
        serial: "990000000001".into(),
        pin: String::from_utf8(PIN.to_vec()).unwrap(),
        max_tries: TRIES,
        tries_left: TRIES,
        keys: Vec::new(),
        verifies: 0,
        insertion: 0,
    }
}

/// A folder and the library in it, with the token [`NAME`] plugged in.
pub(crate) fn plugged() -> (TempDir, SoftLibrary) {
    let folder = TempDir::new().unwrap();
    let library = SoftLibrary::at(&folder.path().join("libukey.so"));
    library.plug(&token(NAME)).unwrap();
    (folder, library)
}
