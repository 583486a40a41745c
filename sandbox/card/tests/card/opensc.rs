//! OpenSC, which knows nothing of this project, reads the card and signs with it: over pcscd and vpcd, as PIV with
//! `opensc.conf` and as PKCS#15 with its driver for plain ISO/IEC 7816 cards.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::common::*;
use tempfile::TempDir;
use tongguan_sandbox_card::{Act, Card, Inserted, insert};

const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const PIV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/opensc.conf");
const PKCS15: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/card/opensc-pkcs15.conf");

/// pcscd has one socket for the whole machine, so one test at a time has it.
static DAEMON: Mutex<()> = Mutex::new(());

/// A desk with a reader, a card in it and OpenSC.
struct Desk {
    folder: TempDir,
    daemon: Child,
    card: Arc<Mutex<Card>>,
    inserted: Option<Inserted>,
    configuration: &'static str,
    _turn: MutexGuard<'static, ()>,
}

impl Desk {
    fn new(configuration: &'static str) -> Self {
        assert_eq!(
            std::env::var("TONGGUAN_NAMESPACE").as_deref(),
            Ok("1"),
            "this test starts a pcscd of its own: run it by ./dev test"
        );
        let turn = DAEMON.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let reader = free_address();
        let daemon = start_daemon(folder.path(), reader);
        let card = Arc::new(Mutex::new(Card::new(personalisation()).unwrap()));
        let inserted = Some(insert(reader, Arc::clone(&card), Box::new(|_| Act::Answer)).unwrap());
        Self { folder, daemon, card, inserted, configuration, _turn: turn }
    }

    /// Runs an OpenSC tool, which waits for the card, and returns what it printed.
    fn run(&self, tool: &str, arguments: &[&str]) -> String {
        let output = self.output(tool, arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{tool} {arguments:?}: {text}{errors}");
        text + &errors
    }

    fn output(&self, tool: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(tool);
        command.args(arguments).current_dir(self.folder.path());
        command.env("OPENSC_CONF", self.configuration).env("HOME", self.folder.path()).output().unwrap()
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Takes the card out of the reader to look at it.
    fn pull(&mut self) -> MutexGuard<'_, Card> {
        drop(self.inserted.take());
        self.card.lock().unwrap()
    }

    /// Verifies a signature over `data` with the public key of a DER certificate.
    fn openssl_accepts(&self, certificate: &[u8]) {
        self.write("certificate.der", certificate);
        let key =
            self.run("openssl", &["x509", "-inform", "DER", "-in", "certificate.der", "-noout", "-pubkey"]);
        self.write("key.pem", key.as_bytes());
        let answer = self
            .run("openssl", &["dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "data"]);
        assert!(answer.contains("Verified OK"), "{answer}");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.inserted.take());
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        // A killed daemon leaves its socket, and its successor would refuse to start.
        for file in ["pcscd.comm", "pcscd.pid"] {
            let _ = fs::remove_file(Path::new("/run/pcscd").join(file));
        }
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Starts pcscd with one virtual reader and returns when it serves.
fn start_daemon(folder: &Path, reader: SocketAddr) -> Child {
    let readers: PathBuf = folder.join("readers");
    fs::create_dir(&readers).unwrap();
    let port = reader.port();
    let reader = format!(
        "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x{port:X}\nLIBPATH {DRIVER}\nCHANNELID 0x{port:X}\n"
    );
    fs::write(readers.join("vpcd"), reader).unwrap();
    let mut daemon = Command::new("pcscd")
        .args(["--foreground", "--info", "--config"])
        .arg(&readers)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
    let ready = lines.by_ref().map_while(Result::ok).any(|line| line.contains("daemon ready"));
    assert!(ready, "pcscd ended before it was ready");
    // Somebody has to read on, or the daemon stops at a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    daemon
}

#[test]
fn opensc_lists_the_piv_application() {
    let desk = Desk::new(PIV);
    assert!(desk.run("opensc-tool", &["--wait", "--name"]).contains("Tongguan card"));
    let dump = desk.run("pkcs15-tool", &["--dump"]);
    assert!(!desk.run("pkcs11-tool", &["--list-slots"]).contains("serial num         : 0000000000000000"));
    for part in ["PIN [", "Private RSA Key [", "Private EC Key [", "X.509 Certificate ["] {
        assert!(dump.contains(part), "{dump}");
    }
}

#[test]
fn opensc_signs_with_the_piv_keys() {
    let desk = Desk::new(PIV);
    desk.run("opensc-tool", &["--wait", "--atr"]);
    desk.write("data", b"statement");
    let sign = |id: &str, mechanism: &str, more: &[&str]| {
        let common = ["--login", "--pin", PIN, "--sign", "--id", id, "--mechanism", mechanism];
        let files = ["--input-file", "data", "--output-file", "signature"];
        desk.run("pkcs11-tool", &[&common[..], &files[..], more].concat());
    };
    sign("01", "SHA256-RSA-PKCS", &[]);
    desk.openssl_accepts(&crate::common::certificate::rsa(&KEYS.rsa));
    sign("02", "ECDSA-SHA256", &["--signature-format", "openssl"]);
    desk.openssl_accepts(&crate::common::certificate::p256(&KEYS.p256));
}

#[test]
fn a_wrong_pin_from_opensc_costs_one_try() {
    let mut desk = Desk::new(PIV);
    desk.run("opensc-tool", &["--wait", "--atr"]);
    let output = desk.output("pkcs15-tool", &["--verify-pin", "--pin", "654321"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("PIN code or key incorrect"));
    let mut card = desk.pull();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "00200081"), "63C4");
}

#[test]
fn opensc_reads_the_pkcs15_structure() {
    let desk = Desk::new(PKCS15);
    desk.run("opensc-tool", &["--wait", "--atr"]);
    let dump = desk.run("pkcs15-tool", &["--dump"]);
    for part in [
        "Legal person",
        "Serial number  : 54473030303030303031",
        "Private RSA Key [RSA-2048]",
        "Private EC Key [P-256]",
        "Private EC Key [SM2]",
    ] {
        assert!(dump.contains(part), "{part}: {dump}");
    }
    let certificate = desk.run("pkcs15-tool", &["--read-certificate", "02"]);
    desk.write("read.pem", certificate.as_bytes());
    desk.run("openssl", &["x509", "-in", "read.pem", "-outform", "DER", "-out", "read.der"]);
    let read = fs::read(desk.folder.path().join("read.der")).unwrap();
    assert_eq!(read, crate::common::certificate::rsa(&KEYS.rsa));
    desk.run("pkcs15-tool", &["--verify-pin", "--pin", PIN]);
}
