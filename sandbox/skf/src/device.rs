//! GM/T 0016-2012 section 7.1: devices.

use crate::entry::enter;
use crate::memory::{fill, list, put, text};
use crate::status::Status;
use crate::structure::DevInfo;
use crate::table::{Handle, NONE, Object, device, table};
use std::ffi::c_char;
use std::fs::File;
use std::sync::mpsc;
use std::time::Duration;
use tongguan_sandbox_ukey::SoftLibrary;

const STATE_ABSENT: u32 = 0;
const STATE_PRESENT: u32 = 1;
/// SKF_LockDev waits for ever.
const INFINITE: u32 = u32::MAX;

/// SKF_EnumDev(bPresent, szNameList, pulSize): with FALSE also those that are not plugged in.
#[unsafe(export_name = "SKF_EnumDev")]
unsafe extern "C" fn enum_dev(present: i32, names: *mut u8, size: *mut u32) -> u32 {
    enter("SKF_EnumDev", NONE, |library, lie| {
        let mut found = library.names()?;
        if present == 0 {
            found.extend(library.names_in_drawer()?);
        }
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&list(found), names, size, lie) }
    })
}

/// SKF_ConnectDev(szName, phDev).
#[unsafe(export_name = "SKF_ConnectDev")]
unsafe extern "C" fn connect_dev(name: *const c_char, handle: *mut Handle) -> u32 {
    enter("SKF_ConnectDev", NONE, |library, _| {
        // SAFETY: the caller's own string.
        let token = token(library, unsafe { text(name) }?)?.ok_or(Status::DEVICE_REMOVED)?;
        let device = Object::Device { token: token.name.clone(), insertion: token.insertion, lock: None };
        // SAFETY: the caller's own handle.
        unsafe { put(handle, table().open(device)) }
    })
}

fn token(library: &SoftLibrary, name: &[u8]) -> Result<Option<tongguan_sandbox_ukey::SoftToken>, Status> {
    Ok(library.tokens()?.into_iter().find(|token| token.name.as_bytes() == name))
}

/// SKF_DisConnectDev(hDev): closes everything that was opened through it, lets go of the lock.
#[unsafe(export_name = "SKF_DisConnectDev")]
unsafe extern "C" fn disconnect_dev(handle: Handle) -> u32 {
    enter("SKF_DisConnectDev", handle, |_, _| {
        let mut table = table();
        let Object::Device { .. } = table.get(handle)? else { return Err(Status::INVALID_HANDLE) };
        table.close(handle);
        Ok(())
    })
}

/// SKF_GetDevState(szDevName, pulDevState).
#[unsafe(export_name = "SKF_GetDevState")]
unsafe extern "C" fn get_dev_state(name: *const c_char, state: *mut u32) -> u32 {
    enter("SKF_GetDevState", NONE, |library, _| {
        // SAFETY: the caller's own string.
        let found = token(library, unsafe { text(name) }?)?;
        // SAFETY: the caller's own number.
        unsafe { put(state, if found.is_some() { STATE_PRESENT } else { STATE_ABSENT }) }
    })
}

/// SKF_GetDevInfo(hDev, pDevInfo). A lie is a label and a serial number without an end.
#[unsafe(export_name = "SKF_GetDevInfo")]
unsafe extern "C" fn get_dev_info(handle: Handle, info: *mut DevInfo) -> u32 {
    enter("SKF_GetDevInfo", handle, |library, lie| {
        let mut found = DevInfo::of(&device(library, handle)?);
        if lie.is_some() {
            found.label = [0xFF; 32];
            found.serial_number = [b'9'; 32];
        }
        // SAFETY: the caller's own structure.
        unsafe { put(info, found) }
    })
}

/// SKF_LockDev(hDev, ulTimeOut): milliseconds. Keeps other handles' SKF_LockDev out, in this process and in others.
#[unsafe(export_name = "SKF_LockDev")]
unsafe extern "C" fn lock_dev(handle: Handle, timeout: u32) -> u32 {
    enter("SKF_LockDev", handle, |library, _| {
        let token = device(library, handle)?;
        if matches!(table().get(handle)?, Object::Device { lock: Some(_), .. }) {
            return Ok(());
        }
        let held = locked(library.clone(), token.name.clone(), timeout)?;
        match table().get_mut(handle)? {
            Object::Device { lock, .. } => *lock = Some(held),
            _ => return Err(Status::INVALID_HANDLE),
        }
        Ok(())
    })
}

/// While somebody else has it, a thread waits, so that the deadline can pass; when it gets the lock too late it lets
/// go of it at once.
fn locked(library: SoftLibrary, name: String, timeout: u32) -> Result<File, Status> {
    if let Some(held) = library.lock_device_if_free(&name)? {
        return Ok(held);
    }
    let (tell, told) = mpsc::channel();
    let wait = move || drop(tell.send(library.lock_device(&name)));
    std::thread::Builder::new().spawn(wait).map_err(|_| Status::FAIL)?;
    let held = if timeout == INFINITE {
        told.recv().map_err(|_| Status::FAIL)?
    } else {
        told.recv_timeout(Duration::from_millis(timeout.into())).map_err(|_| Status::TIMEOUT)?
    };
    Ok(held?)
}

/// SKF_UnlockDev(hDev).
#[unsafe(export_name = "SKF_UnlockDev")]
unsafe extern "C" fn unlock_dev(handle: Handle) -> u32 {
    enter("SKF_UnlockDev", handle, |_, _| match table().get_mut(handle)? {
        Object::Device { lock, .. } => {
            *lock = None;
            Ok(())
        }
        _ => Err(Status::INVALID_HANDLE),
    })
}

/// SKF_GenRandom(hDev, pbRandom, ulRandomLen).
#[unsafe(export_name = "SKF_GenRandom")]
unsafe extern "C" fn gen_random(handle: Handle, random: *mut u8, length: u32) -> u32 {
    enter("SKF_GenRandom", handle, |library, _| {
        device(library, handle)?;
        let length = usize::try_from(length).map_err(|_| Status::INPUT_LENGTH)?;
        let mut bytes = vec![0; length];
        getrandom::fill(&mut bytes).map_err(|_| Status::RANDOM)?;
        if random.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: not NULL, and as long as the caller says.
        unsafe { random.copy_from_nonoverlapping(bytes.as_ptr(), length) };
        Ok(())
    })
}
