//! The tokens of one module as a [`TokenSource`].

use crate::identities;
use crate::module::{Calls, Module};
use crate::table::{Recognised, Seen, Table, Task, Token as Seal, token_id};
use crate::text;
use crate::token::Ukey;
use crate::watch;
use cryptoki::slot::Slot;
use cryptoki_sys::CKF_PROTECTED_AUTHENTICATION_PATH;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tongguan_core::domain::{Application, CardKind, LoadOrder, TokenId, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, Token, TokenSource, WatchGuard};

/// UKeys through one PKCS#11 module. Dropping the last of it and its tokens ends the module (C_Finalize).
pub struct Ukeys {
    shared: Arc<Shared>,
}

/// What the calls, the tokens and the watching thread have in common.
pub(crate) struct Shared {
    pub(crate) module: Module,
    table: Mutex<Table>,
    pub(crate) watched: AtomicBool,
}

impl Ukeys {
    /// Loads the module into this process and initialises it. The content was checked by whoever gave
    /// the order.
    ///
    /// # Errors
    /// [`Fault::LibraryMissing`], [`Fault::LibraryRefused`] for a file without C_GetFunctionList,
    /// [`Fault::LibraryFailed`] where the loader or C_Initialize says no.
    pub fn load(order: &LoadOrder) -> Result<Self, Fault> {
        let module = Module::load(order)?;
        let (table, watched) = (Mutex::default(), AtomicBool::new(false));
        Ok(Self { shared: Arc::new(Shared { module, table, watched }) })
    }
}

impl std::fmt::Debug for Ukeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ukeys").field("library", &self.shared.module.library()).finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.table().snapshot(self.module.library())
    }

    /// One look at all slots; what has to be read, and whether a token came or went.
    pub(crate) fn look(&self, events: &[Slot]) -> (Vec<Task>, bool) {
        match seen(&self.module.calls()) {
            Ok(seen) => {
                let mut table = self.table();
                let news = table.news(events, Instant::now());
                table.observe(seen, &news)
            }
            Err(fault) => {
                self.table().fail(fault);
                (Vec::new(), false)
            }
        }
    }

    /// Reads one token and puts down what it gave.
    pub(crate) fn read_token(&self, task: Task) {
        let count = task.count;
        let outcome = recognise(&self.module.calls(), task);
        if let Err(fault) = &outcome {
            tracing::info!(code = fault.code(), "token not usable");
        }
        self.table().finish(count, outcome);
    }

    /// This insertion is over, as a call has shown before the watcher saw it.
    pub(crate) fn gone(&self, count: u64) {
        self.table().gone(count, Instant::now());
        self.module.bell().ring();
    }
}

fn seen(calls: &Calls<'_>) -> Result<Vec<Seen>, Fault> {
    let mut all = Vec::new();
    for slot in calls.slots()? {
        let token = match calls.token_info(slot) {
            Ok(info) => {
                Some(Seal { label: text::field(&info.label), serial: info.serial, flags: info.flags })
            }
            Err(trouble) if calls.fault(trouble) == Fault::CardRemoved => continue,
            Err(trouble) => {
                tracing::debug!(?trouble, "a token that says nothing of itself");
                None
            }
        };
        if !token.as_ref().is_some_and(Seal::is_blank) {
            all.push(Seen { slot, description: calls.slot_description(slot), token });
        }
    }
    Ok(all)
}

fn recognise(calls: &Calls<'_>, task: Task) -> Result<Recognised, Fault> {
    let (slot, count) = (task.slot, task.count);
    let records = identities::read(&calls.visit(slot, false)?)?;
    let token = task.token.as_ref();
    let identities: Vec<_> = records.iter().map(|record| record.identity.clone()).collect();
    let label = token.map(|token| token.label.clone()).filter(|label| !label.is_empty());
    let info = TokenInfo {
        id: token_id(slot, count)?,
        label: label.unwrap_or_else(|| task.reader.clone()),
        reader: task.reader,
        application: Application::Pkcs11,
        kind: CardKind::behind_library(&identities),
        library: None,
        pin_pad: token.is_some_and(|token| token.flags & CKF_PROTECTED_AUTHENTICATION_PATH != 0),
        identities,
    };
    let serial = token.map(|token| token.serial);
    Ok(Recognised { info, slot, count, serial, records, mechanisms: calls.mechanisms(slot) })
}

/// Whether a token is still in its slot, as far as the module tells.
pub(crate) fn is_present(calls: &Calls<'_>, recognised: &Recognised) -> bool {
    let listed = calls.slots().is_ok_and(|slots| slots.contains(&recognised.slot));
    listed
        && match calls.token_info(recognised.slot) {
            Ok(info) => recognised.serial.is_none_or(|serial| serial == info.serial),
            Err(trouble) => calls.fault(trouble) != Fault::CardRemoved,
        }
}

impl TokenSource for Ukeys {
    fn list(&self) -> Snapshot {
        if !self.shared.watched.load(Ordering::Acquire) {
            for task in self.shared.look(&[]).0 {
                self.shared.read_token(task);
            }
        }
        self.shared.snapshot()
    }

    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault> {
        let recognised = self.shared.table().find(token)?;
        if !is_present(&self.shared.module.calls(), &recognised) {
            self.shared.gone(recognised.count);
            return Err(Fault::TokenGone);
        }
        Ok(Box::new(Ukey::new(Arc::clone(&self.shared), recognised)))
    }

    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault> {
        if self.shared.watched.swap(true, Ordering::AcqRel) {
            return Err(Fault::Defect { place: "ukey: watched twice".into() });
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
