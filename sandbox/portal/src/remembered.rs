//! What was answered under an idempotency key.

use crate::column::from_word;
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::fault::Refusal;

/// What `account` was answered under `key`, as far as it is remembered; a conflict for another body.
pub(crate) fn recall(
    c: &Connection,
    account: &str,
    key: &RequestId,
    body_hash: &[u8],
) -> rusqlite::Result<Option<Result<(), Problem>>> {
    let found = c
        .query_row(
            "SELECT body_hash, refusal FROM answer WHERE account = ?1 AND key = ?2",
            [account, key.as_str()],
            |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<String>>(1)?)),
        )
        .optional()?;
    Ok(found.map(|(hash, refusal)| match refusal {
        _ if hash != body_hash => Err(Problem::IdempotencyConflict),
        None => Ok(()),
        Some(code) => Err(from_word(&code).map_or(Problem::Internal, Problem::ProofRefused)),
    }))
}

/// Spends the challenge and remembers the answer.
pub(crate) fn spend(
    t: &Transaction<'_>,
    account: &str,
    key: &RequestId,
    body_hash: &[u8],
    refusal: Option<Refusal>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    t.execute("UPDATE challenge SET spent_at = ?1 WHERE request_id = ?2", params![now.unix(), key.as_str()])?;
    t.execute(
        "INSERT INTO answer (account, key, body_hash, refusal) VALUES (?1, ?2, ?3, ?4)",
        params![account, key.as_str(), body_hash, refusal.map(Refusal::code)],
    )?;
    Ok(())
}
