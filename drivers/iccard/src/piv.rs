//! Personal identity verification cards (NIST SP 800-73-4, parts 1 and 2).

use crate::apdu::{Answer, Command, ins};
use crate::card::{CardApplication, Found, Signing};
use crate::channel::Channel;
use crate::pin::PinRules;
use crate::signature;
use crate::tlv::{Reader, malformed, push};
use std::io::Read;
use std::sync::Arc;
use tongguan_core::domain::{Algorithm, Application, CardKind, KeyRef};
use tongguan_core::fault::Fault;

/// NIST's registered identifier, application 00 00 10 00, version 01 00.
pub const AID: [u8; 11] = [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00];

/// Key reference and the object that holds its certificate: authentication, digital signature.
const SLOTS: [(u8, [u8; 3]); 2] = [(0x9A, [0x5F, 0xC1, 0x05]), (0x9C, [0x5F, 0xC1, 0x0A])];
/// Key reference of the application's PIN, and of the card's global one.
const APPLICATION_PIN: u8 = 0x80;
const GLOBAL_PIN: u8 = 0x00;
/// The most that a certificate may unfold to.
const MOST: u64 = 16 * 1024;

#[derive(Debug)]
struct Piv {
    pin: PinRules,
}

/// Selects the application; none if this card does not have it.
pub(crate) fn recognise(channel: &mut Channel<'_>) -> Result<Option<Found>, Fault> {
    let response = channel.send(&select_command())?;
    if !response.is_ok() {
        return Ok(None);
    }
    let label = parse_label(&response.data).unwrap_or_else(|| "PIV".into());
    let discovery = get_data(channel, &[0x7E])?;
    let reference = discovery.as_deref().map_or(Ok(APPLICATION_PIN), parse_discovery)?;
    // SP 800-73-4 part 2, section 2.4.3: six to eight characters, filled with FF.
    let piv = Piv { pin: PinRules { reference, min: 6, max: 8, padded: Some((8, 0xFF)) } };
    let mut certificates = Vec::new();
    for (slot, object) in SLOTS {
        // 53 00 is a slot that was never filled.
        let object = get_data(channel, &object)?.filter(|object| object.as_slice() != [0x53, 0x00]);
        if let Some(object) = object {
            certificates.push((KeyRef::parse(&format!("{slot:02X}"))?, parse_certificate(&object)?));
        }
    }
    let (name, kind) = (Application::Piv, CardKind::Unknown);
    Ok(Some(Found { application: Arc::new(piv), name, label, kind, certificates }))
}

fn select_command() -> Command {
    Command::new(ins::SELECT, 0x04, 0x00).data(&AID).answer(Answer::Short)
}

/// GET DATA; none where the object does not exist (6A82, 6A88).
fn get_data(channel: &mut Channel<'_>, tag: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let mut list = Vec::new();
    push(&mut list, 0x5C, tag);
    let command = Command::new(ins::GET_DATA_BY_TAG, 0x3F, 0xFF).data(&list).answer(Answer::Long);
    let response = channel.send(&command)?;
    if matches!(response.status, 0x6A82 | 0x6A88) {
        return Ok(None);
    }
    match crate::status::of_command(command.ins, response.status) {
        Some(fault) => Err(fault),
        None => Ok(Some(response.data)),
    }
}

/// The application label of the property template: 61 { 50 }.
pub fn parse_label(template: &[u8]) -> Option<String> {
    let label = Reader::new(template, "PIV").inside(0x61).ok()?.find(0x50).ok()??;
    Some(String::from_utf8_lossy(label).into_owned())
}

/// Reference of the PIN to ask for: 7E { 4F, 5F2F policy }. The second policy byte says which of two
/// comes first.
pub fn parse_discovery(object: &[u8]) -> Result<u8, Fault> {
    match Reader::new(object, "discovery object").inside(0x7E)?.find(0x5F2F)? {
        Some([policy, 0x20, ..]) if policy & 0x20 != 0 => Ok(GLOBAL_PIN),
        _ => Ok(APPLICATION_PIN),
    }
}

/// The certificate of 53 { 70 certificate, 71 certinfo, FE }, unfolded if certinfo says that it is gzip.
pub fn parse_certificate(object: &[u8]) -> Result<Vec<u8>, Fault> {
    let body = Reader::new(object, "certificate object").inside(0x53)?;
    let certificate = body.need(0x70)?;
    if body.find(0x71)?.and_then(<[u8]>::first).is_none_or(|info| info & 1 == 0) {
        return Ok(certificate.to_vec());
    }
    let mut der = Vec::new();
    let unfolded = flate2::read::GzDecoder::new(certificate).take(MOST + 1).read_to_end(&mut der);
    match unfolded {
        Ok(length) if u64::try_from(length).is_ok_and(|n| n <= MOST) => Ok(der),
        Ok(_) => Err(malformed("certificate object", "unfolds to too much")),
        Err(_) => Err(malformed("certificate object", "not gzip")),
    }
}

/// The signature in 7C { 82 }.
pub fn parse_dynamic_authentication(template: &[u8]) -> Result<Vec<u8>, Fault> {
    Ok(Reader::new(template, "dynamic authentication template").inside(0x7C)?.need(0x82)?.to_vec())
}

/// Key reference of a slot.
fn slot(key: &KeyRef) -> Result<(u8, [u8; 3]), Fault> {
    SLOTS.into_iter().find(|(slot, _)| format!("{slot:02X}") == key.as_str()).ok_or(Fault::KeyMissing)
}

/// Algorithm identifier of SP 800-78-4 table 6-2, and what GENERAL AUTHENTICATE gets to sign.
fn challenge(signing: &Signing<'_>) -> Result<(u8, Vec<u8>), Fault> {
    let (certificate, message) = (signing.certificate, signing.message);
    let unsupported = |oid: &str| Err(Fault::AlgorithmUnsupported { oid: oid.into() });
    match (certificate.algorithm(), certificate.public_key().bits()) {
        (Algorithm::RsaSha256 | Algorithm::RsaSha1, bits) => {
            let identifier = match bits {
                1024 => 0x06,
                2048 => 0x07,
                3072 => 0x05,
                _ => return unsupported("1.2.840.113549.1.1.1"),
            };
            Ok((identifier, signature::padded_block(certificate, message)?))
        }
        (Algorithm::EcdsaP256Sha256, _) => Ok((0x11, signature::digest(certificate, message))),
        (Algorithm::Sm2Sm3, _) => unsupported("1.2.156.10197.1.301"),
    }
}

impl CardApplication for Piv {
    fn select(&self, channel: &mut Channel<'_>) -> Result<(), Fault> {
        channel.demand(&select_command()).map(drop)
    }

    fn certificate(&self, channel: &mut Channel<'_>, key: &KeyRef) -> Result<Vec<u8>, Fault> {
        let (_, object) = slot(key)?;
        // An object that was there at insertion and is not any more is another card.
        parse_certificate(&get_data(channel, &object)?.ok_or(Fault::CardChanged)?)
    }

    fn pin(&self, _key: &KeyRef) -> Result<PinRules, Fault> {
        Ok(self.pin)
    }

    fn signature(&self, channel: &mut Channel<'_>, signing: &Signing<'_>) -> Result<Vec<u8>, Fault> {
        let (reference, _) = slot(signing.key)?;
        let (algorithm, input) = challenge(signing)?;
        let (mut body, mut template) = (vec![0x82, 0x00], Vec::new());
        push(&mut body, 0x81, &input);
        push(&mut template, 0x7C, &body);
        let command = Command::new(ins::GENERAL_AUTHENTICATE, algorithm, reference).data(&template);
        let answer = channel.demand(&command.answer(Answer::Short))?;
        let raw = parse_dynamic_authentication(&answer)?;
        if algorithm == 0x11 {
            signature::raw_from_der(&raw)
        } else {
            signature::modulus_long(signing.certificate, raw)
        }
    }

    /// VERIFY with P1 = FF resets the status of the PIN (SP 800-73-4 part 2, section 3.2.1).
    fn leave(&self, channel: &mut Channel<'_>, _key: &KeyRef, _signed: bool) -> Result<(), Fault> {
        channel.demand(&Command::new(ins::VERIFY, 0xFF, self.pin.reference)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn object(certificate: &[u8], info: u8) -> Vec<u8> {
        let (mut body, mut object) = (Vec::new(), Vec::new());
        push(&mut body, 0x70, certificate);
        push(&mut body, 0x71, &[info]);
        push(&mut body, 0xFE, &[]);
        push(&mut object, 0x53, &body);
        object
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_folded_certificate_is_unfolded() {
        assert_eq!(parse_certificate(&object(&gzip(b"certificate"), 1)).unwrap(), b"certificate");
        assert_eq!(parse_certificate(&object(b"certificate", 0)).unwrap(), b"certificate");
    }

    #[test]
    fn a_certificate_that_unfolds_without_end_is_refused() {
        let bomb = parse_certificate(&object(&gzip(&vec![0; 1 << 20]), 1));
        assert_eq!(bomb, Err(malformed("certificate object", "unfolds to too much")));
    }

    #[test]
    fn the_discovery_object_says_which_pin_comes_first() {
        let policy =
            |bytes: &str| parse_discovery(&hex::decode(format!("7E055F2F02{bytes}")).unwrap()).unwrap();
        assert_eq!(policy("4000"), APPLICATION_PIN);
        assert_eq!(policy("6010"), APPLICATION_PIN);
        assert_eq!(policy("6020"), GLOBAL_PIN);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), info in any::<u8>()) {
            let _ = parse_label(&bytes);
            let _ = parse_discovery(&bytes);
            let _ = parse_certificate(&bytes);
            let _ = parse_certificate(&object(&bytes, info));
            let _ = parse_dynamic_authentication(&bytes);
        }
    }
}
