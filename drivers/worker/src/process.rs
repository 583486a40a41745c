//! One worker process as the program sees it: calls with deadlines, and how it ended.

use crate::frame::{Frame, Kind, Lost, Outgoing};
use crate::lock;
use crate::message::{Answer, Call};
use crate::platform::{self, Body, Calls, Events};
use crate::settings::Settings;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};
use tongguan_core::fault::Fault;

/// How long anybody waits for a killed process to be gone. A driver of the system may hold it for longer.
const REAPING: Duration = Duration::from_secs(1);

pub(crate) struct Process {
    /// The library's file name.
    library: String,
    line: Mutex<Line>,
    body: Body,
    ending: OnceLock<Ending>,
    /// The call under way, if there is one.
    under_way: Mutex<Option<&'static str>>,
    reaped: Mutex<bool>,
    gone: Condvar,
    /// Tokens that were dropped while another call was under way.
    closing: Mutex<Vec<u32>>,
    /// It was told to report changes.
    pub(crate) watching: AtomicBool,
}

struct Line {
    calls: Calls,
    id: u32,
}

/// Why it was ended, or that it ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// On our own wish.
    Cancelled,
    Late {
        call: &'static str,
        seconds: u32,
    },
    Lied {
        call: &'static str,
    },
    Crashed {
        call: &'static str,
    },
}

impl Process {
    pub(crate) fn start(library: &str, settings: &Settings) -> io::Result<(Self, Events)> {
        let (body, calls, events) = platform::start(settings)?;
        let process = Self {
            library: library.into(),
            line: Mutex::new(Line { calls, id: 0 }),
            body,
            ending: OnceLock::new(),
            under_way: Mutex::default(),
            reaped: Mutex::new(false),
            gone: Condvar::new(),
            closing: Mutex::default(),
            watching: AtomicBool::new(false),
        };
        Ok((process, events))
    }

    /// Waits for its turn, then at most `time` for the answer. A call to a process that has ended is not
    /// made: [`Fault::TokenGone`]. What `read` does not take cannot be, and ends the process.
    pub(crate) fn call<T>(
        &self,
        call: &Call,
        blobs: &[&[u8]],
        time: Duration,
        read: impl FnOnce(Answer, Frame) -> Option<T>,
    ) -> Result<T, Fault> {
        let mut line = lock(&self.line);
        let answer = self.ask(&mut line, call, blobs, time, read);
        drop(line);
        // Who waits for its turn sends first: the worker is busy while this thread verifies what it got.
        std::thread::yield_now();
        self.close_dropped();
        answer
    }

    /// `None` if another call is under way.
    pub(crate) fn call_if_idle<T>(
        &self,
        call: &Call,
        time: Duration,
        read: impl FnOnce(Answer, Frame) -> Option<T>,
    ) -> Option<Result<T, Fault>> {
        let mut line = self.idle()?;
        let answer = self.ask(&mut line, call, &[], time, read);
        drop(line);
        self.close_dropped();
        Some(answer)
    }

    /// The line is held until the answer was looked at: the next PIN goes to no process that is about to be ended.
    fn ask<T>(
        &self,
        line: &mut Line,
        call: &Call,
        blobs: &[&[u8]],
        time: Duration,
        read: impl FnOnce(Answer, Frame) -> Option<T>,
    ) -> Result<T, Fault> {
        match self.ending.get() {
            None => {}
            Some(Ending::Cancelled) => return Err(Fault::Cancelled),
            Some(_) => return Err(Fault::TokenGone),
        }
        let defect = |_| Fault::Defect { place: "worker: frame".into() };
        line.id = line.id.wrapping_add(1);
        let meta = serde_json::to_vec(call).map_err(|_| defect(()))?;
        let frame = Outgoing::new(Kind::Call, line.id, &meta, blobs).ok_or(()).map_err(defect)?;
        *lock(&self.under_way) = Some(call.name());
        let deadline = Instant::now() + time;
        let answer = line.calls.send(&frame, deadline).and_then(|()| line.calls.receive(deadline));
        let answer = answer.and_then(|answer| match answer.meta() {
            Some(meta) if answer.kind == Kind::Answer && answer.id == line.id => Ok((meta, answer)),
            _ => Err(Lost::Lied),
        });
        if answer.is_ok() {
            *lock(&self.under_way) = None;
        }
        match answer {
            Ok((Answer::Failed { fault }, _)) => {
                // Whoever claims what cannot be may have written past a buffer as well.
                if matches!(fault, Fault::LibraryLied { .. }) {
                    self.end(Ending::Lied { call: call.name() });
                }
                Err(fault)
            }
            Ok((answer, frame)) => read(answer, frame).ok_or_else(|| self.lied(call.name())),
            Err(lost) => Err(self.lose(lost, call.name(), time)),
        }
    }

    /// Ends it because of what came, or did not come.
    pub(crate) fn lose(&self, lost: Lost, call: &'static str, time: Duration) -> Fault {
        let seconds = u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
        self.end(match lost {
            Lost::Late => Ending::Late { call, seconds },
            Lost::Lied => Ending::Lied { call },
            Lost::Closed => Ending::Crashed { call },
        });
        self.fault().unwrap_or(Fault::Cancelled)
    }

    /// The same on the events' way: whoever sees the end of a process first names the call that it died in.
    pub(crate) fn lose_events(&self, lost: Lost) {
        let under_way = *lock(&self.under_way);
        let call = if lost == Lost::Closed { under_way.unwrap_or("watch") } else { "watch" };
        self.lose(lost, call, Duration::ZERO);
    }

    /// Ends it because it answered what cannot be.
    pub(crate) fn lied(&self, call: &'static str) -> Fault {
        self.lose(Lost::Lied, call, Duration::ZERO)
    }

    /// The first reason counts.
    pub(crate) fn end(&self, ending: Ending) {
        if self.ending.set(ending).is_ok() {
            tracing::info!(library = self.library, ?ending, "a worker ends");
            self.body.kill();
        }
    }

    pub(crate) fn ending(&self) -> Option<Ending> {
        self.ending.get().copied()
    }

    /// `None` while it lives, and if it was ended on our own wish.
    pub(crate) fn fault(&self) -> Option<Fault> {
        let library = self.library.clone();
        match self.ending()? {
            Ending::Cancelled => None,
            Ending::Late { call, seconds } => {
                Some(Fault::LibraryTimeout { library, call: call.into(), seconds })
            }
            Ending::Lied { call } => Some(Fault::LibraryLied { library, call: call.into() }),
            Ending::Crashed { call } => Some(Fault::LibraryCrashed { library, call: call.into() }),
        }
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.ending.get().is_none()
    }

    /// By the thread that keeps it, and by no other.
    pub(crate) fn reap(&self) {
        self.body.reap();
        *lock(&self.reaped) = true;
        self.gone.notify_all();
    }

    /// Once it has ended: waits until it has left the table of processes.
    pub(crate) fn wait_until_gone(&self) {
        let reaped = lock(&self.reaped);
        drop(self.gone.wait_timeout_while(reaped, REAPING, |reaped| !*reaped));
    }

    /// Nobody waits for the closing of a token: the worker does it before its next call.
    pub(crate) fn close(&self, token: u32) {
        lock(&self.closing).push(token);
        self.close_dropped();
    }

    fn close_dropped(&self) {
        // What is dropped while the line is held here, is seen by the next round.
        while !lock(&self.closing).is_empty() && self.is_alive() {
            let Some(mut line) = self.idle() else { return };
            let tokens = std::mem::take(&mut *lock(&self.closing));
            for token in tokens {
                let Ok(meta) = serde_json::to_vec(&Call::Close { token }) else { return };
                let Some(frame) = Outgoing::new(Kind::Call, 0, &meta, &[]) else { return };
                if let Err(lost) = line.calls.send(&frame, Instant::now() + REAPING) {
                    self.lose(lost, "close", REAPING);
                }
            }
        }
    }

    fn idle(&self) -> Option<MutexGuard<'_, Line>> {
        match self.line.try_lock() {
            Ok(line) => Some(line),
            Err(TryLockError::Poisoned(line)) => Some(PoisonError::into_inner(line)),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn is_watching(&self) -> bool {
        self.watching.load(Ordering::Acquire)
    }
}
