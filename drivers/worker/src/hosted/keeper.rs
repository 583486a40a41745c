//! The thread of one library: it starts the worker, listens to it, buries it and starts the next one.

use super::{Hosted, State};
use crate::message::{Answer, Call};
use crate::platform::Events;
use crate::process::{Ending, Process};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use tongguan_core::fault::Fault;

impl Hosted {
    pub(super) fn ask_to_watch(&self, process: &Process) {
        match process.call(&Call::Watch, &[], self.settings.deadlines.list, Answer::done) {
            Ok(()) => process.watching.store(true, Ordering::Release),
            Err(fault) => tracing::warn!(%fault, "a library reports no changes"),
        }
    }

    /// The keeper's thread.
    pub(super) fn keep(&self) {
        loop {
            let wait = |state: &mut State| !state.wanted && !state.removed;
            let mut state = self.turn.wait_while(self.state(), wait).unwrap_or_else(PoisonError::into_inner);
            if state.removed {
                return;
            }
            state.wanted = false;
            state.starting = true;
            state.start += 1;
            drop(state);
            match Process::start(self.order.path.file_name(), &self.settings) {
                Ok((process, events)) => self.live(&Arc::new(process), events),
                Err(error) => {
                    tracing::error!(%error, "no worker can be started");
                    let _ = self.bury(Some(Fault::Defect { place: "worker: start".into() }), false);
                }
            }
        }
    }

    /// From the start of a process to its end.
    fn live(&self, process: &Arc<Process>, mut events: Events) {
        let mut state = self.state();
        state.process = Some(Arc::clone(process));
        if state.removed {
            process.end(Ending::Cancelled);
        }
        drop(state);
        let begun = self.begin(process, &mut events);
        let fault = match &begun {
            Ok(()) => {
                self.follow(process, &mut events);
                process.fault()
            }
            Err(fault) => {
                process.end(Ending::Cancelled); // unless it has ended for a reason of its own
                Some(process.fault().unwrap_or_else(|| fault.clone()))
            }
        };
        process.reap();
        let on_our_wish = process.ending() == Some(Ending::Cancelled);
        let was_up = self.bury(fault, !on_our_wish);
        if was_up && on_our_wish {
            self.wake(); // the user ended a call, not the library
        }
    }

    /// Loads the library and waits for its first list.
    fn begin(&self, process: &Process, events: &mut Events) -> Result<(), Fault> {
        let deadlines = &self.settings.deadlines;
        let load = Call::Load { order: self.order.clone() };
        process.call(&load, &[], deadlines.load, Answer::done)?;
        if self.changes.are_watched() {
            self.ask_to_watch(process);
        }
        if process.is_watching() {
            let first = events.next(Some(Instant::now() + deadlines.list));
            let first = first.map_err(|lost| process.lose(lost, "list", deadlines.list))?;
            let tokens = first.meta().ok_or_else(|| process.lied("list"))?;
            self.take(process, tokens, &first);
        } else {
            let (tokens, frame) = process.call(&Call::List, &[], deadlines.list, Answer::listed)?;
            self.take(process, tokens, &frame);
        }
        if !process.is_alive() {
            return Err(Fault::Cancelled); // its end has a better reason, or it was our own wish
        }
        if self.changes.are_watched() && !process.is_watching() {
            self.ask_to_watch(process); // the watch began after the question above
        }
        Ok(())
    }

    /// Until the process is gone.
    fn follow(&self, process: &Process, events: &mut Events) {
        loop {
            match events.next(None) {
                Ok(frame) => match frame.meta() {
                    Some(tokens) => self.take(process, tokens, &frame),
                    None => drop(process.lied("watch")),
                },
                Err(lost) => {
                    process.lose_events(lost);
                    return;
                }
            }
        }
    }

    /// Nothing of the process is left. One that was up and died is followed by the next one at once, a few times: it may
    /// have been used, and died, before its beginning was over. Whether it was up.
    fn bury(&self, fault: Option<Fault>, again: bool) -> bool {
        let mut state = self.state();
        let was_up = std::mem::take(&mut state.up);
        state.process = None;
        state.starting = false;
        state.readers.clear();
        state.fault = fault;
        if again && was_up && state.restarts > 0 {
            state.restarts -= 1;
            state.wanted = true;
        }
        drop(state);
        self.turn.notify_all();
        self.changes.ring();
        was_up
    }
}
