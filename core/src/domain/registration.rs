//! The number under which a company was registered before the unified code: GS 15-2006.

use super::text::text_value;
use crate::fault::Fault;

text_value!(
    /// Registration number of an enterprise, 15 digits: 6 of the registry, 8 in sequence, a check digit
    /// (GS 15-2006; ISO 7064 mod 11,10).
    RegistrationNumber,
    check_registration_number
);

fn check_registration_number(value: &str) -> Result<(), Fault> {
    let refuse = |reason: &str| {
        Err(Fault::InputInvalid { field: "registration_number".into(), reason: reason.into() })
    };
    let Some((last, body)) = value.as_bytes().split_last().filter(|(_, body)| body.len() == 14) else {
        return refuse("length");
    };
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return refuse("character");
    }
    if check_digit(body) == *last { Ok(()) } else { refuse("check_character") }
}

/// Of ASCII digits.
fn check_digit(body: &[u8]) -> u8 {
    let product = body.iter().fold(10, |product, digit| match (product + (digit - b'0')) % 10 {
        0 => 20 % 11,
        sum => sum * 2 % 11,
    });
    b'0' + (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason(value: &str) -> Option<String> {
        match RegistrationNumber::parse(value) {
            Ok(_) => None,
            Err(Fault::InputInvalid { reason, .. }) => Some(reason),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(reason("110108000000016"), None);
        assert_eq!(reason("110108000000017").as_deref(), Some("check_character"));
        assert_eq!(reason("11010800000001").as_deref(), Some("length"));
        assert_eq!(reason("11010800000001X").as_deref(), Some("character"));
        // Fourteen bytes and one character of two.
        assert_eq!(reason("1101080000000\u{e9}").as_deref(), Some("character"));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(body in "[0-9]{14}", at in 0usize..15, other in "[0-9]") {
            let check = char::from(check_digit(body.as_bytes()));
            let right = format!("{body}{check}");
            prop_assert_eq!(reason(&right), None);
            let mut changed = right.clone();
            changed.replace_range(at..=at, &other);
            prop_assert_eq!(reason(&changed).is_none(), changed == right);
        }

        #[test]
        fn no_text_panics(value in any::<String>()) {
            let _ = RegistrationNumber::parse(&value);
        }
    }
}
