//! Certify the company on the bank's own page: the page gets a random value from the portal, the bank's
//! server hands its result to the portal, and only the portal is asked how it ended.

use crate::domain::{Bank, BankId, Receipt, Timestamp};
use crate::fault::{Fault, Refusal};
use crate::ports::{BankVisit, Ports, Session, VisitState};

/// A visit under way.
#[derive(Debug, Clone)]
pub struct Visit {
    pub bank: BankId,
    pub visit: BankVisit,
    /// What the browser opens: the catalogue's page and the portal's value, put together here.
    pub address: String,
    /// When it ends by this machine's clock.
    pub deadline: Timestamp,
}

/// Asks the portal for a visit. The browser is not opened yet.
pub fn begin(ports: &Ports, session: &Session, bank: &BankId) -> Result<Visit, Fault> {
    let known = ports.libraries.banks().into_iter().find(|row| row.id == *bank);
    let known = known.ok_or_else(|| Fault::BankUnknown { bank: bank.to_string() })?;
    let page = page(&known)?;
    let asked = ports.clock.now();
    let visit = ports.portal.visit_bank(session, bank)?;
    let address = format!("{page}?state={}", visit.state);
    // The portal's clock need not agree with this one: a visit lives as long as a challenge may.
    let life = (visit.expires_at.unix() - asked.unix()).clamp(60, MAX_LIFE);
    Ok(Visit { bank: bank.clone(), visit, address, deadline: asked.plus_seconds(life) })
}

/// The longest life of a visit that is waited for, in seconds.
const MAX_LIFE: i64 = 1800;

fn page(bank: &Bank) -> Result<&str, Fault> {
    bank.page.as_deref().ok_or_else(|| Fault::BankPageAbsent { bank: bank.id.to_string() })
}

/// Waits a while for the visit to end: `None` while it has not.
pub fn wait(ports: &Ports, session: &Session, visit: &Visit) -> Result<Option<Receipt>, Fault> {
    match ports.portal.bank_visit(session, &visit.visit.id)? {
        VisitState::Passed { receipt } => Ok(Some(receipt)),
        VisitState::Refused { reason } => Err(Fault::ProofRefused { reason }),
        VisitState::Expired => Err(Fault::ProofRefused { reason: Refusal::ChallengeExpired }),
        VisitState::Pending if ports.clock.now() >= visit.deadline => {
            Err(Fault::ProofRefused { reason: Refusal::ChallengeExpired })
        }
        VisitState::Pending => Ok(None),
    }
}
