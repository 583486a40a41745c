//! Files as they are kept: what was announced of each, and its parts.

use super::file;
use super::walk::Walk;
use crate::Transaction;
use crate::column::{parsed, word, word_of};
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::Slot;
use tongguan_core::ports::{FileFacts, SlotState, Upload};

/// Of all that one account has under way, bytes: two of the largest, and others.
const MOST_BYTES: i64 = 24 << 20;
const COLUMNS: &str = "id, slot, size, sha256, arrived, kept";

#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) id: RequestId,
    pub(super) slot: Slot,
    pub(super) size: u32,
    pub(super) sha256: String,
    pub(super) arrived: u32,
    pub(super) kept: bool,
}

impl Parcel {
    pub(super) fn told(&self) -> Upload {
        Upload { id: self.id.clone(), offset: self.arrived, size: self.size }
    }
}

/// The first bytes tell at once what it is; what is refused here leaves nothing.
pub(super) fn append(
    t: &Transaction<'_>,
    mut row: Parcel,
    part: &[u8],
) -> Result<Result<Parcel, Problem>, Problem> {
    let length = u32::try_from(part.len()).map_err(|_| Problem::TooLarge)?;
    let arrived = row.arrived.checked_add(length).filter(|arrived| *arrived <= row.size);
    let Some(arrived) = arrived.filter(|_| length > 0) else { return Err(Problem::input("part", "length")) };
    let telling = row.arrived == 0 && (part.len() >= file::HEAD || arrived == row.size);
    if telling && let Err(flaw) = file::media(row.slot, part) {
        t.execute("DELETE FROM upload WHERE id = ?1", [row.id.as_str()])?;
        return Ok(Err(Problem::FileUnusable(row.slot, flaw)));
    }
    t.execute("INSERT INTO upload_part VALUES (?1, ?2, ?3)", params![row.id.as_str(), row.arrived, part])?;
    t.execute("UPDATE upload SET arrived = ?2 WHERE id = ?1", params![row.id.as_str(), arrived])?;
    row.arrived = arrived;
    Ok(Ok(row))
}

/// A phone's count as those of the account that gave its ticket.
pub(super) fn make_room(t: &Transaction<'_>, walk: &Walk, size: u32) -> Result<(), Problem> {
    let underway: i64 = t.query_row(
        "SELECT coalesce(sum(u.size), 0) FROM upload u JOIN procedure p ON p.id = u.procedure
         WHERE p.id = ?1 OR p.account = ?2",
        params![walk.id.as_str(), walk.account.as_ref().map(|account| account.as_str())],
        |row| row.get(0),
    )?;
    if underway + i64::from(size) > MOST_BYTES {
        return Err(Problem::TooOften { seconds: 60 });
    }
    Ok(())
}

pub(super) fn insert(t: &Transaction<'_>, id: &RequestId, file: &FileFacts) -> Result<Parcel, Problem> {
    let row = Parcel {
        id: RequestId::random(),
        slot: file.slot,
        size: file.size,
        sha256: file.sha256.clone(),
        arrived: 0,
        kept: false,
    };
    t.execute(
        "INSERT INTO upload (id, procedure, slot, size, sha256) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![row.id.as_str(), id.as_str(), word_of(row.slot), row.size, row.sha256],
    )?;
    Ok(row)
}

/// It is whole and usable.
pub(super) fn keep(t: &Transaction<'_>, upload: &RequestId) -> Result<(), Problem> {
    match t.execute("UPDATE upload SET kept = 1 WHERE id = ?1", [upload.as_str()])? {
        0 => Err(Problem::RecordChanged),
        _ => Ok(()),
    }
}

/// Its bytes are somewhere else now.
pub(super) fn empty(t: &Transaction<'_>, upload: &RequestId) -> rusqlite::Result<()> {
    t.execute("DELETE FROM upload_part WHERE upload = ?1", [upload.as_str()]).map(drop)
}

pub(super) fn by_id(c: &Connection, id: &RequestId, upload: &RequestId) -> rusqlite::Result<Option<Parcel>> {
    let query = format!("SELECT {COLUMNS} FROM upload WHERE procedure = ?1 AND id = ?2");
    c.query_row(&query, [id.as_str(), upload.as_str()], read).optional()
}

pub(super) fn of_slot(c: &Connection, id: &RequestId, slot: Slot) -> rusqlite::Result<Option<Parcel>> {
    let query = format!("SELECT {COLUMNS} FROM upload WHERE procedure = ?1 AND slot = ?2");
    c.query_row(&query, [id.as_str(), &word_of(slot)], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Parcel> {
    Ok(Parcel {
        id: parsed(row, 0)?,
        slot: word(row, 1)?,
        size: row.get(2)?,
        sha256: row.get(3)?,
        arrived: row.get(4)?,
        kept: row.get(5)?,
    })
}

pub(super) fn content(c: &Connection, upload: &RequestId) -> rusqlite::Result<Vec<u8>> {
    let mut statement = c.prepare("SELECT part FROM upload_part WHERE upload = ?1 ORDER BY place")?;
    let parts = statement.query_map([upload.as_str()], |row| row.get::<_, Vec<u8>>(0))?;
    Ok(parts.collect::<rusqlite::Result<Vec<_>>>()?.concat())
}

/// In the order of `slots`.
pub(crate) fn slots(c: &Connection, id: &RequestId, slots: &[Slot]) -> rusqlite::Result<Vec<SlotState>> {
    let state = |slot: &Slot| {
        let row = of_slot(c, id, *slot)?;
        let kept = row.as_ref().is_some_and(|row| row.kept);
        Ok(SlotState { slot: *slot, upload: row.map(|row| row.told()), kept })
    };
    slots.iter().map(state).collect()
}

/// What is whole and usable in `slot`, and as which upload.
pub(super) fn whole(
    c: &Connection,
    id: &RequestId,
    slot: Slot,
) -> rusqlite::Result<Option<(RequestId, Vec<u8>)>> {
    let row = of_slot(c, id, slot)?.filter(|row| row.kept);
    row.map(|row| Ok((row.id.clone(), content(c, &row.id)?))).transpose()
}

pub(crate) fn picture(c: &Connection, id: &RequestId, slot: Slot) -> rusqlite::Result<Option<Vec<u8>>> {
    Ok(whole(c, id, slot)?.map(|(_, bytes)| bytes))
}

/// Called when a step with these slots begins, and with all of them when a procedure is over.
pub(crate) fn forget(t: &Transaction<'_>, id: &RequestId, slots: &[Slot]) -> rusqlite::Result<()> {
    for slot in slots {
        t.execute("DELETE FROM upload WHERE procedure = ?1 AND slot = ?2", [id.as_str(), &word_of(slot)])?;
    }
    Ok(())
}
