use std::fmt;

use serde::{Deserialize, Serialize};

/// Whose card it is; `9F65` in the own application's answer to SELECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    LegalPerson,
    Operator,
}

impl CardKind {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::LegalPerson => 0x01,
            Self::Operator => 0x02,
        }
    }
}

/// What a key on the card signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAlgorithm {
    /// GB/T 32918: signs the value e (32 bytes), answers r || s.
    Sm2,
    /// PKCS#1 v1.5 with a modulus of 2048 bits: signs a `DigestInfo`.
    Rsa2048,
    /// ECDSA on NIST P-256: signs a hash of 32 bytes, answers r || s.
    P256,
}

impl KeyAlgorithm {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Sm2 => 0x01,
            Self::Rsa2048 => 0x02,
            Self::P256 => 0x03,
        }
    }
}

/// One key pair and its certificate.
#[derive(Clone, Serialize, Deserialize)]
pub struct CardKey {
    /// 01 to FF, unique on the card.
    pub reference: u8,
    pub algorithm: KeyAlgorithm,
    /// SM2 and P-256: PKCS#8 DER, or the 32 bytes of the scalar. RSA: PKCS#8 DER or PKCS#1 DER.
    #[serde(with = "in_base64")]
    pub private_key: Vec<u8>,
    /// DER, shown as it is; the card does not look into it.
    #[serde(with = "in_base64")]
    pub certificate: Vec<u8>,
}

/// Everything that makes a blank card someone's card; also the start of its state file (JSON).
#[derive(Clone, Serialize, Deserialize)]
pub struct Personalisation {
    /// The card number as it is printed on the card, UTF-8.
    pub serial: String,
    /// The name shown to a person who has several cards, UTF-8.
    pub label: String,
    pub kind: CardKind,
    /// 6 to 8 printable ASCII characters.
    pub pin: String,
    /// Wrong PINs until the card locks, 1 to 15; 5 is usual.
    pub tries: u8,
    pub keys: Vec<CardKey>,
}

/// Leaves the private key out.
impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardKey")
            .field("reference", &self.reference)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Leaves the PIN out.
impl fmt::Debug for Personalisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Personalisation")
            .field("serial", &self.serial)
            .field("label", &self.label)
            .field("kind", &self.kind)
            .field("tries", &self.tries)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

mod in_base64 {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&Zeroizing::new(BASE64_STANDARD.encode(bytes)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = Zeroizing::new(String::deserialize(from)?);
        // The decoder's own message would quote a character of the key.
        BASE64_STANDARD.decode(text.as_bytes()).map_err(|_| D::Error::custom("not base64"))
    }
}
