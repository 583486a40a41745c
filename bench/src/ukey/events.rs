//! A UKey goes in, a library is said yes to: until it is shown.

use crate::desk::{Desk, program};
use crate::row::{Row, median, ms};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tongguan_core::api::{Answer, Command as Call};
use tongguan_core::domain::{LibraryPath, LibraryState};
use tongguan_sandbox::stage::Through;
use tongguan_wiring::Deadlines;

const RUNS: usize = 15;
const CASES: [(&str, Through, &str); 2] = [
    ("SM2, SKF", Through::Skf, "haihe-ccb-sm2"),
    ("RSA-2048, sandbox's PKCS#11", Through::Pkcs11, "haihe-ccb-rsa"),
];
/// What a person waits at the best peer (docs/performance.md).
const PEER: Duration = Duration::from_millis(1000);

pub(crate) fn measure() -> Vec<Row> {
    let desk = Desk::open(Deadlines::default());
    let mut rows: Vec<Row> =
        CASES.iter().map(|(name, through, ukey)| plug(&desk, name, *through, ukey)).collect();
    let process = process();
    rows.extend(CASES.iter().map(|(name, through, ukey)| start(&desk, name, *through, ukey, process)));
    rows
}

fn plug(desk: &Desk, name: &str, through: Through, ukey: &str) -> Row {
    let library = desk.approve(through);
    let run = |_| {
        let started = Instant::now();
        desk.stage.plug(ukey, through).unwrap();
        let (at, _) = desk.shown(ukey, &library);
        desk.stage.unplug(ukey, through).unwrap();
        desk.gone(&library);
        at - started
    };
    let time = median((0..RUNS).map(run).collect());
    desk.call(Call::WithdrawLibrary { path: library });
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
        desk.call(Call::ApproveLibrary { path: library.clone(), sha256 });
        let (at, _) = desk.shown(ukey, &library);
        desk.call(Call::WithdrawLibrary { path: library.clone() });
        desk.gone(&library);
        at - started
    };
    let time = median((0..RUNS).map(run).collect());
    let what = format!("worker started: the user's yes to the first list, {name}");
    let limit = format!("{} (the same program started and ended, nothing loaded)", ms(process));
    Row::new(&what, ms(time), limit, time.as_secs_f64() / process.as_secs_f64())
}

fn inspect(desk: &Desk, path: &str) -> (LibraryPath, String) {
    let Answer::Library(library) = desk.call(Call::InspectLibrary { path: path.into() }) else { panic!() };
    let LibraryState::Found { facts } = library.state else { panic!("{library:?}") };
    (library.path, facts.sha256)
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
