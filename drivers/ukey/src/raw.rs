//! The calls whose answers carry a length, a count or bytes to be read as they are, with bounds of our own.
//!
//! Works on a second handle of the module that `cryptoki` has loaded: one file, one state.

#![allow(unsafe_code, reason = "a PKCS#11 module is a C library")]

use crate::ckr::Trouble;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Rv, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_FUNCTION_LIST, CK_MECHANISM_TYPE, CK_OBJECT_HANDLE, CK_RV,
    CK_SLOT_INFO, CK_TOKEN_INFO, CK_TRUE, CK_ULONG, CK_UNAVAILABLE_INFORMATION,
};
use libloading::Library;
use std::ffi::{CStr, c_void};
use std::mem::ManuallyDrop;
use std::ptr::{NonNull, null_mut};
use tongguan_core::domain::Pin;

/// More than any module has slots, mechanisms or objects; more than any attribute or signature is long.
const SLOTS: usize = 256;
const MECHANISMS: usize = 1024;
const OBJECTS: usize = 4096;
const ATTRIBUTE: usize = 64 * 1024;
const SIGNATURE: usize = 4096;
/// An attribute as long as this, such as any usual certificate, comes with one call: each call may cost a
/// journey to the token.
const GUESS: usize = 4096;
/// How many objects are asked for at a time.
const BATCH: usize = 64;

/// What C_GetTokenInfo says, its texts as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenInfoBytes {
    pub(crate) label: [u8; 32],
    pub(crate) serial: [u8; 16],
    /// CKF_* of CK_TOKEN_INFO.
    pub(crate) flags: cryptoki_sys::CK_FLAGS,
    pub(crate) min_pin: CK_ULONG,
    pub(crate) max_pin: CK_ULONG,
}

/// One attribute of a search: its type and value.
pub(crate) type Wanted<'a> = (CK_ATTRIBUTE_TYPE, &'a [u8]);

/// Why a file is not a module.
#[derive(Debug)]
pub(crate) enum LoadError {
    /// The system's loader says no, in its own words.
    Loader(String),
    NoEntryPoint,
    Answer(Trouble),
}

/// The module's function list.
pub(crate) struct Functions {
    list: CK_FUNCTION_LIST,
    /// Never unloaded: many modules leave threads behind that would run on in unmapped memory.
    _library: ManuallyDrop<Library>,
}

fn heard(call: &'static str, value: CK_RV) -> Result<(), Trouble> {
    match Rv::from(value) {
        Rv::Ok => Ok(()),
        Rv::Error(value) => Err(Trouble::Answer { call, value }),
    }
}

fn long(length: usize) -> CK_ULONG {
    CK_ULONG::try_from(length).unwrap_or(CK_ULONG::MAX)
}

/// What the module says it has written, if that can be.
fn bounded(call: &'static str, said: CK_ULONG, most: usize) -> Result<usize, Trouble> {
    usize::try_from(said).ok().filter(|said| *said <= most).ok_or(Trouble::Lie { call })
}

/// Calls an entry of the function list; each caller says why its arguments are sound.
macro_rules! call {
    ($list:expr, $name:ident ( $($argument:expr),* $(,)? )) => {{
        const CALL: &str = stringify!($name);
        // Copied out first: on Windows the list is packed, and a reference into it may be unaligned.
        let function = $list.$name;
        match function {
            // SAFETY: the entry comes from the module's own list; for the arguments see the caller.
            Some(function) => heard(CALL, unsafe { function($($argument),*) }),
            None => Err(Trouble::Answer { call: CALL, value: RvError::FunctionNotSupported }),
        }
    }};
}

/// Opens the file by its absolute path. Its own imports come from beside it and from the system, never from
/// the working directory, the search path or our own folder.
#[cfg(windows)]
fn open(path: &str) -> Result<Library, libloading::Error> {
    use libloading::os::windows::{
        LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32, Library as Windows,
    };
    // SAFETY: runs the library's initialisation, which is what the user has agreed to for this file.
    unsafe { Windows::load_with_flags(path, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32) }
        .map(Library::from)
}

#[cfg(not(windows))]
fn open(path: &str) -> Result<Library, libloading::Error> {
    // SAFETY: runs the library's initialisation, which is what the user has agreed to for this file.
    unsafe { Library::new(path) }
}

/// C_Initialize. `reserved` has to live as long as the module: some read it later.
pub(crate) fn initialize(
    pkcs11: &Pkcs11,
    flags: CInitializeFlags,
    reserved: Option<&CStr>,
) -> Result<(), Trouble> {
    let arguments = match reserved.and_then(|text| NonNull::new(text.as_ptr().cast_mut())) {
        // SAFETY: a C string, which is what modules with an init string expect; none writes to it.
        Some(text) => unsafe { CInitializeArgs::new_with_reserved(flags, text.cast::<c_void>()) },
        None => CInitializeArgs::new(flags),
    };
    pkcs11.initialize(arguments).map_err(|error| Trouble::of("C_Initialize", &error))
}

/// C_SignInit for an object that [`Functions::find`] named.
pub(crate) fn sign_init(
    session: &Session,
    mechanism: &Mechanism<'_>,
    key: CK_OBJECT_HANDLE,
) -> Result<(), Trouble> {
    // SAFETY: a handle is a number that the module checks; this one it gave out in the same session.
    let key = unsafe { ObjectHandle::new_from_raw(key) };
    session.sign_init(mechanism, key).map_err(|error| Trouble::of("C_SignInit", &error))
}

impl Functions {
    pub(crate) fn load(path: &str) -> Result<Self, LoadError> {
        type GetFunctionList = unsafe extern "C" fn(*mut *mut CK_FUNCTION_LIST) -> CK_RV;
        let library = open(path).map_err(|error| LoadError::Loader(error.to_string()))?;
        let mut list = null_mut();
        let answer = {
            // SAFETY: the type is that of PKCS#11 2.40 section 5.4 for this name.
            let entry = unsafe { library.get::<GetFunctionList>(c"C_GetFunctionList") };
            let entry = entry.map_err(|_| LoadError::NoEntryPoint)?;
            // SAFETY: `list` is a live place for one pointer.
            unsafe { entry(&raw mut list) }
        };
        heard("C_GetFunctionList", answer).map_err(LoadError::Answer)?;
        let lie = LoadError::Answer(Trouble::Lie { call: "C_GetFunctionList" });
        // SAFETY: a list of the module lives as long as the module, which is never unloaded; the entries
        // that are read are those of version 2.0, which every later list begins with.
        let list = *unsafe { list.as_ref() }.ok_or(lie)?;
        Ok(Self { list, _library: ManuallyDrop::new(library) })
    }

    /// Slots with a token in them; the module looks at its readers anew.
    pub(crate) fn slots(&self) -> Result<Vec<Slot>, Trouble> {
        const CALL: &str = "C_GetSlotList";
        let mut count: CK_ULONG = 0;
        // SAFETY: without a buffer only the count is written. It is this form that looks anew (section 5.5).
        call!(self.list, C_GetSlotList(CK_TRUE, null_mut(), &raw mut count))?;
        bounded(CALL, count, SLOTS)?;
        let mut slots = vec![0; SLOTS];
        let mut count = long(slots.len());
        // SAFETY: the buffer has the length that is passed.
        call!(self.list, C_GetSlotList(CK_TRUE, slots.as_mut_ptr(), &raw mut count))?;
        slots.truncate(bounded(CALL, count, SLOTS)?);
        slots.into_iter().map(|id| Slot::try_from(id).map_err(|_| Trouble::Lie { call: CALL })).collect()
    }

    /// The 64 bytes of the slot's description.
    pub(crate) fn slot_description(&self, slot: Slot) -> Result<[u8; 64], Trouble> {
        let mut info = CK_SLOT_INFO::default();
        // SAFETY: `info` is a live structure of the standard's layout.
        call!(self.list, C_GetSlotInfo(slot.into(), &raw mut info))?;
        Ok(info.slotDescription)
    }

    pub(crate) fn token_info(&self, slot: Slot) -> Result<TokenInfoBytes, Trouble> {
        let mut info = CK_TOKEN_INFO::default();
        // SAFETY: `info` is a live structure of the standard's layout.
        call!(self.list, C_GetTokenInfo(slot.into(), &raw mut info))?;
        Ok(TokenInfoBytes {
            label: info.label,
            serial: info.serialNumber,
            flags: info.flags,
            min_pin: info.ulMinPinLen,
            max_pin: info.ulMaxPinLen,
        })
    }

    pub(crate) fn mechanisms(&self, slot: Slot) -> Result<Vec<CK_MECHANISM_TYPE>, Trouble> {
        let mut mechanisms = vec![0; MECHANISMS];
        let mut count = long(mechanisms.len());
        // SAFETY: the buffer has the length that is passed.
        call!(self.list, C_GetMechanismList(slot.into(), mechanisms.as_mut_ptr(), &raw mut count))?;
        mechanisms.truncate(bounded("C_GetMechanismList", count, MECHANISMS)?);
        Ok(mechanisms)
    }

    /// All objects that the session sees and that have these attributes.
    pub(crate) fn find(
        &self,
        session: &Session,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<CK_OBJECT_HANDLE>, Trouble> {
        let mut template: Vec<CK_ATTRIBUTE> = wanted
            .iter()
            .map(|(kind, value)| CK_ATTRIBUTE {
                type_: *kind,
                pValue: value.as_ptr().cast_mut().cast(),
                ulValueLen: long(value.len()),
            })
            .collect();
        // SAFETY: the template and the values that it points to outlive the call, which only reads them.
        call!(self.list, C_FindObjectsInit(session.handle(), template.as_mut_ptr(), long(template.len())))?;
        let found = self.found(session);
        // SAFETY: no pointers. Also after a failure: the session must not stay in the search.
        let end = call!(self.list, C_FindObjectsFinal(session.handle()));
        let found = found?;
        end?;
        Ok(found)
    }

    fn found(&self, session: &Session) -> Result<Vec<CK_OBJECT_HANDLE>, Trouble> {
        const CALL: &str = "C_FindObjects";
        let mut found = Vec::new();
        loop {
            let mut batch = [0; BATCH];
            let mut count: CK_ULONG = 0;
            // SAFETY: the buffer has the length that is passed.
            call!(
                self.list,
                C_FindObjects(session.handle(), batch.as_mut_ptr(), long(BATCH), &raw mut count)
            )?;
            let count = bounded(CALL, count, BATCH)?;
            if count == 0 {
                return Ok(found);
            }
            found.extend(batch.iter().take(count));
            bounded(CALL, long(found.len()), OBJECTS)?;
        }
    }

    /// The value of one attribute; none if the object does not have it or does not show it.
    pub(crate) fn attribute(
        &self,
        session: &Session,
        object: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
    ) -> Result<Option<Vec<u8>>, Trouble> {
        const CALL: &str = "C_GetAttributeValue";
        let mut value = vec![0; GUESS];
        let mut template =
            CK_ATTRIBUTE { type_: kind, pValue: value.as_mut_ptr().cast(), ulValueLen: long(GUESS) };
        let ask = |template: &mut CK_ATTRIBUTE| {
            // SAFETY: one attribute, without a buffer or with one of the length that is passed.
            call!(self.list, C_GetAttributeValue(session.handle(), object, template, 1))
        };
        let mut answer = ask(&mut template);
        if let Err(Trouble::Answer { value: RvError::BufferTooSmall, .. }) = answer {
            // Longer than almost all: its length first, and then so many bytes.
            (template.pValue, template.ulValueLen) = (null_mut(), 0);
            answer = ask(&mut template);
            if answer.is_ok() && template.ulValueLen != CK_UNAVAILABLE_INFORMATION {
                value = vec![0; bounded(CALL, template.ulValueLen, ATTRIBUTE)?];
                template.pValue = value.as_mut_ptr().cast();
                answer = ask(&mut template);
            }
        }
        match answer {
            Err(Trouble::Answer {
                value: RvError::AttributeTypeInvalid | RvError::AttributeSensitive,
                ..
            }) => return Ok(None),
            answer => answer?,
        }
        if template.ulValueLen == CK_UNAVAILABLE_INFORMATION {
            return Ok(None);
        }
        value.truncate(bounded(CALL, template.ulValueLen, value.len())?);
        Ok(Some(value))
    }

    /// C_Sign with room for the longest signature: asked once, so that no module signs twice.
    pub(crate) fn sign(&self, session: &Session, data: &[u8]) -> Result<Vec<u8>, Trouble> {
        let mut signature = vec![0; SIGNATURE];
        let mut length = long(signature.len());
        // SAFETY: both buffers have the lengths that are passed; the data are only read.
        call!(
            self.list,
            C_Sign(
                session.handle(),
                data.as_ptr().cast_mut(),
                long(data.len()),
                signature.as_mut_ptr(),
                &raw mut length,
            )
        )?;
        signature.truncate(bounded("C_Sign", length, SIGNATURE)?);
        Ok(signature)
    }

    /// C_SetPIN; without PINs the device asks for them itself (section 5.4.8). No copy of a PIN is made.
    pub(crate) fn set_pin(&self, session: &Session, pins: Option<(&Pin, &Pin)>) -> Result<(), Trouble> {
        let bytes = |pin: Option<&Pin>| match pin {
            Some(pin) => (pin.expose().as_ptr().cast_mut(), long(pin.expose().len())),
            None => (null_mut(), 0),
        };
        let (old, old_length) = bytes(pins.map(|(old, _)| old));
        let (new, new_length) = bytes(pins.map(|(_, new)| new));
        // SAFETY: both buffers have the lengths that are passed and are only read.
        call!(self.list, C_SetPIN(session.handle(), old, old_length, new, new_length))
    }
}

impl std::fmt::Debug for Functions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Functions(..)")
    }
}
