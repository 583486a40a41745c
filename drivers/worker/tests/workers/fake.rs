//! Libraries as the worker sees them. What one does follows from its file's name.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use tongguan_core::domain::{
    Application, CardKind, Certificate, Identity, KeyRef, LoadOrder, Pin, PinState, TokenId, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot, Token, TokenSource, WatchGuard};

pub(crate) const CERTIFICATE: &[u8] = include_bytes!("p256.der");
pub(crate) const RIGHT_PIN: &str = "135790";
pub(crate) const KEY: &str = "01";

pub(crate) fn load(order: &LoadOrder) -> Result<Box<dyn TokenSource>, Fault> {
    let fake = Fake { path: order.path.as_str().into() };
    fake.count("loads");
    fake.misbehave("load");
    if fake.is("noisy") {
        noise();
    }
    if fake.is("starts-another") {
        let other =
            std::process::Command::new("/bin/cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        fs::write(fake.beside("other"), other.id().to_string()).unwrap();
        std::mem::forget(other); // with the end of its pipe
    }
    if fake.is("load-fails") {
        let call = "C_Initialize".into();
        let answer = "CKR_HOST_MEMORY".into();
        return Err(Fault::LibraryFailed { library: order.path.file_name().into(), call, answer });
    }
    Ok(Box::new(fake))
}

/// As a library does that was built with its debug output.
fn noise() {
    let noise = "loading vendor library 1.0 ... ok\n".repeat(1000);
    std::io::stdout().write_all(noise.as_bytes()).unwrap();
    std::io::stderr().write_all(noise.as_bytes()).unwrap();
    let mut stolen = Vec::new();
    std::io::stdin().read_to_end(&mut stolen).unwrap();
    assert!(stolen.is_empty(), "a library can read our frames");
}

#[derive(Clone)]
struct Fake {
    path: PathBuf,
}

impl Fake {
    fn is(&self, name: &str) -> bool {
        self.path.file_stem().unwrap() == name
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.path.with_extension(ending)
    }

    fn count(&self, what: &str) {
        let file = fs::File::options().create(true).append(true).open(self.beside(what));
        file.unwrap().write_all(b"x").unwrap();
    }

    /// `CALL-hangs`, `CALL-aborts`, `CALL-exits`, `CALL-panics`: the first time; `CALL-dies`: always.
    fn misbehave(&self, call: &str) {
        let name = self.path.file_stem().unwrap().to_str().unwrap();
        let Some(how) = name.strip_prefix(call).and_then(|rest| rest.strip_prefix('-')) else { return };
        if how.starts_with("waits") {
            self.wait_to_be_told();
            return;
        }
        let again = self.beside("met").exists();
        fs::write(self.beside("met"), "").unwrap();
        match how {
            "dies" => std::process::abort(),
            _ if again => {}
            "hangs" => hang(),
            "aborts" => std::process::abort(),
            "exits" => std::process::exit(0),
            "panics" => panic!("a defect of the library"),
            _ => {}
        }
    }

    /// Tells the test that it is here, and goes on when that says so.
    fn wait_to_be_told(&self) {
        let mut told = UnixStream::connect(self.beside("sock")).unwrap();
        told.read_exact(&mut [0]).unwrap();
    }

    fn info(&self, insertion: u32) -> TokenInfo {
        let certificate = Certificate::parse(CERTIFICATE).unwrap();
        TokenInfo {
            id: TokenId::parse(&format!("fake#{insertion}")).unwrap(),
            reader: "fake 0".into(),
            label: std::process::id().to_string(),
            application: Application::Pkcs11,
            kind: CardKind::BankUkey,
            library: None,
            pin_pad: self.is("pad"),
            identities: vec![Identity { key: KeyRef::parse(KEY).unwrap(), certificate }],
        }
    }

    fn snapshot(&self, token: Option<u32>) -> Snapshot {
        let reader = |name: String, state| Reader { name, library: None, state };
        if self.is("surroundings") {
            let readers = surroundings().into_iter().map(|name| reader(name, ReaderState::Empty));
            return Snapshot { service: None, readers: readers.collect() };
        }
        let state = match token {
            Some(insertion) => ReaderState::Token { token: self.info(insertion) },
            None => ReaderState::Empty,
        };
        Snapshot { service: None, readers: vec![reader("fake 0".into(), state)] }
    }
}

fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

/// Folder, environment and open files of the worker, one a line.
fn surroundings() -> Vec<String> {
    let mut lines = vec![format!("cwd {}", std::env::current_dir().unwrap().display())];
    lines.extend(std::env::vars().map(|(name, value)| format!("env {name}={value}")));
    for entry in fs::read_dir("/proc/self/fd").unwrap() {
        let path = entry.unwrap().path();
        if let Ok(target) = fs::read_link(&path) {
            lines.push(format!("fd {} {}", path.file_name().unwrap().display(), target.display()));
        }
    }
    lines
}

impl TokenSource for Fake {
    fn list(&self) -> Snapshot {
        self.misbehave("list");
        self.snapshot(Some(1))
    }

    fn open(&self, token: &TokenId) -> Result<Box<dyn Token>, Fault> {
        self.misbehave("open");
        if !token.as_str().starts_with("fake#") {
            return Err(Fault::TokenGone);
        }
        self.count("opens");
        Ok(Box::new(FakeToken { info: self.info(token.as_str()[5..].parse().unwrap()), fake: self.clone() }))
    }

    fn watch(&self, on_change: Box<dyn Fn(Snapshot) + Send>) -> Result<Box<dyn WatchGuard>, Fault> {
        let fake = self.clone();
        std::thread::spawn(move || {
            fake.misbehave("list");
            if !fake.is("plugged") {
                on_change(fake.snapshot(Some(1)));
                return;
            }
            on_change(fake.snapshot(None));
            let mut told = UnixStream::connect(fake.beside("sock")).unwrap();
            let mut insertion = [0];
            while told.read_exact(&mut insertion).is_ok() {
                on_change(fake.snapshot(Some(insertion[0].into()).filter(|insertion| *insertion > 0)));
            }
        });
        Ok(Box::new(NoGuard))
    }
}

struct NoGuard;

impl WatchGuard for NoGuard {}

struct FakeToken {
    info: TokenInfo,
    fake: Fake,
}

impl Drop for FakeToken {
    fn drop(&mut self) {
        self.fake.count("closes");
    }
}

impl Token for FakeToken {
    fn info(&self) -> &TokenInfo {
        &self.info
    }

    fn pin_state(&mut self, _key: &KeyRef) -> Result<PinState, Fault> {
        self.fake.misbehave("pin_state");
        Ok(PinState::Ready { tries_left: 3 })
    }

    /// The "signature" is the message backwards.
    fn sign(
        &mut self,
        key: &KeyRef,
        expected: &Certificate,
        message: &[u8],
        pin: Option<&Pin>,
    ) -> Result<Vec<u8>, Fault> {
        assert_eq!((key.as_str(), expected.der()), (KEY, CERTIFICATE));
        let Some(pin) = pin else {
            return if self.info.pin_pad {
                self.fake.misbehave("pad");
                Ok(message.to_vec())
            } else {
                Err(Fault::PinFormat { min: Pin::MIN, max: Pin::MAX })
            };
        };
        self.fake.count("pins");
        let met = self.fake.beside("met").exists();
        self.fake.misbehave("sign");
        if self.fake.is("sign-overflows") && !met {
            let library = self.fake.path.file_name().unwrap().to_str().unwrap().into();
            return Err(Fault::LibraryLied { library, call: "C_Sign".into() });
        }
        if self.fake.is("noisy") {
            noise();
        }
        if self.fake.is("any-pin") || pin.expose() == RIGHT_PIN.as_bytes() {
            Ok(if self.fake.is("empty-signature") || self.fake.is("sign-waits-and-lies") {
                Vec::new()
            } else {
                message.iter().rev().copied().collect()
            })
        } else {
            Err(Fault::PinWrong { tries_left: Some(2) })
        }
    }

    fn change_pin(&mut self, _key: &KeyRef, old: &Pin, new: &Pin) -> Result<(), Fault> {
        self.fake.count("pins");
        self.fake.misbehave("change_pin");
        match (old.expose(), new.expose()) {
            (old, b"246802") if old == RIGHT_PIN.as_bytes() => Ok(()),
            _ => Err(Fault::PinWrong { tries_left: None }),
        }
    }
}
