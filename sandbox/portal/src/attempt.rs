//! The waiting after wrong passwords. Counted by the name that was typed, whether there is such an account or
//! not, and before the password is looked at, so that a guess counts even if its answer is never given. One
//! password of a name is looked at at a time ([`crate::turn`]): guesses side by side count, and right passwords
//! side by side do not see each other's tries.

use crate::Transaction;
use crate::problem::Problem;
use rusqlite::{OptionalExtension, params};
use tongguan_core::domain::Timestamp;

/// So many wrong passwords cost no waiting.
const FREE: i64 = 3;
const FIRST_DELAY: i64 = 5;
/// From the tenth on, each locks.
const LOCKING: i64 = 10;
const LOCK: i64 = 900;
/// Failures are forgotten after a day.
const MEMORY: i64 = 86_400;

/// Counts one try for `name`, unless it has to wait: the problem says how long.
pub(crate) fn count_attempt(t: &Transaction<'_>, name: &str, now: Timestamp) -> Result<(), Problem> {
    let now = now.unix();
    t.execute("DELETE FROM attempt WHERE last_at < ?1", [now - MEMORY])?;
    let known = t
        .query_row("SELECT failures, blocked_until FROM attempt WHERE name = ?1", [name], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    let (failures, blocked_until) = known.unwrap_or((0, 0));
    let seconds = blocked_until - now;
    if seconds > 0 {
        let locked = failures >= LOCKING;
        return Err(if locked {
            Problem::SignInLocked { seconds }
        } else {
            Problem::SignInDelayed { seconds }
        });
    }
    let failures = failures + 1;
    t.execute(
        "INSERT INTO attempt (name, failures, blocked_until, last_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET failures = ?2, blocked_until = ?3, last_at = ?4",
        params![name, failures, now + delay(failures), now],
    )?;
    Ok(())
}

/// A right password wipes the slate.
pub(crate) fn forget_attempts(t: &Transaction<'_>, name: &str) -> rusqlite::Result<()> {
    t.execute("DELETE FROM attempt WHERE name = ?1", [name])?;
    Ok(())
}

/// 5 s after the third wrong password, twice as long after each further one, a quarter of an hour from the tenth.
fn delay(failures: i64) -> i64 {
    match u32::try_from(failures - FREE) {
        Ok(_) if failures >= LOCKING => LOCK,
        Ok(further) => FIRST_DELAY.saturating_mul(1 << further),
        Err(_) => 0,
    }
}
