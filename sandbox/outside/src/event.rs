//! Whoever waits for something outside is told at once: a payment that came, a letter that was looked at. A person
//! at the world's page may also have time pass for QR codes.

use crate::Outside;
use std::sync::{Arc, Mutex, PoisonError};

/// What there is to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Payment,
    Review,
    /// Nobody has opened the QR codes that there are, and their minutes are over.
    TicketsExpired,
}

/// `false`: it is not there any more, and need not be told again.
type Listener = Arc<dyn Fn(Event) -> bool + Send + Sync>;

#[derive(Default)]
pub(crate) struct Listeners(Mutex<Vec<Listener>>);

impl Outside {
    /// Calls `listener` after each event, on the thread that made it and with nothing held, until it returns
    /// `false`.
    pub fn listen(&self, listener: impl Fn(Event) -> bool + Send + Sync + 'static) {
        self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(listener));
    }

    pub(crate) fn tell(&self, event: Event) {
        let all = self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let gone: Vec<Listener> = all.into_iter().filter(|listener| !listener(event)).collect();
        if !gone.is_empty() {
            let mut known = self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|listener| !gone.iter().any(|gone| Arc::ptr_eq(gone, listener)));
        }
    }
}
