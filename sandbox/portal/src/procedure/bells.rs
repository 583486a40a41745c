//! A bell for each procedure that somebody waits for: a change wakes those alone who wait for it.

use crate::session::token_hash;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tongguan_core::domain::RequestId;

/// Of those procedures that somebody waits for.
#[derive(Debug)]
pub(crate) struct Bells {
    /// Each with how many hear it.
    of: Mutex<HashMap<RequestId, (watch::Sender<()>, usize)>>,
    /// How many streams the token with this hash has open.
    streams: Mutex<HashMap<Vec<u8>, u8>>,
    closed: watch::Sender<bool>,
}

impl Default for Bells {
    fn default() -> Self {
        Self { of: Mutex::default(), streams: Mutex::default(), closed: watch::Sender::new(false) }
    }
}

impl Bells {
    pub(super) fn ring(&self, id: &RequestId) {
        if let Some((bell, _)) = self.of.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            bell.send_replace(());
        }
    }

    /// Nobody waits any longer, now or later.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }
}

/// So many streams may a token have open.
const STREAMS: u8 = 64;

/// Of one open stream.
pub(super) struct Place {
    bells: Arc<Bells>,
    token: Vec<u8>,
}

impl Place {
    /// `None`: all are taken.
    pub(super) fn of(bells: &Arc<Bells>, token: &str) -> Option<Self> {
        let mut streams = bells.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let token = token_hash(token);
        let open = streams.entry(token.clone()).or_default();
        if *open >= STREAMS {
            return None;
        }
        *open += 1;
        Some(Self { bells: Arc::clone(bells), token })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.bells.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut open) = streams.entry(std::mem::take(&mut self.token)) {
            match open.get_mut() {
                open @ 2.. => *open -= 1,
                _ => drop(open.remove()),
            }
        }
    }
}

/// Hears one bell, from before the first look on. The bell is gone with the last who hears it.
pub(super) struct Ear {
    bells: Arc<Bells>,
    id: RequestId,
    rung: watch::Receiver<()>,
    closed: watch::Receiver<bool>,
}

impl Ear {
    pub(super) fn new(bells: &Arc<Bells>, id: &RequestId) -> Self {
        let mut of = bells.of.lock().unwrap_or_else(PoisonError::into_inner);
        let (bell, ears) = of.entry(id.clone()).or_insert_with(|| (watch::Sender::new(()), 0));
        let rung = bell.subscribe();
        *ears += 1;
        let closed = bells.closed.subscribe();
        Self { bells: Arc::clone(bells), id: id.clone(), rung, closed }
    }

    /// Until it rings, or all is closed.
    pub(super) async fn hear(&mut self) {
        if *self.closed.borrow_and_update() {
            return;
        }
        tokio::select! {
            _ = self.rung.changed() => {}
            _ = self.closed.changed() => {}
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut of = self.bells.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut bell) = of.entry(self.id.clone()) {
            match bell.get_mut() {
                (_, ears @ 2..) => *ears -= 1,
                _ => drop(bell.remove()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(ear: &mut Ear) -> bool {
        use std::task::{Context, Poll, Waker};
        let mut hear = std::pin::pin!(ear.hear());
        hear.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn a_bell_wakes_those_alone_who_hear_it() {
        let (bells, here, there) = (Arc::<Bells>::default(), RequestId::random(), RequestId::random());
        let [mut one, mut other, mut elsewhere] = [&here, &here, &there].map(|id| Ear::new(&bells, id));
        assert!(!heard(&mut one));
        bells.ring(&here);
        assert!(heard(&mut one) && heard(&mut other) && !heard(&mut elsewhere));
        assert!(!heard(&mut one), "once");
    }

    #[test]
    fn a_bell_is_gone_with_the_last_who_hears_it() {
        let (bells, id) = (Arc::<Bells>::default(), RequestId::random());
        let (one, other) = (Ear::new(&bells, &id), Ear::new(&bells, &id));
        drop(one);
        assert_eq!(bells.of.lock().unwrap().len(), 1);
        drop(other);
        assert!(bells.of.lock().unwrap().is_empty());
        bells.ring(&id);
    }

    #[test]
    fn those_who_leave_at_the_same_moment_leave_no_bell() {
        let (bells, id) = (Arc::<Bells>::default(), RequestId::random());
        for _ in 0..2_000 {
            let both = std::sync::Barrier::new(2);
            let ears = [(); 2].map(|()| Ear::new(&bells, &id));
            std::thread::scope(|scope| {
                for ear in ears {
                    scope.spawn(|| {
                        both.wait();
                        drop(ear);
                    });
                }
            });
            assert!(bells.of.lock().unwrap().is_empty());
        }
    }

    #[test]
    fn a_token_has_so_many_streams_and_no_more() {
        let bells = Arc::<Bells>::default();
        let mut places: Vec<Place> = std::iter::from_fn(|| Place::of(&bells, "one")).collect();
        assert_eq!(places.len(), usize::from(STREAMS));
        let other = Place::of(&bells, "other").unwrap();
        places.pop();
        assert!(Place::of(&bells, "one").is_some());
        drop((places, other));
        assert!(bells.streams.lock().unwrap().is_empty());
    }

    #[test]
    fn once_closed_nobody_waits_now_or_later() {
        let (bells, id) = (Arc::<Bells>::default(), RequestId::random());
        let mut before = Ear::new(&bells, &id);
        bells.close();
        let mut after = Ear::new(&bells, &id);
        assert!(heard(&mut before) && heard(&mut before) && heard(&mut after));
        assert!(before.is_closed() && after.is_closed());
    }
}
