//! What every flow with a token has in common: open it, let the user read and agree, have it sign, and hand
//! the signature over.
//!
//! Nothing here tries again by itself: a PIN is sent once per entry, a proof goes out once per call.

use crate::domain::{
    Certificate, Identity, KeyRef, OrganizationCode, Pin, PinState, Proof, Purpose, Statement, Timestamp,
    TokenId, TokenInfo,
};
use crate::fault::Fault;
use crate::ports::{JournalEntry, JournalRow, Outcome, Ports, Token};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use ts_rs::TS;

/// Everything the user must see before agreeing, and the token that will sign it.
pub struct Prepared {
    pub token: Box<dyn Token>,
    pub info: TokenInfo,
    pub identity: Identity,
    pub statement: Statement,
    /// When the challenge ends by this machine's clock, which need not agree with the portal's.
    pub deadline: Timestamp,
    pub pin: PinState,
    /// Where the statement's company data are not the account's.
    pub differences: Vec<Difference>,
}

/// A company's datum that the statement writes in another way than the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Difference {
    pub field: String,
    pub statement: String,
    pub account: String,
}

/// A signature that verified, in its envelope. Submitting it again repeats nothing at the portal.
#[derive(Debug, Clone)]
pub struct Signed {
    pub proof: Proof,
    pub statement: Statement,
    pub certificate: Certificate,
    pub token_label: String,
    /// Milliseconds in which the token had the PIN and the text.
    pub card_ms: u64,
}

/// A token and one of its certificates; nothing was asked of it yet.
pub(crate) struct Opened {
    pub(super) token: Box<dyn Token>,
    pub(super) info: TokenInfo,
    pub(super) identity: Identity,
    pub(super) pin: PinState,
}

/// How a handing-over went: what came back, the journal's row of it, and how long the portal took.
pub(crate) struct HandedOver<T> {
    pub(crate) answer: T,
    /// A fault of the journal does not undo what the portal accepted.
    pub(crate) row: Result<JournalRow, Fault>,
    pub(crate) portal_ms: u64,
}

/// Opens the token. `check` sees it and its certificate before the PIN's state is asked.
pub(crate) fn open(
    ports: &Ports,
    token: &TokenId,
    key: &KeyRef,
    check: impl FnOnce(&TokenInfo, &Certificate) -> Result<(), Fault>,
) -> Result<Opened, Fault> {
    let mut token = ports.tokens.open(token)?;
    let info = token.info().clone();
    let identity =
        info.identities.iter().find(|identity| identity.key == *key).cloned().ok_or(Fault::KeyMissing)?;
    check(&info, &identity.certificate)?;
    let pin = token.pin_state(key)?;
    if pin == PinState::Locked {
        return Err(Fault::PinLocked);
    }
    Ok(Opened { token, info, identity, pin })
}

/// The company of a certificate that may sign now.
pub(crate) fn usable(certificate: &Certificate, now: Timestamp) -> Result<&OrganizationCode, Fault> {
    certificate.check_validity(now)?;
    if !certificate.may_sign() {
        return Err(Fault::CertificateUsage);
    }
    certificate.organization_code().ok_or(Fault::CertificateWithoutCompany)
}

/// A card, or a UKey with a certificate of the electronic port: the Single Window's word for both is IC card.
pub(crate) fn of_the_port(info: &TokenInfo, certificate: &Certificate) -> Result<(), Fault> {
    if info.application.is_library() && certificate.card_number().is_none() {
        return Err(Fault::CertificateNotPort { issuer: certificate.issuer().into() });
    }
    Ok(())
}

impl Opened {
    /// The statement that this token is to sign, with as much time as the portal gave it.
    pub(crate) fn with(self, ports: &Ports, statement: Statement, differences: Vec<Difference>) -> Prepared {
        let Self { token, info, identity, pin } = self;
        let life = statement.expires_at.unix() - statement.issued_at.unix();
        let deadline = ports.clock.now().plus_seconds(life);
        Prepared { token, info, identity, statement, deadline, pin, differences }
    }
}

impl Prepared {
    /// Whether there is no session yet.
    pub fn is_sign_in(&self) -> bool {
        self.statement.purpose == Purpose::Login
    }
}

impl Signed {
    /// Whether there is no session yet.
    pub fn is_sign_in(&self) -> bool {
        self.statement.purpose == Purpose::Login
    }
}

/// Has the token sign the statement; without `pin` its own pad asks for it. At most one VERIFY; none if the
/// challenge is over, the PIN is locked, or it is the last try and the user did not say yes to that.
pub fn sign(
    ports: &Ports,
    prepared: &mut Prepared,
    pin: Option<&Pin>,
    last_try: bool,
    cancelled: &AtomicBool,
) -> Result<Signed, Fault> {
    if ports.clock.now() >= prepared.deadline {
        return Err(Fault::ChallengeExpired);
    }
    match prepared.pin {
        PinState::Locked => return Err(Fault::PinLocked),
        PinState::LastTry if !last_try => return Err(Fault::PinLastTry),
        _ => {}
    }
    check_cancelled(cancelled)?;
    let certificate = prepared.identity.certificate.clone();
    let text = prepared.statement.render();
    let started = Instant::now();
    let signature = prepared.token.sign(&prepared.identity.key, &certificate, text.as_bytes(), pin)?;
    let card_ms = elapsed_ms(started);
    // The token is not believed: its signature must verify before it leaves the machine.
    let proof = Proof::build(&prepared.statement, &signature, &certificate, &[])?;
    let signed = Signed {
        proof,
        statement: prepared.statement.clone(),
        certificate,
        token_label: prepared.info.label.clone(),
        card_ms,
    };
    record(ports, &signed, Outcome::Signed)?;
    Ok(signed)
}

/// Gives the proof to the portal by `send` and writes down how it ended; `reference` is what the portal will
/// know it by.
pub(crate) fn hand_over<T>(
    ports: &Ports,
    signed: &Signed,
    cancelled: &AtomicBool,
    send: impl FnOnce() -> Result<T, Fault>,
    reference: impl FnOnce(&T) -> String,
) -> Result<HandedOver<T>, Fault> {
    let started = Instant::now();
    let outcome = check_cancelled(cancelled).and_then(|()| send());
    let portal_ms = elapsed_ms(started);
    match outcome {
        Ok(answer) => {
            let row = record(ports, signed, Outcome::Accepted { receipt: reference(&answer) });
            Ok(HandedOver { answer, row, portal_ms })
        }
        Err(fault) => {
            record_failure(ports, signed, &fault);
            Err(fault)
        }
    }
}

/// The user left before the proof went out.
pub(crate) fn give_up(ports: &Ports, signed: &Signed) {
    record_failure(ports, signed, &Fault::Cancelled);
}

fn record_failure(ports: &Ports, signed: &Signed, fault: &Fault) {
    if let Err(journal) = record(ports, signed, Outcome::Failed { code: fault.code() }) {
        tracing::error!(%journal, "the journal lacks the row of a failed submission");
    }
}

/// A wrong entry that was the last one has locked the PIN.
pub(crate) fn locked_by(fault: Fault) -> Fault {
    if fault == (Fault::PinWrong { tries_left: Some(0) }) { Fault::PinLocked } else { fault }
}

/// After these the portal may or may not have the proof: asking again with the same proof tells.
pub fn may_resubmit(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::PortalTimeout
            | Fault::PortalUnreachable
            | Fault::PortalFailing { .. }
            | Fault::PortalAnswer { .. }
            | Fault::Cancelled
    )
}

fn check_cancelled(cancelled: &AtomicBool) -> Result<(), Fault> {
    if cancelled.load(Ordering::SeqCst) { Err(Fault::Cancelled) } else { Ok(()) }
}

fn record(ports: &Ports, signed: &Signed, outcome: Outcome) -> Result<JournalRow, Fault> {
    ports.journal.append(&JournalEntry {
        at: ports.clock.now(),
        purpose: signed.statement.purpose,
        audience: signed.statement.audience.clone(),
        token_label: signed.token_label.clone(),
        certificate: signed.certificate.fingerprint(),
        outcome,
    })
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("token", &self.info.id)
            .field("pin", &self.pin)
            .finish_non_exhaustive()
    }
}
