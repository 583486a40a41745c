//! A folder with libraries, workers over them, and what can be seen of processes from outside.

use crate::fake::{KEY, RIGHT_PIN};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tongguan_core::domain::{
    Certificate, KeyRef, LibraryKind, LibraryPath, LibraryProfile, LoadOrder, Pin, TokenId, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Snapshot, Token, TokenSource};
use tongguan_worker::{Deadlines, Settings, Workers};

/// What no test lasts as long as.
pub(crate) const LONG: Duration = Duration::from_secs(60);
/// What is waited for in vain, as long as it must be for a busy machine to be done with the rest.
pub(crate) const SHORT: Duration = Duration::from_secs(2);

pub(crate) struct Stage {
    folder: TempDir,
    pub(crate) workers: Workers,
}

/// Only the deadline that a test is about is short.
pub(crate) fn patient() -> Deadlines {
    Deadlines {
        load: LONG,
        list: LONG,
        open: LONG,
        pin_state: LONG,
        sign: LONG,
        sign_on_pad: LONG,
        change_pin: LONG,
    }
}

pub(crate) fn settings() -> Settings {
    Settings { deadlines: patient(), ..Settings::of_this_program().unwrap() }
}

impl Stage {
    /// With the workers of these libraries started.
    pub(crate) fn open(names: &[&str]) -> Self {
        Self::with(settings(), names)
    }

    pub(crate) fn with(settings: Settings, names: &[&str]) -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap(), workers: Workers::new(settings) };
        stage.set(names);
        stage
    }

    pub(crate) fn set(&self, names: &[&str]) {
        self.workers.set(names.iter().map(|name| self.order(name)).collect());
    }

    pub(crate) fn file(&self, name: &str, ending: &str) -> PathBuf {
        self.folder.path().join(name).with_extension(ending)
    }

    pub(crate) fn order(&self, name: &str) -> LoadOrder {
        let path = self.file(name, "so");
        if !path.exists() {
            fs::write(&path, name).unwrap();
        }
        order(&path)
    }

    pub(crate) fn path(&self, name: &str) -> LibraryPath {
        self.order(name).path
    }

    /// Where a library of this name says that it waits.
    pub(crate) fn listen(&self, name: &str) -> UnixListener {
        UnixListener::bind(self.file(name, "sock")).unwrap()
    }

    /// How often a library did something.
    pub(crate) fn count(&self, name: &str, what: &str) -> usize {
        fs::read(self.file(name, what)).map_or(0, |marks| marks.len())
    }

    pub(crate) fn token(&self, name: &str) -> TokenInfo {
        self.find(name).unwrap_or_else(|| panic!("{name} shows no token: {:?}", self.fault(name)))
    }

    pub(crate) fn find(&self, name: &str) -> Option<TokenInfo> {
        let path = self.path(name);
        tokens(&self.workers.list()).into_iter().find(|token| token.library.as_ref() == Some(&path))
    }

    pub(crate) fn opened(&self, name: &str) -> Box<dyn Token> {
        self.workers.open(&self.token(name).id).unwrap()
    }

    pub(crate) fn fault(&self, name: &str) -> Option<Fault> {
        self.workers.fault(&self.path(name))
    }

    /// The fault after a try to bring a library up.
    pub(crate) fn refusal(&self, name: &str) -> Option<Fault> {
        assert_eq!(self.find(name), None);
        self.fault(name)
    }
}

pub(crate) fn order(path: &Path) -> LoadOrder {
    LoadOrder {
        path: LibraryPath::parse(path.to_str().unwrap()).unwrap(),
        kind: LibraryKind::Pkcs11,
        sha256: hex::encode(Sha256::digest(fs::read(path).unwrap_or_default())),
        profile: LibraryProfile::default(),
    }
}

pub(crate) fn tokens(snapshot: &Snapshot) -> Vec<TokenInfo> {
    let token = |state: &ReaderState| match state {
        ReaderState::Token { token } => Some(token.clone()),
        _ => None,
    };
    snapshot.readers.iter().filter_map(|reader| token(&reader.state)).collect()
}

pub(crate) fn key() -> KeyRef {
    KeyRef::parse(KEY).unwrap()
}

pub(crate) fn pin(digits: &str) -> Pin {
    Pin::parse(digits.as_bytes().to_vec()).unwrap()
}

pub(crate) fn certificate(token: &dyn Token) -> Certificate {
    token.info().identities[0].certificate.clone()
}

pub(crate) fn sign(token: &mut dyn Token, message: &[u8]) -> Result<Vec<u8>, Fault> {
    let certificate = certificate(token);
    token.sign(&key(), &certificate, message, Some(&pin(RIGHT_PIN)))
}

/// Opens the token and signs.
pub(crate) fn signs(stage: &Stage, name: &str) {
    assert_eq!(sign(stage.opened(name).as_mut(), b"abc").unwrap(), b"cba");
}

/// The worker's process, by what its token is called.
pub(crate) fn pid(token: &TokenInfo) -> u32 {
    token.label.parse().unwrap()
}

pub(crate) fn gone(id: &TokenId, workers: &Workers) -> bool {
    workers.open(id).err() == Some(Fault::TokenGone)
}

pub(crate) const NOBODY: [u32; 0] = [];

/// All processes, zombies too, that this one has started and not buried.
pub(crate) fn children() -> Vec<u32> {
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().map(Result::unwrap) {
        let Ok(pid) = entry.file_name().to_str().unwrap().parse::<u32>() else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit(')').next().unwrap().split_whitespace().nth(1).unwrap();
        if parent == std::process::id().to_string() {
            children.push(pid);
        }
    }
    children
}

pub(crate) fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
}

/// Somebody else's child, held so that its end can be waited for.
pub(crate) struct Watched(rustix::fd::OwnedFd);

impl Watched {
    pub(crate) fn new(pid: u32) -> Self {
        let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
        Self(pidfd_open(pid, PidfdFlags::empty()).unwrap())
    }

    pub(crate) fn ends(&self) -> bool {
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        poll(&mut fds, Some(&Timespec::try_from(LONG).unwrap())).unwrap() == 1
    }
}

/// Pages of memory that a process holds (proc(5), statm).
pub(crate) fn resident_pages(pid: u32) -> i64 {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm")).unwrap();
    statm.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// In how many places of the process's writable memory the bytes stand.
pub(crate) fn in_memory(pid: u32, needle: &[u8]) -> usize {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut memory = fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let (mut found, mut read) = (0, 0);
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split_whitespace().next().unwrap().split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found += bytes.windows(needle.len()).filter(|window| *window == needle).count();
            read += bytes.len();
        }
    }
    assert!(read > 100_000, "the memory of {pid} cannot be read");
    found
}
