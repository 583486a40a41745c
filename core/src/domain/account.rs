use super::text::{line, text_value};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};

text_value!(
    /// The name under which a person signs in at the portal: one line, 1 to 64 characters.
    AccountName,
    |value| line("account", value, 64)
);

/// A password or bearer token: wiped on drop, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Deserialize, TS)]
#[serde(from = "String")]
#[ts(as = "String")]
pub struct Password(String);

impl Password {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Serialised for the one place that must send it, the sign-in request.
impl Serialize for Password {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
