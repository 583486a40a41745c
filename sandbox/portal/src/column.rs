//! Values in columns. What was parsed on its way in is parsed on its way out; words are those of the wire.

use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tongguan_core::domain::Timestamp;
use tongguan_core::fault::Fault;

/// A text value of the core.
pub(crate) fn parsed<T: TryFrom<String, Error = Fault>>(row: &Row<'_>, index: usize) -> Result<T> {
    parse(row.get(index)?, index)
}

/// As [`parsed`], `None` for NULL.
pub(crate) fn maybe<T: TryFrom<String, Error = Fault>>(row: &Row<'_>, index: usize) -> Result<Option<T>> {
    row.get::<_, Option<String>>(index)?.map(|text| parse(text, index)).transpose()
}

/// A word of a closed list.
pub(crate) fn word<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<T> {
    from_word(&row.get::<_, String>(index)?).ok_or_else(|| broken(index))
}

pub(crate) fn moment(row: &Row<'_>, index: usize) -> Result<Timestamp> {
    let seconds = row.get(index)?;
    Timestamp::from_unix(seconds).map_err(|_| Error::IntegralValueOutOfRange(index, seconds))
}

/// The word that stands for `value` on the wire.
pub(crate) fn word_of(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(crate) fn from_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

/// Nobody but this program writes the store: the column was changed from outside.
pub(crate) fn broken(index: usize) -> Error {
    Error::FromSqlConversionFailure(index, Type::Text, "not a value of its kind".into())
}

fn parse<T: TryFrom<String, Error = Fault>>(text: String, index: usize) -> Result<T> {
    // The fault names the rule, never the value.
    T::try_from(text).map_err(|fault| Error::FromSqlConversionFailure(index, Type::Text, Box::new(fault)))
}
