//! The judgement over a proof.
//!
//! A challenge is spent by the proof that is accepted, and also by one that carries a good signature over
//! the very challenge and is refused for its certificate: such a proof is a valid signed statement in
//! the world, and must not become acceptable later when a list or a binding changes. A proof that does not
//! verify or says something else than the challenge spends nothing, for sending it again helps nobody.

use crate::Portal;
use crate::card::bind_card;
use crate::certification::{Passed, accept, receipt};
use crate::notice::Notice;
use crate::problem::Problem;
use crate::remembered::{recall, spend};
use crate::session::Session;
use crate::visit::{end_visit, visit_ended};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{Connection, OptionalExtension, Transaction};
use sha2::{Digest, Sha256};
use tongguan_core::domain::{
    BankId, BankMark, Challenge, Method, Purpose, Receipt, RequestId, SignedStatement, Statement, Timestamp,
};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::Right;

/// Who brings a proof: the client in its session, or a bank's server for a visit to its page. What is
/// asked of one is not taken from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Client,
    Bank,
}

/// What a proof said, after everything that changes nothing in the store was judged.
pub(crate) struct Judged {
    pub(crate) cms: Vec<u8>,
    pub(crate) signed: SignedStatement,
    /// Of the challenge; `None` for a card's.
    pub(crate) bank: Option<BankMark>,
    certificate: Result<(), Refusal>,
}

impl Judged {
    fn passed(&self) -> Passed<'_> {
        Passed {
            method: if self.bank.is_some() { Method::BankUkey } else { Method::IcCard },
            request_id: &self.signed.statement.request_id,
            fingerprint: Some(self.signed.certificate.fingerprint()),
            proof: Some(&self.cms),
            bank: self.bank.as_ref(),
            expires_at: Some(self.signed.certificate.valid_until()),
        }
    }
}

impl Portal {
    /// Accepts once. The same key with the same body is answered as the first time.
    pub(crate) fn submit(&self, session: &Session, key: &RequestId, proof: &str) -> Result<Receipt, Problem> {
        self.judge(session, key, proof, Door::Client)
    }

    /// The judgement over what came through `door`; a bank's visit is answered once only.
    pub(crate) fn judge(
        &self,
        session: &Session,
        key: &RequestId,
        proof: &str,
        door: Door,
    ) -> Result<Receipt, Problem> {
        let body_hash = Sha256::digest(proof.as_bytes()).to_vec();
        if let Some(answer) = self.store(|c| answered(c, session, key, &body_hash, door))? {
            return answer;
        }
        // The challenge may be of a time when the account had the right.
        session.may(Right::Certify)?;
        let judged = self.look_at(session, proof)?;
        let (answer, is_new) =
            self.change(|t| Ok(settle(t, session, key, (&judged, &body_hash), door, self.now())?))?;
        if is_new && answer.is_ok() {
            self.notify(session.account.as_str(), Notice::Certification);
            self.tell_whose_card(session, &judged);
        }
        answer
    }

    fn look_at(&self, session: &Session, proof: &str) -> Result<Judged, Problem> {
        let cms = STANDARD.decode(proof).map_err(|_| Problem::Malformed)?;
        let signed =
            SignedStatement::open(&cms).map_err(|_| Problem::ProofRefused(Refusal::SignatureInvalid))?;
        let asked = self.store(|c| bank_of(c, session, &signed.statement.request_id))?;
        // A bank that the portal no longer knows has no authority that it trusts.
        let desk = asked.as_ref().map(|bank| self.desk(bank)).transpose();
        let certificate = desk
            .map_err(|_| Refusal::CertUntrusted)
            .and_then(|desk| {
                desk.map_or(self.trust(), |desk| &desk.trust).judge(&signed.certificate, self.now())
            })
            .and_then(|()| match signed.certificate.organization_code() {
                Some(code) if *code == session.company.organization_code => Ok(()),
                _ => Err(Refusal::CertOtherEnterprise),
            });
        let bank = asked.and_then(|bank| self.desk(&bank).ok()).map(|desk| desk.mark.clone());
        Ok(Judged { cms, signed, bank, certificate })
    }
}

/// The answer, and whether it was given now for the first time.
fn settle(
    t: &Transaction<'_>,
    session: &Session,
    key: &RequestId,
    (judged, body_hash): (&Judged, &[u8]),
    door: Door,
    now: Timestamp,
) -> rusqlite::Result<(Result<Receipt, Problem>, bool)> {
    // Asked again inside the transaction: the same proof may have come twice at once.
    if let Some(answer) = answered(t, session, key, body_hash, door)? {
        return Ok((answer, false));
    }
    let answer = decide(t, session, key, judged, door, now)?;
    let (answer, spends) = match answer {
        Ok(receipt) => (Ok(receipt), true),
        Err((refusal, spends)) => (Err(refusal), spends),
    };
    if spends {
        let refusal = answer.as_ref().err().copied();
        let problem = refusal.map(Problem::ProofRefused);
        spend(t, session.account.as_str(), key, body_hash, problem.as_ref(), now)?;
        if door == Door::Bank {
            end_visit(t, key, refusal)?;
        }
    }
    Ok((answer.map_err(Problem::ProofRefused), true))
}

/// The bank that the challenge was made for. It never changes, so it may be asked before the transaction.
fn bank_of(c: &Connection, session: &Session, request_id: &RequestId) -> rusqlite::Result<Option<BankId>> {
    let found = c
        .query_row(
            "SELECT bank FROM challenge WHERE request_id = ?1 AND account = ?2",
            [request_id.as_str(), session.account.as_str()],
            |row| row.get::<_, Option<String>>(0),
        )
        .optional()?;
    Ok(found.flatten().and_then(|bank| BankId::parse(&bank).ok()))
}

/// What was answered under this key before, if anything was that counts.
fn answered(
    c: &Connection,
    session: &Session,
    key: &RequestId,
    body_hash: &[u8],
    door: Door,
) -> rusqlite::Result<Option<Result<Receipt, Problem>>> {
    if door == Door::Bank {
        return Ok((visit_ended(c, key)? == Some(true)).then_some(Err(Problem::VisitUsed)));
    }
    match recall(c, session.account.as_str(), key, body_hash)? {
        None => Ok(None),
        Some(Ok(())) => receipt(c, session, key).map(|receipt| Some(Ok(receipt))),
        Some(Err(problem)) => Ok(Some(Err(problem))),
    }
}

/// The receipt, or the refusal and whether it spends the challenge. Writes the certification, not yet the
/// spending.
fn decide(
    t: &Transaction<'_>,
    session: &Session,
    key: &RequestId,
    judged: &Judged,
    door: Door,
    now: Timestamp,
) -> rusqlite::Result<Result<Receipt, (Refusal, bool)>> {
    let statement = &judged.signed.statement;
    let of_visit = visit_ended(t, &statement.request_id)?.is_some();
    if of_visit != (door == Door::Bank) {
        return Ok(Err((Refusal::SignatureInvalid, false)));
    }
    let found = t
        .query_row(
            "SELECT content, spent_at IS NOT NULL FROM challenge WHERE request_id = ?1 AND account = ?2",
            [statement.request_id.as_str(), session.account.as_str()],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)),
        )
        .optional()?;
    let challenge = found.and_then(|(content, spent)| {
        serde_json::from_str::<Challenge>(&content).ok().map(|challenge| (challenge, spent))
    });
    // A signature for signing in certifies nothing.
    let wanted = |challenge: &Challenge| challenge.purpose != Purpose::Login && equals(statement, challenge);
    let Some((challenge, spent)) = challenge.filter(|(challenge, _)| wanted(challenge)) else {
        return Ok(Err((Refusal::SignatureInvalid, false)));
    };
    if now > challenge.expires_at {
        return Ok(Err((Refusal::ChallengeExpired, false)));
    }
    if spent {
        return Ok(Err((Refusal::ChallengeReused, false)));
    }
    if statement.request_id != *key {
        return Ok(Err((Refusal::SignatureInvalid, false)));
    }
    if let Err(refusal) = judged.certificate {
        return Ok(Err((refusal, true)));
    }
    if !bind_card(t, session, judged, now)? {
        return Ok(Err((Refusal::CardAlreadyBound, true)));
    }
    accept(t, session, &judged.passed(), now).map(Ok)
}

/// Every field: the one function that makes a statement from a challenge says what it would be.
pub(crate) fn equals(statement: &Statement, challenge: &Challenge) -> bool {
    Statement::from_challenge(challenge, &challenge.audience, &challenge.account)
        .is_ok_and(|expected| expected == *statement)
}
