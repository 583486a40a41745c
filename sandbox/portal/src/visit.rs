//! Visits to a bank's own page. The client hands the page a random state value and nothing else; the
//! result comes from the bank's server, once, as a proof that is judged like any other.

use crate::bank::Desk;
use crate::certification::receipt;
use crate::problem::Problem;
use crate::proof::Door;
use crate::session::Session;
use crate::{Portal, random};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tongguan_core::domain::{BankId, Challenge, Nonce, Purpose, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{BankVisit, Right, VisitState};

/// A poll is answered after so many seconds at the latest.
pub(crate) const LONGEST_WAIT: u64 = 20;
const PASSED: &str = "passed";

/// A visit that its bank may still answer.
struct OpenVisit {
    challenge: Challenge,
    session: Session,
}

impl Portal {
    /// Bound to the session, its account and the bank.
    pub(crate) fn open_visit(&self, session: &Session, bank: &BankId) -> Result<BankVisit, Problem> {
        session.may(Right::Certify)?;
        let customer = self.desk(bank)?.customer(session)?;
        let account = session.account.clone();
        let challenge = self.draw(account, Purpose::CertifyBankUkey, customer, self.config().visit_life)?;
        let state = Nonce::from_bytes(&random::<32>()?);
        self.store(|c| {
            let t = c.transaction()?;
            Self::keep_challenge(&t, &challenge, Some(bank))?;
            t.execute(
                "INSERT INTO visit (id, state_hash, session, bank, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    challenge.request_id.as_str(),
                    state_hash(&state),
                    session.token_hash,
                    bank.as_str(),
                    challenge.expires_at.unix()
                ],
            )?;
            t.commit()
        })?;
        Ok(BankVisit { id: challenge.request_id, state, expires_at: challenge.expires_at })
    }

    /// How the visit stands; [`Problem::NotFound`] if this session did not open it.
    pub(crate) fn visit_state(&self, session: &Session, id: &RequestId) -> Result<VisitState, Problem> {
        let now = self.now();
        self.store(|c| visit_state(c, session, id, now))?
    }

    /// As [`Self::visit_state`], but waits up to `patience` for a pending visit to end.
    pub(crate) async fn await_visit<F: Future<Output = Result<VisitState, Problem>>>(
        &self,
        patience: Duration,
        look: impl Fn() -> F,
    ) -> Result<VisitState, Problem> {
        self.0.visit_ended.wait(patience, look, |state| *state != VisitState::Pending).await
    }

    /// For the bank's server: what is to be signed.
    pub(crate) fn visit_challenge(&self, desk: &Desk, state: &str) -> Result<Challenge, Problem> {
        Ok(self.visit_of(desk, state)?.challenge)
    }

    /// From the bank's server: the proof that ends the visit.
    pub(crate) fn visit_result(&self, desk: &Desk, state: &str, proof: &str) -> Result<(), Problem> {
        let OpenVisit { challenge, session } = self.visit_of(desk, state)?;
        let answer = self.judge(&session, &challenge.request_id, proof, Door::Bank);
        self.0.visit_ended.ring();
        answer.map(|_| ())
    }

    fn visit_of(&self, desk: &Desk, state: &str) -> Result<OpenVisit, Problem> {
        let state = Nonce::parse(state).map_err(|_| Problem::NotFound)?;
        let found = self.store(|c| {
            c.query_row(
                "SELECT h.content, v.session, v.outcome IS NOT NULL FROM visit v
                 JOIN challenge h ON h.request_id = v.id WHERE v.state_hash = ?1 AND v.bank = ?2",
                params![state_hash(&state), desk.mark.id.as_str()],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, bool>(2)?)),
            )
            .optional()
        })?;
        let (content, session, used) = found.ok_or(Problem::NotFound)?;
        if used {
            return Err(Problem::VisitUsed);
        }
        let challenge: Challenge = serde_json::from_str(&content).map_err(|_| Problem::Internal)?;
        if self.now() > challenge.expires_at {
            return Err(Problem::VisitExpired);
        }
        let session = self.session_of(session).map_err(|problem| match problem {
            Problem::SessionEnded => Problem::VisitExpired,
            other => other,
        })?;
        Ok(OpenVisit { challenge, session })
    }
}

/// Only the hash of a state value is kept.
fn state_hash(state: &Nonce) -> Vec<u8> {
    Sha256::digest(state.as_str()).to_vec()
}

fn visit_state(
    c: &Connection,
    session: &Session,
    id: &RequestId,
    now: Timestamp,
) -> rusqlite::Result<Result<VisitState, Problem>> {
    let found = c
        .query_row(
            "SELECT outcome, expires_at FROM visit WHERE id = ?1 AND session = ?2",
            params![id.as_str(), session.token_hash],
            |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, i64>(1)?)),
        )
        .optional()?;
    let Some((outcome, expires_at)) = found else { return Ok(Err(Problem::NotFound)) };
    let Some(outcome) = outcome else {
        let expired = now.unix() > expires_at;
        return Ok(Ok(if expired { VisitState::Expired } else { VisitState::Pending }));
    };
    if outcome == PASSED {
        return Ok(Ok(VisitState::Passed { receipt: receipt(c, session, id)? }));
    }
    let reason = Refusal::ALL.into_iter().find(|refusal| refusal.code() == outcome);
    Ok(reason.map(|reason| VisitState::Refused { reason }).ok_or(Problem::Internal))
}

/// Whether `request_id` is that of a visit, and if so whether the visit has ended.
pub(crate) fn visit_ended(c: &Connection, request_id: &RequestId) -> rusqlite::Result<Option<bool>> {
    c.query_row("SELECT outcome IS NOT NULL FROM visit WHERE id = ?1", [request_id.as_str()], |row| {
        row.get(0)
    })
    .optional()
}

/// In the transaction that spends its challenge.
pub(crate) fn end_visit(
    t: &Transaction<'_>,
    id: &RequestId,
    refusal: Option<Refusal>,
) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE visit SET outcome = ?1 WHERE id = ?2",
        [refusal.map_or(PASSED, Refusal::code), id.as_str()],
    )?;
    Ok(())
}
