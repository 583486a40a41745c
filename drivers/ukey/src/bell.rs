//! Where the waiting for slot events and the watching meet.

use cryptoki::slot::Slot;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a module is asked that tells of no events (PKCS#11 lets it, and SoftHSM for one does not).
const AGAIN: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
struct State {
    /// Slots where something happened since the watcher looked.
    events: Vec<Slot>,
    /// Somebody noticed that a token is gone.
    rung: bool,
    /// The watcher shall end.
    stop: bool,
    /// The module tells of no events, or not of true ones.
    deaf: bool,
    /// The module is being left.
    closed: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

impl Bell {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    pub(crate) fn event(&self, slot: Slot) {
        self.change(|state| state.events.push(slot));
    }

    pub(crate) fn ring(&self) {
        self.change(|state| state.rung = true);
    }

    pub(crate) fn deafen(&self) {
        self.change(|state| state.deaf = true);
    }

    pub(crate) fn close(&self) {
        self.change(|state| state.closed = true);
    }

    pub(crate) fn stop(&self, stop: bool) {
        self.change(|state| state.stop = stop);
    }

    pub(crate) fn is_deaf(&self) -> bool {
        self.state().deaf
    }

    /// Blocks until the last event was taken: a module that tells of events without end keeps one thread
    /// busy at the watcher's pace and fills no memory. False when there is nothing to wait for any more.
    pub(crate) fn may_wait(&self) -> bool {
        let full = |state: &mut State| !state.events.is_empty() && !state.closed && !state.deaf;
        let state = self.changed.wait_while(self.state(), full).unwrap_or_else(PoisonError::into_inner);
        !state.closed && !state.deaf
    }

    /// Sleeps until something happened, or for half a second if `check` or the module tells of nothing.
    /// The slots of the events; none when the watcher shall end.
    pub(crate) fn wait(&self, check: bool) -> Option<Vec<Slot>> {
        let mut state = self.state();
        loop {
            if state.stop {
                return None;
            }
            if state.rung || !state.events.is_empty() {
                state.rung = false;
                let events = std::mem::take(&mut state.events);
                self.changed.notify_all();
                return Some(events);
            }
            if check || state.deaf {
                let (after, time) =
                    self.changed.wait_timeout(state, AGAIN).unwrap_or_else(PoisonError::into_inner);
                state = after;
                if time.timed_out() && !state.stop {
                    return Some(std::mem::take(&mut state.events));
                }
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}
