//! Tickets: what a phone opens, as a QR code or a link. Only the hash of the secret is kept; one opens once, and a new
//! one is the end of the one before.

use super::open::HOUR;
use super::store::{by_id, end_open, find, save};
use super::walk::{Caller, Walk};
use super::{people, scan};
use crate::codes::{BY_ACCOUNT, BY_TARGET};
use crate::column::{maybe, moment, parsed, word_of};
use crate::problem::Problem;
use crate::rate::{Limit, count};
use crate::wire::Address;
use crate::{Portal, Transaction, random};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::platform::{PathId, Rule};
use tongguan_core::domain::{MaskedText, PhoneNumber, RequestId, Timestamp, WebAddress};
use tongguan_core::ports::{AskTicket, Closed, CodeTarget, Duty, DutyOf, Ticket, TicketState};

/// `{address}` stands for the address.
const LINK: &str = include_str!("../../data/link.txt");

impl Portal {
    pub(crate) fn open_ticket(
        &self,
        caller: &Caller,
        address: &Address,
        id: &RequestId,
        asked: &AskTicket,
    ) -> Result<Ticket, Problem> {
        let walk = self.walk(caller, id)?;
        let (_, seconds) = self.may_ask(&walk, asked)?;
        if let Some(duty) = &asked.duty {
            self.store(|c| Ok(people::phone_values(c, &walk, duty)))??;
        }
        self.count_tickets(&walk, address, asked)?;
        let secret = hex::encode(random::<32>()?);
        let link = format!("{}/t/{secret}", self.phone_origin());
        // The ticket before goes on until this one has gone out.
        if let Some(phone) = &asked.sms_to {
            let to = CodeTarget::Phone { phone: phone.clone() };
            self.outside().send(&to, &LINK.trim().replace("{address}", &link))?;
        }
        let now = self.now();
        let expires_at = now.plus_seconds(i64::from(seconds));
        let told = self.change(|t| {
            let mut walk = find(t, caller, id, now)?.ok_or(Problem::NotFound)?;
            self.may_ask(&walk, asked)?;
            let mut told = kill(t, id, asked.duty.as_ref())?;
            keep(t, &walk, &ticket_hash(&secret), asked, expires_at)?;
            walk.refused = None;
            save(t, &mut walk)?;
            told.push(walk.id);
            Ok(told)
        })?;
        self.settle(&told)?;
        let address = WebAddress::parse(&link).map_err(|_| Problem::Internal)?;
        Ok(Ticket { address, expires_at })
    }

    /// The path that a phone walks, and how long the ticket lives.
    fn may_ask(&self, walk: &Walk, asked: &AskTicket) -> Result<(PathId, u32), Problem> {
        let not_asked = |field: &str| Err(Problem::input(field, "not_asked"));
        match (&self.rule(walk)?.rule, &asked.duty) {
            (Rule::Scan { .. }, Some(_)) => not_asked("duty"),
            (Rule::People { .. }, None) => Err(Problem::input("duty", "empty")),
            (Rule::Scan { sms: false, .. } | Rule::People { .. }, _) if asked.sms_to.is_some() => {
                not_asked("sms_to")
            }
            (rule, duty) => scan::run(rule, duty.as_ref()).ok_or(Problem::RecordChanged),
        }
    }

    /// Those that nobody has opened are over, as if their time had passed; their desks see it at once.
    pub(super) fn expire_tickets(&self) -> Result<(), Problem> {
        const OPEN: &str = "dead = 0 AND opened_by IS NULL AND expires_at > ?1";
        let now = self.now();
        let told = self.change(|t| {
            let of: Vec<RequestId> = {
                let mut statement =
                    t.prepare(&format!("SELECT DISTINCT procedure FROM ticket WHERE {OPEN}"))?;
                let rows = statement.query_map([now.unix()], |row| parsed(row, 0))?;
                rows.collect::<rusqlite::Result<_>>()?
            };
            t.execute(&format!("UPDATE ticket SET expires_at = ?1 WHERE {OPEN}"), [now.unix()])?;
            for id in &of {
                if let Some(mut walk) = by_id(t, id, now)?.filter(|walk| !walk.is_over()) {
                    save(t, &mut walk)?;
                }
            }
            Ok(of)
        })?;
        self.settle(&told)
    }

    fn count_tickets(&self, walk: &Walk, address: &Address, asked: &AskTicket) -> Result<(), Problem> {
        let now = self.now();
        let limit = Limit { limit: self.config().procedure_limit, seconds: HOUR };
        let by_address = Limit { limit: self.config().address_limit, seconds: HOUR };
        self.change(|t| {
            count(t, &format!("tickets of {}", walk.owner()), limit, now)?;
            let Some(phone) = &asked.sms_to else { return Ok(()) };
            // As a code would be.
            let to = CodeTarget::Phone { phone: phone.clone() };
            count(t, &self.sent_to(&to), BY_TARGET, now)?;
            count(t, &format!("code of {}", walk.owner()), BY_ACCOUNT, now)?;
            count(t, &format!("code from {}", address.0), by_address, now)
        })
    }
}

pub(super) fn ticket_hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn keep(
    t: &Transaction<'_>,
    walk: &Walk,
    hash: &[u8],
    asked: &AskTicket,
    expires_at: Timestamp,
) -> Result<(), Problem> {
    t.execute(
        "INSERT INTO ticket (hash, procedure, step, person, duty, expires_at, sms_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            hash,
            walk.id.as_str(),
            walk.step()?.as_str(),
            asked.duty.as_ref().map(|duty| duty.person.as_str()),
            asked.duty.as_ref().map(|duty| word_of(duty.duty)),
            expires_at.unix(),
            asked.sms_to.as_ref().map(|phone: &PhoneNumber| phone.masked().as_str().to_owned())
        ],
    )?;
    Ok(())
}

/// Those for this, and what phones have opened with them unless that is done.
pub(super) fn kill(
    t: &Transaction<'_>,
    procedure: &RequestId,
    duty: Option<&DutyOf>,
) -> Result<Vec<RequestId>, Problem> {
    let person = duty.map(|duty| duty.person.as_str());
    let word = duty.map(|duty| word_of(duty.duty));
    let phones: Vec<RequestId> = {
        let mut statement = t.prepare(
            // A phone may have joined another matter meanwhile.
            "SELECT k.opened_by FROM ticket k JOIN procedure p ON p.id = k.opened_by AND p.parent = k.procedure
             WHERE k.procedure = ?1 AND k.person IS ?2 AND k.duty IS ?3 AND k.dead = 0",
        )?;
        let rows = statement.query_map(params![procedure.as_str(), person, word], |row| parsed(row, 0))?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    t.execute(
        "UPDATE ticket SET dead = 1 WHERE procedure = ?1 AND person IS ?2 AND duty IS ?3",
        params![procedure.as_str(), person, word],
    )?;
    let mut told = Vec::new();
    for phone in phones {
        told.extend(end_open(t, &phone, Closed::Left)?);
    }
    Ok(told)
}

/// Whatever they are for.
pub(super) fn kill_all(t: &Transaction<'_>, procedure: &RequestId) -> Result<Vec<RequestId>, Problem> {
    let mut told = Vec::new();
    let duties: Vec<Option<DutyOf>> = {
        let mut statement =
            t.prepare("SELECT DISTINCT person, duty FROM ticket WHERE procedure = ?1 AND dead = 0")?;
        let rows = statement.query_map([procedure.as_str()], |row| {
            let duty = row.get::<_, Option<String>>(1)?.as_deref().and_then(crate::column::from_word::<Duty>);
            Ok(maybe(row, 0)?.zip(duty).map(|(person, duty)| DutyOf { person, duty }))
        })?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    for duty in duties {
        told.extend(kill(t, procedure, duty.as_ref())?);
    }
    Ok(told)
}

/// Of a scan: the one that can be opened, or whose phone is under way.
pub(super) fn living(c: &Connection, walk: &Walk, now: Timestamp) -> rusqlite::Result<Option<TicketState>> {
    c.query_row(
        "SELECT coalesce(p.expires_at, k.expires_at), k.opened_by IS NOT NULL, k.sms_to
         FROM ticket k LEFT JOIN procedure p ON p.id = k.opened_by
         WHERE k.procedure = ?1 AND k.person IS NULL AND k.dead = 0
         AND coalesce(p.expires_at, k.expires_at) > ?2 AND (k.opened_by IS NULL OR p.step IS NOT NULL)",
        params![walk.id.as_str(), now.unix()],
        |row| {
            let sms_to = row.get::<_, Option<String>>(2)?;
            Ok(TicketState {
                expires_at: moment(row, 0)?,
                opened: row.get(1)?,
                sms_to: sms_to.and_then(|ends| crate::column::from_word::<MaskedText>(&ends)),
            })
        },
    )
    .optional()
}
