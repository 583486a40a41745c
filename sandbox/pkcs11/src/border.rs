//! What stands between C and Rust: the call's misbehaviour first, and no panic gets out.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use cryptoki_sys::{
    CK_RV, CK_SESSION_HANDLE, CK_SLOT_ID, CKR_DEVICE_ERROR, CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR, CKR_OK,
};
use tongguan_sandbox_ukey::{Length, Misbehaviour, SoftLibrary};

use crate::{Answer, module};

/// Found once: after the file is gone nothing in memory tells its path any more.
static LIBRARY: LazyLock<Option<SoftLibrary>> =
    LazyLock::new(|| SoftLibrary::of_own_object(border_address()));

/// Whether a call tells the truth about lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Honesty {
    Truthful,
    Lying(Length),
}

/// Whose token is pulled when a call is struck by [`Misbehaviour::Unplug`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum At {
    Session(CK_SESSION_HANDLE),
    Slot(CK_SLOT_ID),
    /// The call concerns no token in particular: all are pulled.
    Anywhere,
}

/// The folder beside this shared object.
pub(crate) fn library() -> Answer<&'static SoftLibrary> {
    LIBRARY.as_ref().ok_or(CKR_DEVICE_ERROR)
}

fn border_address() -> usize {
    border_address as fn() -> usize as usize
}

/// Runs one call. A panic in it is CKR_FUNCTION_FAILED.
pub(crate) fn border(call: &str, at: At, work: impl FnOnce(Honesty) -> Answer) -> CK_RV {
    // Nothing half done is looked at afterwards: the state is behind a lock that forgives (see `module`).
    let answer = catch_unwind(AssertUnwindSafe(|| work(enter(call, at)?)));
    match answer {
        Ok(Ok(())) => CKR_OK,
        Ok(Err(value)) => value,
        Err(_) => CKR_FUNCTION_FAILED,
    }
}

fn enter(call: &str, at: At) -> Answer<Honesty> {
    match library()?.enter(call) {
        Some(Misbehaviour::Lie(length)) => return Ok(Honesty::Lying(length)),
        Some(Misbehaviour::GeneralError) => return Err(CKR_GENERAL_ERROR),
        Some(Misbehaviour::Unplug) => unplug(at),
        _ => {}
    }
    Ok(Honesty::Truthful)
}

/// What is not there cannot be pulled: that is no fault of the call.
fn unplug(at: At) {
    let Ok(library) = library() else { return };
    let names = match at {
        At::Session(session) => module::with(|module| module.name_of_session(session)).into_iter().collect(),
        At::Slot(slot) => module::with(|module| module.name_of_slot(slot)).into_iter().collect(),
        At::Anywhere => library.names().unwrap_or_default(),
    };
    for name in names {
        let _ = library.unplug(&name);
    }
}
