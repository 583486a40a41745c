//! Two pipes: calls go to the worker's standard input; answers and events come from its standard output and
//! are told apart by a thread. The worker duplicates both and puts `NUL` in their place before any library is
//! loaded.

#![allow(unsafe_code, reason = "process-wide settings that the standard library does not reach")]

use crate::frame::{Frame, Kind, Lost, Outgoing};
use crate::lock;
use crate::settings::Settings;
use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsHandle, IntoRawHandle};
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::Instant;
use windows_sys::Win32::System::Console::{
    STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::LibraryLoader::{
    AddDllDirectory, LOAD_LIBRARY_SEARCH_SYSTEM32, LOAD_LIBRARY_SEARCH_USER_DIRS, SetDefaultDllDirectories,
};
use windows_sys::Win32::System::Threading::{CREATE_NO_WINDOW, GetCurrentProcess, TerminateProcess};
use zeroize::Zeroizing;

/// The program's end of the calls. A thread writes: a pipe that is full would hold the caller for ever.
pub(crate) struct Calls {
    frames: Sender<Zeroizing<Vec<u8>>>,
    answers: Receiver<Result<Frame, Lost>>,
}

/// The program's end of the events.
pub(crate) struct Events(Receiver<Result<Frame, Lost>>);

/// The worker as a process.
pub(crate) struct Body(Mutex<Child>);

pub(crate) fn start(settings: &Settings) -> io::Result<(Body, Calls, Events)> {
    let mut command = settings.command();
    if let Some(folder) = std::env::var_os("SystemRoot") {
        command.current_dir(folder);
    }
    let mut child = command
        .creation_flags(CREATE_NO_WINDOW)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let threads = child.stdin.take().zip(child.stdout.take()).map(|(input, output)| threads(input, output));
    let body = Body(Mutex::new(child));
    match threads {
        Some(Ok((calls, events))) => Ok((body, calls, events)),
        failed => {
            body.kill();
            body.reap();
            Err(failed.and_then(Result::err).unwrap_or_else(|| io::ErrorKind::BrokenPipe.into()))
        }
    }
}

fn threads(mut input: ChildStdin, mut output: ChildStdout) -> io::Result<(Calls, Events)> {
    let (frames, to_write) = channel::<Zeroizing<Vec<u8>>>();
    let (answer, answers) = channel();
    let (event, events) = channel();
    Builder::new().name("worker-calls".into()).spawn(move || {
        use std::io::Write;
        for frame in to_write {
            if input.write_all(&frame).is_err() {
                return; // the reading thread sees it too
            }
        }
    })?;
    Builder::new().name("worker-answers".into()).spawn(move || {
        loop {
            let frame = Frame::read(&mut output);
            let sent = match frame {
                Ok(frame) if frame.kind == Kind::Event => event.send(Ok(frame)).is_ok(),
                Ok(frame) => answer.send(Ok(frame)).is_ok(),
                Err(lost) => {
                    let _ = (answer.send(Err(lost)), event.send(Err(lost)));
                    false
                }
            };
            if !sent {
                return;
            }
        }
    })?;
    Ok((Calls { frames, answers }, Events(events)))
}

impl Calls {
    pub(crate) fn send(&mut self, frame: &Outgoing<'_>, _deadline: Instant) -> Result<(), Lost> {
        // As large as needed from the beginning: growing would leave copies of a PIN behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(frame.len()));
        frame.write(&mut *bytes)?;
        self.frames.send(bytes).map_err(|_| Lost::Closed)
    }

    pub(crate) fn receive(&mut self, deadline: Instant) -> Result<Frame, Lost> {
        receive(&self.answers, Some(deadline))
    }
}

impl Events {
    pub(crate) fn next(&mut self, deadline: Option<Instant>) -> Result<Frame, Lost> {
        receive(&self.0, deadline)
    }
}

fn receive(frames: &Receiver<Result<Frame, Lost>>, deadline: Option<Instant>) -> Result<Frame, Lost> {
    let Some(deadline) = deadline else { return frames.recv().unwrap_or(Err(Lost::Closed)) };
    frames.recv_timeout(deadline.saturating_duration_since(Instant::now())).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => Lost::Late,
            RecvTimeoutError::Disconnected => Lost::Closed,
        })
    })
}

impl Body {
    pub(crate) fn kill(&self) {
        let _ = lock(&self.0).kill(); // an error: it has ended already
    }

    /// Called when its pipes are closed or it was killed.
    pub(crate) fn reap(&self) {
        let mut child = lock(&self.0);
        let _ = child.kill();
        match child.wait() {
            Ok(status) => tracing::debug!(%status, "a worker has ended"),
            Err(error) => tracing::error!(%error, "a worker cannot be waited for"),
        }
    }
}

/// The worker's end of the calls. A thread reads, so that the end of the program is seen in the middle of a
/// call that does not return.
pub(crate) struct Desk {
    calls: Receiver<Frame>,
    bell: Bell,
}

/// The worker's way out, for any of its threads.
#[derive(Clone)]
pub(crate) struct Bell(Arc<Mutex<File>>);

/// Makes this process a worker.
pub(crate) fn attach() -> io::Result<(Desk, Bell)> {
    let mut input = File::from(io::stdin().as_handle().try_clone_to_owned()?);
    let output = File::from(io::stdout().as_handle().try_clone_to_owned()?);
    silence()?;
    // SAFETY: both only set flags of this process.
    unsafe {
        // A crash shows no window and writes no report, which would hold the PIN.
        SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
        // Never from the program's folder, the current one or PATH.
        if SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32 | LOAD_LIBRARY_SEARCH_USER_DIRS) == 0 {
            return Err(io::Error::last_os_error());
        }
    }
    let (call, calls) = channel();
    Builder::new().name("hangup".into()).spawn(move || {
        while let Ok(frame) = Frame::read(&mut input) {
            if call.send(frame).is_err() {
                break;
            }
        }
        end()
    })?;
    let bell = Bell(Arc::new(Mutex::new(output)));
    Ok((Desk { calls, bell: bell.clone() }, bell))
}

/// Points the standard streams, those of the system and those of the C runtime, to nothing.
fn silence() -> io::Result<()> {
    for (number, name) in [(0, STD_INPUT_HANDLE), (1, STD_OUTPUT_HANDLE), (2, STD_ERROR_HANDLE)] {
        let nothing = File::options().read(true).write(true).open("NUL")?;
        // SAFETY: the path ends with NUL, and the descriptors are numbers that the C runtime checks itself.
        unsafe {
            let descriptor = libc::open(c"NUL".as_ptr(), libc::O_RDWR);
            if descriptor >= 0 {
                libc::dup2(descriptor, number);
                libc::close(descriptor);
            }
        }
        // SAFETY: the handle is valid and stays so: nobody closes it from here on.
        if unsafe { SetStdHandle(name, nothing.into_raw_handle().cast::<c_void>()) } == 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// What a library needs lies in its own folder or is the system's.
pub(crate) fn look_beside(library: &Path) {
    let Some(folder) = library.parent() else { return };
    let folder: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: a UTF-16 text that ends with zero and outlives the call.
    unsafe { AddDllDirectory(folder.as_ptr()) };
}

impl Desk {
    pub(crate) fn next(&mut self) -> Result<Frame, Lost> {
        self.calls.recv().map_err(|_| Lost::Closed)
    }

    pub(crate) fn answer(&mut self, id: u32, meta: &[u8], blobs: &[&[u8]]) -> Result<(), Lost> {
        self.bell.write(Kind::Answer, id, meta, blobs)
    }
}

impl Bell {
    pub(crate) fn push(&self, meta: &[u8], blobs: &[&[u8]]) -> Result<(), Lost> {
        self.write(Kind::Event, 0, meta, blobs)
    }

    fn write(&self, kind: Kind, id: u32, meta: &[u8], blobs: &[&[u8]]) -> Result<(), Lost> {
        let frame = Outgoing::new(kind, id, meta, blobs).ok_or(Lost::Lied)?;
        Ok(frame.write(&mut *lock(&self.0))?)
    }
}

/// At once: a library's exit handlers may hang.
pub(crate) fn end() -> ! {
    // SAFETY: the pseudo handle of this process needs no closing.
    unsafe { TerminateProcess(GetCurrentProcess(), 1) };
    std::process::abort()
}
