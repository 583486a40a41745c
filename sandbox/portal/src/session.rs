//! Sessions, and what an account is told of itself.

use crate::certification::last;
use crate::column::{parsed, word};
use crate::keyed::CallerKeys;
use crate::level::{level_code, level_from, level_of};
use crate::problem::Problem;
use crate::rights::rights_from;
use crate::{Portal, Transaction, random};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tongguan_core::domain::{AccountName, CompanyIdentity, RequestId, SecurityLevel, Timestamp};
use tongguan_core::ports::{Method, MethodState, Profile, Right, Role};

/// Seconds within which a session's last use is not written again: not every read shall be a write.
const USE_GRAIN: i64 = 60;

const LIVING: &str = "SELECT s.account, s.level, s.seen, s.last_used, s.ends_at, s.used, s.company_name,
    s.organization_code, s.uscc, a.company, a.role, a.rights, c.version > s.company_version,
    a.version > s.account_version
    FROM session s JOIN account a ON a.name = s.account JOIN company c ON c.id = a.company
    WHERE s.token_hash = ?1 AND s.ends_at > ?2 AND s.last_used > ?3 AND a.enabled";

/// A session that was found to be alive.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) account: AccountName,
    /// As at sign-in: what is saved later takes effect at the next one.
    pub(crate) company: CompanyIdentity,
    pub(crate) company_id: i64,
    pub(crate) role: Role,
    pub(crate) rights: Vec<Right>,
    pub(crate) company_changed: bool,
    pub(crate) account_changed: bool,
    level: SecurityLevel,
    seen: i64,
    last_used: i64,
    ends_at: i64,
    used: bool,
    pub(crate) token_hash: Vec<u8>,
    /// Of whoever came with the token itself.
    pub(crate) keys: Option<Box<CallerKeys>>,
}

/// `Debug` is not there: the token is a secret.
#[derive(Serialize)]
pub(crate) struct SignedIn {
    token: String,
    expires_at: Timestamp,
    profile: Profile,
}

/// Only the hash of a token is kept.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

impl Portal {
    /// The session of this token; looking at it is using it.
    pub(crate) fn session(&self, token: &str) -> Result<Session, Problem> {
        let mut session = self.session_of(token_hash(token))?;
        session.keys = Some(Box::new(self.run_key().of_caller(token)));
        let now = self.now().unix();
        if !session.used || now - session.last_used >= USE_GRAIN {
            let hash = &session.token_hash;
            self.store(|c| {
                c.execute(
                    "UPDATE session SET last_used = ?1, used = 1 WHERE token_hash = ?2",
                    params![now, hash],
                )
            })?;
            session.last_used = now;
        }
        Ok(session)
    }

    /// The session whose token has this hash, if it is alive. This is no use of it.
    pub(crate) fn session_of(&self, hash: Vec<u8>) -> Result<Session, Problem> {
        let now = self.now().unix();
        let idle_since = now - self.config().session_idle;
        let found = self.store(|c| {
            c.query_row(LIVING, params![hash, now, idle_since], |row| read(row, &hash)).optional()
        })?;
        found.ok_or(Problem::SessionEnded)
    }

    /// Opens a session for `account` with a token that nobody knew before. `card` is the challenge that was
    /// signed.
    pub(crate) fn open_session(
        &self,
        t: &Transaction<'_>,
        account: &str,
        card: Option<&RequestId>,
        now: Timestamp,
    ) -> Result<(String, Timestamp), Problem> {
        let token = hex::encode(random::<32>()?);
        let ends_at = now.plus_seconds(self.config().session_life);
        let idle_since = now.unix() - self.config().session_idle;
        t.execute("DELETE FROM session WHERE ends_at <= ?1 OR last_used <= ?2", [now.unix(), idle_since])?;
        t.execute("UPDATE account SET last_sign_in = ?2 WHERE name = ?1", params![account, now.unix()])?;
        t.execute(
            "INSERT INTO session (token_hash, account, level, seen, last_used, ends_at, company_name,
             organization_code, uscc, company_version, account_version, used, request_id)
             SELECT ?1, a.name, ?3, (SELECT coalesce(max(sequence), 0) FROM certification WHERE account = ?2),
             ?4, ?5, c.name, c.organization_code, c.uscc, c.version, a.version, 0, ?6
             FROM account a JOIN company c ON c.id = a.company WHERE a.name = ?2",
            params![
                token_hash(&token),
                account,
                level_code(level_of(t, account, now)?),
                now.unix(),
                ends_at.unix(),
                card.map(RequestId::as_str)
            ],
        )?;
        Ok((token, ends_at))
    }

    pub(crate) fn signed_in(&self, (token, expires_at): (String, Timestamp)) -> Result<SignedIn, Problem> {
        let profile = self.profile(&self.session_of(token_hash(&token))?)?;
        Ok(SignedIn { token, expires_at, profile })
    }

    pub(crate) fn sign_out(&self, session: &Session) -> Result<(), Problem> {
        self.store(|c| c.execute("DELETE FROM session WHERE token_hash = ?1", [&session.token_hash]))?;
        Ok(())
    }

    pub(crate) fn sign_out_everywhere(&self, session: &Session) -> Result<(), Problem> {
        self.store(|c| end_sessions(c, session.account.as_str(), None))
    }

    pub(crate) fn profile(&self, session: &Session) -> Result<Profile, Problem> {
        let (mut newest, now) = (0, self.now());
        let mut methods = Vec::new();
        for method in [Method::IcCard, Method::LegalRepresentative, Method::BankUkey] {
            let last = self.store(|c| last(c, session, method, now))?;
            newest = newest.max(last.as_ref().map_or(0, |last| last.sequence));
            let bank = last.as_ref().and_then(|last| last.receipt.bank.as_ref());
            methods.push(MethodState {
                method,
                passed_at: last.as_ref().map(|last| last.receipt.accepted_at),
                bank: bank.map(|bank| bank.name.clone()),
                expires_at: last.as_ref().and_then(|last| last.expires_at),
                receipt: last.map(|last| last.receipt.number),
            });
        }
        let idle_ends_at = session.ends_at.min(session.last_used + self.config().session_idle);
        Ok(Profile {
            account: session.account.clone(),
            company: session.company.clone(),
            level: session.level,
            methods,
            sign_in_again: newest > session.seen || session.company_changed || session.account_changed,
            role: session.role,
            rights: session.rights.clone(),
            idle_ends_at: Timestamp::from_unix(idle_ends_at)?,
        })
    }
}

fn read(row: &Row<'_>, hash: &[u8]) -> rusqlite::Result<Session> {
    let role = word(row, 10)?;
    Ok(Session {
        account: parsed(row, 0)?,
        level: level_from(&row.get::<_, String>(1)?),
        seen: row.get(2)?,
        last_used: row.get(3)?,
        ends_at: row.get(4)?,
        used: row.get(5)?,
        company: CompanyIdentity {
            name: parsed(row, 6)?,
            organization_code: parsed(row, 7)?,
            uscc: parsed(row, 8)?,
        },
        company_id: row.get(9)?,
        role,
        rights: rights_from(role, &row.get::<_, String>(11)?),
        company_changed: row.get(12)?,
        account_changed: row.get(13)?,
        token_hash: hash.to_vec(),
        keys: None,
    })
}

/// Ends the sessions of `account`, all or all but one.
pub(crate) fn end_sessions(
    c: &rusqlite::Connection,
    account: &str,
    but: Option<&[u8]>,
) -> rusqlite::Result<()> {
    c.execute("DELETE FROM session WHERE account = ?1 AND token_hash IS NOT ?2", params![account, but])?;
    Ok(())
}
