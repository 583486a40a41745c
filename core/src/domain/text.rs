//! What a single line of official text may hold.

use crate::fault::Fault;
use unicode_normalization::is_nfc;

/// Zero-width characters, bidirectional controls, separators and other signs that print nothing.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Accepts `value` as one line of at most `max` characters: not empty, NFC, no control, bidirectional or
/// zero-width character, no blank at either end. Anything else is refused, never cleaned.
pub fn line(field: &str, value: &str, max: usize) -> Result<(), Fault> {
    let refuse = |reason: &str| Err(Fault::InputInvalid { field: field.into(), reason: reason.into() });
    if value.is_empty() {
        return refuse("empty");
    }
    if value.chars().count() > max {
        return refuse("too_long");
    }
    if value.chars().any(|c| c.is_control() || is_invisible(c)) {
        return refuse("invisible_character");
    }
    if value.trim() != value {
        return refuse("blank_at_the_end");
    }
    if !is_nfc(value) {
        return refuse("not_normalised");
    }
    Ok(())
}

/// A newtype over a checked string: `parse`, `as_str`, `Display`, and serde and TypeScript as a plain string.
macro_rules! text_value {
    ($(#[$meta:meta])* $name:ident, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(try_from = "String", into = "String")]
        #[ts(as = "String")]
        pub struct $name(String);

        impl $name {
            pub fn parse(value: &str) -> Result<Self, $crate::fault::Fault> {
                let check: fn(&str) -> Result<(), $crate::fault::Fault> = $check;
                check(value)?;
                Ok(Self(value.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::fault::Fault;
            fn try_from(value: String) -> Result<Self, Self::Error> {
                Self::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(super) use text_value;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_cannot_be_seen() {
        for bad in ["", " a", "a ", "a\nb", "a\u{202E}b", "a\u{200B}b", "a\u{FEFF}", "e\u{301}", "a\u{7f}"] {
            assert!(line("company", bad, 100).is_err(), "{bad:?}");
        }
        assert!(line("company", &"a".repeat(101), 100).is_err());
        assert!(line("company", "Haihe (Tianjin) Co., Ltd.", 100).is_ok());
    }

    proptest! {
        #[test]
        fn an_accepted_line_is_one_line(value in any::<String>()) {
            if line("x", &value, 64).is_ok() {
                prop_assert_eq!(value.lines().count(), 1);
                prop_assert!(value.chars().count() <= 64);
            }
        }
    }
}
