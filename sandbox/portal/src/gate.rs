//! Lets a number of threads in at a time.

use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

pub(crate) struct Gate {
    places: usize,
    inside: Mutex<usize>,
    left: Condvar,
}

/// A place inside; dropping it lets the next one in.
pub(crate) struct Place<'a>(&'a Gate);

impl Gate {
    /// As many as this machine's cores.
    pub(crate) fn of_cores() -> Self {
        Self::of(available_parallelism().map_or(1, NonZero::get))
    }

    pub(crate) fn of(places: usize) -> Self {
        Self { places, inside: Mutex::new(0), left: Condvar::new() }
    }

    /// Waits until there is room.
    pub(crate) fn enter(&self) -> Place<'_> {
        let mut inside = self.inside();
        while *inside >= self.places {
            inside = self.left.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        *inside += 1;
        Place(self)
    }

    /// A count is whole whenever nobody holds the lock, whoever panicked.
    fn inside(&self) -> MutexGuard<'_, usize> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.inside() -= 1;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn all_get_in_and_never_more_than_there_are_places() {
        const PLACES: usize = 3;
        let gate = Gate::of(PLACES);
        let (inside, most, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let _place = gate.enter();
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 3_200);
        assert!(most.into_inner() <= PLACES);
    }

    #[test]
    fn whoever_panics_inside_leaves_the_place_free() {
        let gate = Gate::of(1);
        let panicked = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _place = gate.enter();
                    panic!("inside");
                })
                .join()
        });
        assert!(panicked.is_err());
        drop(gate.enter());
    }
}
