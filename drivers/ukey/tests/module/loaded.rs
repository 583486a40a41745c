//! A copy of the built module in a folder of its own, loaded by the driver as a vendor's would be.

use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;
use tongguan_core::domain::{
    KeyRef, LibraryKind, LibraryPath, LibraryProfile, LoadOrder, Pin, Timestamp, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Snapshot, Token, TokenSource};
use tongguan_sandbox_ukey::{Behaviour, SoftLibrary, SoftToken};
use tongguan_sandbox_world::World;
use tongguan_ukey::Ukeys;

pub(crate) const MESSAGE: &[u8] = b"what the holder saw and signed";
pub(crate) const WRONG: &str = "000001";

pub(crate) static WORLD: LazyLock<World> =
    LazyLock::new(|| World::for_tests(7, Timestamp::parse("2026-06-01T08:00:00+08:00").unwrap()).unwrap());

pub(crate) fn soft_token(name: &str) -> SoftToken {
    WORLD.ukey(name).unwrap().into()
}

pub(crate) fn pin_of(name: &str) -> Pin {
    pin(WORLD.ukey(name).unwrap().pin.expose())
}

pub(crate) fn pin(text: &str) -> Pin {
    Pin::parse(text.into()).unwrap()
}

/// The module that cargo built with this test; built now where only this crate was asked for.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let name = "libtongguan_sandbox_pkcs11.so";
    let find = || {
        let exe = std::env::current_exe().unwrap();
        let beside = exe.parent().unwrap();
        let found = [beside.join(name), beside.parent().unwrap().join(name)];
        found.into_iter().find(|path| path.exists())
    };
    find().unwrap_or_else(|| {
        let arguments = ["build", "--quiet", "--package", "tongguan-sandbox-pkcs11"];
        assert!(std::process::Command::new(env!("CARGO")).args(arguments).status().unwrap().success());
        find().unwrap()
    })
});

/// A vendor's module on disk and what is plugged in beside it.
pub(crate) struct Vendor {
    pub(crate) soft: SoftLibrary,
    _folder: TempDir,
}

impl Vendor {
    pub(crate) fn new(behaviour: &Behaviour) -> Self {
        let folder = TempDir::new().unwrap();
        let soft = SoftLibrary::at(&folder.path().join("libvendor.so"));
        std::fs::copy(&*BUILT, soft.object()).unwrap();
        soft.behave(behaviour).unwrap();
        Self { soft, _folder: folder }
    }

    /// With these UKeys of the world plugged in.
    pub(crate) fn with(behaviour: &Behaviour, names: &[&str]) -> Self {
        let vendor = Self::new(behaviour);
        for name in names {
            vendor.plug(name);
        }
        vendor
    }

    pub(crate) fn plug(&self, name: &str) {
        self.soft.plug(&soft_token(name)).unwrap();
    }

    pub(crate) fn order(&self, profile: LibraryProfile) -> LoadOrder {
        LoadOrder {
            path: LibraryPath::parse(self.soft.object().to_str().unwrap()).unwrap(),
            kind: LibraryKind::Pkcs11,
            sha256: String::new(),
            profile,
        }
    }

    pub(crate) fn load(&self) -> Ukeys {
        self.load_with(LibraryProfile::default()).unwrap()
    }

    pub(crate) fn load_with(&self, profile: LibraryProfile) -> Result<Ukeys, Fault> {
        Ukeys::load(&self.order(profile))
    }
}

/// The tokens of a snapshot; anything else in it is a failure.
pub(crate) fn tokens(snapshot: Snapshot) -> Vec<TokenInfo> {
    let token = |reader: tongguan_core::ports::Reader| match reader.state {
        ReaderState::Token { token } => token,
        other => panic!("{}: {other:?}", reader.name),
    };
    snapshot.readers.into_iter().map(token).collect()
}

/// What stands against using the only token.
pub(crate) fn fault(snapshot: Snapshot) -> Fault {
    match &snapshot.readers[..] {
        [reader] => match &reader.state {
            ReaderState::Unusable { fault } => fault.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// One opened token, and the first of its keys.
pub(crate) struct Opened {
    pub(crate) token: Box<dyn Token>,
    pub(crate) key: KeyRef,
}

pub(crate) fn open(ukeys: &Ukeys) -> Opened {
    let info = tokens(ukeys.list()).remove(0);
    Opened { token: ukeys.open(&info.id).unwrap(), key: info.identities[0].key.clone() }
}

impl Opened {
    pub(crate) fn sign(&mut self, pin: Option<&Pin>) -> Result<Vec<u8>, Fault> {
        let certificate = self.certificate();
        self.token.sign(&self.key, &certificate, MESSAGE, pin)
    }

    pub(crate) fn certificate(&self) -> tongguan_core::domain::Certificate {
        let identities = &self.token.info().identities;
        identities.iter().find(|identity| identity.key == self.key).unwrap().certificate.clone()
    }

    /// Signs and checks the signature, independently of the driver.
    pub(crate) fn must_sign(&mut self, pin: Option<&Pin>) {
        let signature = self.sign(pin).unwrap();
        let certificate = self.certificate();
        certificate.public_key().verify(certificate.algorithm(), MESSAGE, &signature).unwrap();
    }
}
