//! A phone opens a ticket, or walks in where a path lets it.

use super::open::new;
use super::people;
use super::store::{by_id, insert, save};
use super::ticket::ticket_hash;
use super::walk::{Caller, Walk};
use crate::column::{from_word, maybe, word};
use crate::problem::Problem;
use crate::rights::rights_from;
use crate::session::token_hash;
use crate::wire::Address;
use crate::{Portal, Transaction, random};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use tongguan_core::domain::platform::{PathId, PlatformId, Rule, Subject};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Duty, DutyOf, Procedure, Right};

/// A phone's procedure, once it has been opened.
const LIFE: i64 = 1_800;
/// Tokens of phones begin with this, those of sessions do not.
const PHONE: &str = "phone-";

/// `Debug` is not there: a ticket is a secret.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Scan {
    Ticket(Secret),
    WalkIn(WalkIn),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secret {
    ticket: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WalkIn {
    platform: PlatformId,
    path: PathId,
}

/// `Debug` is not there: the token is a secret.
#[derive(Serialize)]
pub(crate) struct Scanned {
    token: String,
    procedure: Procedure,
}

/// A ticket as it is kept.
struct Kept {
    procedure: RequestId,
    step: String,
    duty: Option<DutyOf>,
    expires_at: i64,
    dead: bool,
    opened: bool,
}

impl Portal {
    pub(crate) fn scan(&self, address: &Address, scan: &Scan) -> Result<Scanned, Problem> {
        self.count_address(address)?;
        let token = format!("{PHONE}{}", hex::encode(random::<32>()?));
        let hash = token_hash(&token);
        let (id, told) = match scan {
            Scan::Ticket(Secret { ticket }) => self.change(|t| self.open_by_ticket(t, ticket, &hash))?,
            Scan::WalkIn(WalkIn { platform, path }) => {
                self.change(|t| self.walk_in(t, platform, path, &hash))?
            }
        };
        self.settle(&told)?;
        let procedure = self.procedure(&Caller::Phone(id.clone()), &id)?;
        Ok(Scanned { token, procedure })
    }

    fn open_by_ticket(
        &self,
        t: &Transaction<'_>,
        secret: &str,
        token: &[u8],
    ) -> Result<(RequestId, Vec<RequestId>), Problem> {
        let now = self.now();
        let hash = ticket_hash(secret);
        let expired = || Problem::DataRefused(Refusal::TicketExpired);
        let kept = ticket(t, &hash)?.ok_or_else(expired)?;
        if kept.opened {
            return Err(Problem::DataRefused(Refusal::TicketUsed));
        }
        let parent = by_id(t, &kept.procedure, now)?.filter(|_| !kept.dead && kept.expires_at > now.unix());
        let mut parent = parent.ok_or_else(expired)?;
        let here = parent.step().is_ok_and(|step| step.as_str() == kept.step);
        if !here || !may_go_on(t, &parent)? {
            return Err(expired());
        }
        let (run, _) = run(&self.rule(&parent)?.rule, kept.duty.as_ref()).ok_or_else(expired)?;
        let mut phone = self.phone_of(t, &parent, &run, kept.duty, now)?;
        insert(t, &phone, None, Some(token))?;
        t.execute("UPDATE ticket SET opened_by = ?2 WHERE hash = ?1", params![hash, phone.id.as_str()])?;
        save(t, &mut parent)?;
        let mut told = self.begin(t, &mut phone)?;
        told.push(parent.id);
        Ok((phone.id, told))
    }

    fn phone_of(
        &self,
        t: &Transaction<'_>,
        parent: &Walk,
        run: &PathId,
        duty: Option<DutyOf>,
        now: Timestamp,
    ) -> Result<Walk, Problem> {
        let mut phone = new(&parent.platform, self.path(&parent.platform, run)?, now);
        phone.values = match &duty {
            Some(duty) => people::phone_values(t, parent, duty)?,
            None => parent.values.clone(),
        };
        phone.account.clone_from(&parent.account);
        phone.company.clone_from(&parent.company);
        phone.certifies = parent.certifies;
        phone.parent = Some(parent.id.clone());
        phone.duty = duty;
        phone.expires_at = parent.expires_at.min(now.plus_seconds(LIFE));
        Ok(phone)
    }

    fn walk_in(
        &self,
        t: &Transaction<'_>,
        platform: &PlatformId,
        path: &PathId,
        token: &[u8],
    ) -> Result<(RequestId, Vec<RequestId>), Problem> {
        let path = self.path(platform, path)?;
        if path.subject != Subject::Phone || !path.walk_in {
            return Err(Problem::NotFound);
        }
        let now = self.now();
        let mut phone = new(platform, path, now);
        phone.expires_at = now.plus_seconds(LIFE);
        insert(t, &phone, None, Some(token))?;
        let told = self.begin(t, &mut phone)?;
        Ok((phone.id, told))
    }

    /// A session, or a phone whose account may still do what it does for it.
    pub(crate) fn caller(&self, token: &str) -> Result<Caller, Problem> {
        if token.starts_with(PHONE) { self.phone(token) } else { self.session(token).map(Caller::Account) }
    }

    /// The same, of whoever waits: that is no use of the session, which may end meanwhile.
    pub(crate) fn waiting_caller(&self, token: &str) -> Result<Caller, Problem> {
        if token.starts_with(PHONE) {
            return self.phone(token);
        }
        self.session_of(token_hash(token)).map(Caller::Account)
    }

    fn phone(&self, token: &str) -> Result<Caller, Problem> {
        let (hash, now) = (token_hash(token), self.now());
        let found = self.store(|c| {
            let query = "SELECT id FROM procedure WHERE token_hash = ?1";
            let id = c.query_row(query, [&hash], |row| crate::column::parsed(row, 0)).optional()?;
            id.map_or(Ok(None), |id| by_id(c, &id, now))
        })?;
        let phone = found.ok_or(Problem::SessionEnded)?;
        if self.store(|c| may_go_on(c, &phone))? {
            Ok(Caller::Phone(phone.id))
        } else {
            Err(Problem::SessionEnded)
        }
    }
}

/// Which path a phone walks for this step, and how long its ticket lives.
pub(super) fn run(rule: &Rule, duty: Option<&DutyOf>) -> Option<(PathId, u32)> {
    match (rule, duty.map(|duty| duty.duty)) {
        (Rule::Scan { run, seconds, .. }, None) => Some((run.clone(), *seconds)),
        (Rule::People { sign, seconds, .. }, Some(Duty::Signature)) => Some((sign.clone(), *seconds)),
        (Rule::People { certify, seconds, .. }, Some(Duty::Certification)) => {
            Some((certify.clone(), *seconds))
        }
        _ => None,
    }
}

fn ticket(t: &Transaction<'_>, hash: &[u8]) -> rusqlite::Result<Option<Kept>> {
    let query = "SELECT procedure, step, person, duty, expires_at, dead, opened_by IS NOT NULL FROM ticket
        WHERE hash = ?1";
    t.query_row(query, [hash], |row| {
        let duty = row.get::<_, Option<String>>(3)?.as_deref().and_then(from_word::<Duty>);
        Ok(Kept {
            procedure: crate::column::parsed(row, 0)?,
            step: row.get(1)?,
            duty: maybe(row, 2)?.zip(duty).map(|(person, duty)| DutyOf { person, duty }),
            expires_at: row.get(4)?,
            dead: row.get(5)?,
            opened: row.get(6)?,
        })
    })
    .optional()
}

/// Whether the account, if there is one, is still there and has the right.
fn may_go_on(c: &rusqlite::Connection, walk: &Walk) -> rusqlite::Result<bool> {
    let Some(account) = &walk.account else { return Ok(true) };
    let query = "SELECT role, rights FROM account WHERE name = ?1 AND enabled";
    let rights = c
        .query_row(query, [account.as_str()], |row| Ok(rights_from(word(row, 0)?, &row.get::<_, String>(1)?)))
        .optional()?;
    Ok(rights.is_some_and(|rights| walk.certifies == Subject::Person || rights.contains(&Right::Certify)))
}
