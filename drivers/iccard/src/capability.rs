//! What a card says of itself in its answer to reset (ISO/IEC 7816-3 clause 8.2, 7816-4 clause 12.1.1).

use crate::apdu::Form;

/// The form of length fields that the historical bytes announce: card capabilities, third software
/// function table, bit 7. Short if they say nothing, or if the bytes are not an answer to reset.
pub fn length_form(atr: &[u8]) -> Form {
    match historical_bytes(atr).and_then(software_functions) {
        Some(table) if table & 0x40 != 0 => Form::Extended,
        _ => Form::Short,
    }
}

/// Skips TS, T0 and the interface bytes.
fn historical_bytes(atr: &[u8]) -> Option<&[u8]> {
    let (_, mut rest) = atr.split_first()?;
    let (format, after) = rest.split_first()?;
    rest = after;
    let count = usize::from(format & 0x0F);
    let mut present = format & 0xF0;
    while present != 0 {
        let interface = present.count_ones() as usize;
        let (group, after) = rest.split_at_checked(interface)?;
        // TD is the last of its group and says what the next group holds.
        present = if present & 0x80 != 0 { group.last()? & 0xF0 } else { 0 };
        rest = after;
    }
    rest.get(..count)
}

/// The third byte of the card capabilities, compact-TLV tag 7.
fn software_functions(historical: &[u8]) -> Option<u8> {
    let (category, mut rest) = historical.split_first()?;
    match category {
        // Three status bytes stand at the end.
        0x00 => rest = rest.get(..rest.len().checked_sub(3)?)?,
        0x80 => {}
        _ => return None,
    }
    while let Some((header, after)) = rest.split_first() {
        let (value, after) = after.split_at_checked(usize::from(header & 0x0F))?;
        if header >> 4 == 7 {
            return value.get(2).copied();
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(atr: &str) -> Form {
        length_form(&hex::decode(atr).unwrap())
    }

    #[test]
    fn extended_length_is_announced_in_the_capabilities() {
        // Two groups of interface bytes (TD1 = 80, TD2 = 01), then 80 73 xx xx xx and the checksum.
        assert_eq!(form("3B8580018073C001C005"), Form::Extended);
        assert_eq!(form("3B858001807300018005"), Form::Short);
    }

    #[test]
    fn a_card_without_capabilities_gets_the_short_form() {
        for atr in ["", "3B", "3B00", "3B6500002063CB6800", "3B9F", "3BFF"] {
            assert_eq!(form(atr), Form::Short, "{atr}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = length_form(&bytes);
        }
    }
}
