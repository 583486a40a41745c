//! Every way out of the core. Drivers implement these; the core calls nothing else.
//!
//! All calls block: PC/SC, PKCS#11, SQLite and HTTP do. A host runs them off its window thread.

mod account;
mod company;
mod kept;
mod legal;
mod procedures;
mod sign_in;

pub use crate::domain::Method;
pub use account::{
    AccountDesk, AccountRecord, Certification, CodeEntered, CodeSent, CodeTarget, Notifications,
    NotificationsSet, Preferences, PreferencesSet,
};
pub use company::{
    BoundCard, CompanyDesk, CompanyEdit, CompanyRecord, NewOperator, Operator, OperatorSet, PersonEdit,
    PersonRecord, Right, Role,
};
pub use kept::{Settings, Vault};
pub use legal::{
    BankCard, CheckKind, CheckedPerson, LegalCertification, LegalCompany, LegalDesk, LegalHolder, LegalStep,
    PersonCheck,
};
pub use procedures::{
    AskTicket, Branch, Closed, Download, Duty, DutyOf, FaceAction, Fact, FieldEntry, FileFacts, LetterState,
    Matter, NewParticipant, OpenProcedure, Participant, Payee, Payment, PendingMatter, PlatformState,
    Procedure, ProcedureDesk, ProcedureReceipt, SlotState, Stage, StepAnswer, StepMark, StepState, Ticket,
    TicketState, Upload,
};
pub use sign_in::{Captcha, CaptchaAnswer, CaptchaContent, CaptchaKind, SignIn};

use crate::domain::platform::{Platform, Slot};
use crate::domain::{
    AccountName, Bank, BankId, BankName, Certificate, Challenge, CompanyIdentity, KeyRef, Library,
    LibraryPath, Means, Nonce, Origin, Password, Pin, PinState, Proof, Purpose, Receipt, RequestId,
    SecurityLevel, Timestamp, TokenId, TokenInfo,
};
use crate::fault::{Fault, Refusal};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;
use zeroize::Zeroizing;

/// All of them, as a flow uses them.
#[derive(Clone)]
pub struct Ports {
    pub tokens: Arc<dyn TokenSource>,
    pub libraries: Arc<dyn Libraries>,
    pub browser: Arc<dyn Browser>,
    pub portal: Arc<dyn Portal>,
    pub platforms: Arc<dyn Platforms>,
    pub pictures: Arc<dyn Pictures>,
    pub journal: Arc<dyn Journal>,
    pub shelf: Arc<dyn ProofShelf>,
    pub vault: Arc<dyn Vault>,
    pub settings: Arc<dyn Settings>,
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ports(..)")
    }
}

/// Finds tokens by event and opens them.
pub trait TokenSource: Send + Sync {
    /// What is there now. A card that cannot be read is named with its fault, not left out.
    fn list(&self) -> Snapshot;
    /// Opens the token that `list` or `watch` named. [`Fault::TokenGone`] once the card was taken out,
    /// even if another (or the same) card is in the reader by now.
    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault>;
    /// Calls `on_change` from a thread of its own, at once and after every change, until the guard is dropped.
    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault>;
}

/// Dropping it ends the watching thread before `drop` returns.
pub trait WatchGuard: Send + Sync {}

/// An opened token. Holds the card only while a call runs.
pub trait Token: Send {
    fn info(&self) -> &TokenInfo;
    /// Asks the card, without spending a try.
    fn pin_state(&mut self, key: &KeyRef) -> Result<PinState, Fault>;
    /// One call is at most one VERIFY, whatever happens. Under the transaction that signs, the
    /// certificate is read again: unless it is `expected` byte for byte, [`Fault::CardChanged`] and no VERIFY.
    ///
    /// A card that came to its last try since `pin_state` or a wrong entry told otherwise: [`Fault::PinLastTry`]
    /// and no VERIFY; the next call is taken as the user's yes.
    ///
    /// `pin` is `None` where the device asks for it itself ([`TokenInfo::pin_pad`]); a token without a pad
    /// answers [`Fault::PinFormat`].
    ///
    /// Returns the bare signature over `message`: SM2 as r||s (64 bytes), ECDSA P-256 as r||s (64 bytes),
    /// RSASSA-PKCS1-v1_5 with SHA-256 as long as the modulus. Nobody has verified it by then: what a token, or the
    /// process of a vendor's library, says of its own signature is worth nothing. [`Proof::build`] verifies it.
    fn sign(
        &mut self,
        key: &KeyRef,
        expected: &Certificate,
        message: &[u8],
        pin: Option<&Pin>,
    ) -> Result<Vec<u8>, Fault>;
    /// At most one CHANGE REFERENCE DATA.
    fn change_pin(&mut self, key: &KeyRef, old: &Pin, new: &Pin) -> Result<(), Fault>;
    /// What ends a call of this token that another thread waits for. A card's command cannot be ended.
    fn interrupt(&self) -> Arc<dyn Interrupt> {
        Arc::new(NoInterrupt)
    }
}

/// Ends a running call; it answers [`Fault::Cancelled`]. Does nothing once the call is over.
pub trait Interrupt: Send + Sync {
    fn interrupt(&self);
}

struct NoInterrupt;

impl Interrupt for NoInterrupt {
    fn interrupt(&self) {}
}

/// All readers and what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Snapshot {
    /// The card service's fault if it does not run; then no reader is one of its.
    pub service: Option<Fault>,
    pub readers: Vec<Reader>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Reader {
    pub name: String,
    /// The library that tells of it; `None` for a card reader.
    pub library: Option<LibraryPath>,
    pub state: ReaderState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReaderState {
    Empty,
    /// A card is in, its identities are being read.
    Reading,
    /// A card is in, and this stands against using it (mute, unknown, busy, malformed).
    Unusable {
        fault: Fault,
    },
    Token {
        token: TokenInfo,
    },
}

/// The backend, as its OpenAPI document describes it.
pub trait Portal: SignIn + CompanyDesk + AccountDesk + LegalDesk + ProcedureDesk {
    fn profile(&self, session: &Session) -> Result<Profile, Fault>;
    fn challenge(&self, session: &Session, means: &Means) -> Result<Challenge, Fault>;
    /// The proof's request id is the idempotency key: asked twice, the portal answers the same receipt.
    fn submit(&self, session: &Session, proof: &Proof) -> Result<Receipt, Fault>;
    /// Opens a visit to the bank's own page; its `state` is what the page gets, and nothing else.
    fn visit_bank(&self, session: &Session, bank: &BankId) -> Result<BankVisit, Fault>;
    /// How the visit stands. Waits up to 20 s for it to end.
    fn bank_visit(&self, session: &Session, visit: &RequestId) -> Result<VisitState, Fault>;
}

/// A visit to the bank's own page, which the bank's server ends at the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankVisit {
    pub id: RequestId,
    /// The portal's random value that binds the visit to this session, account and bank.
    pub state: Nonce,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum VisitState {
    Pending,
    Passed { receipt: Receipt },
    Refused { reason: Refusal },
    Expired,
}

/// A signed-in account. The bearer token is a secret: `Debug` hides it, dropping wipes it.
#[derive(Debug, Clone)]
pub struct Session {
    pub origin: Origin,
    pub account: AccountName,
    pub bearer: Password,
}

impl Session {
    /// Whether it is the same one.
    pub fn is(&self, other: &Self) -> bool {
        self.bearer.expose() == other.bearer.expose()
    }
}

/// What the portal says of the account in this session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Profile {
    pub account: AccountName,
    pub company: CompanyIdentity,
    /// As of sign-in: a certification passed since then shows after the next one.
    pub level: SecurityLevel,
    pub methods: Vec<MethodState>,
    /// A certification has passed in this session: sign in again for it to take effect.
    pub sign_in_again: bool,
    pub role: Role,
    /// What the account may do; an administrator has all.
    pub rights: Vec<Right>,
    /// Of the session, if it is not used before.
    pub idle_ends_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MethodState {
    pub method: Method,
    /// When it was passed, if it was.
    pub passed_at: Option<Timestamp>,
    pub receipt: Option<String>,
    /// Whose UKey it was.
    pub bank: Option<BankName>,
    /// When what it rests on ends: the certificate, or the first of the documents.
    pub expires_at: Option<Timestamp>,
}

/// Banks and vendors' libraries: the catalogue, what lies on this machine, and what the user approved.
pub trait Libraries: Send + Sync {
    fn banks(&self) -> Vec<Bank>;
    /// What stands against the user's own rows, each with file and line; such a file adds nothing.
    fn faults(&self) -> Vec<Fault>;
    /// Looks again. Loads nothing that was not approved.
    fn list(&self) -> Vec<Library>;
    /// What the file at an absolute path says of itself; it is not loaded.
    fn inspect(&self, path: &str) -> Result<Library, Fault>;
    /// The user's yes to this file with this content: it is loaded from now on, in a process of its own.
    fn approve(&self, path: &LibraryPath, sha256: &str) -> Result<(), Fault>;
    /// Takes the yes back; its process ends.
    fn withdraw(&self, path: &LibraryPath) -> Result<(), Fault>;
}

/// What platforms there are, as descriptions that passed their check.
pub trait Platforms: Send + Sync {
    fn platforms(&self) -> &[Platform];
}

/// Makes what the user picked fit to be sent.
pub trait Pictures: Send + Sync {
    /// A picture comes back as JPEG: upright, at most 2000 points wide and high, and without anything that was
    /// beside it (Exif, place, comments). A PDF, which [`Slot::Letter`] alone takes, comes back as it is.
    ///
    /// # Errors
    /// [`Fault::FileUnusable`]. The first bytes decide what it is, never its name; a picture is measured before it
    /// is unpacked.
    fn prepare(&self, slot: Slot, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault>;
}

/// The user's own browser.
pub trait Browser: Send + Sync {
    /// [`Fault::BrowserUnavailable`] where none can be started.
    fn open(&self, address: &str) -> Result<(), Fault>;
}

/// The record that nobody can quietly change.
pub trait Journal: Send + Sync {
    fn append(&self, entry: &JournalEntry) -> Result<JournalRow, Fault>;
    /// Newest first; `before` is a row number to page on from.
    fn rows(&self, before: Option<i64>, limit: u32) -> Result<Vec<JournalRow>, Fault>;
    /// Recomputes the whole chain; the number of rows, or [`Fault::JournalBroken`].
    fn verify(&self) -> Result<i64, Fault>;
}

/// No PIN, no nonce, no ID number: there is no field for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JournalEntry {
    pub at: Timestamp,
    pub purpose: Purpose,
    pub audience: Origin,
    pub token_label: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub certificate: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The token signed; written before the proof leaves the machine.
    Signed,
    Accepted {
        receipt: String,
    },
    /// The portal or the network said no: the fault's code.
    Failed {
        code: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JournalRow {
    #[ts(type = "number")]
    pub row: i64,
    pub entry: JournalEntry,
    /// SHA-256 over the previous row's hash and this row's fields, lower-case hex.
    pub hash: String,
}

/// Where a signed statement, or a letter to be stamped, is kept on the user's wish.
pub trait ProofShelf: Send + Sync {
    /// Writes the file whole or not at all; the path it has now. `name` ends in `.p7s` or `.pdf`.
    fn save(&self, name: &str, cms: &[u8]) -> Result<String, Fault>;
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}
