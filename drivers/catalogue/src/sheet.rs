//! TOML tables of a known form, with the line that is at fault.

use crate::private;
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::Spanned;
use tongguan_core::fault::Fault;

/// Longer files of this kind are not written by hand.
const SIZE_MAX: u64 = 1024 * 1024;

/// One file: its name for faults, and its text.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    name: String,
    text: String,
}

impl Sheet {
    /// A file that is compiled in.
    pub(crate) fn built_in(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned() }
    }

    /// The user's own file; `None` where there is none.
    pub(crate) fn own(path: &Path) -> Result<Option<Self>, Fault> {
        let name = path.display().to_string();
        match private::read(path, SIZE_MAX) {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => match String::from_utf8(bytes) {
                // Editors on Windows put a byte order mark in front.
                Ok(text) => Ok(Some(Self { name, text: text.trim_start_matches('\u{feff}').to_owned() })),
                Err(_) => Err(Fault::InputInvalid { field: name, reason: "encoding".into() }),
            },
            Err(error) => Err(Fault::InputInvalid { field: name, reason: error.to_string() }),
        }
    }

    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        toml::from_str(&self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, error.message())
        })
    }

    /// `reason` at the place of `row`.
    pub(crate) fn fault_at<T>(&self, row: &Spanned<T>, reason: &str) -> Fault {
        self.fault(row.span().start, reason)
    }

    /// The field is `FILE:LINE`, counted from 1.
    fn fault(&self, at: usize, reason: &str) -> Fault {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Fault::InputInvalid { field: format!("{}:{line}", self.name), reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_fault_names_file_and_line() {
        let sheet = Sheet::built_in("banks.toml", "# one\na = 1\nb = = 2\n");
        let fault = sheet.parse::<BTreeMap<String, i64>>().unwrap_err();
        assert!(matches!(fault, Fault::InputInvalid { field, .. } if field == "banks.toml:3"));
    }

    #[test]
    fn a_byte_order_mark_is_no_fault() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("own.toml");
        std::fs::write(&path, "\u{feff}a = 1\n").unwrap();
        let sheet = Sheet::own(&path).unwrap().unwrap();
        assert_eq!(sheet.parse::<BTreeMap<String, i64>>().unwrap()["a"], 1);
    }

    #[test]
    fn what_is_no_text_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("own.toml");
        std::fs::write(&path, [0xC3, 0x28]).unwrap();
        assert!(matches!(Sheet::own(&path), Err(Fault::InputInvalid { reason, .. }) if reason == "encoding"));
        assert!(Sheet::own(&dir.path().join("absent.toml")).unwrap().is_none());
        assert!(Sheet::own(dir.path()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_with_a_line(text in any::<String>()) {
            let lines = text.matches('\n').count() + 1;
            if let Err(fault) = Sheet::built_in("x", &text).parse::<BTreeMap<String, i64>>() {
                let Fault::InputInvalid { field, .. } = fault else { panic!("{fault}") };
                let line: usize = field.strip_prefix("x:").unwrap().parse().unwrap();
                prop_assert!((1..=lines).contains(&line));
            }
        }
    }
}
