//! The UKeys of one SKF library as a [`TokenSource`].

use crate::binding::Library;
use crate::names::Name;
use crate::read::read;
use crate::table::Table;
use crate::token::Ukey;
use crate::watch::{self, Notice};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::{LoadOrder, TokenId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, Token, TokenSource, WatchGuard};

/// A loaded SKF library. It is never unloaded: the process that loads it is for nothing else.
pub struct SkfTokens {
    shared: Arc<Shared>,
}

/// What the calls and the watching threads have in common.
pub(crate) struct Shared {
    pub(crate) library: Library,
    table: Mutex<Table>,
    /// One look at a time: two would read the same device twice.
    looking: Mutex<()>,
    pub(crate) watched: AtomicBool,
    /// Where the watching thread hears that something changed.
    pub(crate) notices: Mutex<Option<Sender<Notice>>>,
}

impl Shared {
    /// Never held over a call into the library.
    pub(crate) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.table().snapshot(&self.library.file)
    }

    /// One look at all devices; new ones are read one after the other. `told` is called when something
    /// may be different from before.
    pub(crate) fn look(&self, pulled: &[Name], told: &dyn Fn()) {
        let _alone = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let devices = self.library.lock().devices();
        let tasks = match devices {
            Ok(devices) => self.table().observe(devices, pulled),
            Err(error) => {
                self.table().stop(error.into());
                Vec::new()
            }
        };
        told();
        for task in tasks {
            let outcome = read(&self.library.lock(), &task.device, task.id);
            if let Err(fault) = &outcome {
                tracing::info!(device = task.device.text(), code = fault.code(), "UKey not usable");
            }
            self.table().finish(task.generation, outcome);
            told();
        }
    }

    /// A call saw that a device is gone: so shall the watching thread.
    pub(crate) fn nudge(&self) {
        let notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(notices) = notices.as_ref()
            && notices.send(Notice::Look).is_err()
        {
            tracing::debug!("nobody watches any more");
        }
    }
}

impl SkfTokens {
    /// Loads the library at `order.path`. Its code runs from here on.
    ///
    /// # Errors
    /// [`Fault::LibraryMissing`] without a file; [`Fault::LibraryRefused`] for a file that is no shared
    /// library of this system, or that lacks one of [`REQUIRED`](crate::REQUIRED).
    pub fn load(order: &LoadOrder) -> Result<Self, Fault> {
        let library = Library::load(&order.path)?;
        let (table, looking, notices) = (Mutex::default(), Mutex::default(), Mutex::default());
        let shared = Shared { library, table, looking, watched: AtomicBool::new(false), notices };
        Ok(Self { shared: Arc::new(shared) })
    }

    fn is_watched(&self) -> bool {
        self.shared.watched.load(Ordering::Acquire)
    }
}

impl std::fmt::Debug for SkfTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SkfTokens").field("library", &self.shared.library.file).finish_non_exhaustive()
    }
}

impl TokenSource for SkfTokens {
    fn list(&self) -> Snapshot {
        if !self.is_watched() {
            self.shared.look(&[], &|| {});
        }
        self.shared.snapshot()
    }

    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault> {
        if !self.is_watched() {
            self.shared.look(&[], &|| {});
        }
        let recognised = self.shared.table().find(token)?.clone();
        Ok(Box::new(Ukey::new(Arc::clone(&self.shared), recognised)))
    }

    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault> {
        if self.shared.watched.swap(true, Ordering::AcqRel) {
            return Err(Fault::Defect { place: "skf: watched twice".into() });
        }
        match watch::start(&self.shared, on_change) {
            Ok(guard) => Ok(Box::new(guard)),
            Err(fault) => {
                self.shared.watched.store(false, Ordering::Release);
                Err(fault)
            }
        }
    }
}
