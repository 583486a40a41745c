use crate::hosted::Hosted;
use crate::lock;
use crate::message::inner;
use crate::settings::Settings;
use crate::token::RemoteToken;
use crate::watch::{self, Changes};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use tongguan_core::domain::{LibraryPath, LoadOrder, TokenId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, Snapshot, Token, TokenSource, WatchGuard};

/// All libraries, each in a worker of its own. Dropping it ends them all and waits for their end.
///
/// A worker that ends without being told to is started again: at once if it had been up, and otherwise at
/// the next `list` that is not watched, at [`set`](Self::set) or [`retry`](Self::retry), or when one of its
/// tokens is opened. Token ids are new after every start.
pub struct Workers {
    settings: Arc<Settings>,
    changes: Arc<Changes>,
    hosted: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    libraries: Vec<Arc<Hosted>>,
    /// How many there have ever been.
    count: u32,
}

impl Workers {
    /// Starts nothing.
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), changes: Arc::default(), hosted: Arc::default() }
    }

    /// From now on these libraries and no others. Starts the workers of new ones without waiting for them;
    /// returns when those of the others have ended. An order that has not changed keeps its worker.
    pub fn set(&self, orders: Vec<LoadOrder>) {
        let mut table = lock(&self.hosted);
        let mut before = std::mem::take(&mut table.libraries);
        for order in orders {
            if table.libraries.iter().any(|hosted| hosted.order.path == order.path) {
                continue;
            }
            let hosted = match before.iter().position(|hosted| hosted.order == order) {
                Some(at) => before.swap_remove(at),
                None => {
                    table.count += 1;
                    Hosted::new(order, table.count, &self.settings, &self.changes)
                }
            };
            hosted.wake();
            table.libraries.push(hosted);
        }
        drop(table);
        end(&before);
        self.changes.ring();
    }

    /// Why a library's worker is not up; `None` also while it is being started for the first time.
    pub fn fault(&self, path: &LibraryPath) -> Option<Fault> {
        self.find(path)?.fault()
    }

    /// Starts a library's worker again if it is not up, without waiting for it.
    pub fn retry(&self, path: &LibraryPath) {
        if let Some(hosted) = self.find(path) {
            hosted.wake();
        }
    }

    fn find(&self, path: &LibraryPath) -> Option<Arc<Hosted>> {
        self.libraries().into_iter().find(|hosted| hosted.order.path == *path)
    }

    fn libraries(&self) -> Vec<Arc<Hosted>> {
        lock(&self.hosted).libraries.clone()
    }
}

fn end(libraries: &[Arc<Hosted>]) {
    for hosted in libraries {
        hosted.remove();
    }
    for hosted in libraries {
        hosted.wait_until_gone();
    }
}

/// Libraries have no card service: what goes wrong with one of them is [`Workers::fault`].
fn snapshot(readers: impl Iterator<Item = Vec<Reader>>) -> Snapshot {
    Snapshot { service: None, readers: readers.flatten().collect() }
}

impl TokenSource for Workers {
    /// While a watch runs, what is known. Otherwise starts what is not up and asks all libraries side by
    /// side, each within its deadlines.
    fn list(&self) -> Snapshot {
        let libraries = self.libraries();
        if self.changes.are_watched() {
            return snapshot(libraries.iter().map(|hosted| hosted.readers()));
        }
        std::thread::scope(|scope| {
            let looks: Vec<_> = libraries.iter().map(|hosted| scope.spawn(|| hosted.look())).collect();
            snapshot(looks.into_iter().map(|look| look.join().unwrap_or_default()))
        })
    }

    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault> {
        let (number, start, id) = inner(token).ok_or(Fault::TokenGone)?;
        let libraries = self.libraries();
        let hosted = libraries.iter().find(|hosted| hosted.number == number).ok_or(Fault::TokenGone)?;
        let token = RemoteToken::open(hosted, start, token, id, self.settings.deadlines)?;
        Ok(Box::new(token))
    }

    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault> {
        let table = Arc::clone(&self.hosted);
        let look = move || {
            let libraries = lock(&table).libraries.clone();
            snapshot(libraries.iter().map(|hosted| hosted.readers()))
        };
        let guard = watch::start(&self.changes, look, on_change)?;
        for hosted in self.libraries() {
            let begin = move || hosted.begin_watch();
            Builder::new()
                .name("library-watch".into())
                .spawn(begin)
                .map_err(|_| Fault::Defect { place: "worker: thread".into() })?;
        }
        Ok(Box::new(guard))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        end(&std::mem::take(&mut lock(&self.hosted).libraries));
    }
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").field("settings", &self.settings).finish_non_exhaustive()
    }
}
