//! Challenges: what a proof must answer to.

use crate::problem::Problem;
use crate::session::Session;
use crate::{Portal, random};
use rusqlite::params;
use tongguan_core::domain::{Challenge, Nonce, Purpose, RequestId};

/// Seconds for which an expired challenge is still known by name, so that it is called expired.
const MEMORY: i64 = 86_400;

impl Portal {
    /// Bound to account, company, purpose and audience.
    pub(crate) fn challenge(&self, session: &Session, purpose: Purpose) -> Result<Challenge, Problem> {
        if purpose != Purpose::CertifyIcCard {
            return Err(Problem::PurposeUnsupported);
        }
        let now = self.now();
        let challenge = Challenge {
            request_id: RequestId::random(),
            nonce: Nonce::from_bytes(&random::<32>()?),
            purpose,
            account: session.account.clone(),
            company: session.company.clone(),
            audience: self.config().audience.clone(),
            issued_at: now,
            expires_at: now.plus_seconds(self.config().challenge_life),
        };
        let content = serde_json::to_string(&challenge).map_err(|_| Problem::Internal)?;
        self.store(|c| {
            c.execute(
                "DELETE FROM challenge WHERE spent_at IS NULL AND expires_at < ?1",
                [now.unix() - MEMORY],
            )?;
            c.execute(
                "INSERT INTO challenge (request_id, account, content, expires_at) VALUES (?1, ?2, ?3, ?4)",
                params![
                    challenge.request_id.as_str(),
                    challenge.account.as_str(),
                    content,
                    challenge.expires_at.unix()
                ],
            )
        })?;
        Ok(challenge)
    }
}
