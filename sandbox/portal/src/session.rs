//! Sessions, and what an account is told of itself.

use crate::Portal;
use crate::certification::last;
use crate::level::level_from;
use crate::problem::Problem;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::{AccountName, CompanyIdentity, CompanyName, SecurityLevel};
use tongguan_core::domain::{OrganizationCode, UnifiedSocialCreditCode};
use tongguan_core::ports::{Method, MethodState, Profile};

/// Seconds within which a session's last use is not written again: not every read shall be a write.
const USE_GRAIN: i64 = 60;

/// A session that was found to be alive.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) account: AccountName,
    pub(crate) company: CompanyIdentity,
    level: SecurityLevel,
    seen: i64,
    last_used: i64,
    pub(crate) token_hash: Vec<u8>,
}

/// Only the hash of a token is kept.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

impl Portal {
    /// The session of this token; looking at it is using it.
    pub(crate) fn session(&self, token: &str) -> Result<Session, Problem> {
        let session = self.session_of(token_hash(token))?;
        let now = self.now().unix();
        if now - session.last_used >= USE_GRAIN {
            let hash = &session.token_hash;
            self.store(|c| {
                c.execute("UPDATE session SET last_used = ?1 WHERE token_hash = ?2", params![now, hash])
            })?;
        }
        Ok(session)
    }

    /// The session whose token has this hash, if it is alive. This is no use of it.
    pub(crate) fn session_of(&self, hash: Vec<u8>) -> Result<Session, Problem> {
        let now = self.now().unix();
        let idle_since = now - self.config().session_idle;
        let found = self.store(|c| {
            c.query_row(
                "SELECT s.account, s.level, s.seen, s.last_used, c.name, c.organization_code, c.uscc
                 FROM session s JOIN account a ON a.name = s.account JOIN company c ON c.uscc = a.company
                 WHERE s.token_hash = ?1 AND s.ends_at > ?2 AND s.last_used > ?3",
                params![hash, now, idle_since],
                |row| {
                    let text: [String; 5] = [row.get(0)?, row.get(1)?, row.get(4)?, row.get(5)?, row.get(6)?];
                    Ok((text, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
                },
            )
            .optional()
        })?;
        let ([account, level, company, organization, uscc], seen, last_used) =
            found.ok_or(Problem::SessionEnded)?;
        Ok(Session {
            account: AccountName::parse(&account).map_err(|_| Problem::Internal)?,
            company: CompanyIdentity {
                name: CompanyName::parse(&company).map_err(|_| Problem::Internal)?,
                organization_code: OrganizationCode::parse(&organization).map_err(|_| Problem::Internal)?,
                uscc: UnifiedSocialCreditCode::parse(&uscc).map_err(|_| Problem::Internal)?,
            },
            level: level_from(&level),
            seen,
            last_used,
            token_hash: hash,
        })
    }

    pub(crate) fn sign_out(&self, session: &Session) -> Result<(), Problem> {
        self.store(|c| c.execute("DELETE FROM session WHERE token_hash = ?1", [&session.token_hash]))?;
        Ok(())
    }

    pub(crate) fn profile(&self, session: &Session) -> Result<Profile, Problem> {
        let account = session.account.as_str();
        let mut newest = 0;
        let mut methods = Vec::new();
        for method in [Method::IcCard, Method::LegalRepresentative, Method::BankUkey] {
            let last = self.store(|c| last(c, account, method))?;
            newest = newest.max(last.as_ref().map_or(0, |(sequence, _)| *sequence));
            let receipt = last.map(|(_, receipt)| receipt);
            methods.push(MethodState {
                method,
                passed_at: receipt.as_ref().map(|receipt| receipt.accepted_at),
                bank: receipt
                    .as_ref()
                    .and_then(|receipt| receipt.bank.as_ref())
                    .map(|bank| bank.name.clone()),
                receipt: receipt.map(|receipt| receipt.number),
            });
        }
        Ok(Profile {
            account: session.account.clone(),
            company: session.company.clone(),
            level: session.level,
            methods,
            sign_in_again: newest > session.seen,
        })
    }
}
