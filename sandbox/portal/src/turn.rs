//! One at a time, by name: whoever comes second sees what the first one left behind.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};

#[derive(Default)]
pub(crate) struct Turns {
    taken: Mutex<HashSet<String>>,
    over: Condvar,
}

/// Until it is dropped, nobody else's turn comes under its name.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    name: String,
}

impl Turns {
    /// Waits for the turn under `name`.
    pub(crate) fn take(&self, name: &str) -> Turn<'_> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.over.wait_while(taken, |taken| taken.contains(name));
        waited.unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        Turn { turns: self, name: name.to_owned() }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
        self.turns.over.notify_all();
    }
}
