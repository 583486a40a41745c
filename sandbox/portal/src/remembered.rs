//! What was answered under an idempotency key.

use crate::column::from_word;
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tongguan_core::domain::{RequestId, Timestamp};

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
        Some(word) => Err(problem_from(&word)),
    }))
}

/// The reason of a refused proof, or the code of another problem.
fn word_of_problem(problem: &Problem) -> &'static str {
    match problem {
        Problem::ProofRefused(refusal) => refusal.code(),
        other => other.code(),
    }
}

fn problem_from(word: &str) -> Problem {
    if word == Problem::CardNotBound.code() {
        return Problem::CardNotBound;
    }
    from_word(word).map_or(Problem::Internal, Problem::ProofRefused)
}

/// Spends the challenge and remembers the answer.
pub(crate) fn spend(
    t: &Transaction<'_>,
    account: &str,
    key: &RequestId,
    body_hash: &[u8],
    problem: Option<&Problem>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    t.execute("UPDATE challenge SET spent_at = ?1 WHERE request_id = ?2", params![now.unix(), key.as_str()])?;
    t.execute(
        "INSERT INTO answer (account, key, body_hash, refusal) VALUES (?1, ?2, ?3, ?4)",
        params![account, key.as_str(), body_hash, problem.map(word_of_problem)],
    )?;
    Ok(())
}

/// What was done under a key that says all of it. `what` keeps it apart from the keys of proofs.
pub(crate) fn remember(
    t: &Transaction<'_>,
    account: &str,
    what: &str,
    key: &RequestId,
) -> rusqlite::Result<()> {
    t.execute(
        "INSERT INTO answer (account, key, body_hash) VALUES (?1, ?2, x'') ON CONFLICT DO NOTHING",
        [account, &format!("{what} {key}")],
    )?;
    Ok(())
}

pub(crate) fn is_remembered(
    c: &Connection,
    account: &str,
    what: &str,
    key: &RequestId,
) -> rusqlite::Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM answer WHERE account = ?1 AND key = ?2)",
        [account, &format!("{what} {key}")],
        |row| row.get(0),
    )
}
