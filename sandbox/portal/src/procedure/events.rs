//! Waiting for a procedure to change: each has a bell of its own, so that a change wakes those alone who wait for it.

use super::walk::Caller;
use crate::Portal;
use crate::api::blocking;
use crate::problem::Problem;
use crate::session::token_hash;
use axum::response::sse::Event;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use tongguan_core::domain::RequestId;

/// After so long a comment says that the connection is there, and it is looked whether the caller still is.
const HEARTBEAT: Duration = Duration::from_secs(15);

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
    fn ring(&self, id: &RequestId) {
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
struct Ear {
    bells: Arc<Bells>,
    id: RequestId,
    rung: watch::Receiver<()>,
    closed: watch::Receiver<bool>,
}

impl Ear {
    fn new(bells: &Arc<Bells>, id: &RequestId) -> Self {
        let mut of = bells.of.lock().unwrap_or_else(PoisonError::into_inner);
        let rung = of.entry(id.clone()).or_insert_with(|| watch::Sender::new(())).subscribe();
        let closed = bells.closed.subscribe();
        Self { bells: Arc::clone(bells), id: id.clone(), rung, closed }
    }

    /// Until it rings, or all is closed.
    async fn hear(&mut self) {
        if *self.closed.borrow_and_update() {
            return;
        }
        tokio::select! {
            _ = self.rung.changed() => {}
            _ = self.closed.changed() => {}
        }
    }

    fn is_closed(&self) -> bool {
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

/// Where a procedure stands, for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    version: u32,
    over: bool,
}

impl Portal {
    /// After the transaction in which it changed.
    pub(crate) fn ring(&self, id: &RequestId) {
        self.bells().ring(id);
    }

    /// No use of the session: it may end while somebody waits.
    fn mark(&self, token: &str, id: &RequestId) -> Result<Mark, Problem> {
        let caller = match self.session_of(token_hash(token)) {
            Ok(session) => Caller::Account(session),
            Err(_) => self.caller(token)?,
        };
        let walk = self.walk(&caller, id)?;
        Ok(Mark { version: walk.version, over: walk.is_over() })
    }

    /// Until it is no longer at `version`, or is over, but not longer than `patience`.
    pub(crate) async fn await_version(
        &self,
        token: &str,
        id: &RequestId,
        version: u32,
        patience: Duration,
    ) -> Result<(), Problem> {
        let deadline = Instant::now() + patience;
        let mut ear = Ear::new(self.bells(), id);
        loop {
            let mark = self.look(token, id).await?;
            if mark.version != version || mark.over || ear.is_closed() || Instant::now() >= deadline {
                return Ok(());
            }
            let _ = timeout_at(deadline, ear.hear()).await;
        }
    }

    async fn look(&self, token: &str, id: &RequestId) -> Result<Mark, Problem> {
        let (token, id) = (token.to_owned(), id.clone());
        blocking(self.clone(), move |portal| portal.mark(&token, &id)).await
    }

    /// The first event says where it stands now.
    pub(crate) fn listen(&self, token: String, id: RequestId) -> Listener {
        let ear = Ear::new(self.bells(), &id);
        Listener { portal: self.clone(), token, id, ear, told: None, over: false }
    }
}

/// One connection's events.
pub(crate) struct Listener {
    portal: Portal,
    token: String,
    id: RequestId,
    ear: Ear,
    told: Option<u32>,
    over: bool,
}

impl Listener {
    /// `None` once there will be no more: it is over, or the caller is gone.
    pub(crate) async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if self.over || self.ear.is_closed() {
                return None;
            }
            let mark = self.portal.look(&self.token, &self.id).await.ok()?;
            self.over = mark.over;
            if self.told != Some(mark.version) {
                self.told = Some(mark.version);
                let event = Event::default().event("version").data(mark.version.to_string());
                return Some((Ok(event), self));
            }
            if !self.over && timeout(HEARTBEAT, self.ear.hear()).await.is_err() {
                return Some((Ok(Event::default().comment("")), self));
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
    fn once_closed_nobody_waits_now_or_later() {
        let (bells, id) = (Arc::<Bells>::default(), RequestId::random());
        let mut before = Ear::new(&bells, &id);
        bells.close();
        let mut after = Ear::new(&bells, &id);
        assert!(heard(&mut before) && heard(&mut before) && heard(&mut after));
        assert!(before.is_closed() && after.is_closed());
    }
}
