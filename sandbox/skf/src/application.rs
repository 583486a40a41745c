//! GM/T 0016-2012 sections 7.2 and 7.3: the application, and its PIN.

use crate::entry::enter;
use crate::memory::{fill, list, put, text};
use crate::status::Status;
use crate::table::{Handle, Object, application, device, table};
use std::ffi::c_char;
use tongguan_sandbox_ukey::{SoftFault, SoftLibrary};

/// The only one.
const NAME: &str = "TONGGUAN";
/// ulPINType; 0 is the administrator, whom these tokens do not have.
const USER: u32 = 1;

/// SKF_EnumApplication(hDev, szAppName, pulSize).
#[unsafe(export_name = "SKF_EnumApplication")]
unsafe extern "C" fn enum_application(handle: Handle, names: *mut u8, size: *mut u32) -> u32 {
    enter("SKF_EnumApplication", handle, |library, lie| {
        device(library, handle)?;
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&list([NAME]), names, size, lie) }
    })
}

/// SKF_OpenApplication(hDev, szAppName, phApplication).
#[unsafe(export_name = "SKF_OpenApplication")]
unsafe extern "C" fn open_application(handle: Handle, name: *const c_char, opened: *mut Handle) -> u32 {
    enter("SKF_OpenApplication", handle, |library, _| {
        device(library, handle)?;
        // SAFETY: the caller's own string.
        if unsafe { text(name) }? != NAME.as_bytes() {
            return Err(Status::APPLICATION_ABSENT);
        }
        let application = Object::Application { device: handle, verified: false };
        // SAFETY: the caller's own handle.
        unsafe { put(opened, table().open(application)) }
    })
}

/// SKF_CloseApplication(hApplication): forgets that the PIN was right.
#[unsafe(export_name = "SKF_CloseApplication")]
unsafe extern "C" fn close_application(handle: Handle) -> u32 {
    enter("SKF_CloseApplication", handle, |_, _| {
        let mut table = table();
        let Object::Application { .. } = table.get(handle)? else { return Err(Status::INVALID_HANDLE) };
        table.close(handle);
        Ok(())
    })
}

/// SKF_GetPINInfo(hApplication, ulPINType, pulMaxRetryCount, pulRemainRetryCount, pbDefaultPin). A lie has more
/// tries left than there are.
#[unsafe(export_name = "SKF_GetPINInfo")]
unsafe extern "C" fn get_pin_info(
    handle: Handle,
    kind: u32,
    most: *mut u32,
    left: *mut u32,
    default: *mut i32,
) -> u32 {
    enter("SKF_GetPINInfo", handle, |library, lie| {
        let (token, _) = application(library, handle)?;
        user(kind)?;
        let tries = if lie.is_some() { u32::MAX } else { token.tries_left.into() };
        // SAFETY: the caller's own numbers.
        unsafe {
            put(most, token.max_tries.into())?;
            put(left, tries)?;
            put(default, 0)
        }
    })
}

/// SKF_VerifyPIN(hApplication, ulPINType, szPIN, pulRetryCount).
#[unsafe(export_name = "SKF_VerifyPIN")]
unsafe extern "C" fn verify_pin(handle: Handle, kind: u32, pin: *const c_char, left: *mut u32) -> u32 {
    enter("SKF_VerifyPIN", handle, |library, lie| {
        let (token, _) = application(library, handle)?;
        user(kind)?;
        // SAFETY: the caller's own string.
        let done = library.verify_pin(&token.name, unsafe { text(pin) }?);
        set_verified(handle, done.is_ok())?;
        let tries = if lie.is_some() { u32::MAX } else { tries_left(library, &token.name)? };
        // SAFETY: the caller's own number.
        unsafe { put(left, tries) }?;
        told(library, done)
    })
}

/// SKF_ChangePIN(hApplication, ulPINType, szOldPin, szNewPin, pulRetryCount).
#[unsafe(export_name = "SKF_ChangePIN")]
unsafe extern "C" fn change_pin(
    handle: Handle,
    kind: u32,
    old: *const c_char,
    new: *const c_char,
    left: *mut u32,
) -> u32 {
    enter("SKF_ChangePIN", handle, |library, _| {
        let (token, _) = application(library, handle)?;
        user(kind)?;
        // SAFETY: the caller's own strings.
        let (old, new) = unsafe { (text(old)?, text(new)?) };
        let done = library.change_pin(&token.name, old, new);
        // SAFETY: the caller's own number.
        unsafe { put(left, tries_left(library, &token.name)?) }?;
        told(library, done)
    })
}

/// SKF_ClearSecureState(hApplication).
#[unsafe(export_name = "SKF_ClearSecureState")]
unsafe extern "C" fn clear_secure_state(handle: Handle) -> u32 {
    enter("SKF_ClearSecureState", handle, |library, _| {
        application(library, handle)?;
        set_verified(handle, false)
    })
}

fn user(kind: u32) -> Result<(), Status> {
    if kind == USER { Ok(()) } else { Err(Status::USER_TYPE) }
}

fn set_verified(handle: Handle, right: bool) -> Result<(), Status> {
    match table().get_mut(handle)? {
        Object::Application { verified, .. } => *verified = right,
        _ => return Err(Status::INVALID_HANDLE),
    }
    Ok(())
}

fn tries_left(library: &SoftLibrary, name: &str) -> Result<u32, Status> {
    Ok(library.token(name)?.tries_left.into())
}

fn told(library: &SoftLibrary, done: Result<(), SoftFault>) -> Result<(), Status> {
    match done {
        Err(SoftFault::PinWrong { .. }) if library.behaviour()?.wrong_pin_is_general_error => {
            Err(Status::FAIL)
        }
        other => Ok(other?),
    }
}
