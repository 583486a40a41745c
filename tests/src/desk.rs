use crate::{At, Drawer, Gate, OwnClock, SlowJournal, Verifies, program, world_in};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tongguan_core::api::{Answer, App, Command, FlowView, View};
use tongguan_core::domain::{
    Application, BankId, LibraryPath, LibraryState, Means, Password, Pin, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{
    Browser, CaptchaAnswer, CaptchaKind, JournalRow, Ports, ReaderState, TokenSource,
};
use tongguan_iccard::DEFAULT_ORDER;
use tongguan_sandbox::Stage;
use tongguan_sandbox::stage::{PasswordCost, Through};
use tongguan_wiring::{Deadlines, IcCards, Settings};

/// How long a thing that must come may take: a deadline against hanging, not a measure of speed.
const PATIENCE: Duration = Duration::from_secs(30);

type Seen = Arc<(Mutex<Option<(Instant, View)>>, Condvar)>;

/// The application over real drivers, on a stage of its own.
pub struct Desk {
    // Dropped in this order: the watching thread ends before its pcscd.
    pub app: Arc<App>,
    /// The same tokens that the application has.
    pub tokens: Arc<dyn TokenSource>,
    pub stage: Arc<Stage>,
    /// What the browser was told to open.
    pub visited: Visited,
    /// Where the session is kept.
    pub drawer: Drawer,
    /// This program's own; the portal has another.
    pub clock: OwnClock,
    /// Before the journal writes that the portal accepted something.
    pub accepted: Gate,
    seen: Seen,
    home: PathBuf,
    /// Where everything lies, if the desk is the one to remove it.
    _dir: Option<Arc<TempDir>>,
}

impl Desk {
    pub fn open() -> Self {
        Self::with_order(&DEFAULT_ORDER)
    }

    /// Asks cards for these applications only, in this order.
    pub fn with_order(order: &[Application]) -> Self {
        Self::with(order, Deadlines::default())
    }

    /// Vendors' libraries may take so long.
    pub fn with_deadlines(deadlines: Deadlines) -> Self {
        Self::with(&DEFAULT_ORDER, deadlines)
    }

    fn with(order: &[Application], deadlines: Deadlines) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        world_in(&dir.path().join("stage"));
        let stage = Stage::start(&dir.path().join("stage"), PasswordCost::LEAST).expect("a stage");
        let worker = Settings { deadlines, ..Settings::of(program()) };
        let home = dir.path().join("home");
        Self::at(Arc::new(stage), home, Some(Arc::new(dir)), order, worker, Drawer::default())
    }

    /// On the stage in `dir/stage`, as on its first day, with files of its own beside it; vendors' libraries
    /// are held by this program.
    pub fn in_folder(dir: &Path, program: PathBuf, deadlines: Deadlines) -> Self {
        let place = dir.join("stage");
        if !place.exists() {
            world_in(&place);
        }
        let stage = Stage::start(&place, PasswordCost::LEAST).expect("a stage");
        stage.reset().expect("a stage as on its first day");
        let home = tempfile::tempdir_in(dir).expect("a folder").keep();
        let worker = Settings { deadlines, ..Settings::of(program) };
        Self::at(Arc::new(stage), home, None, &DEFAULT_ORDER, worker, Drawer::default())
    }

    /// A second program on the same stage, with the same files; it does not share the session.
    pub fn second_window(&self) -> Self {
        self.beside(self.home.clone(), Drawer::default())
    }

    /// The same program once more, as if it had been closed and started again.
    pub fn next_start(&self) -> Self {
        self.beside(self.home.clone(), self.drawer.clone())
    }

    /// A program on another machine: neither files nor session are the same.
    pub fn other_machine(&self) -> Self {
        let home = tempfile::tempdir_in(self.home.parent().expect("a folder")).expect("a folder").keep();
        self.beside(home, Drawer::default())
    }

    fn beside(&self, home: PathBuf, drawer: Drawer) -> Self {
        let (stage, dir) = (Arc::clone(&self.stage), self._dir.clone());
        Self::at(stage, home, dir, &DEFAULT_ORDER, Settings::of(program()), drawer)
    }

    fn at(
        stage: Arc<Stage>,
        home: PathBuf,
        dir: Option<Arc<TempDir>>,
        order: &[Application],
        worker: Settings,
        drawer: Drawer,
    ) -> Self {
        stage.tell_banks(&home).expect("banks");
        let worker = Settings { environment: stage.environment(), ..worker };
        let cards = IcCards::with_order(order);
        let ports =
            tongguan_wiring::ports_with(&home, &home.join("proofs"), cards, worker).expect("the drivers");
        let (tokens, visited) = (Arc::clone(&ports.tokens), Visited::default());
        let (clock, accepted) = (OwnClock::default(), Gate::default());
        let journal = Arc::new(SlowJournal { journal: ports.journal, accepted: accepted.clone() });
        let ports = Ports {
            journal,
            browser: Arc::new(visited.clone()),
            vault: Arc::new(drawer.clone()),
            clock: Arc::new(clock.clone()),
            ..ports
        };
        let seen: Seen = Arc::default();
        let shown = Arc::clone(&seen);
        let on_view = move |view: &View| {
            let now = Some((Instant::now(), view.clone()));
            *shown.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
            shown.1.notify_all();
        };
        let app = App::start(ports, None, Box::new(on_view)).expect("the application");
        tongguan_wiring::resume_meanwhile(&app);
        Self { app, tokens, stage, visited, drawer, clock, accepted, seen, home, _dir: dir }
    }

    /// Where the application keeps its files.
    pub fn home(&self) -> PathBuf {
        self.home.clone()
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
    pub fn wait<T>(&self, what: &str, wanted: impl FnMut(&View) -> Option<T>) -> T {
        self.wait_at(what, wanted).1
    }

    /// The same, with the moment at which that view was pushed.
    pub fn wait_at<T>(&self, what: &str, mut wanted: impl FnMut(&View) -> Option<T>) -> (Instant, T) {
        let (lock, changed) = &*self.seen;
        let mut seen = lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = seen.as_ref().and_then(|(at, view)| Some((*at, wanted(view)?))) {
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
        self.sign_in_at(&self.stage.portal_origin(), account, password)
    }

    /// With a captcha that is answered rightly.
    pub fn sign_in_at(&self, portal: &str, account: &str, password: &str) -> Result<Answer, Fault> {
        let captcha = self.captcha(portal)?;
        self.call(Command::SignIn {
            portal: portal.into(),
            account: account.into(),
            password: Password::from(password.to_owned()),
            captcha,
        })
    }

    /// A new captcha of the stage's portal, reached at this address, with its answer.
    pub fn captcha(&self, portal: &str) -> Result<CaptchaAnswer, Fault> {
        let ask = Command::Captcha { portal: portal.into(), kind: CaptchaKind::Image };
        let Answer::Captcha(captcha) = self.call(ask)? else { panic!("no captcha") };
        let answer = self.stage.captcha_answer(&captcha.id).expect("an open captcha");
        Ok(CaptchaAnswer { id: captcha.id, answer })
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
        self.begin_as(Means::IcCard, token, key)
    }

    /// The same as the UKey of a bank.
    pub fn begin_at(&self, bank: &str, token: &TokenInfo, key: usize) -> FlowView {
        let bank = BankId::parse(bank).expect("a bank");
        self.begin_as(Means::BankUkey { bank }, token, key)
    }

    pub fn begin_as(&self, means: Means, token: &TokenInfo, key: usize) -> FlowView {
        let identity = token.identities.get(key).expect("an identity");
        match self.call(Command::Begin { means, token: token.id.clone(), key: identity.key.clone() }) {
            Ok(Answer::View(view)) => view.flow,
            other => panic!("{other:?}"),
        }
    }

    /// The user's yes to a library of the stage; it is loaded when this returns.
    pub fn approve(&self, through: Through) -> PathBuf {
        let path = self.stage.library(through).expect("a library");
        self.approve_file(&path);
        path
    }

    pub fn approve_file(&self, path: &Path) -> LibraryPath {
        let path = path.to_str().expect("a path").to_owned();
        let Ok(Answer::Library(library)) = self.call(Command::InspectLibrary { path }) else {
            panic!("not inspected")
        };
        let LibraryState::Found { facts } = library.state else { panic!("{library:?}") };
        let approve = Command::ApproveLibrary { path: library.path.clone(), sha256: facts.sha256 };
        self.call(approve).expect("approved");
        library.path
    }

    /// Plugs a UKey in and waits until it is shown with its certificates.
    pub fn plug(&self, ukey: &str, through: Through) -> TokenInfo {
        self.stage.plug(ukey, through).expect("plugged in");
        self.ukey(ukey, through)
    }

    pub fn ukey(&self, ukey: &str, through: Through) -> TokenInfo {
        self.ukey_at(ukey, through).1
    }

    /// The same, with the moment at which it was shown.
    pub fn ukey_at(&self, ukey: &str, through: Through) -> (Instant, TokenInfo) {
        let library = self.stage.library(through).expect("a library");
        let keys = &self.stage.world().ukey(ukey).expect("a UKey of the world").keys;
        let certificates: Vec<&[u8]> = keys.iter().map(|key| key.certificate.as_slice()).collect();
        let is_it = |token: &TokenInfo| {
            token.library.as_ref().is_some_and(|path| Path::new(path.as_str()) == library)
                && token.identities.first().is_some_and(|i| certificates.contains(&i.certificate.der()))
        };
        self.wait_at("the UKey", |view| tokens_in(view).find(is_it))
    }

    /// The whole way with one UKey that is in already.
    pub fn certify_at(&self, bank: &str, ukey: &str, token: &TokenInfo) -> FlowView {
        match self.begin_at(bank, token, 0) {
            FlowView::Consent { .. } => self.sign(self.stage.pin(ukey), false),
            other => other,
        }
    }

    pub fn sign(&self, pin: &str, last_try: bool) -> FlowView {
        let pin = Pin::parse(pin.as_bytes().to_vec()).expect("a PIN");
        self.app.sign_with(Some(pin), last_try).expect("a statement waits").flow
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

/// All that can be used now, cards and UKeys.
pub fn tokens_in(view: &View) -> impl Iterator<Item = TokenInfo> {
    view.tokens.readers.iter().filter_map(|r| match &r.state {
        ReaderState::Token { token } => Some(token.clone()),
        _ => None,
    })
}

/// The browser: remembers what it was told to open.
#[derive(Debug, Clone, Default)]
pub struct Visited(Arc<Mutex<Vec<String>>>);

impl Visited {
    pub fn addresses(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Browser for Visited {
    fn open(&self, address: &str) -> Result<(), Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(address.to_owned());
        Ok(())
    }
}

fn token_in(view: &View, reader: &str) -> Option<TokenInfo> {
    tokens_in(view).find(|token| token.library.is_none() && token.reader == reader)
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("stage", &self.stage).finish_non_exhaustive()
    }
}
