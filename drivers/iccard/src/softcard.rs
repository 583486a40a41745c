//! The project's own card application, as `docs/card.md` describes it.

use crate::apdu::{Answer, Command, ins};
use crate::card::{CardApplication, Found, Signing};
use crate::channel::Channel;
use crate::pin::PinRules;
use crate::signature;
use crate::tlv::{Reader, malformed, push};
use std::sync::Arc;
use tongguan_core::domain::{Algorithm, Application, CardKind, KeyRef};
use tongguan_core::fault::Fault;

/// A proprietary, unregistered identifier (ISO/IEC 7816-4 clause 12.2.3.4): F0, "TONGGUAN", 01.
pub const AID: [u8; 10] = [0xF0, 0x54, 0x4F, 0x4E, 0x47, 0x47, 0x55, 0x41, 0x4E, 0x01];

/// PIN of the application: 6 to 8 characters, filled with FF to 8.
const PIN: PinRules = PinRules { reference: 0x81, min: 6, max: 8, padded: Some((8, 0xFF)) };

#[derive(Debug)]
struct Softcard {
    keys: Vec<(KeyRef, KeyEntry)>,
}

/// One entry of the key list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEntry {
    pub reference: u8,
    /// 01 SM2, 02 RSA, 03 ECDSA P-256.
    pub algorithm: u8,
}

fn select_command() -> Command {
    Command::new(ins::SELECT, 0x04, 0x00).data(&AID).answer(Answer::Short)
}

/// Selects the application; none if this card does not have it.
pub(crate) fn recognise(channel: &mut Channel<'_>) -> Result<Option<Found>, Fault> {
    let response = channel.send(&select_command())?;
    if !response.is_ok() {
        return Ok(None);
    }
    let (label, kind) = parse_fci(&response.data)?;
    let list = channel.demand(&Command::new(ins::GET_DATA, 0x01, 0x00).answer(Answer::Short))?;
    let mut keys = Vec::new();
    for entry in parse_key_list(&list)? {
        keys.push((KeyRef::parse(&format!("{:02X}", entry.reference))?, entry));
    }
    let softcard = Softcard { keys };
    let mut certificates = Vec::new();
    for (key, _) in &softcard.keys {
        certificates.push((key.clone(), softcard.certificate(channel, key)?));
    }
    let name = Application::Tongguan;
    Ok(Some(Found { application: Arc::new(softcard), name, label, kind, certificates }))
}

/// Label and kind of card from the file control information: 6F { 84, A5 { 50, 9F65, 5A } }.
pub fn parse_fci(fci: &[u8]) -> Result<(String, CardKind), Fault> {
    let proprietary = Reader::new(fci, "FCI").inside(0x6F)?.inside(0xA5)?;
    let label = String::from_utf8_lossy(proprietary.find(0x50)?.unwrap_or_default()).into_owned();
    let kind = match proprietary.find(0x9F65)? {
        Some([1]) => CardKind::LegalPerson,
        Some([2]) => CardKind::Operator,
        _ => CardKind::Unknown,
    };
    Ok((label, kind))
}

/// Repeated E1 { 83 key reference, 80 algorithm }.
pub fn parse_key_list(list: &[u8]) -> Result<Vec<KeyEntry>, Fault> {
    let mut reader = Reader::new(list, "key list");
    let mut entries = Vec::new();
    while let Some(tlv) = reader.object()? {
        if tlv.tag != 0xE1 {
            continue;
        }
        let entry = Reader::new(tlv.value, "key list");
        match (entry.need(0x83)?, entry.need(0x80)?) {
            ([reference], [algorithm]) => {
                entries.push(KeyEntry { reference: *reference, algorithm: *algorithm });
            }
            _ => return Err(malformed("key list", "entry")),
        }
    }
    Ok(entries)
}

impl Softcard {
    fn entry(&self, key: &KeyRef) -> Result<KeyEntry, Fault> {
        self.keys.iter().find(|(name, _)| name == key).map(|(_, entry)| *entry).ok_or(Fault::KeyMissing)
    }
}

impl CardApplication for Softcard {
    fn select(&self, channel: &mut Channel<'_>) -> Result<(), Fault> {
        channel.demand(&select_command()).map(drop)
    }

    fn certificate(&self, channel: &mut Channel<'_>, key: &KeyRef) -> Result<Vec<u8>, Fault> {
        let reference = self.entry(key)?.reference;
        channel.demand(&Command::new(ins::GET_DATA, 0x02, reference).answer(Answer::Long))
    }

    fn pin(&self, _key: &KeyRef) -> Result<PinRules, Fault> {
        Ok(PIN)
    }

    fn signature(&self, channel: &mut Channel<'_>, signing: &Signing<'_>) -> Result<Vec<u8>, Fault> {
        let entry = self.entry(signing.key)?;
        let algorithm = match signing.certificate.algorithm() {
            Algorithm::Sm2Sm3 => 1,
            Algorithm::RsaSha256 | Algorithm::RsaSha1 => 2,
            Algorithm::EcdsaP256Sha256 => 3,
        };
        if algorithm != entry.algorithm {
            return Err(malformed("key list", "algorithm is not the certificate's"));
        }
        channel.demand(&set_template(Some(entry.algorithm), entry.reference))?;
        compute(channel, signing)
    }

    /// The card spends its PIN status with the signature; without one, selecting again drops it.
    fn leave(&self, channel: &mut Channel<'_>, _key: &KeyRef, signed: bool) -> Result<(), Fault> {
        if signed { Ok(()) } else { self.select(channel) }
    }
}

/// MANAGE SECURITY ENVIRONMENT: SET, digital signature template (ISO/IEC 7816-4 clause 11.5.11).
pub(crate) fn set_template(algorithm: Option<u8>, key: u8) -> Command {
    let mut template = Vec::new();
    if let Some(algorithm) = algorithm {
        push(&mut template, 0x80, &[algorithm]);
    }
    push(&mut template, 0x84, &[key]);
    Command::new(ins::MANAGE_SECURITY_ENVIRONMENT, 0x41, 0xB6).data(&template)
}

/// PSO: COMPUTE DIGITAL SIGNATURE (ISO/IEC 7816-8 clause 11.3).
pub(crate) fn compute(channel: &mut Channel<'_>, signing: &Signing<'_>) -> Result<Vec<u8>, Fault> {
    let input = signature::pso_input(signing.certificate, signing.message);
    let command =
        Command::new(ins::PERFORM_SECURITY_OPERATION, 0x9E, 0x9A).data(&input).answer(Answer::Short);
    signature::from_pso(signing.certificate, channel.demand(&command)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_kind_of_card_is_read_from_the_fci() {
        let fci = hex::decode("6F0E840101A50950034142439F650102").unwrap();
        assert_eq!(parse_fci(&fci).unwrap(), ("ABC".into(), CardKind::Operator));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse_fci(&bytes);
            let _ = parse_key_list(&bytes);
        }
    }
}
