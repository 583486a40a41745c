//! Waiting for the smart-card service to come back, and for being told to stop waiting.
//!
//! Linux: the service's socket appears in a directory, and inotify says so. Elsewhere no event reaches
//! this crate without unsafe code, so the wait is bounded and is asked again afterwards.

use std::time::Duration;

/// Safety net on Linux, and the rhythm elsewhere, while there is no service.
const AGAIN: Duration =
    if cfg!(target_os = "linux") { Duration::from_secs(10) } else { Duration::from_secs(2) };

#[cfg(target_os = "linux")]
mod platform {
    use super::AGAIN;
    use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
    use rustix::fs::inotify;
    use std::os::fd::{AsFd, OwnedFd};
    use std::path::PathBuf;
    use std::time::Duration;
    use tongguan_core::fault::Fault;

    /// The socket appears before the service listens on it.
    const SETTLE: Duration = Duration::from_millis(100);

    /// Rung once, and heard by everybody who waits from then on.
    pub(crate) struct Stop(OwnedFd);

    impl Stop {
        pub(crate) fn new() -> Result<Self, Fault> {
            let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
            eventfd(0, flags).map(Self).map_err(|_| Fault::Defect { place: "iccard: eventfd".into() })
        }

        pub(crate) fn ring(&self) {
            if let Err(error) = rustix::io::write(&self.0, &1u64.to_ne_bytes()) {
                tracing::error!(%error, "stop was not rung");
            }
        }

        pub(crate) fn is_rung(&self) -> bool {
            self.poll_with(None, Duration::ZERO)
        }

        /// Sleeps until rung, until `other` has something, or for `time`. True if rung.
        fn poll_with(&self, other: Option<&OwnedFd>, time: Duration) -> bool {
            let mut fds = vec![PollFd::new(&self.0, PollFlags::IN)];
            fds.extend(other.map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN)));
            let time = Timespec::try_from(time).ok();
            // An error here is an interruption: the caller looks again.
            let ready = poll(&mut fds, time.as_ref()).unwrap_or(0);
            ready > 0 && fds.first().is_some_and(|fd| !fd.revents().is_empty())
        }
    }

    /// Made before the service is asked, so that nothing is missed in between.
    pub(crate) struct Arrival(Option<OwnedFd>);

    impl Arrival {
        pub(crate) fn new() -> Self {
            Self(Self::watch().ok())
        }

        fn watch() -> rustix::io::Result<OwnedFd> {
            let socket = std::env::var_os("PCSCLITE_CSOCK_NAME").map(PathBuf::from);
            let socket = socket.unwrap_or_else(|| PathBuf::from("/run/pcscd/pcscd.comm"));
            let fd = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
            let flags = inotify::WatchFlags::CREATE
                | inotify::WatchFlags::MOVED_TO
                | inotify::WatchFlags::DELETE_SELF;
            let directory = socket.ancestors().skip(1).find(|path| path.is_dir());
            inotify::add_watch(&fd, directory.ok_or(rustix::io::Errno::NOENT)?, flags)?;
            Ok(fd)
        }

        /// Sleeps until the service may be there again or `stop` rings.
        pub(crate) fn wait(self, stop: &Stop) {
            if !stop.poll_with(self.0.as_ref(), AGAIN) {
                stop.poll_with(None, SETTLE);
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use super::AGAIN;
    use std::sync::{Condvar, Mutex, PoisonError};
    use tongguan_core::fault::Fault;

    /// Rung once, and heard by everybody who waits from then on.
    pub(crate) struct Stop {
        rung: Mutex<bool>,
        bell: Condvar,
    }

    impl Stop {
        pub(crate) fn new() -> Result<Self, Fault> {
            Ok(Self { rung: Mutex::new(false), bell: Condvar::new() })
        }

        pub(crate) fn ring(&self) {
            *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.bell.notify_all();
        }

        pub(crate) fn is_rung(&self) -> bool {
            *self.rung.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    pub(crate) struct Arrival;

    impl Arrival {
        pub(crate) fn new() -> Self {
            Self
        }

        /// Sleeps for a while or until `stop` rings.
        pub(crate) fn wait(self, stop: &Stop) {
            let rung = stop.rung.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = stop.bell.wait_timeout_while(rung, AGAIN, |rung| !*rung);
            drop(waited);
        }
    }
}

pub(crate) use platform::{Arrival, Stop};
