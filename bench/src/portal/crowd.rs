//! Clients that all ask at once, each with a connection of its own.

use std::sync::Barrier;
use std::time::{Duration, Instant};

/// How long each request took, and all of them together.
pub(crate) struct Times {
    each: Vec<Duration>,
    whole: Duration,
}

impl Times {
    pub(crate) fn per_second(&self) -> f64 {
        self.each.len() as f64 / self.whole.as_secs_f64()
    }

    pub(crate) fn p99(&self) -> Duration {
        self.each[(self.each.len() * 99).div_ceil(100) - 1]
    }
}

/// Each client gets its share of `work` and does one after the other.
pub(crate) fn run<T: Send>(
    clients: usize,
    work: Vec<T>,
    one: impl Fn(&reqwest::blocking::Client, T) + Sync,
) -> Times {
    let mut shares: Vec<Vec<T>> = (0..clients).map(|_| Vec::new()).collect();
    for (at, piece) in work.into_iter().enumerate() {
        shares[at % clients].push(piece);
    }
    let (start, one) = (&Barrier::new(clients + 1), &one);
    let (mut each, whole) = std::thread::scope(|scope| {
        let share = |share: Vec<T>| {
            scope.spawn(move || {
                let client = tongguan_tests::http();
                start.wait();
                share.into_iter().map(|piece| timed(|| one(&client, piece))).collect::<Vec<_>>()
            })
        };
        let clients: Vec<_> = shares.into_iter().map(share).collect();
        start.wait();
        let started = Instant::now();
        let each = clients.into_iter().flat_map(|client| client.join().unwrap()).collect::<Vec<_>>();
        (each, started.elapsed())
    });
    each.sort();
    Times { each, whole }
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}
