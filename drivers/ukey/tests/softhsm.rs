//! The driver over SoftHSM2, a module that knows neither slot events nor retry flags and hides private keys.
//!
//! SoftHSM reads its configuration from the environment, so each scenario runs in a process of its own: the
//! test starts itself again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;
use tongguan_core::domain::{
    Algorithm, Certificate, Identity, KeyRef, LibraryKind, LibraryPath, LibraryProfile, LoadOrder, Pin,
    PinState, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Snapshot, Token, TokenSource};
use tongguan_ukey::Ukeys;

const INSIDE: &str = "TONGGUAN_TEST_SCENARIO";
/// What the scenario leaves beside the configuration: a run that found no such test ends well, too.
const DONE: &str = "done";
const CONFIGURATION: &str = "SOFTHSM2_CONF";
const PIN: &str = "246813";
const MESSAGE: &[u8] = b"what the holder saw and signed";
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

fn module() -> &'static str {
    MODULES.into_iter().find(|path| Path::new(path).exists()).unwrap()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Runs `scenario` in the process that this test starts with the tokens of `make`; `name` is the test's own.
fn apart(name: &str, make: impl FnOnce(&Store), scenario: impl FnOnce(&Ukeys)) {
    if std::env::var_os(INSIDE).is_some_and(|inside| inside == name) {
        scenario(&load());
        let configuration = std::env::var_os(CONFIGURATION).unwrap();
        std::fs::write(Path::new(&configuration).with_file_name(DONE), "").unwrap();
        return;
    }
    let store = Store::new();
    make(&store);
    let mut again = store.command(std::env::current_exe().unwrap().to_str().unwrap());
    let output = run(again.args(["--exact", name, "--nocapture"]).env(INSIDE, name));
    assert!(Path::new(&store.path(DONE)).exists(), "{output}");
}

/// A token folder, and the tools that fill it.
struct Store {
    folder: TempDir,
}

impl Store {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        std::fs::write(folder.path().join("softhsm2.conf"), text).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().into()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env(CONFIGURATION, self.path("softhsm2.conf"));
        command
    }

    fn token(&self, label: &str) {
        let pins = ["--pin", PIN, "--so-pin", "99999999"];
        run(self.command("softhsm2-util").args(["--init-token", "--free", "--label", label]).args(pins));
    }

    /// A key made by OpenSSL, its certificate, both under `id` on the token.
    fn key(&self, token: &str, id: &str, kind: &[&str], usage: &str) {
        let (key, pem, der) = (self.path("key.pem"), self.path("cert.pem"), self.path("cert.der"));
        let subject = format!("/C=CN/O=Haihe/CN={token} {id}");
        let mut make = self.command("openssl");
        make.args([
            "req", "-x509", "-nodes", "-days", "30", "-subj", &subject, "-keyout", &key, "-out", &pem,
        ]);
        make.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        make.args(["-addext", &format!("keyUsage=critical,{usage}"), "-newkey"]).args(kind);
        run(&mut make);
        run(self.command("openssl").args(["x509", "-in", &pem, "-outform", "DER", "-out", &der]));
        let import = ["--import", &key, "--token", token, "--label", "key", "--id", id, "--pin", PIN];
        run(self.command("softhsm2-util").args(import));
        let mut write = self.command("pkcs11-tool");
        write.args(["--module", module(), "--token-label", token, "--login", "--pin", PIN]);
        run(write.args(["--write-object", &der, "--type", "cert", "--id", id, "--label", "certificate"]));
    }

    fn rsa(&self) {
        self.token("RSA key");
        self.key("RSA key", "01", &["rsa:2048"], "digitalSignature");
    }

    fn p256(&self) {
        self.token("P-256 key");
        self.key("P-256 key", "02", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "nonRepudiation");
    }
}

fn load() -> Ukeys {
    let path = LibraryPath::parse(module()).unwrap();
    let (kind, profile) = (LibraryKind::Pkcs11, LibraryProfile::default());
    Ukeys::load(&LoadOrder { path, kind, sha256: String::new(), profile }).unwrap()
}

fn tokens(snapshot: Snapshot) -> Vec<TokenInfo> {
    let token = |reader: tongguan_core::ports::Reader| match reader.state {
        ReaderState::Token { token } => token,
        other => panic!("{}: {other:?}", reader.name),
    };
    snapshot.readers.into_iter().map(token).collect()
}

fn token(ukeys: &Ukeys, label: &str) -> TokenInfo {
    tokens(ukeys.list()).into_iter().find(|token| token.label == label).unwrap()
}

fn pin(text: &str) -> Pin {
    Pin::parse(text.into()).unwrap()
}

fn sign(opened: &mut dyn Token, identity: &Identity, pin: &Pin) -> Result<Vec<u8>, Fault> {
    opened.sign(&identity.key, &identity.certificate, MESSAGE, Some(pin))
}

#[test]
fn rsa_and_p256_on_two_tokens_sign() {
    let make = |store: &Store| {
        store.rsa();
        store.p256();
    };
    apart("rsa_and_p256_on_two_tokens_sign", make, |ukeys| {
        assert_eq!(tokens(ukeys.list()).len(), 2);
        for (label, algorithm) in
            [("RSA key", Algorithm::RsaSha256), ("P-256 key", Algorithm::EcdsaP256Sha256)]
        {
            let info = token(ukeys, label);
            let identity = &info.identities[0];
            assert_eq!((info.identities.len(), identity.certificate.algorithm()), (1, algorithm));
            let mut opened = ukeys.open(&info.id).unwrap();
            assert_eq!(opened.pin_state(&identity.key).unwrap(), PinState::Unknown);
            for _ in 0..20 {
                let signature = sign(opened.as_mut(), identity, &pin(PIN)).unwrap();
                let key = identity.certificate.public_key();
                key.verify(algorithm, MESSAGE, &signature).unwrap();
            }
        }
    });
}

#[test]
fn a_wrong_pin_is_told_without_a_number_of_tries() {
    apart("a_wrong_pin_is_told_without_a_number_of_tries", Store::p256, |ukeys| {
        let info = token(ukeys, "P-256 key");
        let mut opened = ukeys.open(&info.id).unwrap();
        let wrong = sign(opened.as_mut(), &info.identities[0], &pin("135790"));
        assert_eq!(wrong, Err(Fault::PinWrong { tries_left: None }));
        assert!(sign(opened.as_mut(), &info.identities[0], &pin(PIN)).is_ok());
    });
}

#[test]
fn a_changed_pin_counts_from_then_on() {
    apart("a_changed_pin_counts_from_then_on", Store::p256, |ukeys| {
        let info = token(ukeys, "P-256 key");
        let identity = &info.identities[0];
        let mut opened = ukeys.open(&info.id).unwrap();
        opened.change_pin(&identity.key, &pin(PIN), &pin("864209")).unwrap();
        assert_eq!(sign(opened.as_mut(), identity, &pin(PIN)), Err(Fault::PinWrong { tries_left: None }));
        assert!(sign(opened.as_mut(), identity, &pin("864209")).is_ok());
    });
}

#[test]
fn a_certificate_whose_key_is_not_there_is_found_out_at_signing() {
    let make = |store: &Store| {
        store.token("Bare");
        store.key("Bare", "01", &["rsa:2048"], "digitalSignature");
        let mut delete = store.command("pkcs11-tool");
        delete.args(["--module", module(), "--token-label", "Bare", "--login", "--pin", PIN]);
        run(delete.args(["--delete-object", "--type", "privkey", "--id", "01"]));
    };
    apart("a_certificate_whose_key_is_not_there_is_found_out_at_signing", make, |ukeys| {
        let info = token(ukeys, "Bare");
        let mut opened = ukeys.open(&info.id).unwrap();
        assert_eq!(sign(opened.as_mut(), &info.identities[0], &pin(PIN)), Err(Fault::KeyMissing));
    });
}

#[test]
fn of_a_signature_and_an_encryption_pair_only_the_first_is_offered() {
    let make = |store: &Store| {
        store.token("Mixed");
        store.key("Mixed", "0A", &["rsa:2048"], "keyEncipherment,dataEncipherment");
        store.key("Mixed", "0B", &["rsa:2048"], "digitalSignature,nonRepudiation");
    };
    apart("of_a_signature_and_an_encryption_pair_only_the_first_is_offered", make, |ukeys| {
        let info = token(ukeys, "Mixed");
        let holders: Vec<&str> = info.identities.iter().map(|i| i.certificate.holder()).collect();
        assert_eq!(holders, ["Mixed 0B"]);
        let mut opened = ukeys.open(&info.id).unwrap();
        assert!(sign(opened.as_mut(), &info.identities[0], &pin(PIN)).is_ok());
        let other = Certificate::clone(&info.identities[0].certificate);
        let key = KeyRef::parse("0a.0000000000000000").unwrap();
        assert_eq!(opened.sign(&key, &other, MESSAGE, Some(&pin(PIN))), Err(Fault::KeyMissing));
    });
}

#[test]
fn a_module_without_slot_events_is_watched_all_the_same() {
    apart("a_module_without_slot_events_is_watched_all_the_same", Store::p256, |ukeys| {
        let (tell, news) = channel();
        let tell = move |snapshot| {
            // Nobody listens any more when the test is over.
            let _ = tell.send(snapshot);
        };
        let guard = ukeys.watch(Box::new(tell)).unwrap();
        let next = || news.recv_timeout(Duration::from_secs(60)).unwrap();
        let snapshot = std::iter::repeat_with(next)
            .find(|snapshot: &Snapshot| !matches!(snapshot.readers[0].state, ReaderState::Reading));
        let info = tokens(snapshot.unwrap()).remove(0);
        let mut opened = ukeys.open(&info.id).unwrap();
        assert!(sign(opened.as_mut(), &info.identities[0], &pin(PIN)).is_ok());
        drop(guard);
        while news.try_recv().is_ok() {}
        assert!(news.recv().is_err());
    });
}
