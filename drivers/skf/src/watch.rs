//! The two threads of a watched library: one sleeps in `SKF_WaitForDevEvent`, one reads devices and tells.
//!
//! They are two because a library tells only of what happens while somebody waits.

use crate::binding::Event;
use crate::names::Name;
use crate::source::Shared;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, WatchGuard};

/// The rhythm of looking where the library knows no events, and of waiting again where the wait fails.
const RHYTHM: Duration = Duration::from_millis(500);
/// Safety net where it knows them: an event between two waits is lost in some libraries.
const SAFETY_NET: Duration = Duration::from_secs(10);
/// A cancel that comes just before the wait is lost: it is repeated until the thread has ended.
const CANCEL_AGAIN: Duration = Duration::from_millis(20);
/// After this long a wait that cannot be cancelled is left to itself; it ends with the process.
const GIVE_UP: Duration = Duration::from_secs(2);

/// What the looking thread is told.
#[derive(Debug)]
pub(crate) enum Notice {
    Look,
    Pulled(Name),
    /// There will be no events.
    NoEvents,
    Stop,
}

/// Rung once, and heard by everybody who waits from then on.
#[derive(Default)]
struct Stop {
    rung: Mutex<bool>,
    bell: Condvar,
}

impl Stop {
    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    /// Sleeps for `time` or until rung. True if rung.
    fn wait(&self, time: Duration) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(rung, time, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Dropping it ends the threads and waits for them.
pub(crate) struct Guard {
    shared: Arc<Shared>,
    stop: Arc<Stop>,
    notices: Mutex<Sender<Notice>>,
    looking: Option<JoinHandle<()>>,
    waiting: Option<JoinHandle<()>>,
    waiting_ended: Mutex<Receiver<()>>,
}

impl WatchGuard for Guard {}

pub(crate) fn start(shared: &Arc<Shared>, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Guard, Fault> {
    let (notices, heard) = channel();
    let (end, waiting_ended) = channel();
    let mut guard = Guard {
        shared: Arc::clone(shared),
        stop: Arc::default(),
        notices: Mutex::new(notices.clone()),
        looking: None,
        waiting: None,
        waiting_ended: Mutex::new(waiting_ended),
    };
    // The wait comes first, so that nothing is missed between the first look and it.
    let (inside, stop, tell) = (Arc::clone(shared), Arc::clone(&guard.stop), notices.clone());
    guard.waiting = Some(thread("skf-wait", move || wait(&inside, &stop, &tell, end))?);
    *shared.notices.lock().unwrap_or_else(PoisonError::into_inner) = Some(notices);
    let inside = Arc::clone(shared);
    guard.looking = Some(thread("skf-look", move || look(&inside, &heard, on_change))?);
    Ok(guard)
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    let thread = Builder::new().name(name.into()).spawn(work);
    thread.map_err(|_| Fault::Defect { place: "skf: thread".into() })
}

/// Sleeps in the library and says what woke it. `end` is dropped as the last thing.
fn wait(shared: &Shared, stop: &Stop, notices: &Sender<Notice>, end: Sender<()>) {
    while !stop.wait(Duration::ZERO) {
        let notice = match shared.library.wait_for_event() {
            Ok(Event::Removed(name)) => Notice::Pulled(name),
            Ok(Event::Other) => Notice::Look,
            Err(error) if error.is_unsupported() => Notice::NoEvents,
            Err(error) => {
                tracing::debug!(?error, "waited in vain");
                if stop.wait(RHYTHM) {
                    break;
                }
                Notice::Look
            }
        };
        let over = matches!(notice, Notice::NoEvents);
        if notices.send(notice).is_err() || over {
            break;
        }
    }
    drop(end);
}

/// Looks at once and after every notice, and tells if anything is different from the last time.
fn look(shared: &Shared, heard: &Receiver<Notice>, on_change: Box<dyn Fn(Snapshot) + Send>) {
    let last = Mutex::new(None);
    let publish = || {
        let snapshot = shared.snapshot();
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref() != Some(&snapshot) {
            *last = Some(snapshot.clone());
            on_change(snapshot);
        }
    };
    let mut patience = SAFETY_NET;
    let mut pulled = Vec::new();
    loop {
        shared.look(&std::mem::take(&mut pulled), &publish);
        let mut notice = match heard.recv_timeout(patience) {
            Ok(notice) => Some(notice),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        // What came meanwhile is one look.
        while let Some(next) = notice {
            match next {
                Notice::Look => {}
                Notice::Pulled(name) => pulled.push(name),
                Notice::NoEvents => patience = RHYTHM,
                Notice::Stop => return,
            }
            notice = heard.try_recv().ok();
        }
    }
}

impl Guard {
    /// True once the waiting thread has ended.
    fn end_waiting(&mut self) -> bool {
        let ended = self.waiting_ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let deadline = Instant::now() + GIVE_UP;
        loop {
            let cancelled = self.shared.library.cancel_wait();
            // The thread drops its end of the channel as the last thing it does.
            if ended.recv_timeout(CANCEL_AGAIN) != Err(RecvTimeoutError::Timeout) {
                return true;
            }
            if Instant::now() > deadline {
                tracing::warn!(?cancelled, "the wait for events could not be ended");
                return false;
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.stop.ring();
        let notices = self.notices.get_mut().unwrap_or_else(PoisonError::into_inner);
        if notices.send(Notice::Stop).is_err() {
            tracing::debug!("the looking thread has ended by itself");
        }
        *self.shared.notices.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let waited = self.waiting.is_none() || self.end_waiting();
        let waiting = self.waiting.take().filter(|_| waited);
        for thread in self.looking.take().into_iter().chain(waiting) {
            if thread.join().is_err() {
                tracing::error!("a watching thread failed");
            }
        }
        self.shared.watched.store(false, Ordering::Release);
    }
}
