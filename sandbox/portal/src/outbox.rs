//! Notices on their way: sent one after the other by a thread of their own, so that no answer waits for a
//! message centre that is silent.

use crate::Portal;
use crate::error::PortalError;
use crate::notice::Notice;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// More than so many do not wait; the one that is too many is dropped.
const WAITING: usize = 1_024;

struct Letter {
    portal: Portal,
    account: String,
    notice: Notice,
}

/// How many are under way.
#[derive(Default)]
struct UnderWay {
    count: Mutex<usize>,
    none: Condvar,
}

pub(crate) struct Outbox {
    letters: SyncSender<Letter>,
    under_way: Arc<UnderWay>,
}

impl Outbox {
    /// Its thread ends with it.
    pub(crate) fn open() -> Result<Self, PortalError> {
        let (letters, waiting) = sync_channel(WAITING);
        let under_way = Arc::<UnderWay>::default();
        let sent = Arc::clone(&under_way);
        let thread = std::thread::Builder::new().name("notices".into());
        thread.spawn(move || send_all(&waiting, &sent)).map_err(PortalError::Thread)?;
        Ok(Self { letters, under_way })
    }
}

fn send_all(waiting: &Receiver<Letter>, under_way: &UnderWay) {
    for Letter { portal, account, notice } in waiting {
        portal.tell(&account, notice);
        under_way.add(-1);
    }
}

impl UnderWay {
    fn add(&self, more: isize) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_add_signed(more);
        if *count == 0 {
            self.none.notify_all();
        }
    }
}

impl Portal {
    /// Has the account told of it, once this request has been answered or before.
    pub(crate) fn notify(&self, account: &str, notice: Notice) {
        let outbox = self.outbox();
        let letter = Letter { portal: self.clone(), account: account.to_owned(), notice };
        outbox.under_way.add(1);
        if outbox.letters.try_send(letter).is_err() {
            outbox.under_way.add(-1);
            tracing::warn!(?notice, "dropped");
        }
    }

    /// Waits until nobody is to be told of anything any more; for whoever runs the portal in its own process.
    pub fn until_told(&self) {
        let under_way = &self.outbox().under_way;
        let count = under_way.count.lock().unwrap_or_else(PoisonError::into_inner);
        drop(under_way.none.wait_while(count, |count| *count > 0));
    }
}
