use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a call may take to come, and to be let go on: a deadline against hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place that calls pass, where one can be stopped: what happens meanwhile is for the test to choose.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<Stand>, Condvar)>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stand {
    #[default]
    Open,
    Closed,
    /// A call stands here.
    Reached,
}

impl Gate {
    /// The next call stops here.
    pub fn close(&self) {
        self.set(Stand::Closed);
    }

    /// Returns once a call stands here.
    pub fn wait(&self) {
        assert!(self.until(|stand| stand == Stand::Reached), "no call came");
    }

    /// Whoever stands here goes on.
    pub fn open(&self) {
        self.set(Stand::Open);
    }

    pub fn pass(&self) {
        let mut stand = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *stand != Stand::Closed {
            return;
        }
        *stand = Stand::Reached;
        self.0.1.notify_all();
        drop(stand);
        self.until(|stand| stand == Stand::Open);
    }

    fn set(&self, stand: Stand) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = stand;
        self.0.1.notify_all();
    }

    fn until(&self, wanted: impl Fn(Stand) -> bool) -> bool {
        let stand = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(stand, PATIENCE, |stand| !wanted(*stand));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}
