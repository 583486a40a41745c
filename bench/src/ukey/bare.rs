//! The calls of one PIN entry in this process, one after the other and with nothing between them. PKCS#11: session,
//! certificate, login, key, signature, logout, end of session. SKF: as [`Skf::entry`] says.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use std::path::Path;
use std::sync::OnceLock;
use tongguan_core::domain::{Algorithm, Certificate, Pin};
use tongguan_skf::bare::Bare as Skf;

pub(crate) enum Bare {
    Skf(Box<Skf>, Pin),
    Pkcs11(Box<Module>),
}

impl Bare {
    /// One signature with a PIN entry of its own.
    pub(crate) fn entry(&self) -> Vec<u8> {
        match self {
            Self::Skf(library, pin) => library.entry(pin).unwrap(),
            Self::Pkcs11(module) => module.entry(),
        }
    }

    /// As few calls as a signature takes. In PKCS#11 it is the same loop.
    pub(crate) fn least(&self) -> Vec<u8> {
        match self {
            Self::Skf(library, pin) => library.least(pin).unwrap(),
            Self::Pkcs11(module) => module.entry(),
        }
    }

    /// `count` signatures on one PIN entry.
    pub(crate) fn many(&self, count: usize) {
        match self {
            Self::Skf(library, pin) => library.many(pin, count).unwrap(),
            Self::Pkcs11(module) => module.many(count),
        }
    }
}

/// A token of a PKCS#11 module, and one key of it.
pub(crate) struct Module {
    slot: Slot,
    pkcs11: Pkcs11,
    certificate: Certificate,
    id: Vec<u8>,
    mechanism: Mechanism<'static>,
    /// What C_Sign gets.
    data: Vec<u8>,
    pin: AuthPin,
}

impl Module {
    /// `id` is the key's CKA_ID, `label` the token's.
    pub(crate) fn load(
        path: &Path,
        label: &str,
        id: u8,
        certificate: Certificate,
        message: &[u8],
        pin: &str,
    ) -> Self {
        let pkcs11 = initialised(path);
        let is_it = |slot: &Slot| pkcs11.get_token_info(*slot).unwrap().label() == label;
        let slot = pkcs11.get_slots_with_token().unwrap().into_iter().find(is_it).unwrap();
        // The same mechanisms that the driver takes first.
        let (mechanism, data) = match certificate.algorithm() {
            Algorithm::EcdsaP256Sha256 => {
                (Mechanism::Ecdsa, Algorithm::EcdsaP256Sha256.digest(certificate.public_key(), message))
            }
            _ => (Mechanism::Sha256RsaPkcs, message.to_vec()),
        };
        let pin = AuthPin::new(pin.into());
        Self { slot, pkcs11, certificate, id: vec![id], mechanism, data, pin }
    }

    fn entry(&self) -> Vec<u8> {
        let session = self.pkcs11.open_ro_session(self.slot).unwrap();
        let certificate = self.find(&session, ObjectClass::CERTIFICATE);
        let read = session.get_attributes(certificate, &[AttributeType::Value]).unwrap();
        assert_eq!(read, [Attribute::Value(self.certificate.der().to_vec())]);
        session.login(UserType::User, Some(&self.pin)).unwrap();
        let key = self.find(&session, ObjectClass::PRIVATE_KEY);
        let signature = session.sign(&self.mechanism, key, &self.data).unwrap();
        session.logout().unwrap();
        signature
    }

    /// The flags of the PIN, no login from before, whether the key wants its PIN again.
    pub(crate) fn precautions(&self, count: usize) {
        let session = self.pkcs11.open_ro_session(self.slot).unwrap();
        session.login(UserType::User, Some(&self.pin)).unwrap();
        let key = self.find(&session, ObjectClass::PRIVATE_KEY);
        for _ in 0..count {
            self.pkcs11.get_token_info(self.slot).unwrap();
            session.get_session_info().unwrap();
            session.get_attributes(key, &[AttributeType::AlwaysAuthenticate]).unwrap();
        }
        session.logout().unwrap();
    }

    fn many(&self, count: usize) {
        let session = self.pkcs11.open_ro_session(self.slot).unwrap();
        session.login(UserType::User, Some(&self.pin)).unwrap();
        let key = self.find(&session, ObjectClass::PRIVATE_KEY);
        for _ in 0..count {
            session.sign(&self.mechanism, key, &self.data).unwrap();
        }
        session.logout().unwrap();
    }

    fn find(&self, session: &Session, class: ObjectClass) -> ObjectHandle {
        let wanted = [Attribute::Class(class), Attribute::Id(self.id.clone())];
        session.find_objects(&wanted).unwrap()[0]
    }
}

/// Loaded and initialised once in this process.
fn initialised(path: &Path) -> Pkcs11 {
    static LOADED: OnceLock<Pkcs11> = OnceLock::new();
    let load = || {
        let pkcs11 = Pkcs11::new(path).unwrap();
        match pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // The driver beside it may have been first.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => panic!("{error}"),
        }
        pkcs11
    };
    LOADED.get_or_init(load).clone()
}
