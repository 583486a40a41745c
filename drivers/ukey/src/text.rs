//! The texts of PKCS#11 structures: fixed fields, padded by blanks in the standard and by anything in life.

use encoding_rs::GBK;
use tongguan_core::domain::line;

/// The text of a fixed field: up to the first NUL, without padding, UTF-8 or GBK. A character that the
/// field's end cut in two is dropped; what prints nothing is replaced, for the text is shown.
pub(crate) fn field(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let text = bytes.get(..end).unwrap_or_default();
    let padding = text.iter().rev().take_while(|b| matches!(b, b' ' | 0xFF)).count();
    let text = text.get(..end - padding).unwrap_or_default();
    printable(&decode(text))
}

fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => return text.into(),
        // Only the last character is broken: the field was too short for it.
        Err(error) if error.error_len().is_none() => {
            return String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).into();
        }
        Err(_) => {}
    }
    let whole = |bytes| GBK.decode_without_bom_handling_and_without_replacement(bytes);
    let cut = bytes.split_last().map(|(_, rest)| rest).unwrap_or_default();
    match whole(bytes).or_else(|| whole(cut)) {
        Some(text) => text.into(),
        None => String::from_utf8_lossy(bytes).into(),
    }
}

fn printable(text: &str) -> String {
    let visible =
        |c: char| if c == ' ' || line("", c.encode_utf8(&mut [0; 4]), 1).is_ok() { c } else { '\u{FFFD}' };
    text.trim().chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two characters of the bank's name "jian she" in GBK.
    const GBK_NAME: [u8; 4] = [0xBD, 0xA8, 0xC9, 0xE8];

    fn padded(text: &[u8], with: u8) -> [u8; 32] {
        let mut field = [with; 32];
        field[..text.len()].copy_from_slice(text);
        field
    }

    #[test]
    fn padding_of_any_kind_is_no_text() {
        for with in [b' ', 0, 0xFF] {
            assert_eq!(field(&padded(b"CCB UKey", with)), "CCB UKey", "{with:#x}");
        }
        assert_eq!(field(b"CCB\0left over from before"), "CCB");
        assert_eq!(field(&[b' '; 32]), "");
        assert_eq!(field(&[]), "");
    }

    #[test]
    fn gbk_and_utf8_give_the_same_name() {
        let name = "\u{5EFA}\u{8BBE}";
        assert_eq!(field(&padded(&GBK_NAME, b' ')), name);
        assert_eq!(field(&padded(&GBK_NAME, 0)), name);
        assert_eq!(field(&padded(name.as_bytes(), b' ')), name);
    }

    #[test]
    fn a_character_cut_by_the_end_is_dropped() {
        let name = "\u{5EFA}\u{8BBE}".as_bytes();
        assert_eq!(field(&name[..5]), "\u{5EFA}");
        assert_eq!(field(&GBK_NAME[..3]), "\u{5EFA}");
    }

    proptest! {
        #[test]
        fn any_field_is_a_line_that_can_be_shown(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let text = field(&bytes);
            prop_assert!(text.chars().all(|c| !c.is_control()));
            prop_assert_eq!(text.trim(), &text);
        }
    }
}
