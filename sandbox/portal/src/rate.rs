//! How often somebody may ask: counted in the store, by what stands in the key.

use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::{OptionalExtension, params};
use tongguan_core::domain::Timestamp;

const MINUTE: i64 = 60;

/// At most `limit` times in `seconds`, counted from the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) limit: i64,
    pub(crate) seconds: i64,
}

impl Portal {
    /// For what is asked without a session: by client address.
    pub(crate) fn count_address(&self, address: &Address) -> Result<(), Problem> {
        let limit = Limit { limit: self.config().address_limit, seconds: MINUTE };
        let now = self.now();
        self.change(|t| count(t, &format!("address {}", address.0), limit, now))
    }
}

/// Counts one more under `key`; [`Problem::TooOften`] if that is one too many.
pub(crate) fn count(t: &Transaction<'_>, key: &str, limit: Limit, now: Timestamp) -> Result<(), Problem> {
    let now = now.unix();
    t.execute("DELETE FROM rate WHERE ends_at <= ?1", [now])?;
    let known = t
        .query_row("SELECT count, ends_at FROM rate WHERE key = ?1", [key], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    match known {
        Some((count, ends_at)) if count >= limit.limit => {
            Err(Problem::TooOften { seconds: (ends_at - now).max(1) })
        }
        _ => {
            t.execute(
                "INSERT INTO rate (key, count, ends_at) VALUES (?1, 1, ?2)
                 ON CONFLICT (key) DO UPDATE SET count = count + 1",
                params![key, now + limit.seconds],
            )?;
            Ok(())
        }
    }
}
