//! Signing in, and the waiting after wrong passwords.

use crate::level::{level_code, level_of};
use crate::password::StoredPassword;
use crate::problem::Problem;
use crate::session::token_hash;
use crate::{Portal, random};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;
use tongguan_core::domain::Timestamp;
use tongguan_core::ports::Profile;

/// So many wrong passwords cost no waiting.
const FREE_FAILURES: i64 = 3;
const FIRST_DELAY: i64 = 5;
const LONGEST_DELAY: i64 = 900;
/// Failures are forgotten after a day.
const MEMORY: i64 = 86_400;

#[derive(Debug, Serialize)]
pub(crate) struct SignedIn {
    token: String,
    expires_at: Timestamp,
    profile: Profile,
}

impl Portal {
    pub(crate) fn sign_in(&self, account: &str, password: &str) -> Result<SignedIn, Problem> {
        self.count_attempt(account)?;
        let stored = self.store(|c| stored_password(c, account))?;
        let matches = stored.clone().unwrap_or_else(StoredPassword::of_nobody).matches(password);
        if stored.is_none() || !matches {
            return Err(Problem::SignInRefused);
        }
        let token = hex::encode(random::<32>()?);
        let now = self.now();
        let ends_at = now.plus_seconds(self.config().session_life);
        self.store(|c| {
            let t = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
            t.execute("DELETE FROM attempt WHERE name = ?1", [account])?;
            t.execute("DELETE FROM session WHERE ends_at < ?1", [now.unix()])?;
            let level = level_code(level_of(&t, account)?);
            t.execute(
                "INSERT INTO session (token_hash, account, level, seen, last_used, ends_at) VALUES
                 (?1, ?2, ?3, (SELECT coalesce(max(sequence), 0) FROM certification WHERE account = ?2), ?4, ?5)",
                params![token_hash(&token), account, level, now.unix(), ends_at.unix()],
            )?;
            t.commit()
        })?;
        let profile = self.profile(&self.session(&token)?)?;
        Ok(SignedIn { token, expires_at: ends_at, profile })
    }

    /// Counts before the password is looked at, so that guesses side by side count as well.
    fn count_attempt(&self, name: &str) -> Result<(), Problem> {
        let now = self.now().unix();
        let wait = self.store(|c| {
            let t = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
            t.execute("DELETE FROM attempt WHERE last_at < ?1", [now - MEMORY])?;
            let known = t
                .query_row("SELECT failures, blocked_until FROM attempt WHERE name = ?1", [name], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
                })
                .optional()?;
            let (failures, blocked_until) = known.unwrap_or((0, 0));
            if blocked_until > now {
                return Ok(blocked_until - now);
            }
            let failures = failures + 1;
            t.execute(
                "INSERT INTO attempt (name, failures, blocked_until, last_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name) DO UPDATE SET failures = ?2, blocked_until = ?3, last_at = ?4",
                params![name, failures, now + delay(failures), now],
            )?;
            t.commit()?;
            Ok(0)
        })?;
        if wait > 0 { Err(Problem::SignInDelayed { seconds: wait }) } else { Ok(()) }
    }
}

/// 5 s after the third wrong password, twice as long after each further one, at most a quarter of an hour.
fn delay(failures: i64) -> i64 {
    match u32::try_from(failures - FREE_FAILURES) {
        Ok(further) => FIRST_DELAY.saturating_mul(1 << further.min(16)).min(LONGEST_DELAY),
        Err(_) => 0,
    }
}

fn stored_password(c: &mut Connection, account: &str) -> rusqlite::Result<Option<StoredPassword>> {
    c.query_row("SELECT salt, hash FROM account WHERE name = ?1", [account], |row| {
        Ok(StoredPassword { salt: row.get(0)?, hash: row.get(1)? })
    })
    .optional()
}
