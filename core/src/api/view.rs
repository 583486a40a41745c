//! What a host shows: one whole value, pushed after every change.

use super::Sending;
use crate::domain::{
    Algorithm, Bank, BankId, CertificateFacts, KeyRef, Library, Means, Origin, PinState, Receipt, Statement,
    Timestamp, TokenId, TokenInfo,
};
use crate::fault::{Fault, Remedy};
use crate::flow::signing::Difference;
use crate::ports::{Profile, Snapshot};
use serde::Serialize;
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, TS)]
pub struct View {
    /// Of this program.
    pub version: String,
    /// The address offered at sign-in: the one that was signed in at last.
    pub portal: Option<Origin>,
    /// Where a sandbox on this computer would listen: it is asked for a captcha before it is offered.
    pub sandbox: Origin,
    pub tokens: Snapshot,
    pub banks: Vec<Bank>,
    /// As of the last look.
    pub libraries: Vec<Library>,
    /// Against the user's own rows of banks and libraries: file, line, reason.
    pub catalogue_faults: Vec<Fault>,
    pub session: Option<SessionView>,
    pub flow: FlowView,
    /// What `flow` is about; `None` while it is idle.
    pub certifying: Option<Means>,
    /// Pictures and files on their way to the portal.
    pub sending: Vec<Sending>,
    /// To which the page seals a PIN: SEC1 point, base64url.
    pub sealing_key: String,
}

#[derive(Debug, Clone, Serialize, TS)]
pub struct SessionView {
    pub origin: Origin,
    /// Its `idle_ends_at` is by this machine's clock.
    pub profile: Profile,
    /// In the keyring of the operating system; otherwise it ends with this program.
    pub kept: bool,
}

/// The port of 127.0.0.1 that a sandbox takes if it is free.
pub const SANDBOX_PORT: u16 = 19519;

/// The statement as text and as its values. `text` is what the token signs, byte for byte.
#[derive(Debug, Clone, Serialize, TS)]
pub struct StatementView {
    pub text: String,
    pub audience: Origin,
    /// While the user reads: by this machine's clock. The text names the portal's.
    pub expires_at: Timestamp,
    pub request_id: String,
}

/// Where a certification stands.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FlowView {
    Idle,
    /// The token is being opened and the challenge fetched.
    Preparing {
        token: TokenId,
        key: KeyRef,
    },
    /// The user reads. `fault` is what the last entry met, if there was one.
    Consent {
        token: TokenInfo,
        key: KeyRef,
        certificate: CertificateFacts,
        statement: StatementView,
        pin: PinState,
        /// Where the statement's company data are not the account's.
        differences: Vec<Difference>,
        fault: Option<Fault>,
    },
    /// `token` is gone once a kept statement is submitted again.
    Working {
        step: Step,
        token: Option<TokenInfo>,
        certificate: CertificateFacts,
        statement: StatementView,
    },
    /// Over, for now. With `can_resubmit` the signed statement is kept and may be submitted again.
    Failed {
        fault: Fault,
        remedy: Remedy,
        can_resubmit: bool,
        statement: Option<StatementView>,
    },
    /// The user is at the bank's own page. `fault` is why the portal could not be asked, the last time.
    AtBank {
        bank: BankId,
        address: String,
        expires_at: Timestamp,
        /// Whether a browser could be started.
        opened: bool,
        fault: Option<Fault>,
    },
    /// The bank's server told the portal yes. Nothing was signed on this machine.
    DoneAtBank {
        receipt: Receipt,
    },
    Done {
        receipt: Receipt,
        statement: StatementView,
        algorithm: Algorithm,
        certificate: CertificateFacts,
        /// `None` where the journal could not be written: `journal_fault` says why.
        #[ts(type = "number | null")]
        journal_row: Option<i64>,
        journal_fault: Option<Fault>,
        saved: Option<String>,
        timings: Timings,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Signing,
    Submitting,
}

/// Milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Timings {
    #[ts(type = "number")]
    pub card: u64,
    #[ts(type = "number")]
    pub portal: u64,
}

#[derive(Debug, Clone, Serialize, TS)]
pub struct SavedProof {
    pub path: String,
}

/// The journal's chain is whole.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub struct Verified {
    #[ts(type = "number")]
    pub rows: i64,
}

impl StatementView {
    pub(super) fn of(statement: &Statement) -> Self {
        Self {
            text: statement.render(),
            audience: statement.audience.clone(),
            expires_at: statement.expires_at,
            request_id: statement.request_id.to_string(),
        }
    }
}
