//! C_WaitForSlotEvent: the module's lock is free meanwhile.

use std::sync::{Arc, MutexGuard, PoisonError, TryLockError};

use cryptoki_sys::{
    CK_FLAGS, CK_SLOT_ID, CKF_DONT_BLOCK, CKR_CRYPTOKI_NOT_INITIALIZED, CKR_FUNCTION_NOT_SUPPORTED,
    CKR_NO_EVENT,
};
use tongguan_sandbox_ukey::{Event, Watch};

use crate::{
    Answer,
    module::{self, value},
};

/// The slot of a token that came or went since C_Initialize and was not told of yet.
pub(crate) fn wait(flags: CK_FLAGS) -> Answer<CK_SLOT_ID> {
    let watch = module::with(|module| {
        let silent = module.behaviour().no_slot_events;
        if silent { Err(CKR_FUNCTION_NOT_SUPPORTED) } else { Ok(Arc::clone(&module.watch)) }
    })?;
    let event = if flags & CKF_DONT_BLOCK != 0 {
        let mut watch = match watch.try_lock() {
            Ok(watch) => watch,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Who waits already will get it.
            Err(TryLockError::WouldBlock) => return Err(CKR_NO_EVENT),
        };
        watch.next().map_err(value)?.ok_or(CKR_NO_EVENT)?
    } else {
        let mut held: MutexGuard<'_, Watch> = watch.lock().unwrap_or_else(PoisonError::into_inner);
        // The lock may have come from a wait that C_Finalize ended: it ends this one too.
        let current = module::with(|module| Ok(Arc::ptr_eq(&module.watch, &watch)))?;
        if !current {
            return Err(CKR_CRYPTOKI_NOT_INITIALIZED);
        }
        held.wait(None).map_err(value)?
    };
    match event {
        Event::Plugged(name) | Event::Unplugged(name) => module::with(|module| Ok(module.slot_for(&name))),
        Event::Cancelled | Event::DeadlinePassed => Err(CKR_CRYPTOKI_NOT_INITIALIZED),
    }
}
