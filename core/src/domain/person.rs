//! Codes of a person: GB 11643-1999.

use super::text::text_value;
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// ISO 7064 mod 11-2.
const CHECK: &[u8; 11] = b"10X98765432";

text_value!(
    /// Citizen identification number, 18 characters: region, birth date, sequence, check character
    /// (GB 11643-1999). `Display` prints it in full: show [`CitizenIdNumber::masked`] instead.
    CitizenIdNumber,
    check_citizen_id
);

fn check_citizen_id(value: &str) -> Result<(), Fault> {
    let refuse =
        |reason: &str| Err(Fault::InputInvalid { field: "citizen_id".into(), reason: reason.into() });
    let Some((last, body)) = value.as_bytes().split_last().filter(|(_, body)| body.len() == 17) else {
        return refuse("length");
    };
    if !body.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
        return refuse("character");
    }
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    if CHECK.get((sum % 11) as usize) != Some(last) {
        return refuse("check_character");
    }
    let number = |range| value.get(range).and_then(|v: &str| v.parse::<u16>().ok()).unwrap_or(0);
    let month = u8::try_from(number(10..12)).ok().and_then(|m| time::Month::try_from(m).ok());
    let day = u8::try_from(number(12..14)).unwrap_or(0);
    match month.and_then(|m| time::Date::from_calendar_date(i32::from(number(6..10)), m, day).ok()) {
        Some(date) if date.year() >= 1850 => Ok(()),
        _ => refuse("birth_date"),
    }
}

impl CitizenIdNumber {
    /// Completes 17 digits with their check character.
    pub fn complete(body: &str) -> Result<Self, Fault> {
        let sum: u32 =
            body.bytes().zip(WEIGHTS).map(|(b, weight)| u32::from(b.wrapping_sub(b'0')) * weight).sum();
        let check = CHECK.get((sum % 11) as usize).copied().unwrap_or(b'?');
        Self::parse(&format!("{body}{}", char::from(check)))
    }

    pub fn masked(&self) -> MaskedText {
        MaskedText::of(&self.0)
    }
}

/// A personal number of which only the ends are left: `1101**********002X`. The rest is gone, not hidden.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(as = "String")]
pub struct MaskedText(String);

impl MaskedText {
    /// Keeps the first and the last four characters of a text of twelve or more; of a shorter one, two.
    pub fn of(value: &str) -> Self {
        let count = value.chars().count();
        let keep = if count >= 12 { 4 } else { 2.min(count / 4) };
        let masked =
            value.chars().enumerate().map(|(i, c)| if i < keep || i + keep >= count { c } else { '*' });
        Self(masked.collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MaskedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_the_examples_of_the_standard() {
        for good in ["11010519491231002X", "440524188001010014"] {
            assert!(CitizenIdNumber::parse(good).is_ok(), "{good}");
        }
        for bad in ["110105194912310021", "11010519491331002X", "1101051949123100", "11010519491231002x"] {
            assert!(CitizenIdNumber::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_masked_number_shows_its_ends_only() {
        assert_eq!(
            CitizenIdNumber::parse("11010519491231002X").unwrap().masked().as_str(),
            "1101**********002X"
        );
        assert_eq!(MaskedText::of("abc").as_str(), "***");
    }

    proptest! {
        #[test]
        fn no_text_panics(value in any::<String>()) {
            let _ = CitizenIdNumber::parse(&value);
            let _ = CitizenIdNumber::complete(&value);
            prop_assert_eq!(MaskedText::of(&value).as_str().chars().count(), value.chars().count());
        }
    }
}
