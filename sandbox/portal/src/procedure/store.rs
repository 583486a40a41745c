//! Procedures as they are kept.

use super::walk::{At, Caller, Walk};
use crate::Portal;
use crate::column::{broken, from_word, maybe, moment, parsed, word, word_of};
use crate::problem::Problem;
use crate::store::wipe_log;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tongguan_core::domain::platform::{Slot, StepId, Subject, Values};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Closed, DutyOf, Right};

/// The columns that [`read`] reads.
const COLUMNS: &str = "id, account, company, platform, path, subject, certifies, version, opened_at, expires_at, \
    step, over, given, way, drawn, refused, parent, person, duty, answered";
/// What is over is told of for so many seconds more.
const REMEMBERED: i64 = 7 * 86_400;
const AT_A_TIME: usize = 1_000;

impl Portal {
    /// The caller's own; [`Problem::NotFound`] for any other. A company's and a matter's need the right.
    pub(crate) fn walk(&self, caller: &Caller, id: &RequestId) -> Result<Walk, Problem> {
        let now = self.now();
        let walk = self.store(|c| find(c, caller, id, now))?.ok_or(Problem::NotFound)?;
        if let (Caller::Account(session), Subject::Company | Subject::Matter) = (caller, walk.subject) {
            session.may(Right::Certify)?;
        }
        Ok(walk)
    }
}

/// As the caller may see it.
pub(crate) fn find(
    c: &Connection,
    caller: &Caller,
    id: &RequestId,
    now: Timestamp,
) -> rusqlite::Result<Option<Walk>> {
    let walk = by_id(c, id, now)?;
    Ok(walk.filter(|walk| match caller {
        Caller::Phone(own) => own == id,
        Caller::Account(session) => {
            let own = walk.account.as_ref() == Some(&session.account);
            let company = walk.company.as_ref() == Some(&session.company.uscc);
            own && match walk.subject {
                Subject::Person => true,
                Subject::Company | Subject::Matter => company,
                Subject::Phone => false,
            }
        }
    }))
}

/// Whoever asks.
pub(crate) fn by_id(c: &Connection, id: &RequestId, now: Timestamp) -> rusqlite::Result<Option<Walk>> {
    let query = format!("SELECT {COLUMNS} FROM procedure WHERE id = ?1");
    c.query_row(&query, [id.as_str()], |row| read(row, now)).optional()
}

/// Its time may be over without anybody having noticed yet.
pub(crate) fn read(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Walk> {
    let expires_at = moment(row, 9)?;
    let step: Option<StepId> = maybe(row, 10)?;
    let at = match step {
        Some(_) if expires_at <= now => At::Closed(Closed::Expired),
        Some(step) => At::Step(step),
        None if row.get::<_, String>(11)? == "done" => At::Done,
        None => At::Closed(word(row, 11)?),
    };
    let duty = match (maybe(row, 17)?, row.get::<_, Option<String>>(18)?) {
        (Some(person), Some(duty)) => {
            Some(DutyOf { person, duty: from_word(&duty).ok_or_else(|| broken(18))? })
        }
        _ => None,
    };
    let values = if matches!(at, At::Step(_)) { json(row, 12)? } else { Values::default() };
    Ok(Walk {
        id: parsed(row, 0)?,
        account: maybe(row, 1)?,
        company: maybe(row, 2)?,
        platform: parsed(row, 3)?,
        path: parsed(row, 4)?,
        subject: word(row, 5)?,
        certifies: word(row, 6)?,
        version: row.get(7)?,
        opened_at: moment(row, 8)?,
        expires_at,
        at,
        values,
        drawn: json(row, 14)?,
        refused: row.get::<_, Option<String>>(15)?.as_deref().and_then(from_word::<Refusal>),
        parent: maybe(row, 16)?,
        duty,
        passed: json(row, 13)?,
        answered: row.get(19)?,
    })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    serde_json::from_str(&row.get::<_, String>(index)?).map_err(|_| broken(index))
}

fn text(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Problem::Internal)
}

pub(crate) fn insert(
    t: &Transaction<'_>,
    walk: &Walk,
    key: Option<&RequestId>,
    token_hash: Option<&[u8]>,
) -> Result<(), Problem> {
    t.execute(
        "INSERT INTO procedure (id, account, company, key, platform, path, subject, certifies, version, opened_at,
         expires_at, step, over, given, way, drawn, token_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '', NULL, '{}', '[]', '[]', ?12)",
        params![
            walk.id.as_str(),
            walk.account.as_ref().map(|account| account.as_str()),
            walk.company.as_ref().map(|company| company.as_str()),
            key.map(RequestId::as_str),
            walk.platform.as_str(),
            walk.path.as_str(),
            word_of(walk.subject),
            word_of(walk.certifies),
            walk.version,
            walk.opened_at.unix(),
            walk.expires_at.unix(),
            token_hash
        ],
    )?;
    write(t, walk)
}

/// With the next version. Whoever waits for it is to be told after the transaction: [`Portal::ring`].
pub(crate) fn save(t: &Transaction<'_>, walk: &mut Walk) -> Result<(), Problem> {
    walk.version = walk.version.saturating_add(1);
    write(t, walk)
}

fn write(t: &Transaction<'_>, walk: &Walk) -> Result<(), Problem> {
    let (step, over) = match &walk.at {
        At::Step(step) => (Some(step.as_str()), None),
        At::Done => (None, Some("done".to_owned())),
        At::Closed(closed) => (None, Some(word_of(closed))),
    };
    t.execute(
        "UPDATE procedure SET account = ?2, company = ?3, certifies = ?4, version = ?5, expires_at = ?6, step = ?7,
         over = ?8, given = ?9, way = ?10, drawn = ?11, refused = ?12, parent = ?13, person = ?14, duty = ?15, answered = ?16
         WHERE id = ?1",
        params![
            walk.id.as_str(),
            walk.account.as_ref().map(|account| account.as_str()),
            walk.company.as_ref().map(|company| company.as_str()),
            word_of(walk.certifies),
            walk.version,
            walk.expires_at.unix(),
            step,
            over,
            text(&walk.values)?,
            text(&walk.passed)?,
            text(&walk.drawn)?,
            walk.refused.map(Refusal::code),
            walk.parent.as_ref().map(RequestId::as_str),
            walk.duty.as_ref().map(|duty| duty.person.as_str()),
            walk.duty.as_ref().map(|duty| word_of(duty.duty)),
            walk.answered
        ],
    )?;
    Ok(())
}

/// It is over: what was given is deleted, and its phones are over too. Their ids, to be told.
pub(crate) fn end(t: &Transaction<'_>, walk: &mut Walk, at: At) -> Result<Vec<RequestId>, Problem> {
    walk.at = at;
    walk.values = Values::default();
    walk.drawn.clear();
    walk.refused = None;
    // The last answer to what is done may be sent again.
    let last = walk.passed.len().saturating_sub(1);
    let done = walk.at == At::Done;
    if !done {
        walk.answered = None;
    }
    for (index, passed) in walk.passed.iter_mut().enumerate() {
        passed.before = Values::default();
        if index != last || !done {
            passed.given.clear();
        }
    }
    super::upload::forget(t, &walk.id, &Slot::ALL)?;
    t.execute("DELETE FROM code WHERE purpose = ?1", [super::code::purpose(walk)])?;
    save(t, walk)?;
    let mut told = vec![walk.id.clone()];
    if walk.subject == Subject::Phone {
        return Ok(told);
    }
    super::transfer::forget(t, &walk.id)?;
    super::people::forget(t, &walk.id)?;
    let why = if let At::Closed(why) = walk.at { why } else { Closed::Left };
    for phone in open_phones(t, &walk.id)? {
        told.extend(end_open(t, &phone, why)?);
    }
    Ok(told)
}

/// Closes one that is still open, a phone's or an account's.
pub(crate) fn end_open(t: &Transaction<'_>, id: &RequestId, why: Closed) -> Result<Vec<RequestId>, Problem> {
    let beginning = Timestamp::from_unix(0)?;
    match by_id(t, id, beginning)? {
        Some(mut walk) if !walk.is_over() => end(t, &mut walk, At::Closed(why)),
        _ => Ok(Vec::new()),
    }
}

fn open_phones(t: &Transaction<'_>, parent: &RequestId) -> rusqlite::Result<Vec<RequestId>> {
    let mut statement = t.prepare("SELECT id FROM procedure WHERE parent = ?1 AND step IS NOT NULL")?;
    let rows = statement.query_map([parent.as_str()], |row| parsed(row, 0))?;
    rows.collect()
}

/// Everybody's whose time is over; whether there was any.
pub(crate) fn forget_ended(c: &mut Connection, now: Timestamp) -> Result<bool, Problem> {
    let mut any = false;
    loop {
        let found = forget_some(c, now)?;
        any |= found > 0;
        if found < AT_A_TIME {
            break;
        }
    }
    if any {
        wipe_log(c)?;
    }
    Ok(any)
}

/// How many they were. A phone that nobody gave a ticket leaves nothing, for anybody may walk in.
fn forget_some(c: &mut Connection, now: Timestamp) -> Result<usize, Problem> {
    let t = c.transaction()?;
    let ended: Vec<Walk> = {
        let query = format!(
            "SELECT {COLUMNS} FROM procedure WHERE step IS NOT NULL AND expires_at <= ?1 LIMIT {AT_A_TIME}"
        );
        let mut statement = t.prepare(&query)?;
        let rows = statement.query_map([now.unix()], |row| read(row, now))?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    for mut walk in ended.iter().cloned() {
        end(&t, &mut walk, At::Closed(Closed::Expired))?;
    }
    t.execute(
        "DELETE FROM procedure WHERE step IS NULL AND (expires_at <= ?1 OR account IS NULL AND expires_at <= ?2)",
        [now.unix() - REMEMBERED, now.unix()],
    )?;
    t.commit()?;
    Ok(ended.len())
}
