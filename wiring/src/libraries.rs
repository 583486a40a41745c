//! Banks and libraries: what the catalogue knows, with what the workers meet.

use std::sync::{Arc, Mutex, PoisonError};
use tongguan_catalogue::Catalogue;
use tongguan_core::domain::{Bank, Library, LibraryPath, LibraryState, LoadOrder};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Libraries;
use tongguan_worker::Workers;

pub(crate) struct VendorLibraries {
    catalogue: Catalogue,
    workers: Arc<Workers>,
    /// What the workers were told last.
    orders: Mutex<Vec<LoadOrder>>,
}

impl VendorLibraries {
    /// Tells the workers what was approved before; they start without being waited for.
    pub(crate) fn new(catalogue: Catalogue, workers: Arc<Workers>) -> Self {
        let libraries = Self { catalogue, workers, orders: Mutex::default() };
        libraries.follow();
        libraries
    }

    /// Libraries that came, went, changed or were approved by another program since the last look. The
    /// workers are told of a difference only: told again, they would start again what keeps dying.
    fn follow(&self) {
        let now = self.catalogue.orders();
        let mut told = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != now {
            self.workers.set(now.clone());
            *told = now;
        }
    }

    fn with_fault(&self, mut library: Library) -> Library {
        if let LibraryState::Approved { fault, .. } = &mut library.state {
            *fault = self.workers.fault(&library.path);
        }
        library
    }
}

impl Libraries for VendorLibraries {
    fn banks(&self) -> Vec<Bank> {
        self.catalogue.banks()
    }

    fn faults(&self) -> Vec<Fault> {
        self.catalogue.faults()
    }

    fn list(&self) -> Vec<Library> {
        self.follow();
        self.catalogue.libraries().into_iter().map(|library| self.with_fault(library)).collect()
    }

    fn inspect(&self, path: &str) -> Result<Library, Fault> {
        self.catalogue.inspect(path).map(|library| self.with_fault(library))
    }

    fn approve(&self, path: &LibraryPath, sha256: &str) -> Result<(), Fault> {
        self.catalogue.approve(path, sha256)?;
        self.follow();
        // Said yes to again, it is tried again.
        self.workers.retry(path);
        Ok(())
    }

    fn withdraw(&self, path: &LibraryPath) -> Result<(), Fault> {
        self.catalogue.withdraw(path)?;
        self.follow();
        Ok(())
    }
}
