//! From the world's blueprints to tokens.

use crate::{KeyAlgorithm, SoftFault, SoftKey, SoftLibrary, SoftToken};
use tongguan_core::domain::Certificate;
use tongguan_sandbox_world as world;
use tongguan_sandbox_world::{CardKey, UkeyBlueprint};

impl From<&UkeyBlueprint> for SoftToken {
    fn from(blueprint: &UkeyBlueprint) -> Self {
        Self {
            name: blueprint.name.clone(),
            label: blueprint.label.clone(),
            manufacturer: "Tongguan sandbox".into(),
            serial: blueprint.serial.clone(),
            pin: blueprint.pin.expose().to_owned(),
            max_tries: blueprint.tries,
            tries_left: blueprint.tries,
            keys: blueprint.keys.iter().map(SoftKey::from).collect(),
            verifies: 0,
            insertion: 0,
        }
    }
}

/// The key's usage decides its name: `sign-1`, `encrypt-2`.
impl From<&CardKey> for SoftKey {
    fn from(key: &CardKey) -> Self {
        let signs = Certificate::parse(&key.certificate).is_ok_and(|certificate| certificate.may_sign());
        Self {
            id: format!("{:02x}", key.reference),
            name: format!("{}-{}", if signs { "sign" } else { "encrypt" }, key.reference),
            algorithm: match key.pair.algorithm {
                world::KeyAlgorithm::Sm2 => KeyAlgorithm::Sm2,
                world::KeyAlgorithm::P256 => KeyAlgorithm::P256,
                world::KeyAlgorithm::Rsa2048 | world::KeyAlgorithm::Rsa1024Sha1 => KeyAlgorithm::Rsa,
            },
            private_key: key.pair.private_key.expose().to_vec(),
            certificate: key.certificate.clone(),
            encipherment: !signs,
        }
    }
}

impl SoftLibrary {
    /// [`SoftLibrary::plug`] for a UKey of the world.
    pub fn plug_blueprint(&self, blueprint: &UkeyBlueprint) -> Result<(), SoftFault> {
        self.plug(&blueprint.into())
    }
}
