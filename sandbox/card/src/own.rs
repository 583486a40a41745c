//! The project's own application: the shortest way from PIN to signature.

use crate::{Personalisation, Status, key::Key, tlv};

/// `F0` (proprietary, not registered), "TONGGUAN", version 1.
pub const AID: &[u8] = b"\xF0TONGGUAN\x01";

/// The answer to SELECT without its outer template: AID, label, kind, card number.
pub(crate) fn control_information(owner: &Personalisation) -> Vec<u8> {
    let discretionary = [
        tlv::object(0x50, owner.label.as_bytes()),
        tlv::object(0x9F65, &[owner.kind.code()]),
        tlv::object(0x5A, owner.serial.as_bytes()),
    ];
    [tlv::object(0x84, AID), tlv::template(0xA5, &discretionary)].concat()
}

/// GET DATA 01 00: the keys; GET DATA 02 kk: the certificate of key kk. `6A88` for everything else.
pub(crate) fn data(high: u8, low: u8, keys: &[Key]) -> Result<Vec<u8>, Status> {
    match (high, low) {
        (0x01, 0x00) => Ok(keys.iter().flat_map(describe).collect()),
        (0x02, reference) => keys
            .iter()
            .find(|key| key.reference == reference)
            .map(|key| key.certificate.clone())
            .ok_or(Status::ReferenceNotFound),
        _ => Err(Status::ReferenceNotFound),
    }
}

fn describe(key: &Key) -> Vec<u8> {
    tlv::template(0xE1, &[tlv::object(0x83, &[key.reference]), tlv::object(0x80, &[key.algorithm.code()])])
}
