//! One library: whether its worker is up, and what that shows.

mod keeper;

use crate::frame::Frame;
use crate::lock;
use crate::message::{Answer, Call, Origin, Tokens};
use crate::process::{Ending, Process};
use crate::settings::Settings;
use crate::watch::Changes;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::Duration;
use tongguan_core::domain::LoadOrder;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Reader;

/// How often a worker that died while it was up is started again before somebody asks for it. More would
/// be a loop without end for a library that dies of itself.
const RESTARTS: u8 = 3;
/// Beyond the deadlines of a start: for the process to come and to go.
const MARGIN: Duration = Duration::from_secs(3);

pub(crate) struct Hosted {
    pub(crate) order: LoadOrder,
    /// Never the same for two libraries, nor for two orders of one.
    pub(crate) number: u32,
    settings: Arc<Settings>,
    changes: Arc<Changes>,
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Default)]
struct State {
    /// Somebody needs a worker, and none is being started yet.
    wanted: bool,
    starting: bool,
    up: bool,
    /// For good.
    removed: bool,
    /// From its start until it was buried.
    process: Option<Arc<Process>>,
    /// Counts the starts.
    start: u32,
    restarts: u8,
    readers: Vec<Reader>,
    /// Why it is not up, or what it says of itself as a whole.
    fault: Option<Fault>,
}

impl State {
    fn alive(&self) -> Option<Arc<Process>> {
        self.process.clone().filter(|process| self.up && process.is_alive())
    }

    fn need(&mut self) {
        self.restarts = RESTARTS;
        // One that is coming or going is waited for first.
        self.wanted |= !self.starting && self.alive().is_none();
    }

    fn is_underway(&self) -> bool {
        self.wanted || self.starting || self.process.is_some()
    }
}

impl Hosted {
    /// Starts its worker, without waiting for it.
    pub(crate) fn new(
        order: LoadOrder,
        number: u32,
        settings: &Arc<Settings>,
        changes: &Arc<Changes>,
    ) -> Arc<Self> {
        let state = State { wanted: true, restarts: RESTARTS, ..State::default() };
        let hosted = Arc::new(Self {
            order,
            number,
            settings: Arc::clone(settings),
            changes: Arc::clone(changes),
            state: Mutex::new(state),
            turn: Condvar::new(),
        });
        let keeper = Arc::clone(&hosted);
        if Builder::new().name("library-keeper".into()).spawn(move || keeper.keep()).is_err() {
            let fault = Some(Fault::Defect { place: "worker: thread".into() });
            *hosted.state() = State { removed: true, fault, ..State::default() };
        }
        hosted
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.state().fault.clone()
    }

    pub(crate) fn readers(&self) -> Vec<Reader> {
        self.state().readers.clone()
    }

    /// Asks for a worker if there is none, and does not wait for it.
    pub(crate) fn wake(&self) {
        self.state().need();
        self.turn.notify_all();
    }

    /// Ends it for good.
    pub(crate) fn remove(&self) {
        let mut state = self.state();
        state.removed = true;
        let process = state.process.clone();
        drop(state);
        self.turn.notify_all();
        if let Some(process) = process {
            process.end(Ending::Cancelled);
        }
    }

    /// After [`Self::remove`]: no process is left, unless the system does not let go of it.
    pub(crate) fn wait_until_gone(&self) {
        let gone = |state: &mut State| state.starting || state.process.is_some();
        drop(self.turn.wait_timeout_while(self.state(), MARGIN, gone));
    }

    /// A worker that is up, started now if need be; whether it was.
    fn need(&self) -> Result<(Arc<Process>, bool), Fault> {
        let mut state = self.state();
        if let Some(process) = state.alive() {
            return Ok((process, false));
        }
        state.need();
        self.turn.notify_all();
        let deadlines = &self.settings.deadlines;
        let longest = deadlines.load + deadlines.list + MARGIN;
        let wait = |state: &mut State| !state.removed && state.alive().is_none() && state.is_underway();
        let (state, _) =
            self.turn.wait_timeout_while(state, longest, wait).unwrap_or_else(PoisonError::into_inner);
        match state.alive() {
            Some(process) => Ok((process, true)),
            None => Err(state.fault.clone().unwrap_or(Fault::TokenGone)),
        }
    }

    /// The worker that named a token, if it still lives. Otherwise the next one is on its way.
    pub(crate) fn process_of(&self, start: u32) -> Result<Arc<Process>, Fault> {
        let mut state = self.state();
        match state.alive().filter(|_| state.start == start) {
            Some(process) => {
                state.restarts = RESTARTS;
                Ok(process)
            }
            None => {
                state.need();
                self.turn.notify_all();
                Err(Fault::TokenGone)
            }
        }
    }

    /// Looks now. A worker that is busy with another call shows what it showed last.
    pub(crate) fn look(&self) -> Vec<Reader> {
        let Ok((process, fresh)) = self.need() else { return Vec::new() };
        if fresh {
            return self.readers();
        }
        let time = self.settings.deadlines.list;
        match process.call_if_idle(&Call::List, time, Answer::listed) {
            None => self.readers(),
            Some(Ok((tokens, frame))) => {
                self.take(&process, tokens, &frame);
                self.readers()
            }
            Some(Err(_)) => {
                if !process.is_alive() {
                    process.wait_until_gone();
                }
                Vec::new()
            }
        }
    }

    /// Puts down what a worker shows; with that it is up. One that shows what cannot be is ended.
    fn take(&self, process: &Process, tokens: Tokens, frame: &Frame) {
        let mut state = self.state();
        let Some((readers, fault)) = tokens.unpack(&self.origin(state.start), frame.blobs()) else {
            process.lied("list");
            return;
        };
        let is_current = state.process.as_deref().is_some_and(|current| std::ptr::eq(current, process));
        if is_current && process.is_alive() {
            (state.readers, state.fault) = (readers, fault);
            (state.starting, state.up) = (false, true);
            drop(state);
            self.turn.notify_all();
            self.changes.ring();
        }
    }

    pub(crate) fn origin(&self, start: u32) -> Origin<'_> {
        Origin { library: &self.order.path, number: self.number, start }
    }

    /// Tells a worker that is up to report changes.
    pub(crate) fn begin_watch(&self) {
        let process = self.state().alive();
        if let Some(process) = process.filter(|process| !process.is_watching()) {
            self.ask_to_watch(&process);
        }
    }
}
