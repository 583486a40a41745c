use cryptoki_sys::{
    CK_BBOOL, CK_FALSE, CK_FLAGS, CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_RV, CK_SLOT_ID, CK_SLOT_INFO,
    CK_TOKEN_INFO, CK_ULONG, CKR_ARGUMENTS_BAD,
};

use crate::{
    border::{At, border},
    event, module,
    pointer::{Buffer, put},
};

pub(super) unsafe extern "C" fn C_GetSlotList(
    present: CK_BBOOL,
    list: *mut CK_SLOT_ID,
    count: *mut CK_ULONG,
) -> CK_RV {
    border("C_GetSlotList", At::Anywhere, |honesty| {
        // SAFETY: `count` tells the room in `list` (section 5.5).
        let mut out = unsafe { Buffer::sized(list, count, honesty) }?;
        let slots = module::with(|module| Ok(module.slot_list(present != CK_FALSE)))?;
        out.fill(&slots)
    })
}

pub(super) unsafe extern "C" fn C_GetSlotInfo(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    border("C_GetSlotInfo", At::Slot(slot), |_| {
        let known = module::with(|module| module.slot_info(slot))?;
        // SAFETY: the caller's structure.
        unsafe { put(info, known) }
    })
}

pub(super) unsafe extern "C" fn C_GetTokenInfo(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    border("C_GetTokenInfo", At::Slot(slot), |_| {
        let known = module::with(|module| module.token_info(slot))?;
        // SAFETY: the caller's structure.
        unsafe { put(info, known) }
    })
}

pub(super) unsafe extern "C" fn C_GetMechanismList(
    slot: CK_SLOT_ID,
    list: *mut CK_MECHANISM_TYPE,
    count: *mut CK_ULONG,
) -> CK_RV {
    border("C_GetMechanismList", At::Slot(slot), |honesty| {
        // SAFETY: `count` tells the room in `list`.
        let mut out = unsafe { Buffer::sized(list, count, honesty) }?;
        let mechanisms = module::with(|module| module.mechanisms(slot))?;
        let numbers: Vec<CK_MECHANISM_TYPE> = mechanisms.iter().map(|one| one.number).collect();
        out.fill(&numbers)
    })
}

pub(super) unsafe extern "C" fn C_GetMechanismInfo(
    slot: CK_SLOT_ID,
    mechanism: CK_MECHANISM_TYPE,
    info: *mut CK_MECHANISM_INFO,
) -> CK_RV {
    border("C_GetMechanismInfo", At::Slot(slot), |_| {
        let known = module::with(|module| module.mechanism(slot, mechanism))?.info();
        // SAFETY: the caller's structure.
        unsafe { put(info, known) }
    })
}

pub(super) unsafe extern "C" fn C_WaitForSlotEvent(
    flags: CK_FLAGS,
    slot: *mut CK_SLOT_ID,
    reserved: *mut std::ffi::c_void,
) -> CK_RV {
    border("C_WaitForSlotEvent", At::Anywhere, |_| {
        if slot.is_null() || !reserved.is_null() {
            return Err(CKR_ARGUMENTS_BAD);
        }
        let happened = event::wait(flags)?;
        // SAFETY: not NULL; room for one slot.
        unsafe { put(slot, happened) }
    })
}
