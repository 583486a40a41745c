//! The one watching thread of a source, and the short-lived threads that read a card each.

use crate::pcsc::{Readers, Service};
use crate::service::{Arrival, Stop};
use crate::source::Shared;
use crate::table::Seen;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, WatchGuard};

/// PC/SC forgets a cancel that comes just before the wait: it is repeated until the thread has ended.
const CANCEL_AGAIN: Duration = Duration::from_millis(20);

/// What the guard and the threads share.
struct Watching {
    shared: Arc<Shared>,
    stop: Stop,
    /// The context that the thread sleeps in, to be cancelled from outside.
    asleep: Mutex<Option<Service>>,
    publisher: Mutex<Publisher>,
}

struct Publisher {
    on_change: Box<dyn Fn(Snapshot) + Send>,
    last: Option<Snapshot>,
}

/// Dropping it ends the threads and waits for them.
pub(crate) struct Guard {
    watching: Arc<Watching>,
    thread: Option<JoinHandle<()>>,
    ended: Mutex<Receiver<()>>,
}

impl WatchGuard for Guard {}

pub(crate) fn start(shared: &Arc<Shared>, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Guard, Fault> {
    let watching = Arc::new(Watching {
        shared: Arc::clone(shared),
        stop: Stop::new()?,
        asleep: Mutex::default(),
        publisher: Mutex::new(Publisher { on_change, last: None }),
    });
    let (end, ended) = channel();
    let inside = Arc::clone(&watching);
    let thread = Builder::new()
        .name("iccard-watch".into())
        .spawn(move || inside.run(end))
        .map_err(|_| Fault::Defect { place: "iccard: thread".into() })?;
    Ok(Guard { watching, thread: Some(thread), ended: Mutex::new(ended) })
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.watching.stop.ring();
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        loop {
            let asleep = self.watching.asleep.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(service) = asleep {
                service.cancel();
            }
            // The thread drops its end of the channel as the last thing it does.
            if ended.recv_timeout(CANCEL_AGAIN) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the watching thread failed");
        }
        self.watching.shared.watched.store(false, Ordering::Release);
    }
}

impl Watching {
    fn run(self: &Arc<Self>, end: Sender<()>) {
        while !self.stop.is_rung() {
            let arrival = Arrival::new();
            let mut reading = Vec::new();
            let fault = match Service::establish() {
                Ok(service) => {
                    *self.asleep() = Some(service.clone());
                    let end = self.follow(&service, &mut reading);
                    *self.asleep() = None;
                    end.err()
                }
                Err(fault) => Some(fault),
            };
            for thread in reading {
                if JoinHandle::join(thread).is_err() {
                    tracing::error!("a reading thread failed");
                }
            }
            if let Some(fault) = fault {
                self.shared.table().stop(fault);
                self.publish();
                arrival.wait(&self.stop);
            }
        }
        drop(end);
    }

    /// Follows one context until it is told to stop (`Ok`) or the service goes away.
    fn follow(self: &Arc<Self>, service: &Service, reading: &mut Vec<JoinHandle<()>>) -> Result<(), Fault> {
        let mut readers = Readers::new();
        let mut seen = readers.look(service)?;
        loop {
            self.take(seen, reading)?;
            if self.stop.is_rung() {
                return Ok(());
            }
            seen = readers.wait(service)?;
        }
    }

    /// Says first that cards are being read, then reads each in a thread of its own.
    fn take(self: &Arc<Self>, seen: Vec<Seen>, reading: &mut Vec<JoinHandle<()>>) -> Result<(), Fault> {
        let tasks = self.shared.table().observe(seen);
        self.publish();
        reading.retain(|thread| !thread.is_finished());
        for task in tasks {
            let this = Arc::clone(self);
            let thread = Builder::new().name("iccard-read".into()).spawn(move || {
                this.shared.read_card(&task);
                this.publish();
            });
            reading.push(thread.map_err(|_| Fault::Defect { place: "iccard: thread".into() })?);
        }
        Ok(())
    }

    /// Tells the other side, if anything is different from the last time.
    fn publish(&self) {
        let mut publisher = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = self.shared.table().snapshot();
        if publisher.last.as_ref() != Some(&snapshot) {
            publisher.last = Some(snapshot.clone());
            (publisher.on_change)(snapshot);
        }
    }

    fn asleep(&self) -> std::sync::MutexGuard<'_, Option<Service>> {
        self.asleep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
