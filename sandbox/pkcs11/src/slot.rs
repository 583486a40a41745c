//! Slots: as many empty ones as the behaviour wants, then one for each token that was ever seen.

use cryptoki_sys::{
    CK_SLOT_ID, CK_SLOT_INFO, CK_VERSION, CKF_HW_SLOT, CKF_REMOVABLE_DEVICE, CKF_TOKEN_PRESENT,
    CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_PRESENT,
};
use tongguan_sandbox_ukey::{SoftFault, SoftToken};

use crate::{
    Answer,
    module::{Module, value},
    token::padded,
};

/// Numbers that nobody takes for an index.
const FIRST_EMPTY: CK_SLOT_ID = 0x1001;
const FIRST: CK_SLOT_ID = 0x2001;
const MOST_EMPTY: u32 = 0x100;

/// The slot of one token.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) id: CK_SLOT_ID,
    /// The token's name on disk.
    pub(crate) name: String,
    /// The insertion in which the user logged in; a pulled token forgets him.
    pub(crate) logged_in: Option<u64>,
}

impl Module {
    /// C_GetSlotList; `present`: only slots with a token in them.
    pub(crate) fn slot_list(&mut self, present: bool) -> Vec<CK_SLOT_ID> {
        let names = self.refresh();
        let real =
            self.slots.iter().filter(|slot| !present || names.contains(&slot.name)).map(|slot| slot.id);
        if present { real.collect() } else { self.empty_slots().chain(real).collect() }
    }

    pub(crate) fn slot_info(&mut self, id: CK_SLOT_ID) -> Answer<CK_SLOT_INFO> {
        let names = self.refresh();
        let mut flags = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT;
        if let Some(slot) = self.find_slot(id)? {
            flags |= if names.contains(&slot.name) { CKF_TOKEN_PRESENT } else { 0 };
        }
        Ok(CK_SLOT_INFO {
            slotDescription: padded(format!("Tongguan slot {id:04x}").as_bytes(), b' '),
            manufacturerID: padded(b"Tongguan sandbox", b' '),
            flags,
            hardwareVersion: CK_VERSION { major: 1, minor: 0 },
            firmwareVersion: CK_VERSION { major: 1, minor: 0 },
        })
    }

    /// The slot in which the token called `name` is, was or from now on will be.
    pub(crate) fn slot_for(&mut self, name: &str) -> CK_SLOT_ID {
        if let Some(slot) = self.slots.iter().find(|slot| slot.name == name) {
            return slot.id;
        }
        let id = self.slots.last().map_or(FIRST, |slot| slot.id.saturating_add(1));
        self.slots.push(Slot { id, name: name.to_owned(), logged_in: None });
        id
    }

    /// The token in a slot; CKR_TOKEN_NOT_PRESENT, CKR_SLOT_ID_INVALID.
    pub(crate) fn token_in(&mut self, id: CK_SLOT_ID) -> Answer<SoftToken> {
        self.refresh();
        let slot = self.find_slot(id)?.ok_or(CKR_TOKEN_NOT_PRESENT)?;
        self.library.token(&slot.name).map_err(|fault| match fault {
            SoftFault::Absent => CKR_TOKEN_NOT_PRESENT,
            fault => value(fault),
        })
    }

    pub(crate) fn name_of_slot(&mut self, id: CK_SLOT_ID) -> Answer<String> {
        self.refresh();
        self.find_slot(id)?.map(|slot| slot.name.clone()).ok_or(CKR_TOKEN_NOT_PRESENT)
    }

    /// `None` is one of the empty ones.
    fn find_slot(&self, id: CK_SLOT_ID) -> Answer<Option<&Slot>> {
        let real = self.slots.iter().find(|slot| slot.id == id);
        if real.is_none() && !self.empty_slots().any(|empty| empty == id) {
            return Err(CKR_SLOT_ID_INVALID);
        }
        Ok(real)
    }

    fn empty_slots(&self) -> impl Iterator<Item = CK_SLOT_ID> + use<> {
        let number = self.behaviour().empty_slots.min(MOST_EMPTY);
        (FIRST_EMPTY..).take(usize::try_from(number).unwrap_or(0))
    }

    /// Gives new tokens their slots. The names of the tokens that are in.
    fn refresh(&mut self) -> Vec<String> {
        let names = self.library.names().unwrap_or_default();
        for name in &names {
            self.slot_for(name);
        }
        names
    }
}
