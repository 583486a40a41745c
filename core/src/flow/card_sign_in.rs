//! Sign in with a token: the portal says whose it is, and the user reads that before agreeing.

use super::signing::{self, Prepared, Signed};
use crate::domain::{Challenge, KeyRef, OrganizationCode, Origin, Purpose, Statement, TokenId};
use crate::fault::Fault;
use crate::ports::{Ports, Profile, Session};
use std::sync::atomic::AtomicBool;

/// Opens the token, asks the portal whose its certificate is, and turns that into the statement. No PIN is
/// asked, no try is spent.
///
/// # Errors
/// [`Fault::CardNotBound`] if it is nobody's; [`Fault::CertificateNotPort`] for a bank's UKey.
pub fn prepare(ports: &Ports, portal: &Origin, token: &TokenId, key: &KeyRef) -> Result<Prepared, Fault> {
    let opened = signing::open(ports, token, key, |info, certificate| {
        signing::of_the_port(info, certificate)?;
        signing::usable(certificate, ports.clock.now()).map(|_| ())
    })?;
    let challenge = ports.portal.card_challenge(portal, &opened.identity.certificate)?;
    check(&challenge, signing::usable(&opened.identity.certificate, ports.clock.now())?)?;
    // Whose account it is, only the portal knows: the user reads it in the statement.
    let statement = Statement::from_challenge(&challenge, portal, &challenge.account)?;
    Ok(opened.with(ports, statement, Vec::new()))
}

/// It must be for a sign-in, of the certificate's own company.
fn check(challenge: &Challenge, certificate: &OrganizationCode) -> Result<(), Fault> {
    let mismatch = |field: &str| Err(Fault::ChallengeMismatch { field: field.into() });
    if challenge.purpose != Purpose::Login {
        return mismatch("purpose");
    }
    if challenge.company.organization_code != *certificate {
        return mismatch("company");
    }
    Ok(())
}

/// Hands the proof to the portal, which opens the session, and writes down how it ended.
pub fn submit(ports: &Ports, signed: &Signed, cancelled: &AtomicBool) -> Result<(Session, Profile), Fault> {
    let statement = &signed.statement;
    let send = || ports.portal.sign_in_by_card(&statement.audience, &statement.account, &signed.proof);
    // A session has no receipt: the request's own name stands for it.
    let handed = signing::hand_over(ports, signed, cancelled, send, |_| statement.request_id.to_string())?;
    if let Err(journal) = handed.row {
        tracing::error!(%journal, "the journal lacks the row of a sign-in");
    }
    Ok(handed.answer)
}
