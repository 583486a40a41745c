//! A bell for each procedure that somebody waits for: a change wakes those alone who wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tongguan_core::domain::RequestId;

/// Of those procedures that somebody waits for.
#[derive(Debug)]
pub(crate) struct Bells {
    of: Mutex<HashMap<RequestId, watch::Sender<()>>>,
    closed: watch::Sender<bool>,
}

impl Default for Bells {
    fn default() -> Self {
        Self { of: Mutex::default(), closed: watch::Sender::new(false) }
    }
}

impl Bells {
    pub(super) fn ring(&self, id: &RequestId) {
        if let Some(bell) = self.of.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            bell.send_replace(());
        }
    }

    /// Nobody waits any longer, now or later.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
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
        let rung = of.entry(id.clone()).or_insert_with(|| watch::Sender::new(())).subscribe();
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
        if of.get(&self.id).is_some_and(|bell| bell.receiver_count() <= 1) {
            of.remove(&self.id);
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
    fn once_closed_nobody_waits_now_or_later() {
        let (bells, id) = (Arc::<Bells>::default(), RequestId::random());
        let mut before = Ear::new(&bells, &id);
        bells.close();
        let mut after = Ear::new(&bells, &id);
        assert!(heard(&mut before) && heard(&mut before) && heard(&mut after));
        assert!(before.is_closed() && after.is_closed());
    }
}
