//! Codes as they are kept: hashed like passwords, for an account and a purpose.

use crate::Transaction;
use crate::codes::{CodePurpose, LIFE, Order, TRIES};
use crate::column::{maybe, moment, parsed};
use crate::password::StoredPassword;
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, params};
use tongguan_core::domain::{EmailAddress, PhoneNumber, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::CodeTarget;

/// A code that was entered rightly.
pub(crate) struct GoodCode {
    pub(crate) to: Option<CodeTarget>,
    pub(crate) subject: Vec<u8>,
    /// By an earlier request, whose answer may have been lost.
    pub(crate) used: bool,
}

pub(crate) struct Stored {
    pub(crate) password: StoredPassword,
    pub(crate) good: GoodCode,
}

/// It is being sent: there is nothing yet that could be entered.
pub(crate) fn keep(
    t: &Transaction<'_>,
    account: Option<&str>,
    order: &Order<'_>,
    id: &RequestId,
    now: Timestamp,
) -> Result<(), Problem> {
    let (phone, email) = match order.to {
        _ if !order.keep_address => (None, None),
        CodeTarget::Phone { phone } => (Some(phone.as_str()), None),
        CodeTarget::Email { email } => (None, Some(email.as_str())),
    };
    t.execute(
        "INSERT INTO code (id, account, purpose, subject, salt, hash, state, sent_at, expires_at, phone, email)
         VALUES (?1, ?2, ?3, ?4, x'', x'', 'sending', ?5, ?6, ?7, ?8)",
        params![
            id.as_str(),
            account,
            order.purpose.column(),
            order.subject,
            now.unix(),
            now.unix() + LIFE,
            phone,
            email
        ],
    )?;
    Ok(())
}

/// When this account was sent one of this purpose at last, if that one is not over yet.
pub(crate) fn last_sent(
    t: &Transaction<'_>,
    account: Option<&str>,
    purpose: &CodePurpose,
    now: Timestamp,
) -> rusqlite::Result<Option<i64>> {
    t.execute("DELETE FROM code WHERE expires_at <= ?1", [now.unix()])?;
    t.query_row(
        "SELECT max(sent_at) FROM code WHERE account IS ?1 AND purpose = ?2",
        params![account, purpose.column()],
        |row| row.get(0),
    )
}

/// It has gone out: it can be entered, and the ones before cannot any longer.
pub(crate) fn open(
    t: &Transaction<'_>,
    account: Option<&str>,
    purpose: &CodePurpose,
    id: &RequestId,
    stored: &StoredPassword,
) -> rusqlite::Result<()> {
    t.execute(
        "DELETE FROM code WHERE account IS ?1 AND purpose = ?2 AND id <> ?3 AND state <> 'used'",
        params![account, purpose.column(), id.as_str()],
    )?;
    t.execute(
        "UPDATE code SET state = 'open', salt = ?2, hash = ?3 WHERE id = ?1",
        params![id.as_str(), stored.salt, stored.hash],
    )?;
    Ok(())
}

/// The code with its tries so far; one more is counted.
pub(crate) fn take_try(
    t: &Transaction<'_>,
    account: Option<&str>,
    purpose: &CodePurpose,
    id: &RequestId,
    now: i64,
) -> rusqlite::Result<Option<(Stored, i64)>> {
    let found = read(t, account, purpose, id, now)?;
    if found.as_ref().is_some_and(|(_, tries)| *tries < TRIES) {
        t.execute("UPDATE code SET tries = tries + 1 WHERE id = ?1", [id.as_str()])?;
    }
    Ok(found)
}

fn read(
    c: &Connection,
    account: Option<&str>,
    purpose: &CodePurpose,
    id: &RequestId,
    now: i64,
) -> rusqlite::Result<Option<(Stored, i64)>> {
    c.query_row(
        "SELECT salt, hash, tries, subject, state = 'used', phone, email FROM code
         WHERE id = ?1 AND account IS ?2 AND purpose = ?3 AND state <> 'sending' AND expires_at > ?4",
        params![id.as_str(), account, purpose.column(), now],
        |row| {
            let phone = maybe::<PhoneNumber>(row, 5)?.map(|phone| CodeTarget::Phone { phone });
            let email = maybe::<EmailAddress>(row, 6)?.map(|email| CodeTarget::Email { email });
            let good = GoodCode { to: phone.or(email), subject: row.get(3)?, used: row.get(4)? };
            let password = StoredPassword { salt: row.get(0)?, hash: row.get(1)? };
            Ok((Stored { password, good }, row.get(2)?))
        },
    )
    .optional()
}

/// The one for this subject that may still be entered, and when it was sent. `purpose` as it is kept.
pub(crate) fn last_open(
    c: &Connection,
    account: Option<&str>,
    purpose: &str,
    subject: &[u8],
    now: Timestamp,
) -> rusqlite::Result<Option<(RequestId, Timestamp)>> {
    c.query_row(
        "SELECT id, sent_at FROM code WHERE account IS ?1 AND purpose = ?2 AND subject = ?3 AND state = 'open'
         AND tries < ?4 AND expires_at > ?5 ORDER BY sent_at DESC LIMIT 1",
        params![account, purpose, subject, TRIES, now.unix()],
        |row| Ok((parsed(row, 0)?, moment(row, 1)?)),
    )
    .optional()
}

/// Spends a right code, in the transaction of what it was for; [`Refusal::SmsExpired`] if another request has
/// spent it meanwhile, or a newer code has been sent.
pub(crate) fn use_code(t: &Transaction<'_>, id: &RequestId) -> Result<(), Problem> {
    let used = t.execute(
        "UPDATE code SET state = 'used', phone = NULL, email = NULL WHERE id = ?1 AND state = 'open'",
        [id.as_str()],
    )?;
    if used == 1 { Ok(()) } else { Err(Problem::DataRefused(Refusal::SmsExpired)) }
}
