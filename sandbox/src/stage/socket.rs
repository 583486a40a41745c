//! The moment from which `pcscd` takes connections. It says "ready" a little earlier, so this watches its
//! socket: the daemon binds it, listens, and then sets its mode.

use super::StageError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use std::mem::MaybeUninit;
use std::time::{Duration, Instant};

const FOLDER: &str = "/run/pcscd";
const NAME: &[u8] = b"pcscd.comm";

pub(crate) struct Socket(OwnedFd);

impl Socket {
    /// Before the daemon starts.
    pub(crate) fn watch() -> Result<Self, StageError> {
        let events = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        inotify::add_watch(&events, FOLDER, WatchFlags::ATTRIB)?;
        Ok(Self(events))
    }

    pub(crate) fn wait(&self, patience: Duration) -> Result<(), StageError> {
        let deadline = Instant::now() + patience;
        let mut room = [MaybeUninit::uninit(); 1024];
        let mut events = Reader::new(&self.0, &mut room);
        loop {
            match events.next() {
                Ok(event)
                    if event.events().contains(ReadFlags::ATTRIB)
                        && event.file_name().is_some_and(|name| name.to_bytes() == NAME) =>
                {
                    return Ok(());
                }
                Ok(_) => {}
                Err(rustix::io::Errno::AGAIN) => self.sleep_until_event(deadline)?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn sleep_until_event(&self, deadline: Instant) -> Result<(), StageError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(|_| StageError::ServiceStart("nothing".into()))?;
        let happened = poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&left))?;
        if happened == 0 { Err(StageError::ServiceStart("ready, but no socket".into())) } else { Ok(()) }
    }
}
