//! The review desk: stamped letters that wait for somebody to look at them.

use crate::listing::entered;
use crate::{Event, Outside, OutsideError};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{CompanyName, PersonName, RequestId, Timestamp};
use tongguan_core::fault::Fault;

/// Characters of a reason.
const LONGEST_REASON: usize = 120;

/// What a scan is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    Jpeg,
    Png,
    Pdf,
}

impl Media {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    fn parse(media_type: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::Pdf].into_iter().find(|media| media.media_type() == media_type)
    }
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    pub platform: CompanyName,
    pub company: CompanyName,
    /// Unified code, or registration number.
    pub number: String,
    pub legal_representative: PersonName,
}

/// A letter that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLetter {
    pub id: RequestId,
    pub since: Timestamp,
    pub facts: LetterFacts,
    pub media: Media,
}

/// How a letter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    Waiting { since: Timestamp },
    Refused { reason: String },
    Passed,
}

/// One line of up to 120 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let refuse = |reason: &str| Fault::InputInvalid { field: "reason".into(), reason: reason.into() };
        match text.chars().count() {
            0 => Err(refuse("empty")),
            length if length > LONGEST_REASON => Err(refuse("length")),
            _ if text.chars().any(char::is_control) => Err(refuse("character")),
            _ => Ok(Self(text.into())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Outside {
    /// A letter comes to the desk; the same one again changes nothing.
    pub fn submit_letter(
        &self,
        id: &RequestId,
        facts: &LetterFacts,
        media: Media,
        file: &[u8],
    ) -> Result<(), OutsideError> {
        let now = self.clock.now();
        self.store(|c| {
            c.execute(
                "INSERT OR IGNORE INTO review (id, asked_at, platform, company, number, legal_representative,
                 media, file, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting')",
                params![
                    id.as_str(),
                    now.unix(),
                    facts.platform.as_str(),
                    facts.company.as_str(),
                    facts.number,
                    facts.legal_representative.as_str(),
                    media.media_type(),
                    file
                ],
            )?;
            Ok(())
        })
    }

    /// `None`: it never came, or was taken back.
    pub fn review(&self, id: &RequestId) -> Result<Option<Review>, OutsideError> {
        let query = "SELECT state, reason, asked_at FROM review WHERE id = ?1";
        self.store(|c| c.query_row(query, [id.as_str()], review_from).optional())
    }

    /// Takes it back; nothing of it stays.
    pub fn withdraw_letter(&self, id: &RequestId) -> Result<(), OutsideError> {
        self.store(|c| {
            c.execute("DELETE FROM review WHERE id = ?1", [id.as_str()])?;
            c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })
    }

    /// `None` is yes. What is decided stays so, and its file is deleted; whoever listens hears it.
    pub fn decide(&self, id: &RequestId, refused: Option<&Reason>) -> Result<(), OutsideError> {
        let now = self.clock.now();
        let state = if refused.is_some() { "refused" } else { "passed" };
        let decided = self.store(|c| {
            c.execute(
                "UPDATE review SET state = ?2, reason = ?3, decided_at = ?4, file = NULL
                 WHERE id = ?1 AND state = 'waiting'",
                params![id.as_str(), state, refused.map(Reason::as_str), now.unix()],
            )
        })?;
        if decided == 0 {
            return Err(OutsideError::NoLetter);
        }
        self.tell(Event::Review);
        Ok(())
    }

    /// Oldest first.
    pub fn waiting_letters(&self, limit: u32) -> Result<Vec<WaitingLetter>, OutsideError> {
        let query = "SELECT id, asked_at, platform, company, number, legal_representative, media FROM review
                     WHERE state = 'waiting' ORDER BY asked_at, id LIMIT ?1";
        self.store(|c| c.prepare(query)?.query_map([limit], waiting_from)?.collect())
    }

    /// The scan of a letter that waits.
    pub fn letter_file(&self, id: &RequestId) -> Result<Option<(Media, Vec<u8>)>, OutsideError> {
        let query = "SELECT media, file FROM review WHERE id = ?1 AND state = 'waiting'";
        self.store(|c| c.query_row(query, [id.as_str()], |row| Ok((media(row, 0)?, row.get(1)?))).optional())
    }
}

fn media(row: &Row<'_>, index: usize) -> rusqlite::Result<Media> {
    Media::parse(&row.get::<_, String>(index)?).ok_or(rusqlite::Error::InvalidQuery)
}

fn review_from(row: &Row<'_>) -> rusqlite::Result<Review> {
    Ok(match row.get::<_, String>(0)?.as_str() {
        "passed" => Review::Passed,
        "refused" => Review::Refused { reason: row.get(1)? },
        _ => Review::Waiting { since: entered(Timestamp::from_unix(row.get(2)?))? },
    })
}

fn waiting_from(row: &Row<'_>) -> rusqlite::Result<WaitingLetter> {
    let text: [String; 4] = [row.get(0)?, row.get(2)?, row.get(3)?, row.get(5)?];
    let [id, platform, company, legal_representative] = text;
    Ok(WaitingLetter {
        id: entered(RequestId::parse(&id))?,
        since: entered(Timestamp::from_unix(row.get(1)?))?,
        facts: LetterFacts {
            platform: entered(CompanyName::parse(&platform))?,
            company: entered(CompanyName::parse(&company))?,
            number: row.get(4)?,
            legal_representative: entered(PersonName::parse(&legal_representative))?,
        },
        media: media(row, 6)?,
    })
}
