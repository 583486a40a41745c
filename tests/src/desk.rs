use crate::{At, Verifies, world_in};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use tongguan_core::api::{Answer, App, Command, FlowView, View};
use tongguan_core::domain::{Application, KeyRef, Password, Pin, TokenId, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::flow::certify_token::Ports;
use tongguan_core::ports::{JournalRow, ReaderState};
use tongguan_iccard::{DEFAULT_ORDER, IcCards};
use tongguan_portal::HttpPortal;
use tongguan_sandbox::Stage;
use tongguan_store::{FileShelf, SqliteJournal, SystemClock};

/// How long a thing that must come may take: a deadline against hanging, not a measure of speed.
const PATIENCE: Duration = Duration::from_secs(30);

type Seen = Arc<(Mutex<Option<View>>, Condvar)>;

/// The application over real drivers, on a stage of its own.
pub struct Desk {
    // Dropped in this order: the watching thread ends before its pcscd.
    pub app: Arc<App>,
    pub stage: Stage,
    seen: Seen,
    dir: TempDir,
}

impl Desk {
    pub fn open() -> Self {
        Self::with_order(&DEFAULT_ORDER)
    }

    /// Asks cards for these applications only, in this order.
    pub fn with_order(order: &[Application]) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        world_in(&dir.path().join("stage"));
        let stage = Stage::start(&dir.path().join("stage")).expect("a stage");
        let home = dir.path().join("home");
        let ports = Ports {
            tokens: Arc::new(IcCards::with_order(order)),
            portal: Arc::new(HttpPortal::new()),
            journal: Arc::new(SqliteJournal::open(&home).expect("a journal")),
            shelf: Arc::new(FileShelf::new(&home.join("proofs"))),
            clock: Arc::new(SystemClock),
        };
        let seen: Seen = Arc::default();
        let shown = Arc::clone(&seen);
        let on_view = move |view: &View| {
            *shown.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(view.clone());
            shown.1.notify_all();
        };
        let app = App::start(ports, None, Box::new(on_view)).expect("the application");
        Self { app, stage, seen, dir }
    }

    /// Where the application keeps its files.
    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn call(&self, command: Command) -> Result<Answer, Fault> {
        self.app.call(command)
    }

    pub fn view(&self) -> View {
        match self.call(Command::View {}) {
            Ok(Answer::View(view)) => view,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until a pushed view is as wanted.
    pub fn wait<T>(&self, what: &str, mut wanted: impl FnMut(&View) -> Option<T>) -> T {
        let (lock, changed) = &*self.seen;
        let mut seen = lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = seen.as_ref().and_then(&mut wanted) {
                return found;
            }
            let (next, waited) = changed.wait_timeout(seen, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            assert!(!waited.timed_out(), "{what} did not come; the last view is {:?}", next.as_ref());
            seen = next;
        }
    }

    pub fn sign_in(&self) {
        self.sign_in_as(self.stage.account(), self.stage.password()).expect("signed in");
    }

    pub fn sign_in_as(&self, account: &str, password: &str) -> Result<Answer, Fault> {
        self.call(Command::SignIn {
            portal: self.stage.portal_origin(),
            account: account.into(),
            password: Password::from(password.to_owned()),
        })
    }

    /// Puts a card in and waits until it is shown with its certificates.
    pub fn insert(&self, slot: usize, card: &str) -> TokenInfo {
        self.stage.insert(slot, card).expect("inserted");
        self.token(slot)
    }

    /// The same, counting its VERIFYs and pulling it at one of them.
    pub fn insert_counted(&self, slot: usize, card: &str, pull: At) -> (TokenInfo, Verifies) {
        let verifies = Verifies::default();
        self.stage.insert_with(slot, card, verifies.hook(pull)).expect("inserted");
        (self.token(slot), verifies)
    }

    pub fn token(&self, slot: usize) -> TokenInfo {
        let name = Stage::reader(slot);
        self.wait("the token", |view| token_in(view, &name))
    }

    /// Up to the statement, with the token's only key or the named one.
    pub fn begin(&self, token: &TokenInfo, key: usize) -> FlowView {
        let identity = token.identities.get(key).expect("an identity");
        self.begin_with(token.id.clone(), identity.key.clone())
    }

    pub fn begin_with(&self, token: TokenId, key: KeyRef) -> FlowView {
        match self.call(Command::Begin { token, key }) {
            Ok(Answer::View(view)) => view.flow,
            other => panic!("{other:?}"),
        }
    }

    pub fn sign(&self, pin: &str, last_try: bool) -> FlowView {
        let pin = Pin::parse(pin.as_bytes().to_vec()).expect("a PIN");
        self.app.sign_with(pin, last_try).expect("a statement waits").flow
    }

    /// The whole way with one card that is in already.
    pub fn certify(&self, card: &str, token: &TokenInfo, key: usize) -> FlowView {
        match self.begin(token, key) {
            FlowView::Consent { .. } => self.sign(self.stage.pin(card), false),
            other => other,
        }
    }

    pub fn journal(&self) -> Vec<JournalRow> {
        match self.call(Command::Journal { before: None, limit: 100 }) {
            Ok(Answer::Journal(rows)) => rows,
            other => panic!("{other:?}"),
        }
    }
}

fn token_in(view: &View, reader: &str) -> Option<TokenInfo> {
    view.tokens.readers.iter().filter(|r| r.name == reader).find_map(|r| match &r.state {
        ReaderState::Token { token } => Some(token.clone()),
        _ => None,
    })
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("stage", &self.stage).finish_non_exhaustive()
    }
}
