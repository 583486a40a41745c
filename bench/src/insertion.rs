//! A card goes in: from the PC/SC event to its identity in the view.

use crate::row::{Row, median, ms};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tongguan_core::ports::{ReaderState, Snapshot, TokenSource};
use tongguan_iccard::IcCards;
use tongguan_sandbox::Stage;
use tongguan_sandbox::stage::PasswordCost;
use tongguan_tests::world_in;

const CARD: &str = "haihe-operator-sm2";
const RUNS: usize = 9;

pub(crate) fn measure() -> Vec<Row> {
    let dir = tempfile::tempdir().unwrap();
    world_in(dir.path());
    let stage = Stage::start(dir.path(), PasswordCost::OWASP).unwrap();
    let (tell, told) = channel();
    let cards = IcCards::new();
    let _watch = cards.watch(Box::new(move |snapshot| drop(tell.send((Instant::now(), snapshot))))).unwrap();
    let mut times = Vec::new();
    let mut whole = Vec::new();
    for _ in 0..RUNS {
        let started = Instant::now();
        stage.insert(0, CARD).unwrap();
        let event = wait(&told, |state| matches!(state, ReaderState::Reading | ReaderState::Token { .. }));
        let shown = wait(&told, |state| matches!(state, ReaderState::Token { .. }));
        times.push(shown - event);
        whole.push(shown - started);
        stage.remove(0).unwrap();
        wait(&told, |state| *state == ReaderState::Empty);
    }
    let (ours, whole) = (median(times), median(whole));
    let limit =
        format!("{} (from the card's power-on, pcscd's own poll included); best peer 1,000 ms", ms(whole));
    let ratio = ours.as_secs_f64() / whole.as_secs_f64();
    vec![Row::new("card inserted: PC/SC event to identity shown, SM2", ms(ours), limit, ratio)]
}

fn wait(told: &Receiver<(Instant, Snapshot)>, wanted: impl Fn(&ReaderState) -> bool) -> Instant {
    loop {
        let (at, snapshot) = told.recv_timeout(Duration::from_secs(30)).expect("a change");
        let reader = Stage::reader(0);
        if snapshot.readers.iter().any(|r| r.name == reader && wanted(&r.state)) {
            return at;
        }
    }
}
