//! What all calls have in common: one at a time, sizes that are asked for and bounded, handles.

use super::api::{CallError, Library, Raw};
use super::device::Device;
use super::structs::{Out, OutBytes};
use crate::names::{self, Name};
use crate::sar;
use std::ptr::null_mut;
use std::sync::{MutexGuard, PoisonError};

pub(super) const TRUE: u32 = 1;
/// Bytes of the longest list or certificate that is read.
const MOST: u32 = 64 * 1024;
/// A list may grow between the question for its size and the one for its content.
const ATTEMPTS: usize = 3;

/// The right to call: one thread at a time has it.
pub(crate) struct Calls<'l> {
    library: &'l Library,
    _only: MutexGuard<'l, ()>,
}

impl Library {
    /// Waits for its turn.
    pub(crate) fn lock(&self) -> Calls<'_> {
        let only = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        Calls { library: self, _only: only }
    }

    /// Asks for a size with a NULL buffer, then for the content: the whole buffer and the length in it.
    pub(super) fn sized(
        &self,
        call: &'static str,
        ask: impl Fn(*mut u8, *mut u32) -> u32,
    ) -> Result<(Vec<u8>, u32), CallError> {
        for _ in 0..ATTEMPTS {
            let mut size = Out::new(0u32);
            let code = ask(null_mut(), size.pointer());
            let size = size.take().filter(|size| *size <= MOST).ok_or_else(|| self.lie(call))?;
            // Some libraries call a NULL buffer too small, and tell the size all the same.
            if code != sar::BUFFER_TOO_SMALL || size == 0 {
                self.check(call, code)?;
            }
            if size == 0 {
                return Ok((Vec::new(), 0));
            }
            let mut bytes = OutBytes::new(usize::try_from(size).unwrap_or_default());
            let mut length = Out::new(size);
            let code = ask(bytes.pointer(), length.pointer());
            if code == sar::BUFFER_TOO_SMALL {
                continue;
            }
            self.check(call, code)?;
            let length = length.take().filter(|length| *length <= size).ok_or_else(|| self.lie(call))?;
            let bytes = bytes.take(size).ok_or_else(|| self.lie(call))?;
            return Ok((bytes, length));
        }
        Err(self.lie(call))
    }

    /// The end of a list is its empty name, whatever its length was said to be.
    pub(super) fn list(
        &self,
        call: &'static str,
        ask: impl Fn(*mut u8, *mut u32) -> u32,
    ) -> Result<Vec<Name>, CallError> {
        let (bytes, _) = self.sized(call, ask)?;
        names::list(&bytes).ok_or_else(|| self.lie(call))
    }

    /// Opens something by its name.
    pub(super) fn handle(
        &self,
        call: &'static str,
        open: impl FnOnce(*mut Raw) -> u32,
    ) -> Result<Raw, CallError> {
        let mut raw: Out<Raw> = Out::new(null_mut());
        self.check(call, open(raw.pointer()))?;
        raw.take().filter(|raw| !raw.is_null()).ok_or_else(|| self.lie(call))
    }

    /// What closing answered is for the log: nothing can be done about it.
    pub(super) fn closed(&self, call: &'static str, code: u32) {
        if code != sar::OK {
            tracing::debug!(call, code, "not closed");
        }
    }
}

impl Calls<'_> {
    /// The devices that are plugged in.
    pub(crate) fn devices(&self) -> Result<Vec<Name>, CallError> {
        let entry = self.library.entries.enum_dev;
        // SAFETY: NULL or a buffer as long as the number behind the last pointer says.
        self.library.list("SKF_EnumDev", |names, size| unsafe { entry(TRUE, names, size) })
    }

    pub(crate) fn connect(&self, name: &Name) -> Result<Device<'_>, CallError> {
        let entry = self.library.entries.connect_dev;
        let name = name.as_c_str().as_ptr();
        // SAFETY: a name with its NUL, and room for a handle.
        let raw = self.library.handle("SKF_ConnectDev", |raw| unsafe { entry(name, raw) })?;
        Ok(Device::new(self.library, raw))
    }
}
