//! Device events: what came and went since the last look.

use crate::{SoftFault, SoftLibrary};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::{Errno, read, write};
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Plugged(String),
    Unplugged(String),
    Cancelled,
    DeadlinePassed,
}

/// Remembers which insertions it has told of; the first one begins with what is there when it is made. A token
/// that went out and came back gives two events, however late one looks.
#[derive(Debug)]
pub struct Watch {
    library: SoftLibrary,
    told: BTreeMap<String, u64>,
    changes: OwnedFd,
    cancelled: Arc<OwnedFd>,
}

/// Ends a [`Watch::wait`] from another thread.
#[derive(Debug, Clone)]
pub struct Canceller(Arc<OwnedFd>);

impl Canceller {
    /// The wait that runs, or else the next one, ends as [`Event::Cancelled`].
    pub fn cancel(&self) {
        // Fails only when the counter is full: then it is cancelled already.
        let _ = write(&*self.0, &1u64.to_ne_bytes());
    }
}

impl Watch {
    pub fn new(library: &SoftLibrary) -> Result<Self, SoftFault> {
        library.make_folders()?;
        let changes = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let what =
            WatchFlags::MOVED_TO | WatchFlags::MOVED_FROM | WatchFlags::DELETE | WatchFlags::DELETE_SELF;
        inotify::add_watch(&changes, library.plugged(), what)?;
        let cancelled = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        Ok(Self { library: library.clone(), told: insertions(library)?, changes, cancelled })
    }

    pub fn canceller(&self) -> Canceller {
        Canceller(Arc::clone(&self.cancelled))
    }

    /// A cancelling that came too late to end a wait does not end the next one.
    pub fn forget_cancelling(&self) -> Result<(), SoftFault> {
        drain(&self.cancelled).map(drop)
    }

    /// Blocks until there is something to tell. Without a deadline, for ever.
    pub fn wait(&mut self, deadline: Option<Instant>) -> Result<Event, SoftFault> {
        loop {
            // Emptied first: a change after this look wakes the poll.
            drain(&self.changes)?;
            if let Some(event) = self.next()? {
                return Ok(event);
            }
            if drain(&self.cancelled)? {
                return Ok(Event::Cancelled);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(Event::DeadlinePassed);
            }
            let timeout = left.and_then(|left| Timespec::try_from(left).ok());
            let mut sources =
                [PollFd::new(&self.changes, PollFlags::IN), PollFd::new(&*self.cancelled, PollFlags::IN)];
            match poll(&mut sources, timeout.as_ref()) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// The next thing to tell, without waiting.
    #[expect(clippy::should_implement_trait, reason = "an iterator would end where this one only pauses")]
    pub fn next(&mut self) -> Result<Option<Event>, SoftFault> {
        let there = insertions(&self.library)?;
        let gone = self.told.iter().find(|(name, insertion)| there.get(*name) != Some(insertion));
        if let Some(name) = gone.map(|(name, _)| name.clone()) {
            self.told.remove(&name);
            return Ok(Some(Event::Unplugged(name)));
        }
        let come = there.into_iter().find(|(name, _)| !self.told.contains_key(name));
        Ok(come.map(|(name, insertion)| {
            self.told.insert(name.clone(), insertion);
            Event::Plugged(name)
        }))
    }
}

fn insertions(library: &SoftLibrary) -> Result<BTreeMap<String, u64>, SoftFault> {
    Ok(library.tokens()?.iter().map(|token| (token.name.clone(), token.insertion)).collect())
}

/// Whether there was anything in it.
fn drain(descriptor: &OwnedFd) -> Result<bool, SoftFault> {
    let mut any = false;
    loop {
        match read(descriptor, &mut [0u8; 4096]) {
            Ok(0) | Err(Errno::AGAIN) => return Ok(any),
            Ok(_) => any = true,
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}
