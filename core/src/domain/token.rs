use super::{BankMark, Certificate, LibraryPath, Method, Timestamp, text::line, text::text_value};
use crate::domain::SecurityLevel;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

text_value!(
    /// Names one insertion of one token: a new one after the card was pulled and put back.
    /// For a card: `iccard:READER#COUNT`, through a library: `wNUMBER.START/` and the driver's own. Opaque to
    /// everybody but the driver.
    TokenId,
    |value| line("token", value, 256)
);

text_value!(
    /// Names a key on a token, opaque to everybody but the driver.
    KeyRef,
    |value| line("key", value, 64)
);

/// A token as it stands before the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TokenInfo {
    pub id: TokenId,
    /// Reader or device name.
    pub reader: String,
    /// What the token calls itself.
    pub label: String,
    pub application: Application,
    pub kind: CardKind,
    /// Through which vendor's library it is reached; `None` over PC/SC.
    pub library: Option<LibraryPath>,
    /// The PIN is typed on the device itself and never seen here.
    pub pin_pad: bool,
    /// Its certificates with a key, in the token's order. Nothing is chosen among them for the user.
    pub identities: Vec<Identity>,
}

impl TokenInfo {
    /// A card, or what no bank made behind a vendor's library.
    pub fn is_of_the_port(&self) -> bool {
        !self.application.is_library() || self.kind != CardKind::BankUkey
    }
}

/// A key with its certificate. Crosses the border as facts about the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Identity {
    pub key: KeyRef,
    pub certificate: Certificate,
}

/// Through which application of a card, or which interface of a library, a token is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// The project's own documented card.
    Tongguan,
    Pkcs15,
    Piv,
    /// A PKCS#11 module.
    Pkcs11,
    /// A GM/T 0016 library.
    Skf,
}

impl Application {
    /// A vendor's library stands between: the way of UKeys.
    pub fn is_library(self) -> bool {
        matches!(self, Self::Pkcs11 | Self::Skf)
    }
}

/// Whom an electronic-port card was made for, or that it is a bank's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    LegalPerson,
    Operator,
    BankUkey,
    Unknown,
}

impl CardKind {
    /// A library does not tell what a UKey is: it is a bank's, unless a certificate bears the electronic port's
    /// card number.
    pub fn behind_library(identities: &[Identity]) -> Self {
        let numbered = |identity: &Identity| identity.certificate.card_number().is_some();
        if identities.iter().any(numbered) { Self::Unknown } else { Self::BankUkey }
    }
}

/// The portal's answer to an accepted proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Receipt {
    /// For example `SW-2026-000017`.
    pub number: String,
    pub accepted_at: Timestamp,
    pub level_before: SecurityLevel,
    pub level_after: SecurityLevel,
    pub method: Method,
    /// Whose UKey it was.
    pub bank: Option<BankMark>,
}
