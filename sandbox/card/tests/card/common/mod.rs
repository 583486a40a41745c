//! A person's card for the tests, with keys and certificates made for this run, and a terminal that speaks hex.

pub(crate) mod certificate;

use std::sync::LazyLock;

use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey};
use tongguan_sandbox_card::{Card, CardKey, CardKind, KeyAlgorithm, Personalisation};

pub(crate) const PIN: &str = "123456";
/// The PIN padded, in hex.
pub(crate) const PIN_BLOCK: &str = "313233343536FFFF";
pub(crate) const WRONG_BLOCK: &str = "363534333231FFFF";
pub(crate) const SELECT_OWN: &str = "00A404000AF0544F4E474755414E0100";
pub(crate) const SELECT_PKCS15: &str = "00A404000CA000000063504B43532D313500";
pub(crate) const SELECT_PIV: &str = "00A4040009A0000003080000100000";

pub(crate) struct Keys {
    pub(crate) sm2: sm2::SecretKey,
    pub(crate) rsa: RsaPrivateKey,
    pub(crate) p256: p256::SecretKey,
}

pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    sm2: sm2::SecretKey::from_slice(&random()).unwrap(),
    rsa: RsaPrivateKey::new(&mut rand_core_06::OsRng, 2048).unwrap(),
    p256: p256::SecretKey::from_slice(&random()).unwrap(),
});

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    // Below the order of both curves.
    bytes[0] &= 0x7F;
    bytes
}

/// Keys 01 SM2, 02 RSA, 03 P-256.
pub(crate) fn personalisation() -> Personalisation {
    let key = |reference, algorithm, private_key, certificate| CardKey {
        reference,
        algorithm,
        private_key,
        certificate,
    };
    Personalisation {
        serial: "TG00000001".into(),
        label: "Legal person".into(),
        kind: CardKind::LegalPerson,
        pin: PIN.into(),
        tries: 5,
        keys: vec![
            key(1, KeyAlgorithm::Sm2, KEYS.sm2.to_bytes().to_vec(), certificate::sm2(&KEYS.sm2)),
            key(
                2,
                KeyAlgorithm::Rsa2048,
                KEYS.rsa.to_pkcs8_der().unwrap().as_bytes().to_vec(),
                certificate::rsa(&KEYS.rsa),
            ),
            key(3, KeyAlgorithm::P256, KEYS.p256.to_bytes().to_vec(), certificate::p256(&KEYS.p256)),
        ],
    }
}

pub(crate) fn card() -> Card {
    Card::new(personalisation()).unwrap()
}

/// Sends a command and returns data and status word, in hex.
pub(crate) fn send(card: &mut Card, command: &str) -> (String, String) {
    let answer = card.transmit(&hex::decode(command).unwrap());
    let (data, status) = answer.split_at(answer.len() - 2);
    (hex::encode_upper(data), hex::encode_upper(status))
}

/// The status word alone.
pub(crate) fn status(card: &mut Card, command: &str) -> String {
    send(card, command).1
}

/// The data of a command that has to succeed, fetched with GET RESPONSE as far as it needs.
pub(crate) fn data(card: &mut Card, command: &str) -> Vec<u8> {
    let (mut all, mut word) = send(card, command);
    while let Some(left) = word.strip_prefix("61") {
        let (more, next) = send(card, &format!("00C00000{left}"));
        all.push_str(&more);
        word = next;
    }
    assert_eq!(word, "9000", "{command}");
    hex::decode(all).unwrap()
}

/// A command with a short data field.
pub(crate) fn with_data(header: &str, data: &[u8]) -> String {
    format!("{header}{:02X}{}00", data.len(), hex::encode_upper(data))
}

pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(message).to_vec()
}

/// `DigestInfo` of SHA-256.
pub(crate) fn digest_info(message: &[u8]) -> Vec<u8> {
    let mut bytes = hex::decode("3031300D060960864801650304020105000420").unwrap();
    bytes.extend(sha256(message));
    bytes
}
