//! The one error of the whole program. A driver maps what the world did to a [`Fault`]; the words
//! for it, in both languages, live with the user interface and the terminal; the handbook entry is
//! `docs/faults.md`. English `Display` is for logs and for nobody else.

use crate::domain::platform::Slot;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, with the figures that the words need. `code` on the wire is the variant in `snake_case`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    // Readers and cards (PC/SC part 5, SCARD_* codes).
    #[error("the smart-card service does not run")]
    CardServiceStopped,
    #[error("the smart-card service refuses this user")]
    CardServiceDenied,
    #[error("reader {reader} is not available")]
    ReaderUnavailable { reader: String },
    #[error("the card in {reader} is held by another program")]
    CardBusy { reader: String },
    #[error("the card was taken out")]
    CardRemoved,
    #[error("the card was reset by another program")]
    CardReset,
    #[error("the card does not answer its reset")]
    CardMute,
    #[error("the reader reported {scard}")]
    CardCommunication { scard: String },
    #[error("a card that is not known, ATR {atr}")]
    CardUnknown { atr: String },
    #[error("the card answered {status} to {command}")]
    CardRefused { command: String, status: String },
    #[error("{object} on the card cannot be read: {reason}")]
    CardMalformed { object: String, reason: String },
    #[error("the certificate on the card is not the one that was shown")]
    CardChanged,
    #[error("the token is no longer there")]
    TokenGone,
    #[error("the key of this certificate is not on the token")]
    KeyMissing,

    // Vendors' libraries. `library` is the file's name, `call` the function that was under way.
    #[error("the library {library} is not there")]
    LibraryMissing { library: String },
    #[error("the library {library} is not loaded: {reason}")]
    LibraryRefused { library: String, reason: LibraryFlaw },
    #[error("{library} did not come back from {call} within {seconds} s and was ended")]
    LibraryTimeout { library: String, call: String, seconds: u32 },
    #[error("{library} died in {call}")]
    LibraryCrashed { library: String, call: String },
    #[error("{library} gave an impossible answer to {call}")]
    LibraryLied { library: String, call: String },
    #[error("{library} answered {answer} to {call}")]
    LibraryFailed { library: String, call: String, answer: String },
    /// A code that only says "no".
    #[error("{library} answered {answer} to {call}, which does not tell why")]
    LibrarySilent { library: String, call: String, answer: String },

    // PIN.
    #[error("the PIN must have {min} to {max} characters")]
    PinFormat { min: u8, max: u8 },
    #[error("wrong PIN, tries left: {tries_left:?}")]
    PinWrong { tries_left: Option<u8> },
    #[error("one try is left and was not confirmed")]
    PinLastTry,
    #[error("the PIN is locked")]
    PinLocked,
    #[error("the PIN was never set, or must be changed first")]
    PinNotSet,

    // Certificate.
    #[error("the certificate cannot be read: {reason}")]
    CertificateMalformed { reason: String },
    #[error("the certificate is valid from {from}")]
    CertificateNotYetValid { from: String },
    #[error("the certificate expired on {until}")]
    CertificateExpired { until: String },
    #[error("the certificate is not for signatures")]
    CertificateUsage,
    #[error("the certificate belongs to {certificate}, the account to {account}")]
    CertificateOtherCompany { certificate: String, account: String },
    #[error("the certificate was issued by {issuer}, not for {bank}")]
    CertificateOtherBank { issuer: String, bank: String },
    /// What only the electronic port's own cards and UKeys may do.
    #[error("the certificate was issued by {issuer}, not by the electronic port")]
    CertificateNotPort { issuer: String },
    #[error("the certificate names no organisation code")]
    CertificateWithoutCompany,
    #[error("algorithm {oid} is not supported")]
    AlgorithmUnsupported { oid: String },
    #[error("the signature does not verify with the certificate")]
    SignatureInvalid,

    // Portal.
    #[error("the portal address is not usable: {reason}")]
    PortalAddress { reason: String },
    #[error("the portal cannot be reached")]
    PortalUnreachable,
    #[error("the portal did not answer in time")]
    PortalTimeout,
    #[error("the TLS connection to the portal is not trustworthy")]
    PortalTls,
    #[error("the portal's answer is not usable: {reason}")]
    PortalAnswer { reason: AnswerFlaw },
    #[error("the portal is busy or failing, status {status}")]
    PortalFailing { status: u16 },
    #[error("account and password do not match")]
    SignInRefused,
    #[error("too many tries to sign in; wait {seconds} s")]
    SignInDelayed { seconds: u32 },
    #[error("the captcha was not answered rightly, or is spent")]
    CaptchaWrong,
    #[error("the account is locked after too many wrong passwords; wait {seconds} s")]
    SignInLocked { seconds: u32 },
    #[error("this card is bound to no account")]
    CardNotBound,
    #[error("the session has ended")]
    SessionEnded,
    #[error("the portal refused the proof: {reason}")]
    ProofRefused { reason: Refusal },
    #[error("the portal refused the data: {reason}")]
    DataRefused { reason: Refusal },
    #[error("somebody else has changed this record meanwhile")]
    RecordChanged,
    #[error("asked too often; wait {seconds} s")]
    TooOften { seconds: u32 },
    #[error("this account may not do this")]
    NotAllowed,
    #[error("the {register} register did not answer the portal")]
    RegisterUnavailable { register: Register },

    // Banks.
    #[error("no bank is called {bank}")]
    BankUnknown { bank: String },
    #[error("the page of {bank} is not known")]
    BankPageAbsent { bank: String },
    #[error("no browser could be started")]
    BrowserUnavailable { address: String },

    // Pictures and files.
    #[error("the file for {slot} cannot be used: {reason}")]
    FileUnusable { slot: Slot, reason: FileFlaw },

    // Statement.
    #[error("{field} in the statement: {reason}")]
    StatementMalformed { field: String, reason: String },
    #[error("the challenge has expired")]
    ChallengeExpired,
    #[error("the challenge is for another {field}")]
    ChallengeMismatch { field: String },
    #[error("this is not a signed statement: {reason}")]
    ProofMalformed { reason: String },

    // This machine.
    #[error("the journal cannot be written: {reason}")]
    JournalUnavailable { reason: String },
    #[error("the journal was changed at row {row}")]
    JournalBroken {
        #[ts(type = "number")]
        row: i64,
    },
    #[error("the file cannot be written: {reason}")]
    FileUnwritable { reason: String },
    #[error("no keyring of the operating system: {reason}")]
    KeyringUnavailable { reason: String },
    #[error("{field}: {reason}")]
    InputInvalid { field: String, reason: String },
    #[error("another certification is under way")]
    FlowBusy,
    #[error("there is nothing to do this with")]
    FlowNotThere,
    #[error("cancelled by the user")]
    Cancelled,
    #[error("a defect in the program at {place}")]
    Defect { place: String },
}

/// Why a file is not loaded as a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LibraryFlaw {
    NotAbsolute,
    NotAFile,
    /// It lies in the folder of the program itself.
    BesideProgram,
    NotALibrary,
    /// Made for 32-bit programs; this one has 64 bits, and a process can only load its own kind.
    ThirtyTwoBit,
    OtherArchitecture,
    OtherSystem,
    /// Not the content that the user agreed to.
    Changed,
    NotApproved,
    /// Neither PKCS#11 nor GM/T 0016.
    NoEntryPoints,
}

/// Why a picture or file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileFlaw {
    Empty,
    /// More than 20 MB, or after shrinking more than 10.
    TooLarge,
    /// Neither JPEG nor PNG, nor PDF where that is taken, whatever its name says.
    Type,
    /// More than 50 million points.
    TooManyPixels,
    /// Fewer than 640 by 400 points.
    TooSmall,
    /// It is cut off, or not what its first bytes say.
    Damaged,
    /// A PDF that would run a script, open something or carries files.
    ActiveContent,
    /// A PDF under a password.
    Locked,
}

/// Why an answer of the portal cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFlaw {
    TooLarge,
    NotJson,
    Malformed,
    Redirect,
    UnexpectedStatus,
}

/// The closed list of reasons for which a portal refuses a proof or a certification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    CertExpired,
    CertRevoked,
    CertUntrusted,
    CertOtherEnterprise,
    SignatureInvalid,
    ChallengeExpired,
    ChallengeReused,
    CardAlreadyBound,
    IdDuplicate,
    EnterpriseNotFound,
    LegalPersonMismatch,
    ValidityMismatch,
    SmsWrong,
    SmsTooMany,
    SmsExpired,
    /// The register has the company under other data.
    EnterpriseMismatch,
    /// More than two of name, USCC and organisation code at once.
    TooManyChanges,
    /// The person is not in the trusted identity register: the CTID app adds them.
    NotInCtid,
    /// Name, document, card and phone are not together at the bank.
    BankCardMismatch,
    /// Another account has this name.
    NameTaken,
    /// Another account has this phone or e-mail.
    ContactTaken,
    /// Name, document and phone are not together at the carrier.
    PhoneMismatch,
    /// Not the face that the population register has.
    FaceMismatch,
    /// Too dark, too bright or too small.
    PictureQuality,
    /// The other side of the ID card, or none.
    PictureSide,
    /// What stands on it cannot be read.
    PictureUnreadable,
    /// Another person's document.
    PictureMismatch,
    /// The actions were not those that were asked for.
    LivenessFailed,
    /// Another person than the account belongs to.
    HolderMismatch,
    /// Not the amount that was paid.
    AmountWrong,
    /// The amount was wrong too often: another payment is needed.
    AmountTooMany,
    /// The bank account is not the company's.
    AccountMismatch,
    /// By the review desk, which says why.
    LetterRefused,
    TicketExpired,
    /// Another phone has opened it, or it is spent.
    TicketUsed,
    /// On the phone.
    PhoneCancelled,
    /// Nothing waits for this person.
    PersonUnknown,
    /// The certification belongs to another matter.
    MatterMismatch,
    /// Somebody has not signed, or not certified.
    DutiesMissing,
    /// Name and number are not together in the population register.
    IdentityMismatch,
}

/// Who the portal asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    Company,
    Ctid,
    Bank,
    Sms,
    /// Citizens: numbers, names, faces.
    Population,
    /// Carriers: whose a phone number is.
    Phone,
    /// Payments between accounts.
    Payments,
}

impl std::fmt::Display for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Company => "company",
            Self::Ctid => "trusted identity",
            Self::Bank => "bank",
            Self::Sms => "message",
            Self::Population => "population",
            Self::Phone => "phone",
            Self::Payments => "payment",
        })
    }
}

/// How a failure goes on: every fault has exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The same step can be tried again, after what the words say.
    Retry,
    /// This token or account will not do; another way may.
    AnotherWay,
    /// Nothing more can be done here; somebody has to be asked.
    Stop,
}

impl LibraryFlaw {
    pub const ALL: [Self; 10] = [
        Self::NotAbsolute,
        Self::NotAFile,
        Self::BesideProgram,
        Self::NotALibrary,
        Self::ThirtyTwoBit,
        Self::OtherArchitecture,
        Self::OtherSystem,
        Self::Changed,
        Self::NotApproved,
        Self::NoEntryPoints,
    ];
}

impl std::fmt::Display for LibraryFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAbsolute => "not an absolute path",
            Self::NotAFile => "not a file",
            Self::BesideProgram => "beside the program",
            Self::NotALibrary => "not a shared library",
            Self::ThirtyTwoBit => "32 bits",
            Self::OtherArchitecture => "another architecture",
            Self::OtherSystem => "another system",
            Self::Changed => "changed since it was approved",
            Self::NotApproved => "not approved",
            Self::NoEntryPoints => "neither PKCS#11 nor GM/T 0016",
        })
    }
}

impl FileFlaw {
    pub const ALL: [Self; 8] = [
        Self::Empty,
        Self::TooLarge,
        Self::Type,
        Self::TooManyPixels,
        Self::TooSmall,
        Self::Damaged,
        Self::ActiveContent,
        Self::Locked,
    ];

    /// The word on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::Type => "type",
            Self::TooManyPixels => "too_many_pixels",
            Self::TooSmall => "too_small",
            Self::Damaged => "damaged",
            Self::ActiveContent => "active_content",
            Self::Locked => "locked",
        }
    }
}

impl std::fmt::Display for FileFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Display for AnswerFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "too large",
            Self::NotJson => "not JSON",
            Self::Malformed => "malformed",
            Self::Redirect => "a redirect to another host",
            Self::UnexpectedStatus => "an unexpected status",
        })
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Refusal {
    pub const ALL: [Self; 40] = [
        Self::CertExpired,
        Self::CertRevoked,
        Self::CertUntrusted,
        Self::CertOtherEnterprise,
        Self::SignatureInvalid,
        Self::ChallengeExpired,
        Self::ChallengeReused,
        Self::CardAlreadyBound,
        Self::IdDuplicate,
        Self::EnterpriseNotFound,
        Self::LegalPersonMismatch,
        Self::ValidityMismatch,
        Self::SmsWrong,
        Self::SmsTooMany,
        Self::SmsExpired,
        Self::EnterpriseMismatch,
        Self::TooManyChanges,
        Self::NotInCtid,
        Self::BankCardMismatch,
        Self::NameTaken,
        Self::ContactTaken,
        Self::PhoneMismatch,
        Self::FaceMismatch,
        Self::PictureQuality,
        Self::PictureSide,
        Self::PictureUnreadable,
        Self::PictureMismatch,
        Self::LivenessFailed,
        Self::HolderMismatch,
        Self::AmountWrong,
        Self::AmountTooMany,
        Self::AccountMismatch,
        Self::LetterRefused,
        Self::TicketExpired,
        Self::TicketUsed,
        Self::PhoneCancelled,
        Self::PersonUnknown,
        Self::MatterMismatch,
        Self::DutiesMissing,
        Self::IdentityMismatch,
    ];

    /// The word on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::CertExpired => "cert_expired",
            Self::CertRevoked => "cert_revoked",
            Self::CertUntrusted => "cert_untrusted",
            Self::CertOtherEnterprise => "cert_other_enterprise",
            Self::SignatureInvalid => "signature_invalid",
            Self::ChallengeExpired => "challenge_expired",
            Self::ChallengeReused => "challenge_reused",
            Self::CardAlreadyBound => "card_already_bound",
            Self::IdDuplicate => "id_duplicate",
            Self::EnterpriseNotFound => "enterprise_not_found",
            Self::LegalPersonMismatch => "legal_person_mismatch",
            Self::ValidityMismatch => "validity_mismatch",
            Self::SmsWrong => "sms_wrong",
            Self::SmsTooMany => "sms_too_many",
            Self::SmsExpired => "sms_expired",
            Self::EnterpriseMismatch => "enterprise_mismatch",
            Self::TooManyChanges => "too_many_changes",
            Self::NotInCtid => "not_in_ctid",
            Self::BankCardMismatch => "bank_card_mismatch",
            Self::NameTaken => "name_taken",
            Self::ContactTaken => "contact_taken",
            Self::PhoneMismatch => "phone_mismatch",
            Self::FaceMismatch => "face_mismatch",
            Self::PictureQuality => "picture_quality",
            Self::PictureSide => "picture_side",
            Self::PictureUnreadable => "picture_unreadable",
            Self::PictureMismatch => "picture_mismatch",
            Self::LivenessFailed => "liveness_failed",
            Self::HolderMismatch => "holder_mismatch",
            Self::AmountWrong => "amount_wrong",
            Self::AmountTooMany => "amount_too_many",
            Self::AccountMismatch => "account_mismatch",
            Self::LetterRefused => "letter_refused",
            Self::TicketExpired => "ticket_expired",
            Self::TicketUsed => "ticket_used",
            Self::PhoneCancelled => "phone_cancelled",
            Self::PersonUnknown => "person_unknown",
            Self::MatterMismatch => "matter_mismatch",
            Self::DutiesMissing => "duties_missing",
            Self::IdentityMismatch => "identity_mismatch",
        }
    }
}

impl Fault {
    /// The machine's name of this fault: the `code` on the wire and the heading in `docs/faults.md`.
    pub fn code(&self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|v| v.get("code").and_then(|c| c.as_str()).map(str::to_owned))
            .unwrap_or_default()
    }

    pub fn remedy(&self) -> Remedy {
        match self {
            Self::CardServiceStopped
            | Self::ReaderUnavailable { .. }
            | Self::CardBusy { .. }
            | Self::CardRemoved
            | Self::CardReset
            | Self::CardMute
            | Self::CardCommunication { .. }
            | Self::CardChanged
            | Self::TokenGone
            | Self::PinFormat { .. }
            | Self::PinWrong { .. }
            | Self::PinLastTry
            | Self::PortalAddress { .. }
            | Self::PortalUnreachable
            | Self::PortalTimeout
            | Self::PortalAnswer { .. }
            | Self::PortalFailing { .. }
            | Self::SignInRefused
            | Self::SignInDelayed { .. }
            | Self::CaptchaWrong
            | Self::SignInLocked { .. }
            | Self::RecordChanged
            | Self::TooOften { .. }
            | Self::RegisterUnavailable { .. }
            | Self::FileUnusable { .. }
            | Self::KeyringUnavailable { .. }
            | Self::SessionEnded
            | Self::ChallengeExpired
            | Self::FileUnwritable { .. }
            | Self::InputInvalid { .. }
            | Self::FlowBusy
            | Self::FlowNotThere
            | Self::Cancelled
            | Self::LibraryTimeout { .. }
            | Self::LibraryCrashed { .. }
            | Self::LibrarySilent { .. }
            | Self::BrowserUnavailable { .. } => Remedy::Retry,
            Self::CardUnknown { .. }
            | Self::CardRefused { .. }
            | Self::CardMalformed { .. }
            | Self::KeyMissing
            | Self::PinLocked
            | Self::CertificateMalformed { .. }
            | Self::CertificateNotYetValid { .. }
            | Self::CertificateExpired { .. }
            | Self::CertificateUsage
            | Self::CertificateOtherCompany { .. }
            | Self::CertificateWithoutCompany
            | Self::AlgorithmUnsupported { .. }
            | Self::SignatureInvalid
            | Self::LibraryMissing { .. }
            | Self::LibraryRefused { .. }
            | Self::LibraryLied { .. }
            | Self::LibraryFailed { .. }
            | Self::PinNotSet
            | Self::CertificateOtherBank { .. }
            | Self::CertificateNotPort { .. }
            | Self::BankUnknown { .. }
            | Self::BankPageAbsent { .. }
            | Self::CardNotBound => Remedy::AnotherWay,
            Self::ProofRefused { reason } | Self::DataRefused { reason } => reason.remedy(),
            Self::CardServiceDenied
            | Self::NotAllowed
            | Self::PortalTls
            | Self::StatementMalformed { .. }
            | Self::ChallengeMismatch { .. }
            | Self::ProofMalformed { .. }
            | Self::JournalUnavailable { .. }
            | Self::JournalBroken { .. }
            | Self::Defect { .. } => Remedy::Stop,
        }
    }
}

impl Refusal {
    pub fn remedy(self) -> Remedy {
        match self {
            Self::ChallengeExpired
            | Self::ChallengeReused
            | Self::SignatureInvalid
            | Self::SmsWrong
            | Self::SmsExpired
            | Self::EnterpriseMismatch
            | Self::TooManyChanges
            | Self::BankCardMismatch
            | Self::NameTaken
            | Self::ContactTaken
            | Self::LegalPersonMismatch
            | Self::ValidityMismatch
            | Self::PhoneMismatch
            | Self::FaceMismatch
            | Self::PictureQuality
            | Self::PictureSide
            | Self::PictureUnreadable
            | Self::PictureMismatch
            | Self::LivenessFailed
            | Self::AmountWrong
            | Self::AccountMismatch
            | Self::LetterRefused
            | Self::TicketExpired
            | Self::TicketUsed
            | Self::PhoneCancelled
            | Self::DutiesMissing
            | Self::IdentityMismatch => Remedy::Retry,
            Self::CertExpired
            | Self::CertRevoked
            | Self::CertUntrusted
            | Self::CertOtherEnterprise
            | Self::CardAlreadyBound
            | Self::IdDuplicate
            | Self::NotInCtid
            | Self::HolderMismatch
            | Self::AmountTooMany
            | Self::PersonUnknown
            | Self::MatterMismatch
            | Self::SmsTooMany => Remedy::AnotherWay,
            Self::EnterpriseNotFound => Remedy::Stop,
        }
    }
}
