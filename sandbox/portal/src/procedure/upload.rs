//! Pictures and files in parts. A part comes after the one before, so a sender that was cut off asks how much has
//! arrived and goes on there. What is whole is looked at before it counts.

use super::file::{self, Media};
use super::store::{find, save};
use super::transfer;
use super::walk::{Caller, Walk};
use crate::column::{parsed, word, word_of};
use crate::problem::Problem;
use crate::rate::{Limit, count};
use crate::{Portal, Transaction};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Rule, Slot};
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::{FileFacts, SlotState, Upload};

/// Of all that one account has under way, bytes: a few people at once, each with a few files.
const MOST_BYTES: i64 = 64 << 20;
/// So many may be begun in an hour for one account.
const MOST_BEGUN: i64 = 240;
const HOUR: i64 = 3_600;
const COLUMNS: &str = "id, slot, size, sha256, arrived, kept";

#[derive(Debug, Clone)]
struct Parcel {
    id: RequestId,
    slot: Slot,
    size: u32,
    sha256: String,
    arrived: u32,
    kept: bool,
}

impl Portal {
    /// For a slot that the open step asks for; the same file again is the one that was begun.
    pub(crate) fn begin_upload(
        &self,
        caller: &Caller,
        id: &RequestId,
        file: &FileFacts,
    ) -> Result<Upload, Problem> {
        check(file)?;
        let walk = self.walk(caller, id)?;
        let now = self.now();
        let begun = self.change(|t| {
            let walk = find(t, caller, id, now)?.ok_or(Problem::NotFound)?;
            self.asks_for(&walk, file.slot)?;
            let known = of_slot(t, id, file.slot)?;
            if let Some(known) = known.filter(|row| row.size == file.size && row.sha256 == file.sha256) {
                return Ok(known);
            }
            if file.slot == Slot::Letter && transfer::has_letter(t, id)? {
                return Err(Problem::RecordChanged);
            }
            let limit = Limit { limit: MOST_BEGUN, seconds: HOUR };
            count(t, &format!("uploads of {}", walk.owner()), limit, now)?;
            forget(t, id, &[file.slot])?;
            make_room(t, &walk, file.size)?;
            insert(t, id, file)
        })?;
        // It was cut off between its last part and the look at it.
        if begun.arrived == begun.size && !begun.kept {
            self.finish(caller, &walk, &begun)?;
        }
        Ok(begun.told())
    }

    pub(crate) fn upload(
        &self,
        caller: &Caller,
        id: &RequestId,
        upload: &RequestId,
    ) -> Result<Upload, Problem> {
        self.walk(caller, id)?;
        let row = self.store(|c| by_id(c, id, upload))?.ok_or(Problem::NotFound)?;
        Ok(row.told())
    }

    pub(crate) fn take_part(
        &self,
        caller: &Caller,
        id: &RequestId,
        upload: &RequestId,
        offset: u32,
        part: &[u8],
    ) -> Result<Upload, Problem> {
        let walk = self.walk(caller, id)?;
        let now = self.now();
        let taken = self.change(|t| {
            let walk = find(t, caller, id, now)?.ok_or(Problem::NotFound)?;
            let row = by_id(t, id, upload)?.ok_or(Problem::NotFound)?;
            self.asks_for(&walk, row.slot)?;
            if row.kept || row.arrived != offset {
                return Err(Problem::RecordChanged);
            }
            append(t, row, part)
        })?;
        let row = taken?;
        if row.arrived == row.size {
            self.finish(caller, &walk, &row)?;
        }
        Ok(row.told())
    }

    fn asks_for(&self, walk: &Walk, slot: Slot) -> Result<(), Problem> {
        let asked = match &self.rule(walk)?.rule {
            Rule::Pictures { slots } => slots.contains(&slot),
            Rule::Transfer { .. } => slot == Slot::Letter,
            Rule::Face { .. } => slot == Slot::Face,
            _ => false,
        };
        if asked { Ok(()) } else { Err(Problem::input("slot", "not_asked")) }
    }

    /// All bytes are there: whatever is wrong with them, nothing of it stays.
    fn finish(&self, caller: &Caller, walk: &Walk, row: &Parcel) -> Result<(), Problem> {
        let bytes = self.store(|c| content(c, &row.id))?;
        let looked = {
            let _place = self.unpacking().enter();
            look(row, &bytes)
        };
        match looked {
            Err(flaw) => {
                self.change(|t| Ok(t.execute("DELETE FROM upload WHERE id = ?1", [row.id.as_str()])?))?;
                self.wipe_log()?;
                Err(Problem::FileUnusable(row.slot, flaw))
            }
            Ok(media) if row.slot == Slot::Letter => self.letter_came(caller, walk, &row.id, (media, &bytes)),
            Ok(_) => self.keep_upload(caller, walk, row),
        }
    }

    fn keep_upload(&self, caller: &Caller, walk: &Walk, row: &Parcel) -> Result<(), Problem> {
        let now = self.now();
        self.change(|t| {
            let mut walk = find(t, caller, &walk.id, now)?.ok_or(Problem::NotFound)?;
            keep(t, &row.id)?;
            save(t, &mut walk)
        })?;
        self.settle(std::slice::from_ref(&walk.id))
    }
}

impl Parcel {
    fn told(&self) -> Upload {
        Upload { id: self.id.clone(), offset: self.arrived, size: self.size }
    }
}

fn check(file: &FileFacts) -> Result<(), Problem> {
    let flaw = |flaw| Err(Problem::FileUnusable(file.slot, flaw));
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    match file.size {
        0 => flaw(FileFlaw::Empty),
        size if size > FileFacts::LARGEST => flaw(FileFlaw::TooLarge),
        _ if file.sha256.len() != 64 || !file.sha256.bytes().all(hex) => {
            Err(Problem::input("sha256", "format"))
        }
        _ => Ok(()),
    }
}

fn look(row: &Parcel, bytes: &[u8]) -> Result<Media, FileFlaw> {
    if hex::encode(Sha256::digest(bytes)) != row.sha256 {
        return Err(FileFlaw::Damaged);
    }
    file::inspect(row.slot, bytes)
}

/// The first bytes tell at once what it is; what is refused here leaves nothing.
fn append(t: &Transaction<'_>, mut row: Parcel, part: &[u8]) -> Result<Result<Parcel, Problem>, Problem> {
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
fn make_room(t: &Transaction<'_>, walk: &Walk, size: u32) -> Result<(), Problem> {
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

fn insert(t: &Transaction<'_>, id: &RequestId, file: &FileFacts) -> Result<Parcel, Problem> {
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

fn by_id(c: &Connection, id: &RequestId, upload: &RequestId) -> rusqlite::Result<Option<Parcel>> {
    let query = format!("SELECT {COLUMNS} FROM upload WHERE procedure = ?1 AND id = ?2");
    c.query_row(&query, [id.as_str(), upload.as_str()], read).optional()
}

fn of_slot(c: &Connection, id: &RequestId, slot: Slot) -> rusqlite::Result<Option<Parcel>> {
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

fn content(c: &Connection, upload: &RequestId) -> rusqlite::Result<Vec<u8>> {
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

/// What is whole and usable in `slot`.
pub(crate) fn picture(c: &Connection, id: &RequestId, slot: Slot) -> rusqlite::Result<Option<Vec<u8>>> {
    let row = of_slot(c, id, slot)?.filter(|row| row.kept);
    row.map(|row| content(c, &row.id)).transpose()
}

/// Called when a step with these slots begins, and with all of them when a procedure is over.
pub(crate) fn forget(t: &Transaction<'_>, id: &RequestId, slots: &[Slot]) -> rusqlite::Result<()> {
    for slot in slots {
        t.execute("DELETE FROM upload WHERE procedure = ?1 AND slot = ?2", [id.as_str(), &word_of(slot)])?;
    }
    Ok(())
}
