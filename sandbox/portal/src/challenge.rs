//! Challenges: what a proof must answer to.

use crate::problem::Problem;
use crate::session::Session;
use crate::{Portal, random};
use rusqlite::{Connection, params};
use tongguan_core::domain::{
    AccountName, BankId, Challenge, CompanyIdentity, Means, Nonce, Purpose, RequestId,
};
use tongguan_core::ports::Right;

/// Seconds for which an expired challenge is still known by name, so that it is called expired.
const MEMORY: i64 = 86_400;

/// Those of sign-ins, by the index of this expression.
const LOGIN: &str = "json_extract(content, '$.purpose') = 'login' AND expires_at < ?1";

/// What was not answered, and sign-ins whether answered or not: nothing rests on them.
fn forget(c: &Connection, before: i64) -> rusqlite::Result<()> {
    for unneeded in [
        "DELETE FROM visit WHERE id IN (SELECT request_id FROM challenge WHERE spent_at IS NULL
         AND expires_at < ?1)",
        "DELETE FROM challenge WHERE spent_at IS NULL AND expires_at < ?1",
        &format!(
            "DELETE FROM answer WHERE (account, key) IN (SELECT account, request_id FROM challenge WHERE {LOGIN})"
        ) as &str,
        &format!("DELETE FROM challenge WHERE {LOGIN}"),
    ] {
        c.execute(unneeded, [before])?;
    }
    Ok(())
}

impl Portal {
    /// Bound to account, company, purpose, audience, and for a UKey to the bank. The company's data are
    /// then the bank's: they may bear another name.
    pub(crate) fn challenge(&self, session: &Session, means: &Means) -> Result<Challenge, Problem> {
        let company = match means {
            Means::IcCard => session.company.clone(),
            Means::BankUkey { bank } => self.desk(bank)?.customer(session)?,
        };
        session.may(Right::Certify)?;
        let account = session.account.clone();
        let challenge = self.draw(account, means.purpose(), company, self.config().challenge_life)?;
        self.store(|c| Self::keep_challenge(c, &challenge, means.bank()))?;
        Ok(challenge)
    }

    /// A new challenge of `life` seconds, not yet kept.
    pub(crate) fn draw(
        &self,
        account: AccountName,
        purpose: Purpose,
        company: CompanyIdentity,
        life: i64,
    ) -> Result<Challenge, Problem> {
        let now = self.now();
        Ok(Challenge {
            request_id: RequestId::random(),
            nonce: Nonce::from_bytes(&random::<32>()?),
            purpose,
            account,
            company,
            audience: self.config().audience.clone(),
            issued_at: now,
            expires_at: now.plus_seconds(life),
        })
    }

    pub(crate) fn keep_challenge(
        c: &Connection,
        challenge: &Challenge,
        bank: Option<&BankId>,
    ) -> rusqlite::Result<()> {
        let content = serde_json::to_string(challenge)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        forget(c, challenge.issued_at.unix() - MEMORY)?;
        c.execute(
            "INSERT INTO challenge (request_id, account, content, expires_at, bank) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                challenge.request_id.as_str(),
                challenge.account.as_str(),
                content,
                challenge.expires_at.unix(),
                bank.map(BankId::as_str)
            ],
        )?;
        Ok(())
    }
}
