//! A UKey goes in, a library is said yes to: until it is shown.

use crate::desk::{self, program};
use crate::row::{Row, median, ms};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tongguan_core::api::{Answer, Command as Call};
use tongguan_core::domain::{LibraryPath, LibraryState};
use tongguan_sandbox::stage::Through;
use tongguan_tests::{Desk, tokens_in};
use tongguan_wiring::Deadlines;

const RUNS: usize = 15;
const CASES: [(&str, Through, &str); 2] = [
    ("SM2, SKF", Through::Skf, "haihe-ccb-sm2"),
    ("RSA-2048, sandbox's PKCS#11", Through::Pkcs11, "haihe-ccb-rsa"),
];
/// What a person waits at the best peer (docs/performance.md).
const PEER: Duration = Duration::from_millis(1000);

pub(crate) fn measure() -> Vec<Row> {
    let desk = desk::open(Deadlines::default());
    let mut rows: Vec<Row> =
        CASES.iter().map(|(name, through, ukey)| plug(&desk, name, *through, ukey)).collect();
    let process = process();
    rows.extend(CASES.iter().map(|(name, through, ukey)| start(&desk, name, *through, ukey, process)));
    rows
}

fn plug(desk: &Desk, name: &str, through: Through, ukey: &str) -> Row {
    let library = approve(desk, through);
    let run = |_| {
        let started = Instant::now();
        desk.stage.plug(ukey, through).unwrap();
        let (at, _) = desk.ukey_at(ukey, through);
        desk.stage.unplug(ukey, through).unwrap();
        gone(desk, &library);
        at - started
    };
    let time = median((0..RUNS).map(run).collect());
    withdraw(desk, &library);
    let what = format!("UKey plugged in to shown in the view, {name}");
    Row::new(&what, ms(time), format!("{} (best peer)", ms(PEER)), time.as_secs_f64() / PEER.as_secs_f64())
}

/// From the yes to the first list with a UKey that is in already.
fn start(desk: &Desk, name: &str, through: Through, ukey: &str, process: Duration) -> Row {
    desk.stage.plug(ukey, through).unwrap();
    let path = desk.stage.library(through).unwrap();
    let run = |_| {
        let (library, sha256) = inspect(desk, path.to_str().unwrap());
        let started = Instant::now();
        desk.call(Call::ApproveLibrary { path: library.clone(), sha256 }).unwrap();
        let (at, _) = desk.ukey_at(ukey, through);
        withdraw(desk, &library);
        gone(desk, &library);
        at - started
    };
    let time = median((0..RUNS).map(run).collect());
    let what = format!("worker started: the user's yes to the first list, {name}");
    let limit = format!("{} (the same program started and ended, nothing loaded)", ms(process));
    Row::new(&what, ms(time), limit, time.as_secs_f64() / process.as_secs_f64())
}

fn inspect(desk: &Desk, path: &str) -> (LibraryPath, String) {
    let inspected = desk.call(Call::InspectLibrary { path: path.into() });
    let Ok(Answer::Library(library)) = inspected else { panic!("{inspected:?}") };
    let LibraryState::Found { facts } = library.state else { panic!("{library:?}") };
    (library.path, facts.sha256)
}

fn approve(desk: &Desk, through: Through) -> LibraryPath {
    desk.approve_file(&desk.stage.library(through).unwrap())
}

fn withdraw(desk: &Desk, library: &LibraryPath) {
    desk.call(Call::WithdrawLibrary { path: library.clone() }).unwrap();
}

/// Waits until nothing is plugged in behind the library.
fn gone(desk: &Desk, library: &LibraryPath) {
    desk.wait("its going", |view| {
        let is_in = tokens_in(view).any(|token| token.library.as_ref() == Some(library));
        (!is_in).then_some(())
    });
}

/// A worker that nobody talks to ends at once.
fn process() -> Duration {
    let run = |_| {
        let mut command = Command::new(program());
        command.arg("--library-worker").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        command.status().unwrap();
        started.elapsed()
    };
    median((0..RUNS).map(run).collect())
}
