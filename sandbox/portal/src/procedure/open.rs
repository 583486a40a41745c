//! Procedures are opened, looked at, and left.

use super::after::refuse;
use super::people;
use super::store::{end, find, forget_ended, insert};
use super::walk::{At, Caller, Walk};
use crate::column::parsed;
use crate::problem::Problem;
use crate::rate::{Limit, count};
use crate::session::Session;
use crate::{Portal, Transaction};
use rusqlite::{OptionalExtension, params};
use tongguan_core::domain::platform::{Path, PathId, PlatformId, Subject, Values};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Closed, Procedure, Right};

const DAY: i64 = 86_400;
/// Of a matter, whose people need the time.
const MATTER_LIFE: i64 = 7 * DAY;
pub(super) const HOUR: i64 = 3_600;

impl Portal {
    pub(crate) fn open_procedure(
        &self,
        session: &Session,
        platform: &PlatformId,
        path: &PathId,
        key: &RequestId,
    ) -> Result<Procedure, Problem> {
        let path = self.path(platform, path)?;
        match path.subject {
            Subject::Person => {}
            Subject::Company | Subject::Matter => session.may(Right::Certify)?,
            // Phones have tickets for theirs.
            Subject::Phone => return Err(Problem::NotFound),
        }
        self.forget_procedures()?;
        let now = self.now();
        let id = self.change(|t| match there(t, session, platform, path, key, now)? {
            Some(id) => Ok(id),
            None => {
                if path.subject == Subject::Matter {
                    people::may_open(t, &session.account, now)?;
                }
                let limit = Limit { limit: self.config().procedure_limit, seconds: HOUR };
                count(t, &format!("procedures of {}", session.account), limit, now)?;
                let mut walk = new(platform, path, now);
                walk.account = Some(session.account.clone());
                walk.company = Some(session.company.uscc.clone());
                insert(t, &walk, Some(key), None)?;
                self.begin(t, &mut walk)?;
                Ok(walk.id)
            }
        })?;
        self.settle(std::slice::from_ref(&id))?;
        self.procedure(&Caller::Account(session.clone()), &id)
    }

    pub(super) fn path(&self, platform: &PlatformId, path: &PathId) -> Result<&Path, Problem> {
        let platform = self.platforms().iter().find(|known| known.id == *platform);
        platform.and_then(|platform| platform.path(path)).ok_or(Problem::NotFound)
    }

    pub(crate) fn procedure(&self, caller: &Caller, id: &RequestId) -> Result<Procedure, Problem> {
        self.shown(&self.walk(caller, id)?)
    }

    /// A phone that cancels is seen where its ticket was given. What is over stays as it is.
    pub(crate) fn leave_procedure(&self, caller: &Caller, id: &RequestId) -> Result<(), Problem> {
        let now = self.now();
        self.walk(caller, id)?;
        let told = self.change(|t| {
            let Some(mut walk) = find(t, caller, id, now)?.filter(|walk| !walk.is_over()) else {
                return Ok(Vec::new());
            };
            let mut told = end(t, &mut walk, At::Closed(Closed::Left))?;
            if let Some(parent) = walk.parent {
                // At once: whoever looks at it in between would find no ticket, and no reason.
                refuse(t, &parent, Refusal::PhoneCancelled, now)?;
                told.push(parent);
            }
            Ok(told)
        })?;
        self.settle(&told)
    }

    /// What has ended, from the store and from its log.
    pub(crate) fn forget_procedures(&self) -> Result<(), Problem> {
        let now = self.now();
        if self.store(|c| Ok(forget_ended(c, now)))?? {
            self.clear_desk();
        }
        Ok(())
    }

    /// Of letters that nobody needs any more. A desk that cannot be reached is cleared the next time.
    pub(super) fn clear_desk(&self) {
        if let Err(problem) = self.take_back_letters() {
            tracing::warn!(?problem, "letters are still at the review desk");
        }
    }
}

/// Opened with this key, or for a person or company the one that is open.
fn there(
    t: &Transaction<'_>,
    session: &Session,
    platform: &PlatformId,
    path: &Path,
    key: &RequestId,
    now: Timestamp,
) -> Result<Option<RequestId>, Problem> {
    let (account, company) = (session.account.as_str(), session.company.uscc.as_str());
    let found = t
        .query_row(
            "SELECT id, platform = ?3 AND path = ?4 FROM procedure WHERE account = ?1 AND key = ?2",
            params![account, key.as_str(), platform.as_str(), path.id.as_str()],
            |row| Ok((parsed(row, 0)?, row.get::<_, bool>(1)?)),
        )
        .optional()?;
    match found {
        Some((_, false)) => return Err(Problem::IdempotencyConflict),
        Some((id, true)) => return Ok(Some(id)),
        None if path.subject == Subject::Matter => {
            super::people::may_open(t, &session.account, now)?;
            return Ok(None);
        }
        None => {}
    }
    let open = t.query_row(
        "SELECT id FROM procedure WHERE account = ?1 AND platform = ?2 AND path = ?3 AND step IS NOT NULL
         AND expires_at > ?4 AND (subject = 'person' OR company = ?5) ORDER BY opened_at DESC LIMIT 1",
        params![account, platform.as_str(), path.id.as_str(), now.unix(), company],
        |row| parsed(row, 0),
    );
    Ok(open.optional()?)
}

/// Before its first step.
pub(super) fn new(platform: &PlatformId, path: &Path, now: Timestamp) -> Walk {
    let life = if path.subject == Subject::Matter { MATTER_LIFE } else { DAY };
    Walk {
        id: RequestId::random(),
        account: None,
        company: None,
        platform: platform.clone(),
        path: path.id.clone(),
        subject: path.subject,
        certifies: path.subject,
        version: 0,
        opened_at: now,
        expires_at: now.plus_seconds(life),
        at: At::Step(path.first.clone()),
        values: Values::default(),
        drawn: Vec::new(),
        refused: None,
        parent: None,
        duty: None,
        passed: Vec::new(),
        answered: None,
    }
}
