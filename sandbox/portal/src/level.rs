//! The security level of an account.

use rusqlite::Connection;
use tongguan_core::domain::SecurityLevel;

/// The level as it is now: high once a card was accepted.
pub(crate) fn level_of(c: &Connection, account: &str) -> rusqlite::Result<SecurityLevel> {
    let certified: bool =
        c.query_row("SELECT EXISTS (SELECT 1 FROM certification WHERE account = ?1)", [account], |row| {
            row.get(0)
        })?;
    Ok(if certified { SecurityLevel::High } else { SecurityLevel::Low })
}

pub(crate) fn level_code(level: SecurityLevel) -> &'static str {
    match level {
        SecurityLevel::Low => "low",
        SecurityLevel::Medium => "medium",
        SecurityLevel::High => "high",
    }
}

/// Only `level_code` writes the column; anything else counts as the lowest.
pub(crate) fn level_from(code: &str) -> SecurityLevel {
    match code {
        "high" => SecurityLevel::High,
        "medium" => SecurityLevel::Medium,
        _ => SecurityLevel::Low,
    }
}
