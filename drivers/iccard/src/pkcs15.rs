//! Cards with a file structure of ISO/IEC 7816-15, found by identifier or by EF.DIR.

use crate::apdu::{Answer, Command, ins};
use crate::card::{CardApplication, Found, Signing};
use crate::channel::Channel;
use crate::file::{MASTER_FILE, go, here, read_certificate, read_file, read_whole, select_path, trimmed};
use crate::pin::PinRules;
use crate::pkcs15_objects::{
    self as objects, Authentication, CertificateEntry, FilePath, PrivateKey, TokenInformation,
};
use crate::softcard::{compute, set_template};
use crate::tlv::{Reader, malformed};
use std::sync::Arc;
use tongguan_core::domain::{Application, CardKind, KeyRef};
use tongguan_core::fault::Fault;

/// The registered identifier A000000063 with "PKCS-15".
pub const AID: [u8; 12] = [0xA0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35];

const EF_DIR: [u8; 2] = [0x2F, 0x00];
const EF_ODF: [u8; 2] = [0x50, 0x31];
const EF_TOKEN_INFO: [u8; 2] = [0x50, 0x32];

/// How the application's directory is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    Identifier,
    Path(Vec<u8>),
}

#[derive(Debug)]
struct Pkcs15 {
    home: Home,
    keys: Vec<Key>,
}

/// A private key with the file of its certificate and its PIN.
#[derive(Debug)]
struct Key {
    name: KeyRef,
    private: PrivateKey,
    /// Byte for the algorithm in the security environment, where the card names one.
    algorithm: Option<u8>,
    certificate: FilePath,
    pin: Authentication,
}

/// Selects the application by its identifier, or by the path in EF.DIR; none if this card has neither.
pub(crate) fn recognise(channel: &mut Channel<'_>) -> Result<Option<Found>, Fault> {
    let home = if channel.send(&select_application())?.is_ok() {
        Home::Identifier
    } else {
        match listed_path(channel)? {
            Some(path) if select_path(channel, &path)?.is_ok() => Home::Path(path),
            _ => return Ok(None),
        }
    };
    let odf = objects::parse_odf(&read_file(channel, &here(&EF_ODF), "ODF")?)?;
    let read = |channel: &mut Channel<'_>, paths: &[FilePath], object| {
        let mut bytes = Vec::new();
        for path in paths {
            bytes.append(&mut trimmed(read_file(channel, path, object)?, object)?);
        }
        Ok::<_, Fault>(bytes)
    };
    let private = objects::parse_prkdf(&read(channel, &odf.private_keys, "PrKDF")?)?;
    let certificates = objects::parse_cdf(&read(channel, &odf.certificates, "CDF")?)?;
    let pins = objects::parse_aodf(&read(channel, &odf.authentication, "AODF")?)?;
    // Optional in effect: it gives the label, and algorithm bytes to cards that want them.
    let information = match select_path(channel, &EF_TOKEN_INFO)?.is_ok() {
        true => objects::parse_token_info(&read_whole(channel, "TokenInfo")?)?,
        false => TokenInformation::default(),
    };
    let pkcs15 = Pkcs15 { home, keys: join(private, &certificates, &pins, &information)? };
    let mut found = Vec::new();
    for key in &pkcs15.keys {
        found.push((key.name.clone(), read_certificate(channel, &key.certificate)?));
    }
    let label = information.label.filter(|label| !label.is_empty()).unwrap_or_else(|| "PKCS #15".into());
    let (name, kind) = (Application::Pkcs15, CardKind::Unknown);
    Ok(Some(Found { application: Arc::new(pkcs15), name, label, kind, certificates: found }))
}

/// Brings together what belongs together: certificate and key by iD, key and PIN by authId.
fn join(
    private: Vec<PrivateKey>,
    certificates: &[CertificateEntry],
    pins: &[Authentication],
    information: &TokenInformation,
) -> Result<Vec<Key>, Fault> {
    let mut keys = Vec::new();
    for private in private {
        let certificate = certificates.iter().find(|entry| entry.id == private.id);
        let pin = match &private.auth_id {
            Some(id) => pins.iter().find(|pin| pin.auth_id == *id),
            None => pins.first(),
        };
        let (Some(certificate), Some(pin)) = (certificate, pin) else { continue };
        let name = private.id.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let algorithm = private.algorithm.and_then(|wanted| {
            information.algorithms.iter().find(|(reference, _)| *reference == wanted).map(|(_, byte)| *byte)
        });
        keys.push(Key {
            name: KeyRef::parse(&name).map_err(|_| malformed("PrKDF", "identifier"))?,
            private,
            algorithm,
            certificate: certificate.path.clone(),
            pin: pin.clone(),
        });
    }
    Ok(keys)
}

/// Path of the PKCS #15 application in EF.DIR: 61 { 4F identifier, 51 path }.
fn listed_path(channel: &mut Channel<'_>) -> Result<Option<Vec<u8>>, Fault> {
    let master = Command::new(ins::SELECT, 0x00, 0x0C).data(&MASTER_FILE);
    if !channel.send(&master)?.is_ok() || !select_path(channel, &EF_DIR)?.is_ok() {
        return Ok(None);
    }
    parse_dir(&read_whole(channel, "EF.DIR")?)
}

/// The path of the first PKCS #15 entry in EF.DIR.
pub fn parse_dir(bytes: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let mut reader = Reader::new(bytes, "EF.DIR");
    while let Some(tlv) = reader.object()? {
        let entry = Reader::new(tlv.value, "EF.DIR");
        if tlv.tag == 0x61 && entry.find(0x4F)?.is_some_and(|aid| aid.starts_with(&AID)) {
            return Ok(entry.find(0x51)?.map(<[u8]>::to_vec));
        }
    }
    Ok(None)
}

fn select_application() -> Command {
    Command::new(ins::SELECT, 0x04, 0x00).data(&AID).answer(Answer::Short)
}

impl Pkcs15 {
    fn key(&self, name: &KeyRef) -> Result<&Key, Fault> {
        self.keys.iter().find(|key| key.name == *name).ok_or(Fault::KeyMissing)
    }
}

impl CardApplication for Pkcs15 {
    fn select(&self, channel: &mut Channel<'_>) -> Result<(), Fault> {
        match &self.home {
            Home::Identifier => channel.demand(&select_application()).map(drop),
            Home::Path(path) => go(channel, path, "EF.DIR"),
        }
    }

    fn certificate(&self, channel: &mut Channel<'_>, key: &KeyRef) -> Result<Vec<u8>, Fault> {
        read_certificate(channel, &self.key(key)?.certificate)
    }

    fn pin(&self, key: &KeyRef) -> Result<PinRules, Fault> {
        Ok(self.key(key)?.pin.rules)
    }

    fn reach_pin(&self, channel: &mut Channel<'_>, key: &KeyRef) -> Result<(), Fault> {
        match &self.key(key)?.pin.path {
            Some(path) if !path.identifiers.is_empty() => go(channel, &path.identifiers, "AODF"),
            _ => Ok(()),
        }
    }

    fn signature(&self, channel: &mut Channel<'_>, signing: &Signing<'_>) -> Result<Vec<u8>, Fault> {
        let key = self.key(signing.key)?;
        let file = |path: &Option<FilePath>| path.as_ref().map(|p| p.identifiers.clone()).unwrap_or_default();
        let (wanted, current) = (file(&key.private.path), file(&key.pin.path));
        if !wanted.is_empty() && wanted != current {
            go(channel, &wanted, "PrKDF")?;
        }
        channel.demand(&set_template(key.algorithm, key.private.reference))?;
        compute(channel, signing)
    }

    /// The status lives until another application is selected (or this one again).
    fn leave(&self, channel: &mut Channel<'_>, _key: &KeyRef, _signed: bool) -> Result<(), Fault> {
        self.select(channel)
    }
}
