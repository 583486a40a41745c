//! Dates on identity documents, as the Single Window writes them.

use super::Timestamp;
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use time::{Date, Month};
use ts_rs::TS;

const LONG_TERM: &str = "00000000";

/// A day, `YYYYMMDD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct CalendarDate(Date);

/// The last day of a document; `00000000` is one that does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub enum ValidUntil {
    Day(CalendarDate),
    LongTerm,
}

/// First and last day; the first is before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "Unchecked")]
pub struct Validity {
    pub from: CalendarDate,
    pub until: ValidUntil,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    from: CalendarDate,
    until: ValidUntil,
}

fn refuse(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

impl CalendarDate {
    /// # Errors
    /// [`Fault::InputInvalid`] for field `date`: `length`, `character` or `no_such_day`.
    pub fn parse(value: &str) -> Result<Self, Fault> {
        if !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refuse("date", "character"));
        }
        if value.len() != 8 {
            return Err(refuse("date", "length"));
        }
        let number = |range| value.get(range).and_then(|v: &str| v.parse::<u16>().ok()).unwrap_or(0);
        let month = u8::try_from(number(4..6)).ok().and_then(|m| Month::try_from(m).ok());
        let day = u8::try_from(number(6..8)).unwrap_or(0);
        let year = i32::from(number(0..4));
        let date = month.filter(|_| year >= 1900).and_then(|m| Date::from_calendar_date(year, m, day).ok());
        date.map(Self).ok_or_else(|| refuse("date", "no_such_day"))
    }

    /// The day in China at this moment.
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.day())
    }
}

impl ValidUntil {
    pub fn parse(value: &str) -> Result<Self, Fault> {
        if value == LONG_TERM { Ok(Self::LongTerm) } else { CalendarDate::parse(value).map(Self::Day) }
    }
}

impl Validity {
    /// # Errors
    /// [`Fault::InputInvalid`] for field `valid_until`: `before_start`.
    pub fn new(from: CalendarDate, until: ValidUntil) -> Result<Self, Fault> {
        match until {
            ValidUntil::Day(day) if day <= from => Err(refuse("valid_until", "before_start")),
            _ => Ok(Self { from, until }),
        }
    }

    /// Both as the user typed them; the faults name `valid_from` and `valid_until`.
    pub fn parse(from: &str, until: &str) -> Result<Self, Fault> {
        let named = |field: &'static str| {
            move |fault| match fault {
                Fault::InputInvalid { reason, .. } => refuse(field, &reason),
                other => other,
            }
        };
        let from = CalendarDate::parse(from).map_err(named("valid_from"))?;
        Self::new(from, ValidUntil::parse(until).map_err(named("valid_until"))?)
    }

    pub fn is_over(&self, today: CalendarDate) -> bool {
        matches!(self.until, ValidUntil::Day(day) if day < today)
    }

    /// ID cards run 5, 10 or 20 years or do not end; another span is worth a warning, not a refusal.
    pub fn has_usual_span(&self) -> bool {
        let ValidUntil::Day(until) = self.until else { return true };
        let years = until.0.year() - self.from.0.year();
        let same_day = (until.0.month(), until.0.day()) == (self.from.0.month(), self.from.0.day());
        matches!(years, 5 | 10 | 20) && same_day
    }
}

impl TryFrom<Unchecked> for Validity {
    type Error = Fault;
    fn try_from(value: Unchecked) -> Result<Self, Fault> {
        Self::new(value.from, value.until)
    }
}

impl TryFrom<String> for CalendarDate {
    type Error = Fault;
    fn try_from(value: String) -> Result<Self, Fault> {
        Self::parse(&value)
    }
}

impl TryFrom<String> for ValidUntil {
    type Error = Fault;
    fn try_from(value: String) -> Result<Self, Fault> {
        Self::parse(&value)
    }
}

impl From<CalendarDate> for String {
    fn from(value: CalendarDate) -> Self {
        value.to_string()
    }
}

impl From<ValidUntil> for String {
    fn from(value: ValidUntil) -> Self {
        value.to_string()
    }
}

impl CalendarDate {
    /// `2026-11-22`: ISO 8601-1 section 5.2.2, the extended format.
    pub fn hyphenated(self) -> String {
        format!("{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl std::fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}{:02}{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl std::fmt::Display for ValidUntil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::LongTerm => f.write_str(LONG_TERM),
        }
    }
}
