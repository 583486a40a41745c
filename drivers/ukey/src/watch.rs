//! The watching thread of a module.

use crate::source::Shared;
use cryptoki::slot::Slot;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{Builder, JoinHandle};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, WatchGuard};

/// So many events in a row behind which nothing has changed, and the module is asked instead of heard.
const HOLLOW: u32 = 32;

/// Dropping it ends the thread and waits for it. The wait inside the module goes on: it belongs to the
/// module, and C_Finalize ends it.
pub(crate) struct Guard {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl WatchGuard for Guard {}

struct Watcher {
    shared: Arc<Shared>,
    on_change: Box<dyn Fn(Snapshot) + Send>,
    last: Option<Snapshot>,
    hollow: u32,
}

pub(crate) fn start(shared: &Arc<Shared>, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Guard, Fault> {
    shared.module.bell().stop(false);
    shared.module.wait_for_events()?;
    let mut watcher = Watcher { shared: Arc::clone(shared), on_change, last: None, hollow: 0 };
    let thread = Builder::new()
        .name("ukey-watch".into())
        .spawn(move || watcher.run())
        .map_err(|_| Fault::Defect { place: "ukey: thread".into() })?;
    Ok(Guard { shared: Arc::clone(shared), thread: Some(thread) })
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.shared.module.bell().stop(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the watching thread failed");
        }
        self.shared.watched.store(false, Ordering::Release);
    }
}

impl Watcher {
    fn run(&mut self) {
        let mut events = Vec::new();
        loop {
            self.take(&events);
            let check = self.shared.table().is_unsettled();
            match self.shared.module.bell().wait(check) {
                Some(next) => events = next,
                None => return,
            }
        }
    }

    /// Says first that tokens are being read, then reads them: one module, one call at a time.
    fn take(&mut self, events: &[Slot]) {
        let (tasks, changed) = self.shared.look(events);
        if changed {
            self.hollow = 0;
        } else if !events.is_empty() {
            self.hollow += 1;
            if self.hollow >= HOLLOW {
                tracing::warn!("events without change: not listened to any more");
                self.shared.module.bell().deafen();
            }
        }
        self.publish();
        for task in tasks {
            self.shared.read_token(task);
        }
        self.publish();
    }

    /// Tells the other side, if anything is different from the last time.
    fn publish(&mut self) {
        let snapshot = self.shared.snapshot();
        if self.last.as_ref() != Some(&snapshot) {
            self.last = Some(snapshot.clone());
            (self.on_change)(snapshot);
        }
    }
}
