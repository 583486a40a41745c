//! A copy of the sandbox's library in a folder of its own: each test has its own tokens.

use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;
use tongguan_core::domain::{
    Identity, KeyRef, LibraryKind, LibraryPath, LibraryProfile, LoadOrder, Pin, Timestamp, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Snapshot, Token, TokenSource};
use tongguan_sandbox_ukey::{Behaviour, SoftLibrary, SoftToken};
use tongguan_sandbox_world::World;
use tongguan_skf::SkfTokens;

pub(crate) static WORLD: LazyLock<World> =
    LazyLock::new(|| World::for_tests(3, Timestamp::from_unix(1_790_000_000).unwrap()).unwrap());

pub(crate) const SM2: &str = "haihe-ccb-sm2";
pub(crate) const RSA: &str = "haihe-ccb-rsa";
pub(crate) const TEXT: &[u8] = b"statement";

pub(crate) struct Stage {
    _folder: TempDir,
    pub(crate) library: SoftLibrary,
    pub(crate) tokens: SkfTokens,
}

pub(crate) fn order(path: &str) -> LoadOrder {
    LoadOrder {
        path: LibraryPath::parse(path).unwrap(),
        kind: LibraryKind::Skf,
        sha256: String::new(),
        profile: LibraryProfile::default(),
    }
}

/// Cargo puts it beside this test, or beside the folder of the tests.
fn built() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let mut found = own.ancestors().skip(1).map(|folder| folder.join("libtongguan_sandbox_skf.so"));
    found.find(|path| path.is_file()).unwrap()
}

pub(crate) fn token(name: &str) -> SoftToken {
    WORLD.ukey(name).unwrap().into()
}

pub(crate) fn pin(name: &str) -> Pin {
    Pin::parse(WORLD.ukey(name).unwrap().pin.expose().into()).unwrap()
}

/// A PIN that no token of the world has: those have six digits.
pub(crate) fn wrong() -> Pin {
    Pin::parse(b"0000000".to_vec()).unwrap()
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let object = folder.path().canonicalize().unwrap().join("libkey.so");
        std::fs::copy(built(), &object).unwrap();
        let tokens = SkfTokens::load(&order(object.to_str().unwrap())).unwrap();
        Self { library: SoftLibrary::at(&object), tokens, _folder: folder }
    }

    pub(crate) fn with(names: &[&str]) -> Self {
        let stage = Self::new();
        for name in names {
            stage.library.plug(&token(name)).unwrap();
        }
        stage
    }

    /// With this many tries left.
    pub(crate) fn with_tries(name: &str, tries_left: u8) -> Self {
        let stage = Self::new();
        let mut token = token(name);
        token.tries_left = tries_left;
        stage.library.plug(&token).unwrap();
        stage
    }

    pub(crate) fn behave(&self, behaviour: &Behaviour) {
        self.library.behave(behaviour).unwrap();
    }

    /// The only token that is listed.
    pub(crate) fn info(&self) -> TokenInfo {
        let snapshot = self.tokens.list();
        match infos(&snapshot).as_slice() {
            [info] => info.clone(),
            _ => panic!("not one token: {snapshot:?}"),
        }
    }

    pub(crate) fn open(&self) -> (Box<dyn Token>, Identity) {
        let info = self.info();
        (self.tokens.open(&info.id).unwrap(), info.identities[0].clone())
    }

    pub(crate) fn sign(&self, pin: &Pin) -> Result<Vec<u8>, Fault> {
        let (mut token, identity) = self.open();
        token.sign(&identity.key, &identity.certificate, TEXT, Some(pin))
    }

    pub(crate) fn verifies(&self, name: &str) -> u64 {
        self.library.verifies(name).unwrap()
    }
}

pub(crate) fn infos(snapshot: &Snapshot) -> Vec<TokenInfo> {
    let info = |state: &ReaderState| match state {
        ReaderState::Token { token } => Some(token.clone()),
        _ => None,
    };
    snapshot.readers.iter().filter_map(|reader| info(&reader.state)).collect()
}

/// The fault of the only line in the list.
pub(crate) fn fault(snapshot: &Snapshot) -> Fault {
    match snapshot.readers.as_slice() {
        [reader] => match &reader.state {
            ReaderState::Unusable { fault } => fault.clone(),
            state => panic!("usable: {state:?}"),
        },
        readers => panic!("not one line: {readers:?}"),
    }
}

pub(crate) fn lied(call: &str) -> Fault {
    Fault::LibraryLied { library: "libkey.so".into(), call: call.into() }
}

pub(crate) fn silent(call: &str) -> Fault {
    Fault::LibrarySilent { library: "libkey.so".into(), call: call.into(), answer: "0x0A000001".into() }
}

pub(crate) fn key(text: &str) -> KeyRef {
    KeyRef::parse(text).unwrap()
}
