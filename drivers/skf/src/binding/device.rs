//! A connected device, and the lock on it.

use super::api::{CallError, Library, Raw};
use super::application::Application;
use super::structs::{DevInfo, Out};
use crate::names::Name;

/// How long another program may hold the device, in milliseconds.
const LOCK_TIMEOUT: u32 = 3000;

pub(crate) struct Device<'c> {
    library: &'c Library,
    raw: Raw,
}

/// The device for this process alone.
pub(crate) struct Lock<'d> {
    device: &'d Device<'d>,
    held: bool,
}

impl<'c> Device<'c> {
    /// `raw` is open, and nobody else closes it.
    pub(super) fn new(library: &'c Library, raw: Raw) -> Self {
        Self { library, raw }
    }

    pub(crate) fn info(&self) -> Result<DevInfo, CallError> {
        let mut info = Out::new(DevInfo::ZERO);
        // SAFETY: an open handle, and room for the structure.
        let code = unsafe { (self.library.entries.get_dev_info)(self.raw, info.pointer()) };
        self.library.check("SKF_GetDevInfo", code)?;
        info.take().ok_or_else(|| self.library.lie("SKF_GetDevInfo"))
    }

    /// Keeps other programs from the device until the lock is dropped; does nothing where a library
    /// cannot do that.
    pub(crate) fn lock(&self) -> Result<Lock<'_>, CallError> {
        let (Some(lock), Some(_)) = (self.library.entries.lock_dev, self.library.entries.unlock_dev) else {
            return Ok(Lock { device: self, held: false });
        };
        // SAFETY: an open handle.
        let code = unsafe { lock(self.raw, LOCK_TIMEOUT) };
        match self.library.check("SKF_LockDev", code) {
            Err(error) if error.is_unsupported() => Ok(Lock { device: self, held: false }),
            outcome => outcome.map(|()| Lock { device: self, held: true }),
        }
    }

    pub(crate) fn applications(&self) -> Result<Vec<Name>, CallError> {
        let entry = self.library.entries.enum_application;
        // SAFETY: an open handle; NULL or a buffer as long as the number behind the last pointer says.
        self.library.list("SKF_EnumApplication", |names, size| unsafe { entry(self.raw, names, size) })
    }

    pub(crate) fn application(&self, name: &Name) -> Result<Application<'_>, CallError> {
        let entry = self.library.entries.open_application;
        let name = name.as_c_str().as_ptr();
        // SAFETY: an open handle, a name with its NUL, and room for a handle.
        let open = |raw| unsafe { entry(self.raw, name, raw) };
        let raw = self.library.handle("SKF_OpenApplication", open)?;
        Ok(Application::new(self.library, raw))
    }
}

impl Drop for Device<'_> {
    fn drop(&mut self) {
        // SAFETY: open until here, and used nowhere afterwards.
        let code = unsafe { (self.library.entries.disconnect_dev)(self.raw) };
        self.library.closed("SKF_DisConnectDev", code);
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        let library = self.device.library;
        if let (true, Some(unlock)) = (self.held, library.entries.unlock_dev) {
            // SAFETY: an open handle: the lock borrows its device.
            let code = unsafe { unlock(self.device.raw) };
            library.closed("SKF_UnlockDev", code);
        }
    }
}
