//! What every exported function begins with.

use crate::event;
use crate::status::Status;
use crate::table::{Handle, NONE, token_name};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use tongguan_sandbox_ukey::{Length, Misbehaviour, SoftLibrary};

/// Runs a function's body, unless the behaviour file wants something else. No panic crosses the border to C.
/// `handle`: whose token is pulled when the behaviour says so; [`NONE`]: every one.
pub(crate) fn enter(
    call: &str,
    handle: Handle,
    body: impl FnOnce(&SoftLibrary, Option<Length>) -> Result<(), Status>,
) -> u32 {
    let done = catch_unwind(AssertUnwindSafe(|| {
        let library = library()?;
        let lie = match library.enter(call) {
            Some(Misbehaviour::GeneralError) => return Err(Status::FAIL),
            Some(Misbehaviour::Lie(length)) => Some(length),
            Some(Misbehaviour::Unplug) => {
                unplug(library, handle)?;
                None
            }
            _ => None,
        };
        body(library, lie)
    }));
    match done {
        Ok(Ok(())) => Status::OK.0,
        Ok(Err(status)) => status.0,
        Err(_) => Status::FAIL.0,
    }
}

fn library() -> Result<&'static SoftLibrary, Status> {
    static LIBRARY: OnceLock<Option<SoftLibrary>> = OnceLock::new();
    let library = LIBRARY.get_or_init(|| {
        let library = SoftLibrary::of_own_object(enter_address())?;
        event::begin(&library);
        Some(library)
    });
    library.as_ref().ok_or(Status::FAIL)
}

/// Any address inside this shared object.
fn enter_address() -> usize {
    library as *const () as usize
}

/// The body finds out by itself.
fn unplug(library: &SoftLibrary, handle: Handle) -> Result<(), Status> {
    let names = if handle == NONE { library.names()? } else { vec![token_name(handle)?] };
    names.iter().try_for_each(|name| library.unplug(name)).map_err(Status::from)
}
