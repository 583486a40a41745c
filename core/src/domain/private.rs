//! Numbers of people: parsed like other text values, but `Debug` shows their ends only.

/// A newtype over a checked private string: `parse`, `as_str`, `masked`; serde and TypeScript as a plain
/// string. There is no `Display`: whoever shows it decides how.
macro_rules! private_value {
    ($(#[$meta:meta])* $name:ident, $check:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS)]
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

            pub fn masked(&self) -> $crate::domain::MaskedText {
                $crate::domain::MaskedText::of(&self.0)
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

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.masked()).finish()
            }
        }
    };
}
pub(super) use private_value;
