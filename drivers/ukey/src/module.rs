//! One loaded module: its calls one at a time, and the thread that waits for its slot events.

use crate::bell::Bell;
use crate::ckr::Trouble;
use crate::raw::{self, Functions, LoadError, TokenInfoBytes};
use crate::text;
use crate::visit::Visit;
use cryptoki::context::{CInitializeFlags, Pkcs11};
use cryptoki::error::RvError;
use cryptoki::slot::Slot;
use cryptoki_sys::CK_MECHANISM_TYPE;
use std::ffi::CString;
use std::mem::ManuallyDrop;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tongguan_core::domain::{LoadOrder, Sm2Map};
use tongguan_core::fault::{Fault, LibraryFlaw};

/// How long a module may take to return from its wait after C_Finalize; one that does not is left waiting.
const LEAVE: Duration = Duration::from_secs(2);
/// More events than any module keeps in store.
const EVENTS: usize = 256;

#[derive(Debug)]
pub(crate) struct Module {
    /// Never unloaded, see [`Functions`].
    pkcs11: ManuallyDrop<Pkcs11>,
    functions: Functions,
    /// File name, for faults.
    library: String,
    sm2: Option<Sm2Map>,
    turn: Mutex<()>,
    bell: Arc<Bell>,
    waiter: Mutex<Option<Waiter>>,
    /// Initialised by us, so ended by us.
    ours: bool,
    /// What C_Initialize was given.
    _init: Option<CString>,
}

#[derive(Debug)]
struct Waiter {
    thread: JoinHandle<()>,
    ended: Receiver<()>,
}

impl Module {
    pub(crate) fn load(order: &LoadOrder) -> Result<Self, Fault> {
        let library = order.path.file_name().to_owned();
        let path = order.path.as_str();
        if !std::path::Path::new(path).exists() {
            return Err(Fault::LibraryMissing { library });
        }
        let functions = Functions::load(path).map_err(|error| load_fault(&library, error))?;
        let pkcs11 = Pkcs11::new(path).map_err(|error| match error {
            cryptoki::error::Error::LibraryLoading(_) | cryptoki::error::Error::MissingSymbol(_) => {
                load_fault(&library, LoadError::NoEntryPoint)
            }
            error => Trouble::of("C_GetInterface", &error).fault(&library),
        })?;
        let init = order.profile.init_string.clone().map(CString::new).transpose();
        let init =
            init.map_err(|_| Fault::InputInvalid { field: "init_string".into(), reason: "nul".into() })?;
        let bell = Arc::new(Bell::default());
        let mut begun = raw::initialize(&pkcs11, CInitializeFlags::OS_LOCKING_OK, init.as_deref());
        if let Err(Trouble::Answer { value: RvError::CantLock, .. }) = begun {
            // It cannot be called by two threads: no waiting beside the other calls.
            bell.deafen();
            begun = raw::initialize(&pkcs11, CInitializeFlags::empty(), init.as_deref());
        }
        let ours = match begun {
            Ok(()) => true,
            Err(Trouble::Answer { value: RvError::CryptokiAlreadyInitialized, .. }) => false,
            Err(trouble) => return Err(trouble.fault(&library)),
        };
        Ok(Self {
            pkcs11: ManuallyDrop::new(pkcs11),
            functions,
            library,
            sm2: order.profile.sm2,
            turn: Mutex::default(),
            bell,
            waiter: Mutex::default(),
            ours,
            _init: init,
        })
    }

    pub(crate) fn library(&self) -> &str {
        &self.library
    }

    pub(crate) fn functions(&self) -> &Functions {
        &self.functions
    }

    pub(crate) fn sm2(&self) -> Option<Sm2Map> {
        self.sm2
    }

    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    /// The module to oneself, until dropped.
    pub(crate) fn calls(&self) -> Calls<'_> {
        Calls { module: self, _turn: self.turn.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Starts the thread that waits for slot events, once. What happened before is not news: modules tell of
    /// every token that was in when they started.
    pub(crate) fn wait_for_events(&self) -> Result<(), Fault> {
        let mut waiter = self.waiter.lock().unwrap_or_else(PoisonError::into_inner);
        if waiter.is_some() || self.bell.is_deaf() {
            return Ok(());
        }
        let calls = self.calls();
        for _ in 0..EVENTS {
            match self.pkcs11.get_slot_event() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(%error, "the module tells of no events");
                    self.bell.deafen();
                    return Ok(());
                }
            }
        }
        drop(calls);
        let (pkcs11, bell) = (Pkcs11::clone(&self.pkcs11), Arc::clone(&self.bell));
        let (end, ended) = channel();
        let thread = Builder::new().name("ukey-wait".into()).spawn(move || {
            wait(pkcs11, &bell);
            drop(end);
        });
        let thread = thread.map_err(|_| Fault::Defect { place: "ukey: thread".into() })?;
        *waiter = Some(Waiter { thread, ended });
        Ok(())
    }
}

/// The only call that stands beside the others. A module that does not wait when it should is deaf.
fn wait(pkcs11: Pkcs11, bell: &Bell) {
    // Kept mapped, as everything else of the module.
    let pkcs11 = ManuallyDrop::new(pkcs11);
    while bell.may_wait() {
        match pkcs11.wait_for_slot_event() {
            Ok(slot) => bell.event(slot),
            Err(error) => {
                tracing::debug!(%error, "the module has ended its wait");
                bell.deafen();
            }
        }
    }
}

fn load_fault(library: &str, error: LoadError) -> Fault {
    let library = library.to_owned();
    match error {
        LoadError::Loader(reason) => {
            tracing::warn!(library, reason, "not loaded");
            let call = if cfg!(windows) { "LoadLibraryEx" } else { "dlopen" };
            let answer = text::field(reason.lines().next().unwrap_or_default().as_bytes());
            Fault::LibraryFailed { library, call: call.into(), answer: answer.chars().take(200).collect() }
        }
        LoadError::NoEntryPoint => Fault::LibraryRefused { library, reason: LibraryFlaw::NoEntryPoints },
        LoadError::Answer(trouble) => trouble.fault(&library),
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        self.bell.close();
        if self.ours
            && let Err(error) = Pkcs11::clone(&self.pkcs11).finalize()
        {
            tracing::debug!(%error, "C_Finalize");
        }
        let waiter = self.waiter.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Waiter { thread, ended }) = waiter {
            // The thread drops its end of the channel as the last thing it does.
            if ended.recv_timeout(LEAVE) == Err(RecvTimeoutError::Timeout) {
                tracing::warn!(library = self.library, "the module does not return from its wait");
            } else if thread.join().is_err() {
                tracing::error!("the waiting thread failed");
            }
        }
    }
}

/// The module while nobody else calls it.
pub(crate) struct Calls<'m> {
    module: &'m Module,
    _turn: MutexGuard<'m, ()>,
}

impl Calls<'_> {
    pub(crate) fn fault(&self, trouble: Trouble) -> Fault {
        trouble.fault(&self.module.library)
    }

    pub(crate) fn slots(&self) -> Result<Vec<Slot>, Fault> {
        self.module.functions.slots().map_err(|trouble| self.fault(trouble))
    }

    /// Empty where the module does not say.
    pub(crate) fn slot_description(&self, slot: Slot) -> String {
        self.module.functions.slot_description(slot).map(|bytes| text::field(&bytes)).unwrap_or_default()
    }

    pub(crate) fn token_info(&self, slot: Slot) -> Result<TokenInfoBytes, Trouble> {
        self.module.functions.token_info(slot)
    }

    /// None where the module does not say.
    pub(crate) fn mechanisms(&self, slot: Slot) -> Option<Vec<CK_MECHANISM_TYPE>> {
        self.module.functions.mechanisms(slot).ok().filter(|mechanisms| !mechanisms.is_empty())
    }

    /// Opens a session; dropping it closes it. `write`: for C_SetPIN.
    pub(crate) fn visit(&self, slot: Slot, write: bool) -> Result<Visit<'_>, Fault> {
        let pkcs11 = &self.module.pkcs11;
        let session = if write { pkcs11.open_rw_session(slot) } else { pkcs11.open_ro_session(slot) };
        let session = session.map_err(|error| self.fault(Trouble::of("C_OpenSession", &error)))?;
        Ok(Visit::new(self.module, session))
    }
}
