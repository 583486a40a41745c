//! The library itself: loading it, its entry points, and what a call answered.

use crate::sar;
use std::ffi::{c_char, c_void};
use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex};
use tongguan_core::domain::LibraryPath;
use tongguan_core::fault::{Fault, LibraryFlaw};

/// DEVHANDLE, HAPPLICATION, HCONTAINER.
pub(crate) type Raw = *mut c_void;

/// Declares [`Entries`] and how they are found.
macro_rules! entry_points {
    (
        required { $($field:ident = $name:literal ($($argument:ty),*);)* }
        optional { $($maybe:ident = $other:literal ($($input:ty),*);)* }
    ) => {
        /// The functions of GM/T 0016-2012 section 7 that are used here, by their C signatures.
        pub(crate) struct Entries {
            $(pub(crate) $field: unsafe extern "system" fn($($argument),*) -> u32,)*
            $(pub(crate) $maybe: Option<unsafe extern "system" fn($($input),*) -> u32>,)*
        }

        /// Without these a file is no SKF library.
        pub const REQUIRED: &[&str] = &[$($name),*];

        impl Entries {
            /// None if one that is required is missing.
            fn find(library: &libloading::Library) -> Option<Self> {
                Some(Self {
                    // SAFETY: the standard gives this name this signature, and the library is never unloaded.
                    $($field: *unsafe { library.get($name) }.ok()?,)*
                    // SAFETY: as above.
                    $($maybe: unsafe { library.get($other) }.ok().map(|symbol| *symbol),)*
                })
            }
        }
    };
}

entry_points! {
    required {
        enum_dev = "SKF_EnumDev" (u32, *mut u8, *mut u32);
        connect_dev = "SKF_ConnectDev" (*const c_char, *mut Raw);
        disconnect_dev = "SKF_DisConnectDev" (Raw);
        get_dev_info = "SKF_GetDevInfo" (Raw, *mut super::structs::DevInfo);
        enum_application = "SKF_EnumApplication" (Raw, *mut u8, *mut u32);
        open_application = "SKF_OpenApplication" (Raw, *const c_char, *mut Raw);
        close_application = "SKF_CloseApplication" (Raw);
        get_pin_info = "SKF_GetPINInfo" (Raw, u32, *mut u32, *mut u32, *mut u32);
        verify_pin = "SKF_VerifyPIN" (Raw, u32, *mut u8, *mut u32);
        enum_container = "SKF_EnumContainer" (Raw, *mut u8, *mut u32);
        open_container = "SKF_OpenContainer" (Raw, *const c_char, *mut Raw);
        close_container = "SKF_CloseContainer" (Raw);
        export_certificate = "SKF_ExportCertificate" (Raw, u32, *mut u8, *mut u32);
        ecc_sign_data = "SKF_ECCSignData" (Raw, *mut u8, u32, *mut super::structs::EccSignatureBlob);
    }
    optional {
        wait_for_dev_event = "SKF_WaitForDevEvent" (*mut u8, *mut u32, *mut u32);
        cancel_wait_for_dev_event = "SKF_CancelWaitForDevEvent" ();
        lock_dev = "SKF_LockDev" (Raw, u32);
        unlock_dev = "SKF_UnlockDev" (Raw);
        get_container_type = "SKF_GetContainerType" (Raw, *mut u32);
        export_public_key = "SKF_ExportPublicKey" (Raw, u32, *mut u8, *mut u32);
        rsa_sign_data = "SKF_RSASignData" (Raw, *mut u8, u32, *mut u8, *mut u32);
        change_pin = "SKF_ChangePIN" (Raw, u32, *mut u8, *mut u8, *mut u32);
        clear_secure_state = "SKF_ClearSecureState" (Raw);
    }
}

/// A loaded library. It stays loaded until the process ends: several vendors' start threads that would run
/// on in memory that is no longer there.
pub(crate) struct Library {
    pub(crate) entries: Entries,
    /// File name, as faults call it.
    pub(crate) file: Arc<str>,
    /// The standard says nothing of threads: whoever calls holds this.
    pub(crate) calls: Mutex<()>,
}

impl Library {
    pub(crate) fn load(path: &LibraryPath) -> Result<Self, Fault> {
        let refused = |reason| Fault::LibraryRefused { library: path.file_name().into(), reason };
        let loaded = open(path.as_str()).map_err(|error| {
            tracing::warn!(library = path.file_name(), %error, "not loaded");
            match std::path::Path::new(path.as_str()).try_exists() {
                Ok(false) => Fault::LibraryMissing { library: path.file_name().into() },
                _ => refused(LibraryFlaw::NotALibrary),
            }
        })?;
        let loaded = ManuallyDrop::new(loaded);
        let entries = Entries::find(&loaded).ok_or_else(|| refused(LibraryFlaw::NoEntryPoints))?;
        Ok(Self { entries, file: path.file_name().into(), calls: Mutex::default() })
    }
}

/// Takes the library's own needs from its folder and the system's, never from the current folder or `PATH`.
#[cfg(windows)]
fn open(path: &str) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::windows::{LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32, Library};
    let flags = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
    // The search flags are not defined for a path with slashes.
    let path = path.replace('/', "\\");
    // SAFETY: code of a vendor runs from here on. The user agreed to this file, and the process is only for it.
    unsafe { Library::load_with_flags(path, flags) }.map(Into::into)
}

/// The path is absolute, so the loader searches nowhere. Its names stay its own.
#[cfg(unix)]
fn open(path: &str) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: code of a vendor runs from here on. The user agreed to this file, and the process is only for it.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
}

/// How a call ended that did not end well.
#[derive(Debug, Clone)]
pub(crate) struct CallError {
    library: Arc<str>,
    call: &'static str,
    pub(crate) answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Code(u32),
    /// It answered "well" and gave what cannot be.
    Lie,
    /// The library does not have this entry point.
    Absent,
}

impl CallError {
    pub(crate) fn is(&self, code: u32) -> bool {
        self.answer == Answer::Code(code)
    }

    /// The library cannot do this at all.
    pub(crate) fn is_unsupported(&self) -> bool {
        self.answer == Answer::Absent || self.is(sar::NOT_SUPPORTED)
    }
}

impl From<CallError> for Fault {
    fn from(error: CallError) -> Self {
        match error.answer {
            Answer::Code(code) => {
                tracing::info!(call = error.call, code, name = sar::name(code), "library refused");
                sar::fault(&error.library, error.call, code)
            }
            Answer::Lie => {
                Self::LibraryLied { library: error.library.as_ref().into(), call: error.call.into() }
            }
            Answer::Absent => Self::LibraryRefused {
                library: error.library.as_ref().into(),
                reason: LibraryFlaw::NoEntryPoints,
            },
        }
    }
}

impl Library {
    pub(crate) fn error(&self, call: &'static str, answer: Answer) -> CallError {
        CallError { library: Arc::clone(&self.file), call, answer }
    }

    pub(crate) fn lie(&self, call: &'static str) -> CallError {
        self.error(call, Answer::Lie)
    }

    pub(crate) fn absent(&self, call: &'static str) -> CallError {
        self.error(call, Answer::Absent)
    }

    pub(crate) fn check(&self, call: &'static str, code: u32) -> Result<(), CallError> {
        if code == sar::OK { Ok(()) } else { Err(self.error(call, Answer::Code(code))) }
    }
}
