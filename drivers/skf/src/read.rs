//! From a device that is plugged in to a token: its applications, their containers, the certificates in them.

use crate::binding::{Application, CallError, Calls, Container, DevInfo, EccPublicKeyBlob, RsaPublicKeyBlob};
use crate::blob::{self, BeyondArray};
use crate::names::{Name, text};
use crate::signature::Learned;
use std::sync::Arc;
use tongguan_core::domain::{
    Algorithm, Application as Interface, CardKind, Certificate, Identity, KeyRef, TokenId, TokenInfo,
};
use tongguan_core::fault::Fault;

/// `SKF_GetContainerType` of a container with no keys in it.
const EMPTY: u32 = 0;

/// A device that was read: kept from insertion, so that opening it costs no call.
#[derive(Debug, Clone)]
pub(crate) struct Recognised {
    pub(crate) info: TokenInfo,
    pub(crate) device: Name,
    pub(crate) places: Vec<Place>,
    /// The same for all who open this insertion.
    pub(crate) rsa: Arc<Learned>,
}

/// Where a key lies.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) key: KeyRef,
    pub(crate) application: Name,
    pub(crate) container: Name,
}

/// What was found so far, and the first thing that stood against finding more.
#[derive(Default)]
struct Found {
    identities: Vec<Identity>,
    places: Vec<Place>,
    flaw: Option<Fault>,
}

impl Found {
    /// What cannot be read hides nothing else, unless the token is gone or its library cannot be believed.
    fn pass_over(&mut self, fault: Fault) -> Result<(), Fault> {
        match fault {
            Fault::CardRemoved | Fault::LibraryLied { .. } => Err(fault),
            fault => {
                tracing::info!(code = fault.code(), "passed over");
                self.flaw.get_or_insert(fault);
                Ok(())
            }
        }
    }
}

/// Reads the device called `name`. No PIN is needed for that and none is asked for.
pub(crate) fn read(calls: &Calls<'_>, name: &Name, id: TokenId) -> Result<Recognised, Fault> {
    let device = calls.connect(name)?;
    let info = device.info()?;
    let mut found = Found::default();
    for (number, application) in device.applications()?.iter().enumerate() {
        let outcome = match device.application(application) {
            Ok(opened) => survey(&mut found, &opened, application, number),
            Err(error) => Err(error.into()),
        };
        if let Err(fault) = outcome {
            found.pass_over(fault)?;
        }
    }
    if let (true, Some(flaw)) = (found.identities.is_empty(), found.flaw) {
        return Err(flaw);
    }
    let info = TokenInfo {
        id,
        reader: name.text(),
        label: label(&info, name),
        application: Interface::Skf,
        kind: CardKind::behind_library(&found.identities),
        identities: found.identities,
        library: None,
        pin_pad: false,
    };
    Ok(Recognised { info, device: name.clone(), places: found.places, rsa: Arc::default() })
}

/// Looks into every container of an application.
fn survey(found: &mut Found, application: &Application<'_>, name: &Name, number: usize) -> Result<(), Fault> {
    for (index, container) in application.containers()?.into_iter().enumerate() {
        let identity = application.container(&container).map_err(Fault::from);
        match identity.and_then(|opened| certificate(&opened)) {
            Ok(None) => {}
            Ok(Some(certificate)) => {
                let key = KeyRef::parse(&format!("{number}.{index}"))?;
                found.places.push(Place { key: key.clone(), application: name.clone(), container });
                found.identities.push(Identity { key, certificate });
            }
            Err(fault) => found.pass_over(fault)?,
        }
    }
    Ok(())
}

/// The signature certificate in a container, if it has one and the key to it.
fn certificate(container: &Container<'_>) -> Result<Option<Certificate>, Fault> {
    match container.kind() {
        Ok(EMPTY) => return Ok(None),
        Err(error) if !error.is_unsupported() => return Err(error.into()),
        _ => {}
    }
    let Some(der) = container.certificate()? else { return Ok(None) };
    let certificate = Certificate::parse(Certificate::without_filling(&der))?;
    if has_key(container, &certificate)? { Ok(Some(certificate)) } else { Err(Fault::KeyMissing) }
}

/// False only if the container has another key: a library that does not show it is believed.
fn has_key(container: &Container<'_>, certificate: &Certificate) -> Result<bool, Fault> {
    let key = match certificate.algorithm() {
        Algorithm::Sm2Sm3 => container.public_key(EccPublicKeyBlob::ZERO).map(|blob| blob::ecc_key(&blob)),
        Algorithm::RsaSha256 | Algorithm::RsaSha1 => {
            container.public_key(RsaPublicKeyBlob::ZERO).map(|blob| blob::rsa_key(&blob))
        }
        Algorithm::EcdsaP256Sha256 => return Ok(true),
    };
    match key {
        Ok(Ok(key)) => Ok(key.is_none_or(|key| key == *certificate.public_key())),
        Ok(Err(BeyondArray)) => Err(container.lie("SKF_ExportPublicKey").into()),
        Err(error) => from_refusal(error),
    }
}

fn from_refusal(error: CallError) -> Result<bool, Fault> {
    match Fault::from(error) {
        fault @ (Fault::CardRemoved | Fault::LibraryLied { .. }) => Err(fault),
        _ => Ok(true),
    }
}

/// What the token calls itself, or else its maker, or else its device.
fn label(info: &DevInfo, name: &Name) -> String {
    let (label, maker) = (text(&info.label), text(&info.manufacturer));
    let label = if label.is_empty() { maker } else { label };
    if label.is_empty() { name.text() } else { label }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_without_a_label_is_called_by_its_maker_or_its_device() {
        let name = Name::from(c"USB 1");
        let mut info = DevInfo::ZERO;
        assert_eq!(label(&info, &name), "USB 1");
        info.manufacturer[..5].copy_from_slice(b"Maker");
        assert_eq!(label(&info, &name), "Maker");
        info.label[..3].copy_from_slice(b"Key");
        assert_eq!(label(&info, &name), "Key");
    }
}
