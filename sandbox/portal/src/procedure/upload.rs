//! Pictures and files in parts. A part comes after the one before, so a sender that was cut off asks how much has
//! arrived and goes on there. What is whole is looked at before it counts.

use super::file::{self, Media};
use super::parcel::{self, Parcel};
pub(super) use super::parcel::{empty, keep, of_slot, whole};
pub(crate) use super::parcel::{forget, picture, slots};
use super::store::{find, save};
use super::transfer_store;
use super::walk::{Caller, Walk};
use crate::Portal;
use crate::problem::Problem;
use crate::rate::{Limit, count};
use sha2::{Digest, Sha256};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Rule, Slot};
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::{FileFacts, Upload};

/// So many may be begun for each procedure that an account may open in an hour.
const FILES: i64 = 2;
const HOUR: i64 = 3_600;

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
            let known = parcel::of_slot(t, id, file.slot)?;
            if let Some(known) = known.filter(|row| row.size == file.size && row.sha256 == file.sha256) {
                return Ok(known);
            }
            if file.slot == Slot::Letter && transfer_store::has_letter(t, id)? {
                return Err(Problem::RecordChanged);
            }
            let limit = FILES.saturating_mul(self.config().procedure_limit);
            let limit = Limit { limit, seconds: HOUR };
            count(t, &format!("uploads of {}", walk.owner()), limit, now)?;
            parcel::forget(t, id, &[file.slot])?;
            parcel::make_room(t, &walk, file.size)?;
            parcel::insert(t, id, file)
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
        let row = self.store(|c| parcel::by_id(c, id, upload))?.ok_or(Problem::NotFound)?;
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
            let row = parcel::by_id(t, id, upload)?.ok_or(Problem::NotFound)?;
            self.asks_for(&walk, row.slot)?;
            if row.kept || row.arrived != offset {
                return Err(Problem::RecordChanged);
            }
            parcel::append(t, row, part)
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

    /// All bytes are there: whatever is wrong with them, nothing of it stays. A sender that asks once more may be here
    /// already.
    pub(super) fn finish(&self, caller: &Caller, walk: &Walk, row: &Parcel) -> Result<(), Problem> {
        let found = self.store(|c| {
            let row = parcel::by_id(c, &walk.id, &row.id)?;
            row.map(|row| Ok((row.kept, parcel::content(c, &row.id)?))).transpose()
        })?;
        let bytes = match found.ok_or(Problem::RecordChanged)? {
            (true, _) => return Ok(()),
            (false, bytes) => bytes,
        };
        let looked = {
            let _place = self.unpacking().enter();
            look(row, &bytes)
        };
        match looked {
            Err(flaw) => {
                self.change(|t| {
                    Ok(t.execute("DELETE FROM upload WHERE id = ?1 AND kept = 0", [row.id.as_str()])?)
                })?;
                self.wipe_log()?;
                Err(Problem::FileUnusable(row.slot, flaw))
            }
            Ok(media) if row.slot == Slot::Letter => self.letter_came(caller, walk, &row.id, (media, &bytes)),
            Ok(_) => self.keep_upload(caller, walk, row),
        }
    }

    /// While it was looked at, its step may have passed, or the time of the procedure.
    pub(super) fn keep_upload(&self, caller: &Caller, walk: &Walk, row: &Parcel) -> Result<(), Problem> {
        let now = self.now();
        self.change(|t| {
            let mut walk = find(t, caller, &walk.id, now)?.ok_or(Problem::NotFound)?;
            self.asks_for(&walk, row.slot)?;
            parcel::keep(t, &row.id)?;
            save(t, &mut walk)
        })?;
        self.settle(std::slice::from_ref(&walk.id))
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
