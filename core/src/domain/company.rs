//! Codes of a company: GB 32100-2015 and GB 11714-1997.

use super::text::{line, text_value};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// GB 32100: digits and capitals without I, O, S, V, Z; the position is the value.
const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// GB 32100: 3^i mod 31.
const USCC_WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANIZATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

fn refuse(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

text_value!(
    /// Unified social credit code, 18 characters, upper case: C1 department, C2 kind, C3-C8 region,
    /// C9-C17 organisation code, C18 check character (GB 32100-2015).
    UnifiedSocialCreditCode,
    check_uscc
);

text_value!(
    /// Organisation code, 9 characters without the hyphen: 8 of `0-9A-Z` and a check character
    /// (GB 11714-1997, mod 11, `X` for ten).
    OrganizationCode,
    check_organization_code
);

text_value!(
    /// A company's registered name: one line, 1 to 120 characters.
    CompanyName,
    |value| line("company_name", value, 120)
);

fn check_uscc(value: &str) -> Result<(), Fault> {
    let field = "uscc";
    let Some((last, body)) = value.as_bytes().split_last().filter(|(_, body)| body.len() == 17) else {
        return Err(refuse(field, "length"));
    };
    if value.bytes().any(|b| !USCC_ALPHABET.contains(&b)) {
        return Err(refuse(field, "character"));
    }
    if uscc_check_character(body) != Some(*last) {
        return Err(refuse(field, "check_character"));
    }
    let organization = value.get(8..17).ok_or_else(|| refuse(field, "length"))?;
    check_organization_code(organization).map_err(|_| refuse(field, "organization_code"))
}

fn uscc_check_character(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (byte, weight) in body.iter().zip(USCC_WEIGHTS) {
        sum += weight * u32::try_from(USCC_ALPHABET.iter().position(|c| c == byte)?).ok()?;
    }
    USCC_ALPHABET.get(usize::try_from((31 - sum % 31) % 31).ok()?).copied()
}

fn check_organization_code(value: &str) -> Result<(), Fault> {
    let field = "organization_code";
    let Some((last, body)) = value.as_bytes().split_last().filter(|(_, body)| body.len() == 8) else {
        return Err(refuse(field, "length"));
    };
    let Some(expected) = organization_check_character(body) else {
        return Err(refuse(field, "character"));
    };
    if expected == *last { Ok(()) } else { Err(refuse(field, "check_character")) }
}

fn organization_check_character(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (byte, weight) in body.iter().zip(ORGANIZATION_WEIGHTS) {
        sum += weight
            * match byte {
                b'0'..=b'9' => u32::from(byte - b'0'),
                b'A'..=b'Z' => u32::from(byte - b'A') + 10,
                _ => return None,
            };
    }
    Some(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).ok()?,
    })
}

impl UnifiedSocialCreditCode {
    /// Positions 9 to 17.
    pub fn organization_code(&self) -> OrganizationCode {
        OrganizationCode(self.0.get(8..17).unwrap_or_default().to_owned())
    }

    /// Completes 17 characters with their check character.
    pub fn complete(body: &str) -> Result<Self, Fault> {
        let check = uscc_check_character(body.as_bytes()).ok_or_else(|| refuse("uscc", "character"))?;
        Self::parse(&format!("{body}{}", char::from(check)))
    }
}

impl OrganizationCode {
    /// Completes 8 characters with their check character.
    pub fn complete(body: &str) -> Result<Self, Fault> {
        let check = organization_check_character(body.as_bytes())
            .ok_or_else(|| refuse("organization_code", "character"))?;
        Self::parse(&format!("{body}{}", char::from(check)))
    }
}

/// The three values that a statement names a company by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CompanyIdentity {
    pub name: CompanyName,
    pub organization_code: OrganizationCode,
    pub uscc: UnifiedSocialCreditCode,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_the_examples_of_the_standards() {
        assert!(UnifiedSocialCreditCode::parse("91350100M000100Y43").is_ok());
        let uscc = UnifiedSocialCreditCode::parse("9113000034801880XB").unwrap();
        assert_eq!(uscc.organization_code().as_str(), "34801880X");
    }

    #[test]
    fn says_which_rule_a_code_breaks() {
        let reason = |code: &str| match UnifiedSocialCreditCode::parse(code) {
            Err(Fault::InputInvalid { reason, .. }) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(reason("9113000034801880X"), "length");
        assert_eq!(reason("9113000034801880XI"), "character");
        assert_eq!(reason("9113000034801880XA"), "check_character");
        // The sample printed in the Single Window manual.
        assert_eq!(reason("DYCK12345671234567"), "check_character");
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_always_noticed(
            body in "[0-9A-HJ-NPQRTUWXY]{8}", region in "91[0-9]{6}", at in 0usize..18, other in "[0-9A-HJ-NPQRTUWXY]"
        ) {
            let organization = OrganizationCode::complete(&body).unwrap();
            let uscc = UnifiedSocialCreditCode::complete(&format!("{region}{organization}")).unwrap();
            let mut changed = uscc.as_str().to_owned();
            changed.replace_range(at..=at, &other);
            prop_assert_eq!(UnifiedSocialCreditCode::parse(&changed).is_ok(), changed == uscc.as_str());
            prop_assert_eq!(uscc.organization_code(), organization);
        }

        #[test]
        fn no_text_panics(value in any::<String>()) {
            let _ = UnifiedSocialCreditCode::parse(&value);
            let _ = OrganizationCode::parse(&value);
            let _ = UnifiedSocialCreditCode::complete(&value);
        }
    }
}
