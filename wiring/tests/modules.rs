//! A real module from the catalogue to its tokens, over a worker. The test executable is its own worker.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]
#![cfg(target_os = "linux")]

use libtest_mimic::{Arguments, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;
use tongguan_core::domain::{Library, LibraryFacts, LibraryState};
use tongguan_core::fault::{Fault, LibraryFlaw};
use tongguan_core::ports::{Ports, Snapshot};
use tongguan_wiring::{IcCards, Settings, ports_with, serve_worker};

/// For what must come: a deadline against hanging, not a measure of speed.
const PATIENCE: Duration = Duration::from_secs(30);
const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

fn main() -> ExitCode {
    if let Some(exit) = serve_worker() {
        return exit;
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1); // the children of this process are counted
    let test = |name, run: fn()| {
        Trial::test(name, move || {
            run();
            Ok(())
        })
    };
    let tests = vec![
        test("an_approved_module_shows_its_tokens", an_approved_module_shows_its_tokens),
        test("an_approval_is_remembered", an_approval_is_remembered),
        test("a_module_that_changed_is_ended", a_module_that_changed_is_ended),
        test("a_module_that_cannot_be_loaded_says_why", a_module_that_cannot_be_loaded_says_why),
        test("a_watch_sees_a_module_come_and_go", a_watch_sees_a_module_come_and_go),
    ];
    libtest_mimic::run(&arguments, tests).exit_code()
}

/// SoftHSM2 with one token in a folder of its own, and an application's ports.
struct Desk {
    dir: TempDir,
    module: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let module = dir.path().canonicalize().unwrap().join("libsofthsm2.so");
        std::fs::copy(SOFTHSM, &module).unwrap();
        std::fs::create_dir(dir.path().join("tokens")).unwrap();
        let configuration = format!("directories.tokendir = {}\n", dir.path().join("tokens").display());
        std::fs::write(dir.path().join("softhsm2.conf"), configuration).unwrap();
        let this = Self { dir, module };
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", "wiring", "--so-pin", "12345678", "--pin", "123456"])
            .env("SOFTHSM2_CONF", this.configuration())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        this
    }

    fn configuration(&self) -> PathBuf {
        self.dir.path().join("softhsm2.conf")
    }

    fn ports(&self) -> Ports {
        let mut worker = Settings::of_this_program().unwrap();
        worker.environment = vec![("SOFTHSM2_CONF".into(), self.configuration().into())];
        let (state, proofs) = (self.dir.path().join("state"), self.dir.path().join("proofs"));
        ports_with(&state, &proofs, IcCards::new(), worker).unwrap()
    }

    fn library(&self, ports: &Ports) -> Library {
        ports.libraries.inspect(self.module.to_str().unwrap()).unwrap()
    }

    fn approve(&self, ports: &Ports) {
        let library = self.library(ports);
        ports.libraries.approve(&library.path, &facts(&library).sha256).unwrap();
    }

    /// The readers of this module.
    fn readers(&self, snapshot: &Snapshot) -> usize {
        let of_module = |path: &str| Path::new(path) == self.module;
        let libraries = snapshot.readers.iter().filter_map(|reader| reader.library.as_ref());
        libraries.filter(|library| of_module(library.as_str())).count()
    }

    /// As the list has it, after a look of its own.
    fn state(&self, ports: &Ports) -> LibraryState {
        let mut list = ports.libraries.list();
        list.retain(|library| Path::new(library.path.as_str()) == self.module);
        assert_eq!(list.len(), 1);
        list.remove(0).state
    }
}

fn facts(library: &Library) -> LibraryFacts {
    match &library.state {
        LibraryState::Found { facts } | LibraryState::Approved { facts, .. } => facts.clone(),
        LibraryState::Unusable { facts, .. } => facts.clone().unwrap(),
        LibraryState::Absent => panic!("{} is absent", library.path),
    }
}

/// The processes that this one has started and not yet buried (proc(5)).
fn children() -> usize {
    let threads = Path::new("/proc/self/task").read_dir().unwrap();
    let of_thread = |thread: PathBuf| std::fs::read_to_string(thread.join("children")).unwrap_or_default();
    threads.map(|thread| of_thread(thread.unwrap().path()).split_whitespace().count()).sum()
}

fn an_approved_module_shows_its_tokens() {
    let desk = Desk::new();
    let ports = desk.ports();
    assert!(matches!(desk.library(&ports).state, LibraryState::Found { .. }));
    assert_eq!(desk.readers(&ports.tokens.list()), 0);
    assert_eq!(children(), 0);
    desk.approve(&ports);
    assert!(desk.readers(&ports.tokens.list()) > 0);
    assert!(matches!(desk.state(&ports), LibraryState::Approved { fault: None, .. }));
    assert_eq!(children(), 1);
    ports.libraries.withdraw(&desk.library(&ports).path).unwrap();
    assert_eq!(desk.readers(&ports.tokens.list()), 0);
    assert_eq!(children(), 0);
}

fn an_approval_is_remembered() {
    let desk = Desk::new();
    let ports = desk.ports();
    desk.approve(&ports);
    drop(ports);
    assert_eq!(children(), 0);
    let ports = desk.ports();
    assert!(desk.readers(&ports.tokens.list()) > 0);
    drop(ports);
    assert_eq!(children(), 0);
}

fn a_module_that_changed_is_ended() {
    let desk = Desk::new();
    let ports = desk.ports();
    desk.approve(&ports);
    assert!(desk.readers(&ports.tokens.list()) > 0);
    // As an installer does it: another file under the same name.
    let mut bytes = std::fs::read(&desk.module).unwrap();
    bytes.push(0);
    let next = desk.dir.path().join("next");
    std::fs::write(&next, bytes).unwrap();
    std::fs::rename(next, &desk.module).unwrap();
    let LibraryState::Unusable { fault, .. } = desk.state(&ports) else { panic!("still in use") };
    let reason = LibraryFlaw::Changed;
    assert_eq!(fault, Fault::LibraryRefused { library: "libsofthsm2.so".into(), reason });
    assert_eq!(desk.readers(&ports.tokens.list()), 0);
    assert_eq!(children(), 0);
    // The user agrees to the new content.
    desk.approve(&ports);
    assert!(desk.readers(&ports.tokens.list()) > 0);
}

fn a_module_that_cannot_be_loaded_says_why() {
    let desk = Desk::new();
    let mut bytes = std::fs::read(&desk.module).unwrap();
    bytes[56..58].fill(0); // e_phnum: nothing of it can be mapped
    std::fs::write(&desk.module, bytes).unwrap();
    let ports = desk.ports();
    desk.approve(&ports);
    assert_eq!(desk.readers(&ports.tokens.list()), 0);
    let LibraryState::Approved { fault: Some(fault), .. } = desk.state(&ports) else { panic!("no fault") };
    let (Fault::LibraryRefused { library, .. } | Fault::LibraryFailed { library, .. }) = fault else {
        panic!("{fault}")
    };
    assert_eq!(library, "libsofthsm2.so");
    assert_eq!(children(), 0);
}

fn a_watch_sees_a_module_come_and_go() {
    let desk = Desk::new();
    let ports = desk.ports();
    let (sender, seen) = channel();
    let watch = ports.tokens.watch(Box::new(move |snapshot| drop(sender.send(snapshot)))).unwrap();
    let wait = |wanted: &dyn Fn(usize) -> bool| {
        while !wanted(desk.readers(&seen.recv_timeout(PATIENCE).unwrap())) {}
    };
    desk.approve(&ports);
    wait(&|readers| readers > 0);
    ports.libraries.withdraw(&desk.library(&ports).path).unwrap();
    wait(&|readers| readers == 0);
    drop(watch);
    assert_eq!(children(), 0);
}
