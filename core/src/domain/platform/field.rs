//! The fields that platforms ask for. Each has one form, whichever platform asks.

use super::{AccountNumber, BranchNumber};
use crate::domain::{
    BankCardNumber, CalendarDate, CitizenIdNumber, CompanyName, DocumentKind, DocumentNumber, MaskedText,
    PersonName, PhoneNumber, RegistrationNumber, UnifiedSocialCreditCode, ValidUntil, line,
};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    DocumentKind,
    /// Of a document of any kind.
    DocumentNumber,
    /// Of an ID card.
    IdNumber,
    Phone,
    BankCard,
    ValidFrom,
    ValidUntil,
    FaceBy,
    CompanyName,
    /// Unified social credit code, or the registration number from before it.
    CompanyNumber,
    LegalName,
    LegalIdNumber,
    LegalPhone,
    /// Of the company at its bank.
    AccountNumber,
    /// The number of the bank's branch.
    Branch,
    MatterKind,
    MatterTitle,
    /// In a matter.
    Role,
}

/// What the face is shown to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FaceBy {
    Quick,
    Alipay,
}

/// What a company registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    Establishment,
    Change,
    Filing,
    Cancellation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PersonRole {
    LegalRepresentative,
    Shareholder,
    Promoter,
    Director,
    Supervisor,
    Manager,
    Partner,
    ManagingPartnerDelegate,
    Investor,
    Agent,
    Liaison,
}

/// How much of a value may be shown once it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privacy {
    Open,
    /// Only its ends.
    Masked,
}

impl Field {
    pub const ALL: [Self; 19] = [
        Self::Name,
        Self::DocumentKind,
        Self::DocumentNumber,
        Self::IdNumber,
        Self::Phone,
        Self::BankCard,
        Self::ValidFrom,
        Self::ValidUntil,
        Self::FaceBy,
        Self::CompanyName,
        Self::CompanyNumber,
        Self::LegalName,
        Self::LegalIdNumber,
        Self::LegalPhone,
        Self::AccountNumber,
        Self::Branch,
        Self::MatterKind,
        Self::MatterTitle,
        Self::Role,
    ];

    /// The name on the wire, and the field of a [`Fault::InputInvalid`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::DocumentKind => "document_kind",
            Self::DocumentNumber => "document_number",
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::BankCard => "bank_card",
            Self::ValidFrom => "valid_from",
            Self::ValidUntil => "valid_until",
            Self::FaceBy => "face_by",
            Self::CompanyName => "company_name",
            Self::CompanyNumber => "company_number",
            Self::LegalName => "legal_name",
            Self::LegalIdNumber => "legal_id_number",
            Self::LegalPhone => "legal_phone",
            Self::AccountNumber => "account_number",
            Self::Branch => "branch",
            Self::MatterKind => "matter_kind",
            Self::MatterTitle => "matter_title",
            Self::Role => "role",
        }
    }

    /// # Errors
    /// [`Fault::InputInvalid`] for this field, with the reason of the value's own form.
    pub fn check(self, value: &str) -> Result<(), Fault> {
        if value.is_empty() {
            return Err(Fault::InputInvalid { field: self.name().into(), reason: "empty".into() });
        }
        self.form(value).map_err(|fault| match fault {
            Fault::InputInvalid { reason, .. } => Fault::InputInvalid { field: self.name().into(), reason },
            other => other,
        })
    }

    fn form(self, value: &str) -> Result<(), Fault> {
        match self {
            Self::Name | Self::LegalName => PersonName::parse(value).map(drop),
            Self::DocumentKind => word::<DocumentKind>(value),
            Self::DocumentNumber => DocumentNumber::parse(value).map(drop),
            Self::IdNumber | Self::LegalIdNumber => CitizenIdNumber::parse(value).map(drop),
            Self::Phone | Self::LegalPhone => PhoneNumber::parse(value).map(drop),
            Self::BankCard => BankCardNumber::parse(value).map(drop),
            Self::ValidFrom => CalendarDate::parse(value).map(drop),
            Self::ValidUntil => ValidUntil::parse(value).map(drop),
            Self::FaceBy => word::<FaceBy>(value),
            Self::CompanyName => CompanyName::parse(value).map(drop),
            Self::CompanyNumber => match value.len() {
                15 => RegistrationNumber::parse(value).map(drop),
                _ => UnifiedSocialCreditCode::parse(value).map(drop),
            },
            Self::AccountNumber => AccountNumber::parse(value).map(drop),
            Self::Branch => BranchNumber::parse(value).map(drop),
            Self::MatterKind => word::<MatterKind>(value),
            Self::MatterTitle => line("matter_title", value, 60),
            Self::Role => word::<PersonRole>(value),
        }
    }

    /// What is shown of a value that was given: of a person's numbers the ends.
    pub fn shown(self, value: &str) -> String {
        match self.privacy() {
            Privacy::Open => value.into(),
            Privacy::Masked => MaskedText::of(value).to_string(),
        }
    }

    /// Whether only the ends of its values are shown.
    pub fn is_private(self) -> bool {
        self.privacy() == Privacy::Masked
    }

    /// Whether what was given on one platform helps on another.
    pub fn is_offered(self) -> bool {
        !matches!(self, Self::FaceBy | Self::MatterKind | Self::MatterTitle | Self::Role)
    }

    fn privacy(self) -> Privacy {
        match self {
            Self::DocumentNumber
            | Self::IdNumber
            | Self::Phone
            | Self::BankCard
            | Self::LegalIdNumber
            | Self::LegalPhone
            | Self::AccountNumber => Privacy::Masked,
            Self::Name
            | Self::DocumentKind
            | Self::ValidFrom
            | Self::ValidUntil
            | Self::FaceBy
            | Self::CompanyName
            | Self::CompanyNumber
            | Self::LegalName
            | Self::Branch
            | Self::MatterKind
            | Self::MatterTitle
            | Self::Role => Privacy::Open,
        }
    }
}

/// Whether `value` is a word of the closed list `T`.
fn word<T: for<'de> Deserialize<'de>>(value: &str) -> Result<(), Fault> {
    let known = serde_json::from_value::<T>(serde_json::Value::String(value.into())).is_ok();
    if known {
        return Ok(());
    }
    Err(Fault::InputInvalid { field: String::new(), reason: "unknown".into() })
}
