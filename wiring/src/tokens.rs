//! Cards and UKeys as one source.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::TokenId;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, Token, TokenSource, WatchGuard};

/// The names of the cards' tokens begin so; any other is a worker's.
const CARD: &str = "iccard:";

pub(crate) struct AllTokens {
    cards: Arc<dyn TokenSource>,
    workers: Arc<dyn TokenSource>,
}

impl AllTokens {
    pub(crate) fn new(cards: Arc<dyn TokenSource>, workers: Arc<dyn TokenSource>) -> Self {
        Self { cards, workers }
    }
}

impl TokenSource for AllTokens {
    fn list(&self) -> Snapshot {
        // Side by side: a library may need its whole deadline.
        std::thread::scope(|scope| {
            let cards = scope.spawn(|| self.cards.list());
            let workers = self.workers.list();
            let cards = cards.join().unwrap_or_else(|_| Snapshot {
                service: Some(Fault::Defect { place: "wiring::list".into() }),
                readers: Vec::new(),
            });
            Latest { cards: Some(cards), workers: Some(workers) }.merged().unwrap_or_default()
        })
    }

    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault> {
        if token.as_str().starts_with(CARD) { self.cards.open(token) } else { self.workers.open(token) }
    }

    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault> {
        let told = Arc::new(Mutex::new((Latest::default(), on_change)));
        let of_cards = Arc::clone(&told);
        let cards =
            self.cards.watch(Box::new(move |snapshot| tell(&of_cards, |l| l.cards = Some(snapshot))))?;
        let workers =
            self.workers.watch(Box::new(move |snapshot| tell(&told, |l| l.workers = Some(snapshot))))?;
        Ok(Box::new(Both { _cards: cards, _workers: workers }))
    }
}

#[derive(Default)]
struct Latest {
    cards: Option<Snapshot>,
    workers: Option<Snapshot>,
}

impl Latest {
    /// `None` until both have told something: half a picture would look like an empty one.
    fn merged(&self) -> Option<Snapshot> {
        let (cards, workers) = (self.cards.as_ref()?, self.workers.as_ref()?);
        let readers = cards.readers.iter().chain(&workers.readers).cloned().collect();
        Some(Snapshot { service: cards.service.clone(), readers })
    }
}

type Told = Mutex<(Latest, Box<dyn Fn(Snapshot) + Send>)>;

/// Told under the lock: the pictures arrive in the order of the changes.
fn tell(told: &Told, change: impl FnOnce(&mut Latest)) {
    let mut told: MutexGuard<'_, _> = told.lock().unwrap_or_else(PoisonError::into_inner);
    change(&mut told.0);
    if let Some(snapshot) = told.0.merged() {
        (told.1)(snapshot);
    }
}

struct Both {
    _cards: Box<dyn WatchGuard>,
    _workers: Box<dyn WatchGuard>,
}

impl WatchGuard for Both {}

#[cfg(test)]
mod tests {
    use super::*;
    use tongguan_core::ports::{Reader, ReaderState};

    type OnChange = Box<dyn Fn(Snapshot) + Send>;

    /// Opens nothing, and says whose token was asked for. `None`: cannot be watched.
    #[derive(Default)]
    struct Fake {
        name: &'static str,
        service: Option<Fault>,
        listener: Option<Arc<Mutex<Option<OnChange>>>>,
    }

    struct FakeGuard(Arc<Mutex<Option<OnChange>>>);
    impl WatchGuard for FakeGuard {}
    impl Drop for FakeGuard {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = None;
        }
    }

    fn picture(name: &str, service: Option<Fault>) -> Snapshot {
        let reader = Reader { name: name.into(), library: None, state: ReaderState::Empty };
        Snapshot { service, readers: vec![reader] }
    }

    impl TokenSource for Fake {
        fn list(&self) -> Snapshot {
            picture(self.name, self.service.clone())
        }
        fn open(&self, _token: &TokenId) -> Result<Box<dyn Token>, Fault> {
            Err(Fault::Defect { place: self.name.into() })
        }
        fn watch(&self, on_change: OnChange) -> Result<Box<dyn WatchGuard>, Fault> {
            let listener = self.listener.clone().ok_or(Fault::Cancelled)?;
            on_change(self.list());
            *listener.lock().unwrap() = Some(on_change);
            Ok(Box::new(FakeGuard(listener)))
        }
    }

    fn cards() -> Fake {
        let service = Some(Fault::CardServiceStopped);
        Fake { name: "card", service, listener: Some(Arc::default()) }
    }

    fn workers() -> Fake {
        Fake { name: "worker", service: None, listener: Some(Arc::default()) }
    }

    fn names(snapshot: &Snapshot) -> Vec<&str> {
        snapshot.readers.iter().map(|reader| reader.name.as_str()).collect()
    }

    #[test]
    fn a_list_holds_both_and_the_card_services_fault() {
        let listed = AllTokens::new(Arc::new(cards()), Arc::new(workers())).list();
        assert_eq!(names(&listed), ["card", "worker"]);
        assert_eq!(listed.service, Some(Fault::CardServiceStopped));
    }

    #[test]
    fn a_token_is_opened_where_it_comes_from() {
        let all = AllTokens::new(Arc::new(cards()), Arc::new(workers()));
        for (id, place) in [("iccard:R#1.1", "card"), ("w1.1/iccard:R#1.1", "worker"), ("nothing", "worker")]
        {
            let opened = all.open(&TokenId::parse(id).unwrap()).err();
            assert_eq!(opened, Some(Fault::Defect { place: place.into() }));
        }
    }

    #[test]
    fn a_change_of_either_shows_both() {
        let (cards, workers) = (cards(), workers());
        let (of_cards, of_workers) = (cards.listener.clone().unwrap(), workers.listener.clone().unwrap());
        let (sender, seen) = std::sync::mpsc::channel();
        let on_change = Box::new(move |snapshot| sender.send(snapshot).unwrap());
        let guard = AllTokens::new(Arc::new(cards), Arc::new(workers)).watch(on_change).unwrap();
        // The first picture is a whole one.
        assert_eq!(names(&seen.recv().unwrap()), ["card", "worker"]);
        of_cards.lock().unwrap().as_ref().unwrap()(picture("other card", None));
        let changed = seen.recv().unwrap();
        assert_eq!((names(&changed), &changed.service), (vec!["other card", "worker"], &None));
        of_workers.lock().unwrap().as_ref().unwrap()(Snapshot::default());
        assert_eq!(names(&seen.recv().unwrap()), ["other card"]);
        drop(guard);
        assert!(of_cards.lock().unwrap().is_none() && of_workers.lock().unwrap().is_none());
    }

    #[test]
    fn no_watch_is_left_over_when_one_cannot_begin() {
        let cards = cards();
        let listener = cards.listener.clone().unwrap();
        let all = AllTokens::new(Arc::new(cards), Arc::new(Fake::default()));
        assert_eq!(all.watch(Box::new(|_| {})).err(), Some(Fault::Cancelled));
        assert!(listener.lock().unwrap().is_none());
    }
}
