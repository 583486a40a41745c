//! Names and texts that a library gives: lists that end with two NULs, labels in UTF-8 or GBK.

use std::ffi::{CStr, CString};
use tongguan_core::domain::line;

/// Devices on a machine, applications on a device, containers in an application: more is no list.
const MOST: usize = 64;

/// The name of a device, an application or a container, as the library wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(CString);

impl Name {
    pub(crate) fn as_c_str(&self) -> &CStr {
        &self.0
    }

    /// As a person reads it.
    pub(crate) fn text(&self) -> String {
        text(self.0.as_bytes())
    }
}

impl From<&CStr> for Name {
    fn from(name: &CStr) -> Self {
        Self(name.to_owned())
    }
}

/// Reads a list of names, each with its NUL, and an empty one at the end. A list without a single name may
/// be empty altogether. None for bytes that are no list: a name without an end, or too many names.
pub(crate) fn list(bytes: &[u8]) -> Option<Vec<Name>> {
    let mut names = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let name = CStr::from_bytes_until_nul(rest).ok()?;
        if name.is_empty() {
            return Some(names);
        }
        if names.len() == MOST {
            return None;
        }
        names.push(Name::from(name));
        rest = rest.get(name.count_bytes() + 1..)?;
    }
    // Ended without the empty name: some libraries forget it, and nothing was read beyond the buffer.
    Some(names)
}

/// A text in a field of fixed length: ends at the first NUL, blanks and 0xFF at the end are filling, bytes
/// that are not UTF-8 are read as GBK. What cannot be seen is replaced.
pub(crate) fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    let mut bytes = field.get(..end).unwrap_or_default();
    while let [rest @ .., b' ' | 0xFF] = bytes {
        bytes = rest;
    }
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::GBK.decode_without_bom_handling(bytes).0,
    };
    let visible = |c: char| c == ' ' || line("", c.encode_utf8(&mut [0; 4]), 1).is_ok();
    decoded.trim().chars().map(|c| if visible(c) { c } else { '\u{FFFD}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(bytes: &[u8]) -> Option<Vec<String>> {
        list(bytes).map(|names| names.iter().map(Name::text).collect())
    }

    #[test]
    fn a_list_ends_with_an_empty_name() {
        assert_eq!(names(b"one\0two\0\0"), Some(vec!["one".into(), "two".into()]));
        assert_eq!(names(b"one\0\0left over"), Some(vec!["one".into()]));
    }

    #[test]
    fn no_name_is_a_list_too() {
        for empty in [&b""[..], b"\0", b"\0\0"] {
            assert_eq!(names(empty), Some(vec![]));
        }
    }

    #[test]
    fn a_name_without_an_end_is_no_list() {
        assert_eq!(names(b"one"), None);
        assert_eq!(names(b"one\0two"), None);
    }

    #[test]
    fn a_list_may_not_go_on_for_ever() {
        assert_eq!(list(&b"n\0".repeat(MOST)).map(|names| names.len()), Some(MOST));
        assert_eq!(names(&b"n\0".repeat(MOST + 1)), None);
    }

    #[test]
    fn labels_are_read_as_utf8_or_gbk_without_their_filling() {
        // The Haihe river, in both encodings.
        assert_eq!(text(b"\xBA\xA3\xBA\xD3 key\0\0\0"), "\u{6D77}\u{6CB3} key");
        assert_eq!(text("\u{6D77}\u{6CB3}   ".as_bytes()), "\u{6D77}\u{6CB3}");
        assert_eq!(text(b"Label\xFF\xFF\xFF"), "Label");
        assert_eq!(text(&[0; 32]), "");
        assert_eq!(text(b"a\x1B[31mb"), "a\u{FFFD}[31mb");
    }

    proptest! {
        #[test]
        fn a_list_that_was_written_is_read_again(names in proptest::collection::vec("[!-~]{1,20}", 0..10)) {
            let mut bytes = Vec::new();
            for name in &names {
                bytes.extend(name.bytes());
                bytes.push(0);
            }
            bytes.push(0);
            let read: Vec<String> = list(&bytes).unwrap().iter().map(Name::text).collect();
            prop_assert_eq!(read, names);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(names) = list(&bytes) {
                let length: usize = names.iter().map(|name| name.as_c_str().count_bytes() + 1).sum();
                prop_assert!(length <= bytes.len());
            }
            prop_assert!(text(&bytes).chars().all(|c| !c.is_control()));
        }
    }
}
