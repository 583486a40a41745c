//! Waiting for something to be there, without asking again and again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Rung whenever something of a kind has changed; whoever waits looks again then.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Notify,
    closed: AtomicBool,
}

impl Bell {
    pub(crate) fn ring(&self) {
        self.rung.notify_waiters();
    }

    /// Nobody waits any longer, now or later.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.ring();
    }

    /// Looks until `done`, but not longer than `patience`; the last look.
    pub(crate) async fn wait<T, E, F: Future<Output = Result<T, E>>>(
        &self,
        patience: Duration,
        look: impl Fn() -> F,
        done: impl Fn(&T) -> bool,
    ) -> Result<T, E> {
        let deadline = Instant::now() + patience;
        loop {
            let rung = self.rung.notified();
            tokio::pin!(rung);
            // Before looking: what rings between the look and the wait must wake this one too.
            rung.as_mut().enable();
            let seen = look().await?;
            if done(&seen) || self.closed.load(Ordering::SeqCst) || Instant::now() >= deadline {
                return Ok(seen);
            }
            // Rung or not, it looks again; after the deadline for the last time.
            let _ = timeout_at(deadline, rung).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::atomic::AtomicU32;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Waits for `value` to be 1 on a clock that moves only when nothing else can happen.
    async fn waited(bell: &Bell, value: &AtomicU32) -> (u32, Duration) {
        let started = Instant::now();
        let look = || async { Ok::<_, Infallible>(value.load(Ordering::SeqCst)) };
        let seen = bell.wait(PATIENCE, look, |seen| *seen == 1).await.unwrap();
        (seen, started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_ring_ends_the_wait_at_once() {
        let (bell, value) = (Bell::default(), AtomicU32::new(0));
        let ring = async {
            bell.ring();
            tokio::task::yield_now().await;
            value.store(1, Ordering::SeqCst);
            bell.ring();
        };
        let (waited, ()) = tokio::join!(waited(&bell, &value), ring);
        assert_eq!(waited, (1, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_while_it_is_looked_at_is_not_missed() {
        let (bell, value) = (Bell::default(), AtomicU32::new(0));
        let look = || async {
            let seen = value.swap(1, Ordering::SeqCst);
            bell.ring();
            Ok::<_, Infallible>(seen)
        };
        let started = Instant::now();
        assert_eq!(bell.wait(PATIENCE, look, |seen| *seen == 1).await, Ok(1));
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_ring_the_wait_ends_with_its_patience() {
        assert_eq!(waited(&Bell::default(), &AtomicU32::new(0)).await, (0, PATIENCE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_bell_ends_all_waits() {
        let (bell, value) = (Bell::default(), AtomicU32::new(0));
        let close = async { bell.close() };
        let (before, ()) = tokio::join!(waited(&bell, &value), close);
        assert_eq!(before, (0, Duration::ZERO));
        assert_eq!(waited(&bell, &value).await, (0, Duration::ZERO));
    }
}
