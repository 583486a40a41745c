//! Values that cannot be wrong: parsed at the edge, trusted afterwards.

mod account;
mod asn1;
mod bank;
mod certificate;
mod cms;
mod company;
mod contact;
mod document;
mod level;
mod library;
mod means;
mod nonce;
mod origin;
mod person;
mod pin;
pub mod platform;
mod private;
mod public_key;
mod purpose;
mod registration;
mod sealed;
mod statement;
mod text;
mod timestamp;
mod token;
mod unseen;
mod validity;
mod web_address;
mod wiped;

pub use account::{AccountName, Password};
pub use bank::{Bank, BankId, BankMark, BankName};
pub use certificate::{Certificate, CertificateFacts, KeyUsage};
pub use cms::{Proof, SignedStatement};
pub use company::{CompanyIdentity, CompanyName, OrganizationCode, UnifiedSocialCreditCode};
pub use contact::{
    Address, BankCardNumber, Country, EmailAddress, PersonName, PhoneNumber, REGIONS, Region,
    VerificationCode,
};
pub use document::{Document, DocumentKind, DocumentNumber, MaskedDocument};
pub use level::SecurityLevel;
pub use library::{
    Architecture, Library, LibraryFacts, LibraryKind, LibraryPath, LibraryProfile, LibrarySource,
    LibraryState, LoadOrder, Sm2Input, Sm2Map, Sm2Output,
};
pub use means::{Means, Method};
pub use nonce::{Nonce, RequestId};
pub use origin::Origin;
pub use person::{CitizenIdNumber, MaskedText};
pub use pin::{Pin, PinState};
pub use public_key::{Algorithm, PublicKey, SM2_USER_ID};
pub use purpose::Purpose;
pub use registration::RegistrationNumber;
pub use sealed::{SealedPin, SealingKey};
pub use statement::{Challenge, Statement};
pub use text::line;
pub use timestamp::Timestamp;
pub use token::{Application, CardKind, Identity, KeyRef, Receipt, TokenId, TokenInfo};
pub use unseen::Unseen;
pub use validity::{CalendarDate, ValidUntil, Validity};
pub use web_address::WebAddress;
pub use wiped::wiped_json;
