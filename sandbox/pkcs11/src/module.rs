//! The module between C_Initialize and C_Finalize.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cryptoki_sys::{
    CK_FLAGS, CK_INFO, CK_SESSION_HANDLE, CK_VERSION, CKF_OS_LOCKING_OK, CKR_ARGUMENTS_BAD, CKR_CANT_LOCK,
    CKR_CRYPTOKI_ALREADY_INITIALIZED, CKR_CRYPTOKI_NOT_INITIALIZED, CKR_DATA_LEN_RANGE, CKR_DEVICE_ERROR,
    CKR_DEVICE_REMOVED, CKR_PIN_INCORRECT, CKR_PIN_LEN_RANGE, CKR_PIN_LOCKED,
};
use tongguan_sandbox_ukey::{Behaviour, Canceller, SoftFault, SoftLibrary, Watch};

use crate::{Answer, border, entry::VERSION, session::Session, slot::Slot, token::padded};

static MODULE: Mutex<Option<Module>> = Mutex::new(None);

/// What the application has of the module. All that a token knows is on disk.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) library: SoftLibrary,
    pub(crate) watch: Arc<Mutex<Watch>>,
    canceller: Canceller,
    /// In the order in which their tokens were first seen; a slot stays when its token goes.
    pub(crate) slots: Vec<Slot>,
    pub(crate) sessions: BTreeMap<CK_SESSION_HANDLE, Session>,
    /// The next session's handle: none is given twice.
    pub(crate) next_session: CK_SESSION_HANDLE,
}

/// CK_C_INITIALIZE_ARGS; the default is what NULL means.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// The application brings four functions for locks.
    pub(crate) own_locks: bool,
    pub(crate) flags: CK_FLAGS,
    /// `pReserved` as a C string.
    pub(crate) reserved: Option<Vec<u8>>,
}

/// A call that panicked leaves the state as it was or half changed, never unsound: go on with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn initialize(start: Start) -> Answer {
    let mut module = lock(&MODULE);
    if module.is_some() {
        return Err(CKR_CRYPTOKI_ALREADY_INITIALIZED);
    }
    if start.own_locks && start.flags & CKF_OS_LOCKING_OK == 0 {
        return Err(CKR_CANT_LOCK);
    }
    let library = border::library()?.clone();
    let required = library.behaviour().map_err(value)?.init_string_required;
    if start.reserved.as_deref() != required.as_deref().map(str::as_bytes) {
        return Err(CKR_ARGUMENTS_BAD);
    }
    let watch = Watch::new(&library).map_err(value)?;
    let canceller = watch.canceller();
    let watch = Arc::new(Mutex::new(watch));
    let (slots, sessions) = (Vec::new(), BTreeMap::new());
    *module = Some(Module { library, watch, canceller, slots, sessions, next_session: 1 });
    Ok(())
}

/// Ends every wait for a slot event, and returns when nobody waits any more.
pub(crate) fn finalize() -> Answer {
    let module = lock(&MODULE).take().ok_or(CKR_CRYPTOKI_NOT_INITIALIZED)?;
    module.canceller.cancel();
    drop(lock(&module.watch));
    Ok(())
}

/// Calls come one after the other, as with most real modules; only waiting for a slot event is apart.
pub(crate) fn with<T>(work: impl FnOnce(&mut Module) -> Answer<T>) -> Answer<T> {
    lock(&MODULE).as_mut().ok_or(CKR_CRYPTOKI_NOT_INITIALIZED).and_then(work)
}

impl Module {
    #[expect(clippy::unused_self, reason = "told only by an initialised module")]
    pub(crate) fn info(&self) -> CK_INFO {
        CK_INFO {
            cryptokiVersion: VERSION,
            manufacturerID: padded(b"Tongguan sandbox", b' '),
            flags: 0,
            libraryDescription: padded(b"Software UKeys", b' '),
            libraryVersion: CK_VERSION { major: 1, minor: 0 },
        }
    }

    /// How the module behaves now; well, if nothing can be read.
    pub(crate) fn behaviour(&self) -> Behaviour {
        self.library.behaviour().unwrap_or_default()
    }
}

/// The CK_RV of a token's fault.
pub(crate) fn value(fault: SoftFault) -> cryptoki_sys::CK_RV {
    match fault {
        SoftFault::Absent => CKR_DEVICE_REMOVED,
        SoftFault::PinWrong { .. } => CKR_PIN_INCORRECT,
        SoftFault::PinLocked => CKR_PIN_LOCKED,
        SoftFault::PinLength => CKR_PIN_LEN_RANGE,
        SoftFault::Input => CKR_DATA_LEN_RANGE,
        SoftFault::Key | SoftFault::File(_) | SoftFault::Json(_) => CKR_DEVICE_ERROR,
    }
}
