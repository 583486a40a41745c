//! The application on a stage, its libraries held by the very program that users get.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use tongguan_core::api::{Answer, App, Command, FlowView, View};
use tongguan_core::domain::{BankId, LibraryPath, LibraryState, Means, Password, Pin, TokenInfo};
use tongguan_core::ports::{ReaderState, TokenSource};
use tongguan_sandbox::Stage;
use tongguan_sandbox::stage::Through;
use tongguan_tests::world_in;
use tongguan_wiring::{Deadlines, IcCards, Settings};

/// Names the folder of the run, in which SoftHSM2 finds its tokens from the start.
pub(crate) const DIR: &str = "TONGGUAN_BENCH_DIR";
const PATIENCE: Duration = Duration::from_secs(30);

type Seen = Arc<(Mutex<Option<(Instant, View)>>, Condvar)>;

pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    /// The same tokens that the application has.
    pub(crate) tokens: Arc<dyn TokenSource>,
    pub(crate) stage: Stage,
    seen: Seen,
}

/// Where a stage in `dir` configures SoftHSM2.
pub(crate) fn softhsm2_conf(dir: &Path) -> PathBuf {
    dir.join("stage/libraries/softhsm/softhsm2.conf")
}

impl Desk {
    pub(crate) fn open(deadlines: Deadlines) -> Self {
        let dir = PathBuf::from(std::env::var_os(DIR).expect("a folder"));
        let (stage, home) = (dir.join("stage"), tempfile::tempdir_in(&dir).unwrap().keep());
        if !stage.exists() {
            world_in(&stage);
        }
        let stage = Stage::start(&stage).unwrap();
        stage.reset().unwrap();
        stage.tell_banks(&home).unwrap();
        let mut worker = Settings::of(program());
        (worker.environment, worker.deadlines) = (stage.environment(), deadlines);
        let ports = tongguan_wiring::ports_with(&home, &home.join("proofs"), IcCards::new(), worker).unwrap();
        let tokens = Arc::clone(&ports.tokens);
        let seen: Seen = Arc::default();
        let shown = Arc::clone(&seen);
        let on_view = move |view: &View| {
            *shown.0.lock().unwrap() = Some((Instant::now(), view.clone()));
            shown.1.notify_all();
        };
        let app = App::start(ports, None, Box::new(on_view)).unwrap();
        Self { app, tokens, stage, seen }
    }

    pub(crate) fn call(&self, command: Command) -> Answer {
        self.app.call(command).unwrap()
    }

    pub(crate) fn view(&self) -> View {
        view(self.call(Command::View {}))
    }

    /// What is wanted in a view, and when the view came.
    pub(crate) fn wait<T>(&self, mut wanted: impl FnMut(&View) -> Option<T>) -> (Instant, T) {
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            if let Some((at, found)) = seen.as_ref().and_then(|(at, view)| Some((*at, wanted(view)?))) {
                return (at, found);
            }
            let (next, waited) = self.seen.1.wait_timeout(seen, PATIENCE).unwrap();
            assert!(!waited.timed_out(), "it did not come; the last view is {next:?}");
            seen = next;
        }
    }

    pub(crate) fn sign_in(&self) {
        self.call(Command::SignIn {
            portal: self.stage.portal_origin(),
            account: self.stage.account().into(),
            password: Password::from(self.stage.password().to_owned()),
        });
    }

    pub(crate) fn approve(&self, through: Through) -> LibraryPath {
        let path = self.stage.library(through).unwrap().to_str().unwrap().to_owned();
        let Answer::Library(library) = self.call(Command::InspectLibrary { path }) else { panic!() };
        let LibraryState::Found { facts } = library.state else { panic!("{library:?}") };
        let path = library.path.clone();
        self.call(Command::ApproveLibrary { path: library.path, sha256: facts.sha256 });
        path
    }

    /// Waits until the UKey's first certificate is shown behind the library.
    pub(crate) fn shown(&self, ukey: &str, library: &LibraryPath) -> (Instant, TokenInfo) {
        let certificate = &self.stage.world().ukey(ukey).unwrap().keys[0].certificate;
        self.wait(|view| {
            tokens_in(view).find(|token| {
                token.library.as_ref() == Some(library)
                    && token.identities[0].certificate.der() == certificate.as_slice()
            })
        })
    }

    /// Waits until nothing is plugged in behind the library.
    pub(crate) fn gone(&self, library: &LibraryPath) {
        self.wait(|view| {
            let is_in = tokens_in(view).any(|token| token.library.as_ref() == Some(library));
            (!is_in).then_some(())
        });
    }

    pub(crate) fn begin(&self, bank: Option<&str>, token: &TokenInfo) -> FlowView {
        let means = bank.map_or(Means::IcCard, |b| Means::BankUkey { bank: BankId::parse(b).unwrap() });
        let key = token.identities[0].key.clone();
        view(self.call(Command::Begin { means, token: token.id.clone(), key })).flow
    }

    pub(crate) fn sign(&self, name: &str) -> FlowView {
        self.app.sign_with(Some(self.pin(name)), false).unwrap().flow
    }

    pub(crate) fn pin(&self, name: &str) -> Pin {
        Pin::parse(self.stage.pin(name).as_bytes().to_vec()).unwrap()
    }
}

fn view(answer: Answer) -> View {
    match answer {
        Answer::View(view) => view,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn tokens_in(view: &View) -> impl Iterator<Item = TokenInfo> {
    view.tokens.readers.iter().filter_map(|reader| match &reader.state {
        ReaderState::Token { token } => Some(token.clone()),
        _ => None,
    })
}

/// The program with the window, built beside this one: as a worker it opens none.
pub(crate) fn program() -> PathBuf {
    let program = std::env::current_exe().unwrap().with_file_name("tongguan-desktop");
    assert!(program.is_file(), "{} is not built", program.display());
    program
}
