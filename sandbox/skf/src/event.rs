//! GM/T 0016-2012 section 7.1: device events. A process hears of everything since its first call, once.

use crate::entry::enter;
use crate::memory::{fill, put};
use crate::status::Status;
use crate::table::NONE;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use tongguan_sandbox_ukey::{Canceller, Event, SoftLibrary, Watch};

const INSERTED: u32 = 1;
const REMOVED: u32 = 2;

struct Events {
    watch: Watch,
    /// Told only by size so far: device and number.
    pending: Option<(String, u32)>,
}

static EVENTS: OnceLock<(Mutex<Events>, Canceller)> = OnceLock::new();
/// A call waits now.
static WAITING: AtomicBool = AtomicBool::new(false);

/// From here on events are kept.
pub(crate) fn begin(library: &SoftLibrary) {
    if let Ok(watch) = Watch::new(library) {
        EVENTS.get_or_init(|| {
            let canceller = watch.canceller();
            (Mutex::new(Events { watch, pending: None }), canceller)
        });
    }
}

impl Events {
    fn next(&mut self) -> Result<(String, u32), Status> {
        if let Some(pending) = self.pending.take() {
            return Ok(pending);
        }
        match self.watch.wait(None)? {
            Event::Plugged(name) => Ok((name, INSERTED)),
            Event::Unplugged(name) => Ok((name, REMOVED)),
            Event::Cancelled | Event::DeadlinePassed => Err(Status::NO_EVENT),
        }
    }
}

/// SKF_WaitForDevEvent(szDevName, pulDevNameLen, pulEvent).
#[unsafe(export_name = "SKF_WaitForDevEvent")]
unsafe extern "C" fn wait_for_dev_event(name: *mut u8, size: *mut u32, event: *mut u32) -> u32 {
    enter("SKF_WaitForDevEvent", NONE, |library, lie| {
        if library.behaviour()?.no_slot_events {
            return Err(Status::NOT_SUPPORTED);
        }
        let (events, _) = EVENTS.get().ok_or(Status::FAIL)?;
        let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
        events.watch.forget_cancelling()?;
        WAITING.store(true, Ordering::SeqCst);
        let next = events.next();
        WAITING.store(false, Ordering::SeqCst);
        let (device, number) = next?;
        let text = [device.as_bytes(), &[0]].concat();
        // SAFETY: the caller's own buffers, as the standard wants them.
        let told = unsafe { fill(&text, name, size, lie).and_then(|()| put(event, number)) };
        if told.is_err() || name.is_null() {
            events.pending = Some((device, number));
        }
        told
    })
}

/// SKF_CancelWaitForDevEvent(): ends the wait that runs; nothing if none does.
#[unsafe(export_name = "SKF_CancelWaitForDevEvent")]
unsafe extern "C" fn cancel_wait_for_dev_event() -> u32 {
    enter("SKF_CancelWaitForDevEvent", NONE, |_, _| {
        let (_, canceller) = EVENTS.get().ok_or(Status::FAIL)?;
        if WAITING.load(Ordering::SeqCst) {
            canceller.cancel();
        }
        Ok(())
    })
}
