//! Codes of six digits, sent by SMS or e-mail through the message centre and entered by whoever reads them.

use crate::column::{maybe, word_of};
use crate::password::StoredPassword;
use crate::problem::Problem;
use crate::rate::{Limit, count};
use crate::session::Session;
use crate::wire::Address;
use crate::{Portal, Transaction, random};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::{EmailAddress, MaskedText, PhoneNumber, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{CodeEntered, CodeSent, CodeTarget};

const LIFE: i64 = 300;
const TRIES: i64 = 5;
/// A new one can be had after so many seconds.
const RESEND: i64 = 60;
const HOUR: i64 = 3_600;
const BY_ACCOUNT: Limit = Limit { limit: 20, seconds: HOUR };
const BY_TARGET: Limit = Limit { limit: 5, seconds: HOUR };
/// `purpose TAB text`; `{code}` stands for the code.
const MESSAGES: &str = include_str!("../data/messages.txt");

/// What a code is for; the names are those of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CodePurpose {
    Phone,
    Email,
    LegalRepresentative,
    Holder,
}

/// A code to be sent.
pub(crate) struct Order<'a> {
    pub(crate) purpose: CodePurpose,
    pub(crate) to: &'a CodeTarget,
    /// SHA-256 over what it shall be good for.
    pub(crate) subject: Vec<u8>,
    /// The address is wanted again when the code comes back.
    pub(crate) keep_address: bool,
}

/// A code that was entered rightly.
pub(crate) struct GoodCode {
    pub(crate) to: Option<CodeTarget>,
    pub(crate) subject: Vec<u8>,
    /// By an earlier request, whose answer may have been lost.
    pub(crate) used: bool,
}

struct Stored {
    password: StoredPassword,
    good: GoodCode,
}

impl Portal {
    /// A code before it voids nothing until this one has gone out.
    pub(crate) fn send_code(
        &self,
        session: &Session,
        address: &Address,
        order: &Order<'_>,
    ) -> Result<CodeSent, Problem> {
        let code = six_digits()?;
        let stored = StoredPassword::new(&code).map_err(|_| Problem::Internal)?;
        let (id, now) = (RequestId::random(), self.now());
        self.change(|t| {
            self.count_sending(t, session, address, order, now)?;
            keep(t, session, order, &id, &stored, now)
        })?;
        if let Err(unavailable) = self.outside().send(order.to, &text(order.purpose, &code)) {
            self.store(|c| c.execute("DELETE FROM code WHERE id = ?1", [id.as_str()]))?;
            return Err(unavailable.into());
        }
        let account = session.account.as_str();
        self.change(|t| {
            let purpose = word_of(order.purpose);
            t.execute(
                "DELETE FROM code WHERE account = ?1 AND purpose = ?2 AND id <> ?3 AND state <> 'used'",
                [account, &purpose, id.as_str()],
            )?;
            t.execute("UPDATE code SET state = 'open' WHERE id = ?1", [id.as_str()])?;
            Ok(())
        })?;
        let to = match order.to {
            CodeTarget::Phone { phone } => phone.masked(),
            CodeTarget::Email { email } => email.masked(),
        };
        Ok(sent(id, to, now))
    }

    /// By account, by target and by client address; and not within a minute of the one before.
    fn count_sending(
        &self,
        t: &Transaction<'_>,
        session: &Session,
        address: &Address,
        order: &Order<'_>,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let account = session.account.as_str();
        t.execute("DELETE FROM code WHERE expires_at <= ?1", [now.unix()])?;
        let last: Option<i64> = t.query_row(
            "SELECT max(sent_at) FROM code WHERE account = ?1 AND purpose = ?2",
            [account, &word_of(order.purpose)],
            |row| row.get(0),
        )?;
        if let Some(wait) = last.map(|last| last + RESEND - now.unix()).filter(|wait| *wait > 0) {
            return Err(Problem::TooOften { seconds: wait });
        }
        let by_address = Limit { limit: self.config().address_limit, seconds: HOUR };
        count(t, &format!("code to {}", hex::encode(subject(&[&target(order.to)]))), BY_TARGET, now)?;
        count(t, &format!("code of {account}"), BY_ACCOUNT, now)?;
        count(t, &format!("code from {}", address.0), by_address, now)
    }

    /// Whether the code is right, for `purpose` and this account. A try is counted before it is looked at, and
    /// given back if it was right; the code stays good until [`use_code`].
    pub(crate) fn try_code(
        &self,
        session: &Session,
        purpose: CodePurpose,
        entered: &CodeEntered,
    ) -> Result<GoodCode, Problem> {
        let now = self.now().unix();
        let found = self.change(|t| Ok(take_try(t, session, purpose, &entered.id, now)?))?;
        let (stored, tries) = found.ok_or(Problem::DataRefused(Refusal::SmsExpired))?;
        if tries >= TRIES {
            return Err(Problem::DataRefused(Refusal::SmsTooMany));
        }
        if !stored.password.matches(entered.code.as_str()) {
            let last = tries + 1 == TRIES;
            return Err(Problem::DataRefused(if last { Refusal::SmsTooMany } else { Refusal::SmsWrong }));
        }
        self.store(|c| c.execute("UPDATE code SET tries = tries - 1 WHERE id = ?1", [entered.id.as_str()]))?;
        Ok(stored.good)
    }
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

/// A hash over parts that cannot run into each other.
pub(crate) fn subject(parts: &[&str]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

pub(crate) fn target(to: &CodeTarget) -> String {
    match to {
        CodeTarget::Phone { phone } => format!("phone {}", phone.as_str()),
        CodeTarget::Email { email } => format!("email {}", email.as_str()),
    }
}

/// Each of the million is as likely as another.
fn six_digits() -> Result<String, Problem> {
    loop {
        let draw = u32::from_be_bytes(random::<4>()?) >> 12;
        if draw < 1_000_000 {
            return Ok(format!("{draw:06}"));
        }
    }
}

fn text(purpose: CodePurpose, code: &str) -> String {
    let purpose = word_of(purpose);
    let line = MESSAGES.lines().find_map(|line| line.strip_prefix(&purpose)?.strip_prefix('\t'));
    line.unwrap_or("{code}").replace("{code}", code)
}

fn sent(id: RequestId, to: MaskedText, now: Timestamp) -> CodeSent {
    CodeSent { id, to, resend_at: now.plus_seconds(RESEND), expires_at: now.plus_seconds(LIFE) }
}

fn keep(
    t: &Transaction<'_>,
    session: &Session,
    order: &Order<'_>,
    id: &RequestId,
    stored: &StoredPassword,
    now: Timestamp,
) -> Result<(), Problem> {
    let (phone, email) = match order.to {
        _ if !order.keep_address => (None, None),
        CodeTarget::Phone { phone } => (Some(phone.as_str()), None),
        CodeTarget::Email { email } => (None, Some(email.as_str())),
    };
    t.execute(
        "INSERT INTO code (id, account, purpose, subject, salt, hash, state, sent_at, expires_at, phone, email)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'sending', ?7, ?8, ?9, ?10)",
        params![
            id.as_str(),
            session.account.as_str(),
            word_of(order.purpose),
            order.subject,
            stored.salt,
            stored.hash,
            now.unix(),
            now.unix() + LIFE,
            phone,
            email
        ],
    )?;
    Ok(())
}

/// The code with its tries so far; one more is counted.
fn take_try(
    t: &Transaction<'_>,
    session: &Session,
    purpose: CodePurpose,
    id: &RequestId,
    now: i64,
) -> rusqlite::Result<Option<(Stored, i64)>> {
    let found = read(t, session, purpose, id, now)?;
    if found.as_ref().is_some_and(|(_, tries)| *tries < TRIES) {
        t.execute("UPDATE code SET tries = tries + 1 WHERE id = ?1", [id.as_str()])?;
    }
    Ok(found)
}

fn read(
    c: &Connection,
    session: &Session,
    purpose: CodePurpose,
    id: &RequestId,
    now: i64,
) -> rusqlite::Result<Option<(Stored, i64)>> {
    c.query_row(
        "SELECT salt, hash, tries, subject, state = 'used', phone, email FROM code
         WHERE id = ?1 AND account = ?2 AND purpose = ?3 AND state <> 'sending' AND expires_at > ?4",
        params![id.as_str(), session.account.as_str(), word_of(purpose), now],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_message_with_its_code_and_no_other_number() {
        for purpose in
            [CodePurpose::Phone, CodePurpose::Email, CodePurpose::LegalRepresentative, CodePurpose::Holder]
        {
            let message = text(purpose, "012345");
            assert!(message.contains("012345") && message.chars().count() > 20, "{message}");
            let digits: String = message.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "0123455", "the code and its five minutes");
        }
    }

    #[test]
    fn parts_of_a_subject_do_not_run_into_each_other() {
        assert_ne!(subject(&["ab", "c"]), subject(&["a", "bc"]));
        assert_ne!(subject(&["a"]), subject(&["a", ""]));
        assert_eq!(six_digits().unwrap().len(), 6);
    }
}
