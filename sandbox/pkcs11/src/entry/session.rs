use cryptoki_sys::{
    CK_BYTE, CK_FLAGS, CK_NOTIFY, CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SLOT_ID, CK_ULONG,
    CK_USER_TYPE, CK_UTF8CHAR, CKR_ARGUMENTS_BAD, CKR_RANDOM_NO_RNG,
};

use crate::{
    Answer,
    border::{At, border},
    module,
    pointer::{items, items_mut, put},
};

pub(super) unsafe extern "C" fn C_OpenSession(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    _application: *mut std::ffi::c_void,
    _notify: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    border("C_OpenSession", At::Slot(slot), |_| {
        if session.is_null() {
            return Err(CKR_ARGUMENTS_BAD);
        }
        let opened = module::with(|module| module.open(slot, flags))?;
        // SAFETY: not NULL; room for one handle.
        unsafe { put(session, opened) }
    })
}

pub(super) unsafe extern "C" fn C_CloseSession(session: CK_SESSION_HANDLE) -> CK_RV {
    border("C_CloseSession", At::Session(session), |_| module::with(|module| module.close(session)))
}

pub(super) unsafe extern "C" fn C_CloseAllSessions(slot: CK_SLOT_ID) -> CK_RV {
    border("C_CloseAllSessions", At::Slot(slot), |_| module::with(|module| module.close_all(slot)))
}

pub(super) unsafe extern "C" fn C_GetSessionInfo(
    session: CK_SESSION_HANDLE,
    info: *mut CK_SESSION_INFO,
) -> CK_RV {
    border("C_GetSessionInfo", At::Session(session), |_| {
        let known = module::with(|module| module.session_info(session))?;
        // SAFETY: the caller's structure.
        unsafe { put(info, known) }
    })
}

/// NULL asks the device's own pad for the PIN; an empty PIN is something else.
///
/// # Safety
/// As [`items`].
unsafe fn pin<'a>(place: *const CK_UTF8CHAR, length: CK_ULONG) -> Answer<Option<&'a [u8]>> {
    // SAFETY: passed on.
    let pin = unsafe { items(place, length) }?;
    Ok((!place.is_null()).then_some(pin))
}

pub(super) unsafe extern "C" fn C_Login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    place: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    border("C_Login", At::Session(session), |_| {
        // SAFETY: `length` bytes at `place`, or NULL (section 5.6).
        let pin = unsafe { pin(place, length) }?;
        module::with(|module| module.login(session, user, pin))
    })
}

pub(super) unsafe extern "C" fn C_Logout(session: CK_SESSION_HANDLE) -> CK_RV {
    border("C_Logout", At::Session(session), |_| module::with(|module| module.logout(session)))
}

pub(super) unsafe extern "C" fn C_SetPIN(
    session: CK_SESSION_HANDLE,
    old: *mut CK_UTF8CHAR,
    old_length: CK_ULONG,
    new: *mut CK_UTF8CHAR,
    new_length: CK_ULONG,
) -> CK_RV {
    border("C_SetPIN", At::Session(session), |_| {
        // SAFETY: as many bytes as said at both places (section 5.5).
        let (old, new) = unsafe { (items(old, old_length)?, items(new, new_length)?) };
        module::with(|module| module.set_pin(session, old, new))
    })
}

pub(super) unsafe extern "C" fn C_GenerateRandom(
    session: CK_SESSION_HANDLE,
    place: *mut CK_BYTE,
    length: CK_ULONG,
) -> CK_RV {
    border("C_GenerateRandom", At::Session(session), |_| {
        module::with(|module| module.session(session).map(|_| ()))?;
        // SAFETY: room for `length` bytes at `place`.
        let out = unsafe { items_mut(place, length) }?;
        getrandom::fill(out).map_err(|_| CKR_RANDOM_NO_RNG)
    })
}
