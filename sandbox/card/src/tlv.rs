//! BER-TLV (ISO/IEC 7816-4, annex E): DER uses the same form, so PKCS#15 files are written with it too.

/// One data object. Tags of one or two bytes, as numbers (`0x6F`, `0x9F65`).
pub(crate) fn object(tag: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len() + 6);
    if tag > 0xFF {
        bytes.extend(tag.to_be_bytes());
    } else {
        bytes.push(tag.to_be_bytes()[1]);
    }
    push_length(&mut bytes, value.len());
    bytes.extend(value);
    bytes
}

/// One constructed data object.
pub(crate) fn template(tag: u16, parts: &[Vec<u8>]) -> Vec<u8> {
    object(tag, &parts.concat())
}

fn push_length(bytes: &mut Vec<u8>, length: usize) {
    let big = length.to_be_bytes();
    let significant: Vec<u8> = big.iter().copied().skip_while(|byte| *byte == 0).collect();
    match significant.as_slice() {
        [] => bytes.push(0),
        [short @ 0..=0x7F] => bytes.push(*short),
        long => {
            // At most 8 bytes of length, so the count never reaches the high bit.
            bytes.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7F));
            bytes.extend(long);
        }
    }
}

/// The first data object and what follows it; `None` when the bytes are not BER-TLV.
pub(crate) fn next(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (tag, rest) = match bytes {
        [high, low, rest @ ..] if high & 0x1F == 0x1F => (u16::from_be_bytes([*high, *low]), rest),
        [tag, rest @ ..] => (u16::from(*tag), rest),
        [] => return None,
    };
    let (length, rest) = match rest {
        [length @ 0..=0x7F, rest @ ..] => (usize::from(*length), rest),
        [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

/// The value of the first data object with this tag among several.
pub(crate) fn find(mut bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((tag, value, rest)) = next(bytes) {
        if tag == wanted {
            return Some(value);
        }
        bytes = rest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_object_reads_back(tag in prop_oneof![Just(0x80u16), Just(0x6F), Just(0x9F65), Just(0x5F2F)],
                                value in proptest::collection::vec(any::<u8>(), 0..700)) {
            let bytes = object(tag, &value);
            prop_assert_eq!(next(&bytes), Some((tag, value.as_slice(), &[][..])));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = find(&bytes, 0x1234);
        }
    }

    #[test]
    fn an_object_that_ends_early_is_not_read() {
        assert_eq!(next(&[0x80, 0x02, 0x00]), None);
    }
}
