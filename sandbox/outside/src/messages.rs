//! The message centre: SMS and e-mail. What is sent is kept to be read at the sandbox.

use crate::{Failure, Outside, OutsideError, Unavailable};
use rusqlite::{Row, params};
use serde::Serialize;
use tongguan_core::domain::{EmailAddress, PhoneNumber, Timestamp, VerificationCode};
use tongguan_core::fault::{Fault, Register};
use tongguan_core::ports::CodeTarget;

/// Older ones are forgotten.
const KEPT: i64 = 2_000;
const CODE_LENGTH: usize = 6;

/// `Debug` shows the ends of the address and of the code only, and no text.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    pub id: i64,
    pub sent_at: Timestamp,
    #[serde(flatten)]
    pub to: CodeTarget,
    pub text: String,
    /// The code in the text, if there is one.
    pub code: Option<VerificationCode>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("to", &self.to).finish_non_exhaustive()
    }
}

impl Outside {
    /// Takes a message. One that is taken need not arrive.
    pub fn send(&self, to: &CodeTarget, text: &str) -> Result<(), Unavailable> {
        let (channel, address) = parts(to);
        let now = self.clock.now().unix();
        self.ask(Register::Sms, address, |c, failure| {
            if failure == Some(Failure::Absent) {
                return Ok(());
            }
            c.execute(
                "INSERT INTO message (sent_at, channel, address, text) VALUES (?1, ?2, ?3, ?4)",
                params![now, channel, address, text],
            )?;
            c.execute("DELETE FROM message WHERE id <= ?1", [c.last_insert_rowid() - KEPT])?;
            Ok(())
        })
    }

    /// Newest first.
    pub fn messages(&self, limit: u32) -> Result<Vec<Message>, OutsideError> {
        self.find_messages("", limit)
    }

    /// Those in whose address or text `find` is, newest first.
    pub fn find_messages(&self, find: &str, limit: u32) -> Result<Vec<Message>, OutsideError> {
        let rest = "WHERE instr(address || ' ' || text, ?1) ORDER BY id DESC LIMIT ?2";
        self.select(rest, params![find, limit])
    }

    /// Those of one address, newest first.
    pub fn messages_to(&self, to: &CodeTarget, limit: u32) -> Result<Vec<Message>, OutsideError> {
        let (channel, address) = parts(to);
        let rest = "WHERE channel = ?1 AND address = ?2 ORDER BY id DESC LIMIT ?3";
        self.select(rest, params![channel, address, limit])
    }

    fn select(&self, rest: &str, parameters: &[&dyn rusqlite::ToSql]) -> Result<Vec<Message>, OutsideError> {
        let query = format!("SELECT id, sent_at, channel, address, text FROM message {rest}");
        let rows = self.store(|c| c.prepare(&query)?.query_map(parameters, columns)?.collect())?;
        let rows: Vec<Columns> = rows;
        rows.into_iter().map(message).collect()
    }
}

fn parts(to: &CodeTarget) -> (&'static str, &str) {
    match to {
        CodeTarget::Phone { phone } => ("phone", phone.as_str()),
        CodeTarget::Email { email } => ("email", email.as_str()),
    }
}

type Columns = (i64, i64, String, String, String);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn message((id, sent_at, channel, address, text): Columns) -> Result<Message, OutsideError> {
    let to: Result<CodeTarget, Fault> = match channel.as_str() {
        "email" => EmailAddress::parse(&address).map(|email| CodeTarget::Email { email }),
        _ => PhoneNumber::parse(&address).map(|phone| CodeTarget::Phone { phone }),
    };
    Ok(Message { id, sent_at: Timestamp::from_unix(sent_at)?, to: to?, code: code(&text), text })
}

/// The first run of exactly six digits.
fn code(text: &str) -> Option<VerificationCode> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == CODE_LENGTH)
        .and_then(|run| VerificationCode::parse(run).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_no_part_of_a_longer_number() {
        let found = |text| code(text).map(|code| code.as_str().to_owned());
        assert_eq!(found("code 012345, 5 minutes").as_deref(), Some("012345"));
        assert_eq!(found("95198 or 19900001234"), None);
        assert_eq!(found("1234567 and 654321.").as_deref(), Some("654321"));
        assert_eq!(found(""), None);
    }
}
