use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{Duration, OffsetDateTime};
use ts_rs::TS;

/// A moment to the second, written in China Standard Time: `2026-11-21T20:00:00+08:00` (RFC 3339).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z; years 1970 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, Fault> {
        let refuse = || Fault::InputInvalid { field: "time".into(), reason: "range".into() };
        let moment = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| refuse())?;
        let moment = moment.checked_to_offset(offset!(+8)).ok_or_else(refuse)?;
        if (1970..=9999).contains(&moment.year()) { Ok(Self(moment)) } else { Err(refuse()) }
    }

    /// Accepts the one form that [`Display`](std::fmt::Display) writes.
    pub fn parse(value: &str) -> Result<Self, Fault> {
        let refuse = || Fault::InputInvalid { field: "time".into(), reason: "encoding".into() };
        let moment = OffsetDateTime::parse(value, &Rfc3339).map_err(|_| refuse())?;
        let this = Self::from_unix(moment.unix_timestamp())?;
        if this.to_string() == value { Ok(this) } else { Err(refuse()) }
    }

    pub fn now() -> Self {
        let seconds = OffsetDateTime::now_utc().unix_timestamp();
        Self::from_unix(seconds).unwrap_or(Self(OffsetDateTime::UNIX_EPOCH))
    }

    pub fn unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.unix().saturating_add(seconds)).unwrap_or(self)
    }

    /// The day in China.
    pub(super) fn day(self) -> time::Date {
        self.0.date()
    }

    /// `2026-11-21`.
    pub fn date(self) -> String {
        self.0.date().to_string()
    }

    /// Whole days from `earlier` to here, negative if before.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0 + Duration::ZERO).whole_days()
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| std::fmt::Error)?)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Fault;
    fn try_from(value: String) -> Result<Self, Fault> {
        Self::parse(&value)
    }
}

impl From<Timestamp> for String {
    fn from(value: Timestamp) -> Self {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_parses_back(seconds in 0i64..250_000_000_000) {
            let moment = Timestamp::from_unix(seconds).unwrap();
            prop_assert_eq!(Timestamp::parse(&moment.to_string()).unwrap(), moment);
        }
    }

    #[test]
    fn one_form_only() {
        for bad in ["2026-11-21T12:00:00Z", "2026-11-21T20:00:00.5+08:00", "2026-11-21 20:00:00+08:00", ""] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
    }
}
