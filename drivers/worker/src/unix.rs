//! Two socket pairs: calls and answers on the one, events on the other. The worker gets its ends as standard
//! input and output, the only descriptors that a child can be given without unsafe code, and puts
//! `/dev/null` in their place before any library is loaded.

use crate::frame::{Frame, Kind, Lost, Outgoing};
use crate::lock;
use crate::settings::Settings;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions};
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Descriptors below are left to the library; some close all that they see.
const HIGH: i32 = 100;

/// So long a worker stays awake after an answer.
const LINGER: Duration = Duration::from_micros(100);

/// The program's end of the calls.
pub(crate) struct Calls(UnixStream);

/// The program's end of the events.
pub(crate) struct Events(UnixStream);

/// The worker as a process, with all that it started in its process group.
pub(crate) struct Body {
    pid: Pid,
    /// Taken when it was waited for: from then on its number may be another process's.
    child: Mutex<Option<Child>>,
    streams: [UnixStream; 2],
}

pub(crate) fn start(settings: &Settings) -> io::Result<(Body, Calls, Events)> {
    let (calls, their_calls) = UnixStream::pair()?;
    let (events, their_events) = UnixStream::pair()?;
    let child = settings
        .command()
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::from(OwnedFd::from(their_calls)))
        .stdout(Stdio::from(OwnedFd::from(their_events)))
        .stderr(Stdio::null())
        .spawn()?;
    let pid = Pid::from_child(&child);
    let streams = [calls.try_clone(), events.try_clone()];
    let body = |streams| Body { pid, child: Mutex::new(Some(child)), streams };
    match streams {
        [Ok(a), Ok(b)] => Ok((body([a, b]), Calls(calls), Events(events))),
        [Err(error), _] | [_, Err(error)] => {
            let body = body([calls, events]);
            body.kill();
            body.reap();
            Err(error)
        }
    }
}

impl Calls {
    pub(crate) fn send(&mut self, frame: &Outgoing<'_>, deadline: Instant) -> Result<(), Lost> {
        Ok(frame.write(&mut Until { stream: &self.0, deadline: Some(deadline) })?)
    }

    pub(crate) fn receive(&mut self, deadline: Instant) -> Result<Frame, Lost> {
        Frame::read(&mut Until { stream: &self.0, deadline: Some(deadline) })
    }
}

impl Events {
    pub(crate) fn next(&mut self, deadline: Option<Instant>) -> Result<Frame, Lost> {
        Frame::read(&mut Until { stream: &self.0, deadline })
    }
}

impl Body {
    /// Wakes whoever reads from the worker, too: what it started may still hold the other ends.
    pub(crate) fn kill(&self) {
        if let Some(child) = lock(&self.child).as_mut() {
            self.kill_group(child);
        }
        for stream in &self.streams {
            let _ = stream.shutdown(Shutdown::Both); // not connected: it is gone already
        }
    }

    /// Waits until it has ended, ends what it started, and takes it from the table of processes.
    pub(crate) fn reap(&self) {
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(Errno::INTR) = rustix::process::waitid(WaitId::Pid(self.pid), ended) {}
        let mut child = lock(&self.child);
        if let Some(mut child) = child.take() {
            self.kill_group(&mut child);
            match child.wait() {
                Ok(status) => tracing::debug!(%status, "a worker has ended"),
                Err(error) => tracing::error!(%error, "a worker cannot be waited for"),
            }
        }
    }

    fn kill_group(&self, child: &mut Child) {
        if rustix::process::kill_process_group(self.pid, Signal::KILL).is_err() {
            let _ = child.kill(); // the group is not there: only itself is left, if that
        }
    }
}

/// A stream up to a moment. Each read and write gets the time that is left.
struct Until<'a> {
    stream: &'a UnixStream,
    deadline: Option<Instant>,
}

impl Until<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let Some(deadline) = self.deadline else { return Ok(None) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(bytes)
    }

    fn write_vectored(&mut self, slices: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The worker's end of the calls.
pub(crate) struct Desk(UnixStream);

/// The worker's end of the events, for any of its threads.
#[derive(Clone)]
pub(crate) struct Bell {
    events: Arc<UnixStream>,
    turn: Arc<Mutex<()>>,
}

/// Makes this process a worker.
pub(crate) fn attach() -> io::Result<(Desk, Bell)> {
    let above = |fd: BorrowedFd<'_>| rustix::io::fcntl_dupfd_cloexec(fd, HIGH).map(UnixStream::from);
    let calls = above(io::stdin().as_fd())?;
    let events = above(io::stdout().as_fd())?;
    // Not a socket: somebody called this by hand.
    calls.local_addr()?;
    events.local_addr()?;
    let nothing = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nothing)?;
    rustix::stdio::dup2_stdout(&nothing)?;
    rustix::stdio::dup2_stderr(&nothing)?;
    forbid_traces();
    // Nothing ever comes on the events' way in: what wakes this is the program's end, also in the middle of
    // a call that does not return.
    let events = Arc::new(events);
    let hangup = Arc::clone(&events);
    Builder::new().name("hangup".into()).spawn(move || {
        let _ = (&*hangup).read(&mut [0]);
        end()
    })?;
    Ok((Desk(calls), Bell { events, turn: Arc::default() }))
}

/// A crash must not write a PIN to disk: no core file (getrlimit(2)), no core piped to a collector and no
/// other process of this user that looks in (prctl(2), PR_SET_DUMPABLE).
fn forbid_traces() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
        // A second way to end with the program; it follows the thread that started this process, which
        // lives as long as the worker is wanted.
        let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
        let _ = rustix::thread::set_name(c"library-worker");
    }
}

/// No library gets the folders of others to look in: the loader's own rules hold.
pub(crate) fn look_beside(_library: &std::path::Path) {}

impl Desk {
    pub(crate) fn next(&mut self) -> Result<Frame, Lost> {
        self.linger();
        Frame::read(&mut self.0)
    }

    /// Whoever waits for its turn calls as soon as another one has its answer: a processor that went to sleep in
    /// between takes longer to wake than the call takes to come.
    fn linger(&self) {
        let until = Instant::now() + LINGER;
        let nothing_came = || {
            let mut calls = [PollFd::new(&self.0, PollFlags::IN)];
            rustix::event::poll(&mut calls, Some(&Timespec::default())) == Ok(0)
        };
        while nothing_came() && Instant::now() < until {
            std::hint::spin_loop();
        }
    }

    pub(crate) fn answer(&mut self, id: u32, meta: &[u8], blobs: &[&[u8]]) -> Result<(), Lost> {
        let frame = Outgoing::new(Kind::Answer, id, meta, blobs).ok_or(Lost::Lied)?;
        Ok(frame.write(&mut self.0)?)
    }
}

impl Bell {
    pub(crate) fn push(&self, meta: &[u8], blobs: &[&[u8]]) -> Result<(), Lost> {
        let frame = Outgoing::new(Kind::Event, 0, meta, blobs).ok_or(Lost::Lied)?;
        let _turn = lock(&self.turn);
        Ok(frame.write(&mut &*self.events)?)
    }
}

/// At once, and whatever the library started with it: its exit handlers may hang.
pub(crate) fn end() -> ! {
    let own = rustix::process::getpid();
    if rustix::process::getpgrp() == own {
        let _ = rustix::process::kill_current_process_group(Signal::KILL);
    }
    let _ = rustix::process::kill_process(own, Signal::KILL);
    std::process::abort()
}
