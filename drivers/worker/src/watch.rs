//! That something has changed, and the thread that tells of it.

use crate::lock;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, WatchGuard};

/// Rung by every library; heard by the watch, if there is one.
#[derive(Default)]
pub(crate) struct Changes {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    rung: bool,
    watched: bool,
    stop: bool,
}

impl Changes {
    pub(crate) fn ring(&self) {
        lock(&self.state).rung = true;
        self.bell.notify_all();
    }

    pub(crate) fn are_watched(&self) -> bool {
        lock(&self.state).watched
    }

    /// False if it is to stop.
    fn wait(&self) -> bool {
        let state = lock(&self.state);
        let quiet = |state: &mut State| !state.rung && !state.stop;
        let mut state = self.bell.wait_while(state, quiet).unwrap_or_else(PoisonError::into_inner);
        state.rung = false;
        !state.stop
    }
}

/// Dropping it ends the thread and waits for it.
pub(crate) struct Guard {
    changes: Arc<Changes>,
    thread: Option<JoinHandle<()>>,
}

impl WatchGuard for Guard {}

/// Calls `on_change` at once and whenever `look` gives something else than before.
pub(crate) fn start(
    changes: &Arc<Changes>,
    look: impl Fn() -> Snapshot + Send + 'static,
    on_change: Box<dyn Fn(Snapshot) + Send>,
) -> Result<Guard, Fault> {
    let mut state = lock(&changes.state);
    if state.watched {
        return Err(Fault::Defect { place: "worker: watched twice".into() });
    }
    let inside = Arc::clone(changes);
    let run = move || {
        let mut last = None;
        loop {
            let snapshot = look();
            if last.as_ref() != Some(&snapshot) {
                last = Some(snapshot.clone());
                on_change(snapshot);
            }
            if !inside.wait() {
                return;
            }
        }
    };
    let thread = Builder::new().name("library-watch".into()).spawn(run);
    let thread = thread.map_err(|_| Fault::Defect { place: "worker: thread".into() })?;
    *state = State { watched: true, ..State::default() };
    drop(state);
    Ok(Guard { changes: Arc::clone(changes), thread: Some(thread) })
}

impl Drop for Guard {
    fn drop(&mut self) {
        lock(&self.changes.state).stop = true;
        self.changes.bell.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the watching thread failed");
        }
        *lock(&self.changes.state) = State::default();
    }
}
