//! A file looked into by a process of its own, which may crash, hang or take too much.
//!
//! A decoder is others' code. The program starts its own executable again with [`ARGUMENT`]; that process gets one file
//! ([`serve_pictures`], called first thing in `main`), answers with what may be sent or with what is wrong, and ends.
//! With it ends every copy of the picture.
//!
//! ```text
//! to it:   slot u8 | file, to the end
//! from it: kind u8 | length u32, big-endian | bytes
//! ```
//! A slot is its place in [`Slot::ALL`].

use crate::{LARGEST, Pictures};
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw};
use tongguan_core::ports::{self, Pictures as _};
use zeroize::Zeroizing;

/// The first argument of such a process; the second is [`Bounds::memory`].
const ARGUMENT: &str = "--picture-worker";
/// In front of what may be sent; a flaw is its place in [`FileFlaw::ALL`].
const SENT: u8 = u8::MAX;

/// What one file may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes; only Unix keeps to it.
    pub memory: u64,
    pub time: Duration,
}

impl Default for Bounds {
    /// 50 million points of 16 bits for each colour, and what stands between them and what is sent.
    fn default() -> Self {
        Self { memory: 1 << 30, time: Duration::from_secs(60) }
    }
}

/// The port [`ports::Pictures`], by another process.
#[derive(Debug, Clone)]
pub struct PicturesApart {
    program: PathBuf,
    bounds: Bounds,
}

impl PicturesApart {
    /// `program` is an executable whose `main` begins with [`serve_pictures`].
    pub fn of(program: PathBuf, bounds: Bounds) -> Self {
        Self { program, bounds }
    }

    fn start(&self) -> io::Result<(Child, ChildStdin, ChildStdout)> {
        let mut command = Command::new(&self.program);
        command.args([ARGUMENT, &self.bounds.memory.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok((child, to, from)),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl ports::Pictures for PicturesApart {
    fn prepare(&self, slot: Slot, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let unusable = |reason| Fault::FileUnusable { slot, reason };
        if file.len() > LARGEST {
            return Err(unusable(FileFlaw::TooLarge));
        }
        let started = self.start().map_err(|_| Fault::Defect { place: "picture: process".into() })?;
        let (mut child, to, from) = started;
        let answer = std::thread::scope(|scope| {
            let (tell, told) = channel();
            scope.spawn(move || tell.send(talk(to, from, slot, file)));
            let answer = told.recv_timeout(self.bounds.time);
            let _ = child.kill(); // it is of no use any more; mostly it is gone already
            answer
        });
        let ended = child.wait();
        match answer {
            Ok(Ok(answer)) => answer.map_err(unusable),
            lost => {
                tracing::warn!(?ended, lost = ?lost.err(), "a file ended the process that looked into it");
                Err(unusable(FileFlaw::Damaged))
            }
        }
    }
}

/// It reads all before it says anything, and nothing else ends what it says.
fn talk(
    mut to: ChildStdin,
    mut from: ChildStdout,
    slot: Slot,
    file: &[u8],
) -> io::Result<Result<Zeroizing<Vec<u8>>, FileFlaw>> {
    let at = Slot::ALL.iter().position(|one| *one == slot).and_then(|at| u8::try_from(at).ok());
    to.write_all(&[at.unwrap_or_default()])?;
    to.write_all(file)?;
    drop(to);
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [kind, length @ ..] = head;
    let length = u32::from_be_bytes(length);
    if kind != SENT {
        let flaw = FileFlaw::ALL.get(usize::from(kind));
        return flaw.map(|flaw| Err(*flaw)).ok_or_else(|| io::ErrorKind::InvalidData.into());
    }
    let size = usize::try_from(length).ok().filter(|size| *size <= LARGEST);
    let mut sent = Zeroizing::new(vec![0; size.ok_or(io::ErrorKind::InvalidData)?]);
    from.read_exact(&mut sent)?;
    Ok(Ok(sent))
}

/// Looks into one file if this process was started for that; `None` in any other.
///
/// Called first thing in `main`: nothing may have been written to standard output before.
pub fn serve_pictures() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|argument| argument != ARGUMENT) {
        return None;
    }
    let memory = arguments.next();
    let memory = memory.as_deref().and_then(OsStr::to_str).and_then(|bytes| bytes.parse().ok());
    Some(match memory.map(serve) {
        Some(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn serve(memory: u64) -> io::Result<()> {
    bind(memory)?;
    let mut at = [0];
    let mut input = io::stdin().lock();
    input.read_exact(&mut at)?;
    let slot = Slot::ALL.get(usize::from(at[0])).ok_or(io::ErrorKind::InvalidData)?;
    let mut file = Vec::new();
    input.take(1 + LARGEST as u64).read_to_end(&mut file)?;
    let mut output = io::stdout().lock();
    match Pictures.prepare(*slot, &file) {
        Ok(sent) => {
            let length = u32::try_from(sent.len()).map_err(|_| io::ErrorKind::InvalidData)?;
            output.write_all(&[SENT])?;
            output.write_all(&length.to_be_bytes())?;
            output.write_all(&sent)?;
        }
        Err(Fault::FileUnusable { reason, .. }) => {
            let at = FileFlaw::ALL.iter().position(|flaw| *flaw == reason);
            let at = at.and_then(|at| u8::try_from(at).ok()).ok_or(io::ErrorKind::InvalidData)?;
            output.write_all(&[at, 0, 0, 0, 0])?;
        }
        Err(_) => return Err(io::ErrorKind::InvalidData.into()),
    }
    output.flush()
}

/// More than `memory` cannot be had, and what ends on that writes no picture to a core file (setrlimit(2)).
#[cfg(unix)]
fn bind(memory: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Core, limit(0))?;
    Ok(setrlimit(Resource::Data, limit(memory))?)
}

#[cfg(not(unix))]
fn bind(_memory: u64) -> io::Result<()> {
    Ok(())
}
