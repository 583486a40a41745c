//! Exit codes: what a script branches on. `docs/cli.md` holds the same table.

use std::process::ExitCode;
use tongguan_core::fault::Fault;

/// Every way the program ends. Clap itself uses 2 for a command line that it does not understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Ok = 0,
    Defect = 1,
    Usage = 2,
    Token = 3,
    Pin = 4,
    Certificate = 5,
    PortalUnreachable = 6,
    PortalRefused = 7,
    Journal = 8,
    ChoiceNeeded = 9,
    NotVerified = 10,
    DataRefused = 11,
    RecordChanged = 12,
    NotSignedIn = 13,
    Keyring = 14,
    Cancelled = 130,
}

impl Exit {
    pub(crate) const ALL: [Self; 16] = [
        Self::Ok,
        Self::Defect,
        Self::Usage,
        Self::Token,
        Self::Pin,
        Self::Certificate,
        Self::PortalUnreachable,
        Self::PortalRefused,
        Self::Journal,
        Self::ChoiceNeeded,
        Self::NotVerified,
        Self::DataRefused,
        Self::RecordChanged,
        Self::NotSignedIn,
        Self::Keyring,
        Self::Cancelled,
    ];

    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn of(fault: &Fault) -> Self {
        use Fault as F;
        match fault {
            F::CardServiceStopped
            | F::CardServiceDenied
            | F::ReaderUnavailable { .. }
            | F::CardBusy { .. }
            | F::CardRemoved
            | F::CardReset
            | F::CardMute
            | F::CardCommunication { .. }
            | F::CardUnknown { .. }
            | F::CardRefused { .. }
            | F::CardMalformed { .. }
            | F::CardChanged
            | F::TokenGone
            | F::KeyMissing
            | F::LibraryMissing { .. }
            | F::LibraryRefused { .. }
            | F::LibraryTimeout { .. }
            | F::LibraryCrashed { .. }
            | F::LibraryLied { .. }
            | F::LibraryFailed { .. }
            | F::LibrarySilent { .. } => Self::Token,
            F::PinFormat { .. } | F::PinWrong { .. } | F::PinLastTry | F::PinLocked | F::PinNotSet => {
                Self::Pin
            }
            F::CertificateMalformed { .. }
            | F::CertificateNotYetValid { .. }
            | F::CertificateExpired { .. }
            | F::CertificateUsage
            | F::CertificateOtherCompany { .. }
            | F::CertificateOtherBank { .. }
            | F::CertificateNotPort { .. }
            | F::CertificateWithoutCompany
            | F::AlgorithmUnsupported { .. } => Self::Certificate,
            F::PortalUnreachable
            | F::PortalTimeout
            | F::PortalTls
            | F::PortalAnswer { .. }
            | F::PortalFailing { .. }
            | F::RegisterUnavailable { .. } => Self::PortalUnreachable,
            F::SignInRefused
            | F::SignInDelayed { .. }
            | F::SignInLocked { .. }
            | F::CaptchaWrong
            | F::CardNotBound
            | F::NotAllowed
            | F::TooOften { .. }
            | F::ProofRefused { .. }
            | F::ChallengeExpired
            | F::ChallengeMismatch { .. } => Self::PortalRefused,
            F::DataRefused { .. } => Self::DataRefused,
            F::RecordChanged => Self::RecordChanged,
            F::SessionEnded => Self::NotSignedIn,
            F::KeyringUnavailable { .. } => Self::Keyring,
            F::JournalUnavailable { .. } | F::JournalBroken { .. } => Self::Journal,
            F::SignatureInvalid | F::ProofMalformed { .. } | F::StatementMalformed { .. } => {
                Self::NotVerified
            }
            F::PortalAddress { .. }
            | F::InputInvalid { .. }
            | F::FileUnusable { .. }
            | F::FlowNotThere
            | F::FileUnwritable { .. }
            | F::BankUnknown { .. }
            | F::BankPageAbsent { .. }
            | F::BrowserUnavailable { .. } => Self::Usage,
            F::Cancelled => Self::Cancelled,
            F::FlowBusy | F::Defect { .. } => Self::Defect,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
