//! What platforms are given and pay.

use super::Field;
use crate::domain::private::private_value;
use crate::domain::text::text_value;
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use zeroize::Zeroize;

fn refuse(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

private_value!(
    /// A company's account at its bank: 8 to 32 digits.
    AccountNumber,
    |value| {
        if !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refuse("account_number", "character"));
        }
        if (8..=32).contains(&value.len()) { Ok(()) } else { Err(refuse("account_number", "length")) }
    }
);

text_value!(
    /// The number of a bank's branch in the large-value payment system: 12 digits.
    BranchNumber,
    |value| {
        if !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refuse("branch", "character"));
        }
        if value.len() == 12 { Ok(()) } else { Err(refuse("branch", "length")) }
    }
);

/// Hundredths of a yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Fen(pub u32);

impl Fen {
    /// `0.37`: digits, a point, two digits.
    ///
    /// # Errors
    /// [`Fault::InputInvalid`] for field `amount`: `format`.
    pub fn parse(value: &str) -> Result<Self, Fault> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let parts = value.split_once('.').filter(|(yuan, fen)| digits(yuan) && digits(fen) && fen.len() == 2);
        let amount = parts.and_then(|(yuan, fen)| {
            yuan.parse::<u32>().ok()?.checked_mul(100)?.checked_add(fen.parse().ok()?)
        });
        amount.map(Self).ok_or_else(|| refuse("amount", "format"))
    }
}

impl std::fmt::Display for Fen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// What was given, by field; each value has its field's form. Wiped when dropped; `Debug` shows the ends only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(try_from = "BTreeMap<Field, String>", into = "BTreeMap<Field, String>")]
#[ts(as = "BTreeMap<Field, String>")]
pub struct Values(BTreeMap<Field, String>);

impl Values {
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// # Errors
    /// [`Fault::InputInvalid`] for this field.
    pub fn set(&mut self, field: Field, value: &str) -> Result<(), Fault> {
        field.check(value)?;
        if let Some(mut old) = self.0.insert(field, value.into()) {
            old.zeroize();
        }
        Ok(())
    }

    pub fn remove(&mut self, field: Field) {
        if let Some(mut old) = self.0.remove(&field) {
            old.zeroize();
        }
    }

    pub fn fields(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// These over those that are there.
    pub fn merge(&mut self, other: &Self) {
        for (field, value) in other.fields() {
            self.0.insert(field, value.into());
        }
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

impl TryFrom<BTreeMap<Field, String>> for Values {
    type Error = Fault;
    fn try_from(given: BTreeMap<Field, String>) -> Result<Self, Fault> {
        let mut values = Self(given);
        for (field, value) in &values.0 {
            field.check(value)?;
        }
        values.0.retain(|_, value| !value.is_empty());
        Ok(values)
    }
}

impl From<Values> for BTreeMap<Field, String> {
    fn from(mut values: Values) -> Self {
        std::mem::take(&mut values.0)
    }
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(field, value)| (field.name(), field.shown(value)))).finish()
    }
}
