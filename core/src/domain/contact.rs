//! What a person is reached by, and the bank card that proves a person.

use super::private::private_value;
use super::text::{line, text_value};
use crate::fault::Fault;

fn refuse(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

text_value!(
    /// A person's name: one line, 2 to 60 characters.
    PersonName,
    |value| match value.chars().count() {
        1 => Err(refuse("person_name", "length")),
        _ => line("person_name", value, 60),
    }
);

text_value!(
    /// A postal address: one line, at most 200 characters.
    Address,
    |value| line("address", value, 200)
);

text_value!(
    /// ISO 3166-1 alpha-3, for example `CHN`.
    Country,
    |value| if value.len() == 3 && value.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(refuse("country", "character"))
    }
);

text_value!(
    /// A province-level division: the first two digits of GB/T 2260, for example `13` for Hebei.
    Region,
    |value| if REGIONS.contains(&value) { Ok(()) } else { Err(refuse("region", "unknown")) }
);

/// GB/T 2260, mainland provinces, autonomous regions and municipalities.
pub const REGIONS: [&str; 31] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
];

private_value!(
    /// A mobile number of the mainland: 11 digits. Carriers' ranges change, so none is asked for.
    PhoneNumber,
    |value| {
        let digits = value.len() == 11 && value.bytes().all(|b| b.is_ascii_digit());
        if digits && value.starts_with('1') && value.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b)) {
            Ok(())
        } else {
            Err(refuse("phone", if value.len() == 11 { "character" } else { "length" }))
        }
    }
);

private_value!(
    /// An e-mail address: one `@`, a name before it, a domain with a dot behind it; at most 254 characters.
    /// Whether it exists is shown by the code that is sent there.
    EmailAddress,
    |value| {
        line("email", value, 254)?;
        let plain = value.bytes().all(|b| b.is_ascii_graphic());
        let parts = value.split_once('@').filter(|(name, domain)| {
            !name.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-'))
        });
        if plain && parts.is_some() { Ok(()) } else { Err(refuse("email", "character")) }
    }
);

private_value!(
    /// A UnionPay card: 13 to 19 digits, begins with 62, ISO/IEC 7812 check digit.
    BankCardNumber,
    |value| {
        if !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refuse("bank_card", "character"));
        }
        if !(13..=19).contains(&value.len()) {
            return Err(refuse("bank_card", "length"));
        }
        if !value.starts_with("62") {
            return Err(refuse("bank_card", "not_unionpay"));
        }
        if luhn(value) { Ok(()) } else { Err(refuse("bank_card", "check_character")) }
    }
);

private_value!(
    /// A code from a message: 6 digits.
    VerificationCode,
    |value| if value.len() == 6 && value.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(refuse("code", if value.len() == 6 { "character" } else { "length" }))
    }
);

/// ISO/IEC 7812-1 annex B.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| match (at % 2, u32::from(byte.wrapping_sub(b'0'))) {
            (0, digit) => digit,
            (_, digit) => digit * 2 - if digit > 4 { 9 } else { 0 },
        })
        .sum();
    sum.is_multiple_of(10)
}
