//! Structures of GM/T 0016-2012, section 6.4: packed, ULONG is 32 bits, numbers as the machine has them.

use encoding_rs::GBK;
use rsa::traits::PublicKeyParts;
use tongguan_core::domain::PublicKey;
use tongguan_sandbox_ukey::SoftToken;

const SGD_SM3: u32 = 0x0000_0001;
const SGD_RSA: u32 = 0x0001_0000;
const SGD_SM2_1: u32 = 0x0002_0100;

#[repr(C, packed)]
#[derive(Clone, Copy)]
pub(crate) struct Version {
    major: u8,
    minor: u8,
}

/// DEVINFO, 294 bytes.
#[repr(C, packed)]
pub(crate) struct DevInfo {
    version: Version,
    manufacturer: [u8; 64],
    issuer: [u8; 64],
    pub(crate) label: [u8; 32],
    pub(crate) serial_number: [u8; 32],
    hardware: Version,
    firmware: Version,
    symmetric_algorithms: u32,
    asymmetric_algorithms: u32,
    hash_algorithms: u32,
    authentication_algorithm: u32,
    total_space: u32,
    free_space: u32,
    max_ecc_buffer_size: u32,
    max_buffer_size: u32,
    reserved: [u8; 64],
}

impl DevInfo {
    pub(crate) fn of(token: &SoftToken) -> Self {
        let one = Version { major: 1, minor: 0 };
        Self {
            version: one,
            manufacturer: gbk(&token.manufacturer),
            issuer: gbk(&token.manufacturer),
            label: gbk(&token.label),
            serial_number: gbk(&token.serial),
            hardware: one,
            firmware: one,
            symmetric_algorithms: 0,
            asymmetric_algorithms: SGD_RSA | SGD_SM2_1,
            hash_algorithms: SGD_SM3,
            authentication_algorithm: 0,
            total_space: 64 * 1024,
            free_space: 32 * 1024,
            max_ecc_buffer_size: 256,
            max_buffer_size: 4096,
            reserved: [0; 64],
        }
    }
}

/// As tokens have it: GBK, cut at a character, at least one NUL after it.
fn gbk<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [0; N];
    let mut free = field.iter_mut().take(N.saturating_sub(1));
    for character in text.chars() {
        let mut utf8 = [0; 4];
        let (bytes, _, _) = GBK.encode(character.encode_utf8(&mut utf8));
        if bytes.len() > free.len() {
            break;
        }
        bytes.iter().zip(&mut free).for_each(|(byte, place)| *place = *byte);
    }
    field
}

/// ECCSIGNATUREBLOB: each number in the last 32 of its 64 bytes.
#[repr(C, packed)]
pub(crate) struct EccSignature {
    pub(crate) r: [u8; 64],
    pub(crate) s: [u8; 64],
}

impl EccSignature {
    /// From r||s, 64 bytes.
    pub(crate) fn of(bare: &[u8]) -> Self {
        let (r, s) = bare.split_at(bare.len() / 2);
        Self { r: right(r), s: right(s) }
    }
}

/// ECCPUBLICKEYBLOB.
#[repr(C, packed)]
pub(crate) struct EccPublicKey {
    bits: u32,
    pub(crate) x: [u8; 64],
    pub(crate) y: [u8; 64],
}

/// ECCPUBLICKEYBLOB (132 bytes) or RSAPUBLICKEYBLOB (268 bytes); `None` for a key that GM/T 0016 does not know.
pub(crate) fn public_key_blob(key: &PublicKey) -> Option<Vec<u8>> {
    match key {
        PublicKey::Sm2(point) => {
            let point = point.to_sec1_bytes();
            let (x, y) = point.get(1..)?.split_at_checked(32)?;
            Some([&256u32.to_ne_bytes()[..], &right::<64>(x), &right::<64>(y)].concat())
        }
        PublicKey::Rsa(rsa) => {
            let bits = u32::try_from(rsa.n().bits()).ok()?;
            let modulus = right::<256>(&rsa.n().to_bytes_be());
            let exponent = right::<4>(&rsa.e().to_bytes_be());
            Some([&SGD_RSA.to_ne_bytes()[..], &bits.to_ne_bytes(), &modulus, &exponent].concat())
        }
        PublicKey::P256(_) => None,
    }
}

/// `value` at the end of `N` bytes.
fn right<const N: usize>(value: &[u8]) -> [u8; N] {
    let mut field = [0; N];
    field.iter_mut().rev().zip(value.iter().rev()).for_each(|(place, byte)| *place = *byte);
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_as_long_as_the_standard_says() {
        assert_eq!(size_of::<DevInfo>(), 294);
        assert_eq!(size_of::<EccSignature>(), 128);
        assert_eq!(size_of::<EccPublicKey>(), 132);
    }

    #[test]
    fn a_text_is_cut_between_two_characters() {
        assert_eq!(gbk::<4>("a\u{7f51}\u{94f6}"), [b'a', 0xCD, 0xF8, 0]);
        assert_eq!(gbk::<4>("\u{7f51}\u{94f6}"), [0xCD, 0xF8, 0, 0]);
    }
}
