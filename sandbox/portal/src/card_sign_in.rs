//! Signing in with a card: the account that it is bound to, a challenge for it, and the signed statement.

use crate::column::parsed;
use crate::problem::Problem;
use crate::proof::equals;
use crate::remembered::{recall, spend};
use crate::session::SignedIn;
use crate::wire::Address;
use crate::{Portal, Transaction};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::{
    AccountName, Certificate, Challenge, CompanyIdentity, Purpose, RequestId, SignedStatement, Timestamp,
};
use tongguan_core::fault::Refusal;

/// Whom a card signs in.
struct Bound {
    account: AccountName,
    company: CompanyIdentity,
    enabled: bool,
}

/// A proof, and what can be said of it without the store.
struct Shown {
    signed: SignedStatement,
    body_hash: Vec<u8>,
    certificate: Result<(), Refusal>,
}

/// A session's token with its end, or why there is none.
type Answer = Result<(String, Timestamp), Problem>;

impl Portal {
    /// A certificate is no secret, but only one that is good is told whose account it opens.
    pub(crate) fn card_challenge(&self, der: &str, address: &Address) -> Result<Challenge, Problem> {
        self.count_address(address)?;
        let der = STANDARD.decode(der).map_err(|_| Problem::input("certificate", "encoding"))?;
        let certificate = Certificate::parse(&der).map_err(|_| Problem::input("certificate", "structure"))?;
        self.trust().judge(&certificate, self.now()).map_err(Problem::ProofRefused)?;
        let bound = self.store(|c| bound(c, &certificate))?.filter(|bound| bound.enabled);
        let bound = bound.ok_or(Problem::CardNotBound)?;
        same_company(&certificate, &bound)?;
        let challenge =
            self.draw(bound.account, Purpose::Login, bound.company, self.config().challenge_life)?;
        self.store(|c| Self::keep_challenge(c, &challenge, None))?;
        Ok(challenge)
    }

    /// One signature opens one session. Sent again because the answer was lost, it opens another in place of
    /// the first, as long as nobody has used that one and the challenge lives.
    pub(crate) fn card_session(
        &self,
        key: &RequestId,
        proof: &str,
        address: &Address,
    ) -> Result<SignedIn, Problem> {
        self.count_address(address)?;
        let cms = STANDARD.decode(proof).map_err(|_| Problem::Malformed)?;
        let signed =
            SignedStatement::open(&cms).map_err(|_| Problem::ProofRefused(Refusal::SignatureInvalid))?;
        let certificate = self.trust().judge(&signed.certificate, self.now());
        let shown = Shown { signed, body_hash: Sha256::digest(proof.as_bytes()).to_vec(), certificate };
        self.forget_ended()?;
        // What a refusal spends is kept too.
        let opened = self.change(|t| match self.answer_card(t, key, &shown) {
            Err(Problem::Internal) => Err(Problem::Internal),
            answer => Ok(answer),
        })??;
        self.notify_signed_in(shown.signed.statement.account.as_str());
        self.signed_in(opened)
    }

    fn answer_card(&self, t: &Transaction<'_>, key: &RequestId, shown: &Shown) -> Answer {
        let refuse = |refusal| Err(Problem::ProofRefused(refusal));
        let (now, statement) = (self.now(), &shown.signed.statement);
        let found = login_challenge(t, &statement.request_id)?;
        let Some((challenge, spent)) = found.filter(|(challenge, _)| equals(statement, challenge)) else {
            return refuse(Refusal::SignatureInvalid);
        };
        if now > challenge.expires_at {
            return refuse(Refusal::ChallengeExpired);
        }
        if statement.request_id != *key {
            return refuse(Refusal::SignatureInvalid);
        }
        let account = challenge.account.as_str();
        if spent {
            return match recall(t, account, key, &shown.body_hash)? {
                Some(Ok(())) => self.reopen(t, account, key, now),
                Some(Err(problem)) => Err(problem),
                None => refuse(Refusal::ChallengeReused),
            };
        }
        let judged = judge(t, &challenge.account, shown)?;
        spend(t, account, key, &shown.body_hash, judged.as_ref().err(), now)?;
        judged?;
        self.open_session(t, account, Some(key), now)
    }

    fn reopen(&self, t: &Transaction<'_>, account: &str, key: &RequestId, now: Timestamp) -> Answer {
        let unused =
            t.execute("DELETE FROM session WHERE request_id = ?1 AND used = 0", [key.as_str()])? == 1;
        if unused {
            self.open_session(t, account, Some(key), now)
        } else {
            Err(Problem::ProofRefused(Refusal::ChallengeReused))
        }
    }
}

fn login_challenge(c: &Connection, id: &RequestId) -> rusqlite::Result<Option<(Challenge, bool)>> {
    let found = c
        .query_row(
            "SELECT content, spent_at IS NOT NULL FROM challenge WHERE request_id = ?1",
            [id.as_str()],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)),
        )
        .optional()?;
    let challenge = |(content, spent): (String, bool)| {
        serde_json::from_str::<Challenge>(&content).ok().map(|challenge| (challenge, spent))
    };
    Ok(found.and_then(challenge).filter(|(challenge, _)| challenge.purpose == Purpose::Login))
}

/// The card may have been taken off, or the account disabled, since the challenge.
fn judge(t: &Transaction<'_>, account: &AccountName, shown: &Shown) -> Result<Result<(), Problem>, Problem> {
    if let Err(refusal) = shown.certificate {
        return Ok(Err(Problem::ProofRefused(refusal)));
    }
    let certificate = &shown.signed.certificate;
    let bound = bound(t, certificate)?.filter(|bound| bound.account == *account && bound.enabled);
    Ok(bound.ok_or(Problem::CardNotBound).and_then(|bound| same_company(certificate, &bound)))
}

fn same_company(certificate: &Certificate, bound: &Bound) -> Result<(), Problem> {
    if certificate.organization_code() == Some(&bound.company.organization_code) {
        Ok(())
    } else {
        Err(Problem::ProofRefused(Refusal::CertOtherEnterprise))
    }
}

fn bound(c: &Connection, certificate: &Certificate) -> rusqlite::Result<Option<Bound>> {
    let Some(number) = certificate.card_number() else { return Ok(None) };
    c.query_row(
        "SELECT a.name, a.enabled, c.name, c.organization_code, c.uscc FROM card k
         JOIN account a ON a.name = k.account AND a.company = k.company JOIN company c ON c.id = a.company
         WHERE k.number = ?1",
        params![number],
        |row| {
            let company = CompanyIdentity {
                name: parsed(row, 2)?,
                organization_code: parsed(row, 3)?,
                uscc: parsed(row, 4)?,
            };
            Ok(Bound { account: parsed(row, 0)?, company, enabled: row.get(1)? })
        },
    )
    .optional()
}
