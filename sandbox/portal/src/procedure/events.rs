//! Waiting for a procedure to change: in a stream, or by asking once.

use super::bells::{Ear, Place};
use crate::Portal;
use crate::api::blocking;
use crate::problem::Problem;
use axum::response::sse::Event;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use tongguan_core::domain::RequestId;

/// After so long a comment says that the connection is there.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// With every so many it is looked whether the caller still is, and the procedure's time.
const LOOK: u8 = 4;

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

    fn mark(&self, token: &str, id: &RequestId) -> Result<Mark, Problem> {
        let walk = self.walk(&self.waiting_caller(token)?, id)?;
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
    pub(crate) async fn listen(&self, token: String, id: RequestId) -> Result<Listener, Problem> {
        self.look(&token, &id).await?;
        let place = Place::of(self.bells(), &token).ok_or(Problem::TooOften { seconds: 60 })?;
        let ear = Ear::new(self.bells(), &id);
        let patience = first_beat(&id);
        let portal = self.clone();
        Ok(Listener {
            portal,
            token,
            id,
            ear,
            patience,
            beats: 0,
            look: true,
            told: None,
            over: false,
            _place: place,
        })
    }
}

/// One connection's events.
pub(crate) struct Listener {
    portal: Portal,
    token: String,
    id: RequestId,
    ear: Ear,
    /// To the next heartbeat.
    patience: Duration,
    beats: u8,
    /// It is to be looked where the procedure stands.
    look: bool,
    told: Option<u32>,
    over: bool,
    _place: Place,
}

/// Streams that were opened at the same moment do not all beat at the same moment.
fn first_beat(id: &RequestId) -> Duration {
    let drawn = id.as_str().get(..2).and_then(|byte| u32::from_str_radix(byte, 16).ok());
    HEARTBEAT * (1 + drawn.unwrap_or_default()) / 256
}

impl Listener {
    /// `None` once there will be no more: it is over, or the caller is gone.
    pub(crate) async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if self.over || self.ear.is_closed() {
                return None;
            }
            if std::mem::take(&mut self.look) {
                let mark = self.portal.look(&self.token, &self.id).await.ok()?;
                self.over = mark.over;
                if self.told != Some(mark.version) {
                    self.told = Some(mark.version);
                    let event = Event::default().event("version").data(mark.version.to_string());
                    return Some((Ok(event), self));
                }
                continue;
            }
            self.look = timeout(self.patience, self.ear.hear()).await.is_ok();
            if !self.look {
                self.patience = HEARTBEAT;
                self.beats = self.beats.wrapping_add(1);
                self.look = self.beats.is_multiple_of(LOOK);
                return Some((Ok(Event::default().comment("")), self));
            }
        }
    }
}
