//! Certify the company with a token: prepare, let the user read and agree, sign, submit.
//!
//! The steps are functions over the ports; [`crate::api::App`] keeps what lies between them.

use super::signing::{self, Difference, HandedOver, Prepared, Signed};
use crate::domain::{
    Certificate, Challenge, CompanyIdentity, KeyRef, Means, Origin, Receipt, Statement, Timestamp, TokenId,
    TokenInfo,
};
use crate::fault::Fault;
use crate::ports::{JournalRow, Ports, Profile, Session};
use std::sync::atomic::AtomicBool;

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
    let opened = signing::open(ports, token, key, |info, certificate| {
        check_means(ports, means, info, certificate)?;
        check_certificate(certificate, profile, ports.clock.now())
    })?;
    let challenge = ports.portal.challenge(session, means)?;
    let differences = check_challenge(&challenge, means, &profile.company)?;
    let statement = Statement::from_challenge(&challenge, &session.origin, &session.account)?;
    Ok(opened.with(ports, statement, differences))
}

/// What the electronic port made certifies as an IC card, a bank's UKey as that bank's.
fn check_means(
    ports: &Ports,
    means: &Means,
    info: &TokenInfo,
    certificate: &Certificate,
) -> Result<(), Fault> {
    let Means::BankUkey { bank } = means else {
        return signing::of_the_port(info, certificate);
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
    let account = &profile.company.organization_code;
    match signing::usable(certificate, now)? {
        code if code == account => Ok(()),
        code => Err(Fault::CertificateOtherCompany {
            certificate: code.to_string(),
            account: account.to_string(),
        }),
    }
}

/// Hands the proof to the portal and writes down how it ended.
pub fn submit(
    ports: &Ports,
    session: &Session,
    signed: &Signed,
    cancelled: &AtomicBool,
) -> Result<Accepted, Fault> {
    let send = || {
        check_audience(session, &signed.statement.audience)?;
        ports.portal.submit(session, &signed.proof)
    };
    let handed =
        signing::hand_over(ports, signed, cancelled, send, |receipt: &Receipt| receipt.number.clone());
    handed.map(|HandedOver { answer: receipt, row, portal_ms }| Accepted { receipt, row, portal_ms })
}

fn check_audience(session: &Session, audience: &Origin) -> Result<(), Fault> {
    if session.origin == *audience {
        Ok(())
    } else {
        Err(Fault::ChallengeMismatch { field: "audience".into() })
    }
}
