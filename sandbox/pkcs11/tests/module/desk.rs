//! A copy of the module in a folder of its own, and tokens with keys that OpenSSL made.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use der::{Decode, Encode};
use tempfile::TempDir;
use tongguan_core::domain::PublicKey;
use tongguan_sandbox_ukey::{Behaviour, KeyAlgorithm, SoftKey, SoftLibrary, SoftToken};
use x509_cert::Certificate;

pub(crate) const PIN: &str = "135790";
pub(crate) const WRONG: &str = "999999";
pub(crate) const TRIES: u8 = 6;
const OBJECT: &str = "libtongguan_sandbox_pkcs11.so";

static KEYS: LazyLock<Vec<SoftKey>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let ec = |curve: &str| ["ec", "-pkeyopt", curve].map(str::to_owned).to_vec();
    vec![
        make(folder.path(), "a1", KeyAlgorithm::Rsa, &["rsa:2048".to_owned()]),
        make(folder.path(), "b2", KeyAlgorithm::P256, &ec("ec_paramgen_curve:P-256")),
        make(folder.path(), "c3", KeyAlgorithm::Sm2, &ec("ec_paramgen_curve:SM2")),
    ]
});

fn make(folder: &Path, id: &str, algorithm: KeyAlgorithm, kind: &[String]) -> SoftKey {
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let mut request = vec!["req", "-x509", "-nodes", "-subj", "/CN=Haihe", "-keyout", "key.pem", "-newkey"];
    request.extend(kind.iter().map(String::as_str));
    let certificate = openssl(&[&request[..], &["-outform", "DER"]].concat());
    let private_key = match algorithm {
        KeyAlgorithm::Rsa => openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER"]),
        // RFC 5915: SEQUENCE, version 1, OCTET STRING of 32 bytes.
        _ => openssl(&["ec", "-in", "key.pem", "-outform", "DER"])[7..39].to_vec(),
    };
    let name = format!("key-{id}");
    SoftKey { id: id.into(), name, algorithm, private_key, certificate, encipherment: false }
}

pub(crate) fn key(algorithm: KeyAlgorithm) -> SoftKey {
    KEYS.iter().find(|key| key.algorithm == algorithm).unwrap().clone()
}

pub(crate) fn public(key: &SoftKey) -> PublicKey {
    let certificate = Certificate::from_der(&key.certificate).unwrap();
    PublicKey::from_spki(&certificate.tbs_certificate().subject_public_key_info().to_der().unwrap()).unwrap()
}

/// With an RSA, a P-256 and an SM2 key.
pub(crate) fn token(name: &str) -> SoftToken {
    SoftToken {
        name: name.into(),
        label: "\u{6d77}\u{6cb3}".into(),
        manufacturer: "Tongguan".into(),
        serial: "0123456789".into(),
        pin: PIN.into(),
        max_tries: TRIES,
        tries_left: TRIES,
        keys: KEYS.clone(),
        verifies: 0,
        insertion: 0,
    }
}

/// What `cargo` built last: as a dependency of this test it lies beside it, else one folder above.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folders = test.ancestors().skip(1).take(2);
    let found = folders.map(|folder| folder.join(OBJECT)).filter(|object| object.exists());
    let newest = found.max_by_key(|object| fs::metadata(object).unwrap().modified().unwrap());
    newest.unwrap_or_else(|| panic!("{OBJECT} is not built: cargo build -p tongguan-sandbox-pkcs11"))
}

/// One vendor's module on a machine.
#[derive(Debug)]
pub(crate) struct Desk {
    _folder: TempDir,
    pub(crate) module: PathBuf,
    pub(crate) library: SoftLibrary,
}

impl Desk {
    /// With one token, `one`, plugged in.
    pub(crate) fn new() -> Self {
        let desk = Self::empty();
        desk.library.plug(&token("one")).unwrap();
        desk
    }

    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("libvendor.so");
        fs::copy(built(), &module).unwrap();
        let library = SoftLibrary::at(&module);
        Self { _folder: folder, module, library }
    }

    pub(crate) fn behaving(behaviour: &Behaviour) -> Self {
        let desk = Self::new();
        desk.library.behave(behaviour).unwrap();
        desk
    }

    pub(crate) fn tries_left(&self) -> u8 {
        self.library.token_anywhere("one").unwrap().tries_left
    }

    /// Loads and initialises it.
    pub(crate) fn load(&self) -> Pkcs11 {
        let module = Pkcs11::new(&self.module).unwrap();
        module.initialize(arguments()).unwrap();
        module
    }
}

pub(crate) fn arguments() -> CInitializeArgs {
    CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)
}

pub(crate) fn slot(module: &Pkcs11) -> Slot {
    module.get_slots_with_token().unwrap()[0]
}

pub(crate) fn session(module: &Pkcs11) -> Session {
    module.open_ro_session(slot(module)).unwrap()
}

pub(crate) fn login(session: &Session, pin: &str) -> cryptoki::error::Result<()> {
    session.login(UserType::User, Some(&AuthPin::new(pin.into())))
}

/// A session with the first token, logged in.
pub(crate) fn at_work(module: &Pkcs11) -> Session {
    let session = session(module);
    login(&session, PIN).unwrap();
    session
}

pub(crate) fn object(session: &Session, class: ObjectClass, key: &SoftKey) -> ObjectHandle {
    let id = u8::from_str_radix(&key.id, 16).unwrap();
    session.find_objects(&[Attribute::Class(class), Attribute::Id(vec![id])]).unwrap()[0]
}

pub(crate) fn private_key(session: &Session, key: &SoftKey) -> ObjectHandle {
    object(session, ObjectClass::PRIVATE_KEY, key)
}

pub(crate) fn vendor(number: u64) -> Mechanism<'static> {
    let kind = MechanismType::new_vendor_defined(number).unwrap();
    Mechanism::VendorDefined(VendorDefinedMechanism::new::<()>(kind, None))
}

/// The CK_RV that a call answered.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> RvError {
    match answer.unwrap_err() {
        Error::Pkcs11(value, _) => value,
        other => panic!("{other}"),
    }
}
