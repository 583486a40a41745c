//! The security level of an account.

use rusqlite::{Connection, params};
use tongguan_core::domain::{SecurityLevel, Timestamp};

/// The level at this moment: high once a signature was accepted, medium after documents. What was certified of
/// another company does not count, for the account's may have changed its code since; nor what rests on a
/// certificate or document that has ended, or on documents of somebody who is another now.
pub(crate) fn level_of(c: &Connection, account: &str, now: Timestamp) -> rusqlite::Result<SecurityLevel> {
    let certified = |by: &str| {
        c.query_row(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM certification f JOIN account a ON a.name = f.account
                 JOIN company c ON c.id = a.company AND c.organization_code = f.organization_code
                 WHERE f.account = ?1 AND f.method {by} 'legal_representative'
                 AND f.void_at IS NULL AND (f.expires_at IS NULL OR f.expires_at >= ?2))"
            ),
            params![account, now.unix()],
            |row| row.get::<_, bool>(0),
        )
    };
    Ok(match (certified("<>")?, certified("=")?) {
        (true, _) => SecurityLevel::High,
        (false, true) => SecurityLevel::Medium,
        (false, false) => SecurityLevel::Low,
    })
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
