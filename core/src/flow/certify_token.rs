//! Certify the company with a token: prepare, let the user read and agree, sign, submit.
//!
//! The steps are functions over the ports; [`crate::api::App`] keeps what lies between them. Nothing
//! here tries again by itself: a PIN is sent once per entry, a proof goes out once per call.

use crate::domain::{
    Certificate, Challenge, CompanyIdentity, Identity, KeyRef, Means, Origin, Pin, PinState, Proof, Receipt,
    Statement, Timestamp, TokenId, TokenInfo,
};
use crate::fault::Fault;
use crate::ports::{
    Browser, Clock, Journal, JournalEntry, JournalRow, Libraries, Outcome, Portal, Profile, ProofShelf,
    Session, Token, TokenSource,
};
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use ts_rs::TS;

/// The outside, as a flow uses it.
#[derive(Clone)]
pub struct Ports {
    pub tokens: Arc<dyn TokenSource>,
    pub libraries: Arc<dyn Libraries>,
    pub browser: Arc<dyn Browser>,
    pub portal: Arc<dyn Portal>,
    pub journal: Arc<dyn Journal>,
    pub shelf: Arc<dyn ProofShelf>,
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ports(..)")
    }
}

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

/// The end of a certification that passed.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub receipt: Receipt,
    /// The journal's row; a fault of the journal does not undo what the portal accepted.
    pub row: Result<JournalRow, Fault>,
    pub portal_ms: u64,
}

/// Opens the token, checks that its certificate will do for the signed-in company (and for the bank), and
/// turns a fresh challenge into the statement. No PIN is asked, no try is spent.
pub fn prepare(
    ports: &Ports,
    session: &Session,
    profile: &Profile,
    means: &Means,
    token: &TokenId,
    key: &KeyRef,
) -> Result<Prepared, Fault> {
    let mut token = ports.tokens.open(token)?;
    let info = token.info().clone();
    let identity =
        info.identities.iter().find(|identity| identity.key == *key).cloned().ok_or(Fault::KeyMissing)?;
    check_means(ports, means, &info, &identity.certificate)?;
    check_certificate(&identity.certificate, profile, ports.clock.now())?;
    let pin = token.pin_state(key)?;
    if pin == PinState::Locked {
        return Err(Fault::PinLocked);
    }
    let challenge = ports.portal.challenge(session, means)?;
    let differences = check_challenge(&challenge, means, &profile.company)?;
    let statement = Statement::from_challenge(&challenge, &session.origin, &session.account)?;
    let life = statement.expires_at.unix() - statement.issued_at.unix();
    let deadline = ports.clock.now().plus_seconds(life);
    Ok(Prepared { token, info, identity, statement, deadline, pin, differences })
}

/// A card certifies as a card, a bank's UKey as that bank's.
fn check_means(
    ports: &Ports,
    means: &Means,
    info: &TokenInfo,
    certificate: &Certificate,
) -> Result<(), Fault> {
    let Means::BankUkey { bank } = means else {
        return if info.application.is_library() { Err(Fault::TokenGone) } else { Ok(()) };
    };
    if !info.application.is_library() {
        return Err(Fault::TokenGone);
    }
    let known = ports.libraries.banks().into_iter().find(|row| row.id == *bank);
    let known = known.ok_or_else(|| Fault::BankUnknown { bank: bank.to_string() })?;
    if known.issuers.iter().any(|issuer| issuer == certificate.issuer()) {
        return Ok(());
    }
    Err(Fault::CertificateOtherBank { issuer: certificate.issuer().into(), bank: bank.to_string() })
}

/// The codes must be the account's. A bank may know the company by another name, say a former one: that is
/// for the user to see before signing.
fn check_challenge(
    challenge: &Challenge,
    means: &Means,
    account: &CompanyIdentity,
) -> Result<Vec<Difference>, Fault> {
    let mismatch = |field: &str| Err(Fault::ChallengeMismatch { field: field.into() });
    if challenge.purpose != means.purpose() {
        return mismatch("purpose");
    }
    let company = &challenge.company;
    if company.uscc != account.uscc || company.organization_code != account.organization_code {
        return mismatch("company");
    }
    if company.name == account.name {
        return Ok(Vec::new());
    }
    if means.bank().is_none() {
        return mismatch("company");
    }
    Ok(vec![Difference {
        field: "name".into(),
        statement: company.name.to_string(),
        account: account.name.to_string(),
    }])
}

fn check_certificate(certificate: &Certificate, profile: &Profile, now: Timestamp) -> Result<(), Fault> {
    certificate.check_validity(now)?;
    if !certificate.may_sign() {
        return Err(Fault::CertificateUsage);
    }
    let account = &profile.company.organization_code;
    match certificate.organization_code() {
        None => Err(Fault::CertificateWithoutCompany),
        Some(code) if code == account => Ok(()),
        Some(code) => Err(Fault::CertificateOtherCompany {
            certificate: code.to_string(),
            account: account.to_string(),
        }),
    }
}

/// Has the token sign the statement; without `pin` its own pad asks for it. At most one VERIFY; none if the challenge is over, the PIN is locked,
/// or it is the last try and the user did not say yes to that.
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

/// Hands the proof to the portal and writes down how it ended.
pub fn submit(
    ports: &Ports,
    session: &Session,
    signed: &Signed,
    cancelled: &AtomicBool,
) -> Result<Accepted, Fault> {
    let started = Instant::now();
    let outcome = check_cancelled(cancelled)
        .and_then(|()| check_audience(session, &signed.statement.audience))
        .and_then(|()| ports.portal.submit(session, &signed.proof));
    let portal_ms = elapsed_ms(started);
    match outcome {
        Ok(receipt) => {
            let row = record(ports, signed, Outcome::Accepted { receipt: receipt.number.clone() });
            Ok(Accepted { receipt, row, portal_ms })
        }
        Err(fault) => {
            if let Err(journal) = record(ports, signed, Outcome::Failed { code: fault.code() }) {
                tracing::error!(%journal, "the journal lacks the row of a failed submission");
            }
            Err(fault)
        }
    }
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

fn check_audience(session: &Session, audience: &Origin) -> Result<(), Fault> {
    if session.origin == *audience {
        Ok(())
    } else {
        Err(Fault::ChallengeMismatch { field: "audience".into() })
    }
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
