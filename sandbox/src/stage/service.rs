//! `pcscd` as a child, with a configuration of its own: one vpcd device, which is two readers.

use super::StageError;
use super::readers;
use super::socket::Socket;
use rustix::process::{Pid, Signal};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const DAEMON: &str = "/usr/sbin/pcscd";
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const NAME: &str = "Tongguan Sandbox";
/// vpcd listens here for the card of slot 0, at the next port for slot 1.
const FIRST_PORT: u16 = 0x8C7B;
/// What the daemon prints when all readers are there.
const READY: &str = "daemon ready";
const PATIENCE: Duration = Duration::from_secs(10);

/// How pcscd names the two slots of a device.
pub(crate) fn reader(slot: usize) -> String {
    format!("{NAME} 00 {slot:02X}")
}

/// Where the reader of a slot waits for its card.
pub(crate) fn port(slot: usize) -> Option<SocketAddr> {
    let port = u16::try_from(slot).ok().filter(|_| slot < super::SLOTS)?.checked_add(FIRST_PORT)?;
    Some((Ipv4Addr::LOCALHOST, port).into())
}

/// A running `pcscd`. Dropping it ends the daemon.
#[derive(Debug)]
pub(crate) struct CardService {
    child: Child,
    words: Receiver<Word>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum Word {
    Started(Child),
    Ready,
    /// The end of its output, with the last lines.
    Ended(String),
}

impl CardService {
    pub(crate) fn start(dir: &Path) -> Result<Self, StageError> {
        let config = configure(dir).map_err(|source| StageError::File { path: dir.to_owned(), source })?;
        let socket = Socket::watch()?;
        let (tell, words) = sync_channel(4);
        let listener = thread::Builder::new().name("pcscd".into()).spawn(move || listen(config, &tell))?;
        let silent = || StageError::ServiceStart("nothing".into());
        let child = match words.recv() {
            Ok(Word::Started(child)) => child,
            Ok(Word::Ended(last)) => return Err(StageError::ServiceStart(last)),
            _ => return Err(silent()),
        };
        // From here on dropping the service ends the child.
        let service = Self { child, words, listener: Some(listener) };
        match service.words.recv_timeout(PATIENCE) {
            Ok(Word::Ready) => {
                socket.wait(PATIENCE)?;
                readers::wait_for_all()?;
                Ok(service)
            }
            Ok(Word::Ended(last)) => Err(StageError::ServiceStart(last)),
            _ => Err(silent()),
        }
    }

    pub(crate) fn stop(mut self) -> Result<(), StageError> {
        Ok(self.end()?)
    }

    fn end(&mut self) -> std::io::Result<()> {
        let Some(listener) = self.listener.take() else { return Ok(()) };
        // With SIGTERM it clears /run/pcscd behind itself; the next one finds no stale socket.
        let _ = rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM);
        if matches!(self.words.recv_timeout(PATIENCE), Err(RecvTimeoutError::Timeout)) {
            self.child.kill()?;
        }
        self.child.wait()?;
        let _ = listener.join();
        Ok(())
    }
}

impl Drop for CardService {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// `dir/reader.conf`, alone in its folder: pcscd reads every file there.
fn configure(dir: &Path) -> std::io::Result<std::path::PathBuf> {
    std::fs::create_dir_all(dir)?;
    let device = format!(
        "FRIENDLYNAME \"{NAME}\"\nDEVICENAME /dev/null:0x{FIRST_PORT:X}\nLIBPATH {DRIVER}\nCHANNELID 0x{FIRST_PORT:X}\n"
    );
    std::fs::write(dir.join("reader.conf"), device)?;
    dir.canonicalize()
}

/// Starts the daemon and reads its output to the end. The daemon dies with this thread, whatever becomes
/// of the process: that is why the starting stands here and not in [`CardService::start`].
fn listen(config: std::path::PathBuf, tell: &SyncSender<Word>) {
    let spawned = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", DAEMON, "--foreground", "--info", "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return drop(tell.send(Word::Ended(error.to_string()))),
    };
    let Some(output) = child.stdout.take() else { return };
    if tell.send(Word::Started(child)).is_err() {
        return;
    }
    let mut last = VecDeque::new();
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if line.contains(READY) {
            let _ = tell.send(Word::Ready);
        }
        last.push_back(line);
        if last.len() > 5 {
            last.pop_front();
        }
    }
    let _ = tell.send(Word::Ended(Vec::from(last).join(" | ")));
}
