//! What takes turns: the application with one caller and with two, the bare loop, and the parts of a signature.

use super::bare::Bare;
use super::signer::Signer;
use crate::row::median;
use std::time::{Duration, Instant};

/// They take turns block by block, and who begins changes: what else the machine does meanwhile touches all. Of two
/// callers, the last verification of a block has nothing beside it: in a long block that is little.
const BLOCK: usize = 100;
const ROUNDS: usize = 16;
/// Before that, to warm the libraries.
const WARM: usize = 2;
/// What is measured for the parts only.
const PARTS: usize = 200;

pub(super) struct Ways {
    /// Two opened tokens of one UKey, through the application's worker.
    pub(super) callers: [Signer; 2],
    /// The driver in this process, without a worker.
    pub(super) driver: Signer,
    pub(super) bare: Bare,
}

/// Each is the time that one signature took.
pub(super) struct Times {
    pub(super) two_callers: Duration,
    pub(super) one_caller: Duration,
    pub(super) bare: Duration,
    /// Of the bare loop's rate: of each round, and of these the median. A machine that others share changes its speed
    /// from one moment to the next, and a round's blocks lie beside each other.
    pub(super) two_share: f64,
    pub(super) one_share: f64,
    /// SKF: the bare loop without lock, tries and the dropping of an earlier login.
    pub(super) least: Option<Duration>,
    pub(super) driver: Duration,
    pub(super) proof: Duration,
    /// PKCS#11: what the driver asks for beyond the bare loop.
    pub(super) precautions: Option<Duration>,
    pub(super) passage: Duration,
    pub(super) many: Duration,
}

type Way = fn(&mut Ways);

/// Where they stand among the ways.
const TWO: usize = 0;
const ONE: usize = 1;
const BARE: usize = 2;

const WAYS: [Way; 5] = [
    Ways::block_of_two,
    |ways| (0..BLOCK).for_each(|_| ways.callers[0].certify()),
    |ways| (0..BLOCK).for_each(|_| drop(ways.bare.entry())),
    |ways| (0..BLOCK).for_each(|_| drop(ways.bare.least())),
    |ways| (0..BLOCK).for_each(|_| drop(ways.driver.sign())),
];

impl Ways {
    pub(super) fn times(&mut self) -> Times {
        let mut all: [Vec<Duration>; WAYS.len()] = Default::default();
        for round in 0..WARM + ROUNDS {
            for next in 0..WAYS.len() {
                let way = (round + next) % WAYS.len();
                let took = each(BLOCK, || WAYS[way](self));
                if round >= WARM {
                    all[way].push(took);
                }
            }
        }
        let share = |way: usize| {
            let rounds = all[BARE].iter().zip(&all[way]);
            median(rounds.map(|(bare, ours)| bare.as_secs_f64() / ours.as_secs_f64()).collect())
        };
        let (two_share, one_share) = (share(TWO), share(ONE));
        let [two_callers, one_caller, bare, least, driver] = all.map(median);
        Times {
            two_callers,
            one_caller,
            bare,
            two_share,
            one_share,
            least: matches!(self.bare, Bare::Skf(..)).then_some(least),
            driver,
            proof: self.proof(),
            precautions: self.precautions(),
            passage: self.passage(),
            many: each(PARTS, || self.bare.many(PARTS)),
        }
    }

    /// While one signature is verified and put into its envelope here, the worker makes the next one.
    fn block_of_two(&mut self) {
        std::thread::scope(|scope| {
            for caller in &mut self.callers {
                scope.spawn(|| (0..BLOCK / 2).for_each(|_| caller.certify()));
            }
        });
    }

    fn precautions(&self) -> Option<Duration> {
        let Bare::Pkcs11(module) = &self.bare else { return None };
        Some(each(PARTS, || module.precautions(PARTS)))
    }

    fn proof(&mut self) -> Duration {
        let signature = self.callers[0].sign();
        let one = |_| each(1, || drop(self.callers[0].proof(&signature)));
        median((0..PARTS).map(one).collect())
    }

    /// The worker has slept before, for as long as this process signs by itself.
    fn passage(&mut self) -> Duration {
        let one = |_| {
            self.bare.entry();
            each(1, || self.callers[0].pass())
        };
        median((0..PARTS).map(one).collect())
    }
}

/// One of `count` that `work` does at a stretch.
fn each(count: usize, work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed() / u32::try_from(count).unwrap()
}
