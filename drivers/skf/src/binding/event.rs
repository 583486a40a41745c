//! The one call that runs beside others: waiting for a device to come or go.

use super::api::{CallError, Library};
use super::structs::{Out, OutBytes};
use crate::names::Name;
use std::ffi::CStr;

/// Bytes for a device's name.
const NAME: u32 = 1024;
/// The event of a device that was pulled; 1 is one that was put in.
const REMOVED: u32 = 2;

/// What `SKF_WaitForDevEvent` told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Removed(Name),
    /// Put in, or something that this program does not know.
    Other,
}

impl Library {
    /// Sleeps until a device comes or goes. The one call that runs beside others.
    pub(crate) fn wait_for_event(&self) -> Result<Event, CallError> {
        const CALL: &str = "SKF_WaitForDevEvent";
        let wait = self.entries.wait_for_dev_event.ok_or_else(|| self.absent(CALL))?;
        let mut name = OutBytes::new(1024);
        let (mut length, mut event) = (Out::new(NAME), Out::new(0u32));
        // SAFETY: three buffers of ours, the first as long as the second says.
        let code = unsafe { wait(name.pointer(), length.pointer(), event.pointer()) };
        self.check(CALL, code)?;
        let event = event.take().ok_or_else(|| self.lie(CALL))?;
        length.take().filter(|length| *length <= NAME).ok_or_else(|| self.lie(CALL))?;
        let name = name.take(NAME).ok_or_else(|| self.lie(CALL))?;
        let name = CStr::from_bytes_until_nul(&name).map_err(|_| self.lie(CALL))?;
        Ok(if event == REMOVED { Event::Removed(name.into()) } else { Event::Other })
    }

    /// Ends a wait that another thread sleeps in.
    pub(crate) fn cancel_wait(&self) -> Result<(), CallError> {
        const CALL: &str = "SKF_CancelWaitForDevEvent";
        let cancel = self.entries.cancel_wait_for_dev_event.ok_or_else(|| self.absent(CALL))?;
        // SAFETY: takes nothing.
        self.check(CALL, unsafe { cancel() })
    }
}
