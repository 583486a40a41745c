//! The PIN as it travels and as it is kept: 8 bytes, the rest filled with `FF`.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Status;

pub(crate) const LENGTH: usize = 8;
const SHORTEST: usize = 6;
const FILL: u8 = 0xFF;

/// 6 to 8 printable ASCII characters, padded. Never shown, wiped when dropped, compared in constant time.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Pin([u8; LENGTH]);

impl Pin {
    /// The characters without the padding.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().filter(|byte| **byte != FILL).map(|byte| char::from(*byte)).collect())
    }

    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// From the characters of a personalisation; `None` unless 6 to 8 printable ASCII characters.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut block = [FILL; LENGTH];
        block.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Self::try_from(block.as_slice()).ok()
    }
}

impl TryFrom<&[u8]> for Pin {
    type Error = Status;

    /// `6700` unless 8 bytes, `6A80` unless 6 to 8 printable characters and then only `FF`.
    fn try_from(bytes: &[u8]) -> Result<Self, Status> {
        let block: [u8; LENGTH] = bytes.try_into().map_err(|_| Status::WrongLength)?;
        let pin = Self(block);
        let characters = pin.0.iter().take_while(|byte| (0x20..0x7F).contains(*byte)).count();
        let filled = pin.0.iter().skip(characters).all(|byte| *byte == FILL);
        if characters < SHORTEST || !filled {
            return Err(Status::WrongData);
        }
        Ok(pin)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_reads_back_without_its_padding() {
        assert_eq!(*Pin::try_from(&b"123456\xFF\xFF"[..]).unwrap().text(), "123456");
        assert_eq!(*Pin::from_text("12345678").unwrap().text(), "12345678");
    }

    #[test]
    fn a_pin_that_is_short_long_or_broken_is_refused() {
        assert_eq!(Pin::try_from(&b"12345\xFF\xFF\xFF"[..]).unwrap_err(), Status::WrongData);
        assert_eq!(Pin::try_from(&b"123456\xFF1"[..]).unwrap_err(), Status::WrongData);
        assert_eq!(Pin::try_from(&b"123456"[..]).unwrap_err(), Status::WrongLength);
        assert!(Pin::from_text("123456789").is_none());
        assert!(Pin::from_text("12345").is_none());
    }

    #[test]
    fn debug_shows_no_character_of_the_pin() {
        assert_eq!(format!("{:?}", Pin::from_text("123456").unwrap()), "Pin");
    }
}
