//! How often somebody may ask: counted in the store, by what stands in the key.

use crate::problem::Problem;
use crate::session::Session;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::{Connection, OptionalExtension, params};
use tongguan_core::domain::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

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

    /// For an answer from which others' data could be guessed: by account and by client address, and whatever
    /// the answer will be. `what` is asked for.
    pub(crate) fn count_guess(
        &self,
        session: &Session,
        address: &Address,
        what: &str,
    ) -> Result<(), Problem> {
        self.count_guess_of(session.account.as_str(), address, what)
    }

    /// The same where there is no session.
    pub(crate) fn count_guess_of(&self, who: &str, address: &Address, what: &str) -> Result<(), Problem> {
        let by_account = Limit { limit: self.config().check_limit, seconds: HOUR };
        let by_address = Limit { limit: self.config().address_limit, seconds: HOUR };
        let now = self.now();
        self.change(|t| {
            count(t, &format!("{what} of {who}"), by_account, now)?;
            count(t, &format!("{what} from {}", address.0), by_address, now)
        })
    }
}

/// Whether anything is counted under `key` at this moment.
pub(crate) fn is_counted(c: &Connection, key: &str, now: Timestamp) -> rusqlite::Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM rate WHERE key = ?1 AND ends_at > ?2)",
        params![key, now.unix()],
        |row| row.get(0),
    )
}

/// Counts one more under `key`; [`Problem::TooOften`] if that is one too many.
pub(crate) fn count(t: &Transaction<'_>, key: &str, limit: Limit, now: Timestamp) -> Result<(), Problem> {
    t.execute("DELETE FROM rate WHERE ends_at <= ?1", [now.unix()])?;
    has_room(t, key, limit, now)?;
    t.execute(
        "INSERT INTO rate (key, count, ends_at) VALUES (?1, 1, ?2)
         ON CONFLICT (key) DO UPDATE SET count = count + 1",
        params![key, now.unix() + limit.seconds],
    )?;
    Ok(())
}

/// [`Problem::TooOften`] if one more would be one too many. It is not counted.
pub(crate) fn has_room(c: &Connection, key: &str, limit: Limit, now: Timestamp) -> Result<(), Problem> {
    let query = "SELECT ends_at FROM rate WHERE key = ?1 AND ends_at > ?2 AND count >= ?3";
    let full = c.query_row(query, params![key, now.unix(), limit.limit], |row| row.get::<_, i64>(0));
    match full.optional()? {
        Some(ends_at) => Err(Problem::TooOften { seconds: (ends_at - now.unix()).max(1) }),
        None => Ok(()),
    }
}
