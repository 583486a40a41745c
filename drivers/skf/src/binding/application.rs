//! An application on a device: its PIN, its containers.

use super::api::{CallError, Library, Raw};
use super::container::Container;
use super::structs::Out;
use crate::names::Name;
use tongguan_core::domain::Pin;
use zeroize::Zeroizing;

/// The user's PIN, not the administrator's.
const USER: u32 = 1;

pub(crate) struct Application<'d> {
    library: &'d Library,
    raw: Raw,
}

/// What a PIN call answered, and the tries that are left if it told them.
pub(crate) struct PinAnswer {
    pub(crate) outcome: Result<(), CallError>,
    pub(crate) tries: Option<u8>,
}

impl<'d> Application<'d> {
    /// `raw` is open, and nobody else closes it.
    pub(super) fn new(library: &'d Library, raw: Raw) -> Self {
        Self { library, raw }
    }

    /// The tries that the user's PIN has left.
    pub(crate) fn tries(&self) -> Result<u32, CallError> {
        const CALL: &str = "SKF_GetPINInfo";
        let (mut most, mut left, mut default) = (Out::new(0u32), Out::new(0u32), Out::new(0u32));
        let entry = self.library.entries.get_pin_info;
        // SAFETY: an open handle, and room for three numbers.
        let code = unsafe { entry(self.raw, USER, most.pointer(), left.pointer(), default.pointer()) };
        self.library.check(CALL, code)?;
        let kept = most.take().is_some() && default.take().is_some();
        left.take().filter(|_| kept).ok_or_else(|| self.library.lie(CALL))
    }

    /// Presents the user's PIN once.
    pub(crate) fn verify_pin(&self, pin: &Pin) -> PinAnswer {
        const CALL: &str = "SKF_VerifyPIN";
        let mut pin = terminated(pin);
        let mut tries = Out::new(u32::MAX);
        // SAFETY: an open handle, a text with its NUL, and room for a number.
        let code =
            unsafe { (self.library.entries.verify_pin)(self.raw, USER, pin.as_mut_ptr(), tries.pointer()) };
        self.answer(CALL, code, &tries)
    }

    /// Presents the old PIN once.
    pub(crate) fn change_pin(&self, old: &Pin, new: &Pin) -> PinAnswer {
        const CALL: &str = "SKF_ChangePIN";
        let Some(entry) = self.library.entries.change_pin else {
            return PinAnswer { outcome: Err(self.library.absent(CALL)), tries: None };
        };
        let (mut old, mut new) = (terminated(old), terminated(new));
        let mut tries = Out::new(u32::MAX);
        // SAFETY: an open handle, two texts with their NUL, and room for a number.
        let code = unsafe { entry(self.raw, USER, old.as_mut_ptr(), new.as_mut_ptr(), tries.pointer()) };
        self.answer(CALL, code, &tries)
    }

    fn answer(&self, call: &'static str, code: u32, tries: &Out<u32>) -> PinAnswer {
        let tries = tries.take().and_then(|tries| u8::try_from(tries).ok());
        PinAnswer { outcome: self.library.check(call, code), tries }
    }

    /// Forgets that a PIN was presented.
    pub(crate) fn clear_secure_state(&self) -> Result<(), CallError> {
        const CALL: &str = "SKF_ClearSecureState";
        let clear = self.library.entries.clear_secure_state;
        let clear = clear.ok_or_else(|| self.library.absent(CALL))?;
        // SAFETY: an open handle.
        self.library.check(CALL, unsafe { clear(self.raw) })
    }

    pub(crate) fn containers(&self) -> Result<Vec<Name>, CallError> {
        let entry = self.library.entries.enum_container;
        // SAFETY: an open handle; NULL or a buffer as long as the number behind the last pointer says.
        self.library.list("SKF_EnumContainer", |names, size| unsafe { entry(self.raw, names, size) })
    }

    pub(crate) fn container(&self, name: &Name) -> Result<Container<'_>, CallError> {
        let entry = self.library.entries.open_container;
        let name = name.as_c_str().as_ptr();
        // SAFETY: an open handle, a name with its NUL, and room for a handle.
        let open = |raw| unsafe { entry(self.raw, name, raw) };
        let raw = self.library.handle("SKF_OpenContainer", open)?;
        Ok(Container::new(self.library, raw))
    }
}

impl Drop for Application<'_> {
    fn drop(&mut self) {
        // SAFETY: open until here, and used nowhere afterwards.
        let code = unsafe { (self.library.entries.close_application)(self.raw) };
        self.library.closed("SKF_CloseApplication", code);
    }
}

/// A copy with a NUL at the end, wiped after use. Sized at once: a buffer that grows leaves the PIN in the
/// one before.
fn terminated(pin: &Pin) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(pin.expose().len() + 1));
    text.extend_from_slice(pin.expose());
    text.push(0);
    text
}
