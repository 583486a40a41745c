//! The readers of this machine as a [`TokenSource`].

use crate::card::{Card, Recognised};
use crate::pcsc::{PcscLink, Readers, Service};
use crate::recognise::{DEFAULT_ORDER, read};
use crate::table::{Table, Task};
use crate::watch;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::{Application, TokenId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, Token, TokenSource, WatchGuard};

/// IC cards over PC/SC. Cheap to make: nothing is asked and no thread runs before `list` or `watch`.
pub struct IcCards {
    shared: Arc<Shared>,
    /// The context of `list`, kept so that a card is read once and not at each call.
    looking: Mutex<Option<(Service, Readers)>>,
}

/// What the calls, the watching thread and the reading threads have in common.
pub(crate) struct Shared {
    table: Mutex<Table>,
    order: Vec<Application>,
    pub(crate) watched: AtomicBool,
}

impl Shared {
    pub(crate) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one card and puts down what it gave.
    pub(crate) fn read_card(&self, task: &Task) {
        let outcome = self.try_card(task);
        if let Err(fault) = &outcome {
            tracing::info!(reader = task.reader, code = fault.code(), "card not usable");
        }
        self.table().finish(task.generation, outcome);
    }

    fn try_card(&self, task: &Task) -> Result<Recognised, Fault> {
        let mut link = PcscLink::new(&task.reader, task.count)?;
        read(&mut link, &task.reader, task.id.clone(), &self.order)
    }
}

impl IcCards {
    pub fn new() -> Self {
        Self::with_order(&DEFAULT_ORDER)
    }

    /// Asks a card for its applications in another order, or for fewer of them.
    pub fn with_order(order: &[Application]) -> Self {
        let (table, watched) = (Mutex::default(), AtomicBool::new(false));
        let shared = Shared { table, order: order.to_vec(), watched };
        Self { shared: Arc::new(shared), looking: Mutex::default() }
    }

    /// One look at all readers; new cards are read side by side.
    fn look(&self) -> Result<(), Fault> {
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let known = looking.take().and_then(|(service, mut readers)| {
            let seen = readers.look(&service).ok()?;
            Some((service, readers, seen))
        });
        // No context yet, or one of a service that was stopped since: such a context never comes back.
        let (service, readers, seen) = match known {
            Some(known) => known,
            None => {
                let (service, mut readers) = (Service::establish()?, Readers::new());
                let seen = readers.look(&service)?;
                (service, readers, seen)
            }
        };
        let tasks = self.shared.table().observe(seen);
        *looking = Some((service, readers));
        let shared = &self.shared;
        std::thread::scope(|scope| {
            for task in &tasks {
                scope.spawn(move || shared.read_card(task));
            }
        });
        Ok(())
    }
}

impl Default for IcCards {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for IcCards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IcCards").field("order", &self.shared.order).finish_non_exhaustive()
    }
}

impl TokenSource for IcCards {
    fn list(&self) -> Snapshot {
        if !self.shared.watched.load(Ordering::Acquire)
            && let Err(fault) = self.look()
        {
            self.shared.table().stop(fault);
        }
        self.shared.table().snapshot()
    }

    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault> {
        let (reader, count, recognised) = self.shared.table().find(token)?;
        let link = PcscLink::new(&reader, count)?;
        Ok(Box::new(Card::new(Box::new(link), recognised)))
    }

    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault> {
        if self.shared.watched.swap(true, Ordering::AcqRel) {
            return Err(Fault::Defect { place: "iccard: watched twice".into() });
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
