//! What waits for the person at the phone, from whichever account and company.

use super::matter::{put, whom};
use super::store::by_id;
use super::walk::{Effect, Keep, Walk};
use crate::Portal;
use crate::column::{moment, parsed, word, word_of};
use crate::problem::Problem;
use crate::rights::rights_from;
use rusqlite::{Connection, params};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Duty, DutyOf, PendingMatter, Right};

const DAY: i64 = 86_400;
/// So many are shown.
const MOST: i64 = 100;

/// Of the last `days`, for the person of the phone's values.
pub(crate) fn shown(
    c: &Connection,
    phone: &Walk,
    days: u8,
    now: Timestamp,
) -> Result<Vec<PendingMatter>, Problem> {
    Ok(waiting(c, phone, days, now)?.into_iter().map(|(matter, _)| matter).collect())
}

/// Each with the person's place in it. One that has been certified, has been submitted or left, or is older,
/// does not wait, nor one whose account is no longer there or may no longer have it.
fn waiting(
    c: &Connection,
    phone: &Walk,
    days: u8,
    now: Timestamp,
) -> Result<Vec<(PendingMatter, RequestId)>, Problem> {
    let (name, document) = whom(&phone.values).ok_or(Problem::Internal)?;
    let mut statement = c.prepare(
        "SELECT m.procedure, m.title, m.kind, m.company, p.role, r.opened_at, p.id, a.role,
         a.rights
         FROM participant p JOIN matter m ON m.procedure = p.matter JOIN procedure r ON r.id = p.matter
         JOIN account a ON a.name = r.account AND a.enabled
         WHERE p.document_number = ?1 AND p.document_kind = ?2 AND p.name = ?3 AND p.certified_at IS NULL
         AND r.platform = ?4 AND r.step IS NOT NULL AND r.expires_at > ?5 AND r.opened_at > ?6
         ORDER BY r.opened_at DESC, m.procedure LIMIT ?7",
    )?;
    let given = params![
        document.number.as_str(),
        word_of(document.kind),
        name.as_str(),
        phone.platform.as_str(),
        now.unix(),
        now.unix() - i64::from(days) * DAY,
        MOST
    ];
    let rows = statement.query_map(given, |row| {
        let matter = PendingMatter {
            id: parsed(row, 0)?,
            title: row.get(1)?,
            kind: word(row, 2)?,
            company: parsed(row, 3)?,
            role: word(row, 4)?,
            opened_at: moment(row, 5)?,
        };
        let may = rights_from(word(row, 7)?, &row.get::<_, String>(8)?).contains(&Right::Certify);
        let person = parsed(row, 6)?;
        Ok(may.then_some((matter, person)))
    })?;
    Ok(rows.filter_map(Result::transpose).collect::<rusqlite::Result<_>>()?)
}

impl Portal {
    /// Sets what is shown of the matter in the phone's values, and joins it ([`Walk::joins`]): what the phone does
    /// from here on counts for this matter and for no other.
    pub(crate) fn choose_matter(&self, days: u8, matter: &RequestId) -> Keep {
        let (now, id) = (self.now(), matter.clone());
        Box::new(move |t, phone| {
            let waiting = waiting(t, phone, days, now)?;
            let refusal = if waiting.is_empty() { Refusal::PersonUnknown } else { Refusal::MatterMismatch };
            let chosen = waiting.into_iter().find(|(matter, _)| matter.id == id);
            let (matter, person) = chosen.ok_or(Problem::DataRefused(refusal))?;
            put(&mut phone.values, &matter)?;
            let walk = by_id(t, &matter.id, now)?.ok_or(Problem::Internal)?;
            phone.joins(&walk, DutyOf { person, duty: Duty::Certification });
            Ok(Effect::Pass(None))
        })
    }
}
