//! The rows of `banks.toml` and `libraries.toml`, checked field by field as they are parsed.

use crate::place::Place;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use tongguan_core::domain::{Bank, BankId, BankName, LibraryKind, Sm2Input, Sm2Map, Sm2Output, line};
use tongguan_core::fault::Fault;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankSheet {
    #[serde(default)]
    pub(crate) bank: Vec<Spanned<BankRow>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankRow {
    pub(crate) id: BankId,
    name: BankName,
    english: Text,
    mark: Mark,
    token: Text,
    token_english: Text,
    component: Text,
    component_english: Text,
    page: Option<Page>,
    issuers: Vec<Text>,
    #[expect(dead_code, reason = "there is one form; another one is refused")]
    text: StatementForm,
}

impl BankRow {
    pub(crate) fn bank(&self) -> Bank {
        Bank {
            id: self.id.clone(),
            name: self.name.clone(),
            english: self.english.0.clone(),
            mark: self.mark.0.clone(),
            token: self.token.0.clone(),
            token_english: self.token_english.0.clone(),
            component: self.component.0.clone(),
            component_english: self.component_english.0.clone(),
            page: self.page.as_ref().map(|page| page.0.clone()),
            issuers: self.issuers.iter().map(|issuer| issuer.0.clone()).collect(),
        }
    }
}

/// What a bank's UKey signs.
#[derive(Debug, Clone, Copy, Deserialize)]
enum StatementForm {
    #[serde(rename = "statement-v1")]
    StatementV1,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LibrarySheet {
    #[serde(default)]
    pub(crate) sm2: BTreeMap<String, Sm2Row>,
    #[serde(default)]
    pub(crate) library: Vec<Spanned<LibraryRow>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LibraryRow {
    pub(crate) id: RowId,
    pub(crate) maker: Text,
    pub(crate) name: Text,
    pub(crate) kind: LibraryKind,
    #[serde(default)]
    pub(crate) banks: Vec<BankId>,
    pub(crate) init_string: Option<InitString>,
    pub(crate) sm2: Option<String>,
    #[serde(default)]
    pub(crate) windows: Vec<Place>,
    #[serde(default)]
    pub(crate) macos: Vec<Place>,
    #[serde(default)]
    pub(crate) linux: Vec<Place>,
}

impl LibraryRow {
    /// On the system that this program was made for.
    pub(crate) fn places(&self) -> &[Place] {
        if cfg!(windows) {
            &self.windows
        } else if cfg!(target_vendor = "apple") {
            &self.macos
        } else {
            &self.linux
        }
    }

    pub(crate) fn all_places(&self) -> impl Iterator<Item = &Place> {
        self.windows.iter().chain(&self.macos).chain(&self.linux)
    }

    /// Each system's paths are of its own form, and there is at least one.
    pub(crate) fn places_fit(&self) -> bool {
        let posix = self.macos.iter().chain(&self.linux);
        self.all_places().next().is_some()
            && self.windows.iter().all(Place::is_windows)
            && !posix.into_iter().any(Place::is_windows)
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sm2Row {
    mechanism: Mechanism,
    input: Sm2Input,
    output: Sm2Output,
}

impl Sm2Row {
    pub(crate) fn map(self) -> Sm2Map {
        Sm2Map { mechanism: self.mechanism.0, input: self.input, output: self.output }
    }
}

/// CKM_VENDOR_DEFINED and above, in the 32 bits that CK_ULONG has on Windows.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
struct Mechanism(u64);

impl TryFrom<u64> for Mechanism {
    type Error = Fault;

    fn try_from(number: u64) -> Result<Self, Fault> {
        let fits = (0x8000_0000..=0xFFFF_FFFF).contains(&number);
        fits.then_some(Self(number)).ok_or_else(|| invalid("mechanism", "range"))
    }
}

/// A string whose `$check` is done while it is parsed.
macro_rules! checked {
    ($(#[$meta:meta])* $name:ident, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub(crate) struct $name(pub(crate) String);

        impl TryFrom<String> for $name {
            type Error = Fault;

            fn try_from(value: String) -> Result<Self, Fault> {
                let check: fn(&str) -> Result<(), Fault> = $check;
                check(&value).map(|()| Self(value))
            }
        }
    };
}

checked!(
    /// One line that people read.
    Text,
    |value| line("text", value, 120)
);

checked!(
    /// One character.
    Mark,
    |value| line("mark", value, 1)
);

checked!(
    /// Names a row: `a-z`, `0-9` and `-`.
    RowId,
    |value| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (2..=40).contains(&value.len()) && value.bytes().all(plain);
        fits.then_some(()).ok_or_else(|| invalid("id", "format"))
    }
);

checked!(
    /// Handed to the module as it stands, with a NUL behind it.
    InitString,
    |value| line("init_string", value, 1024)
);

checked!(
    /// An address that `?state=` can be put behind. Without TLS only on this machine, for rehearsals.
    Page,
    |value| {
        let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
        let secure = value.starts_with("https://") || local.iter().any(|start| value.starts_with(start));
        let plain = value.bytes().all(|b| b.is_ascii_graphic() && !b"?#@\\\"<>`{}|^".contains(&b));
        let host = value.split("://").nth(1).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        let fits = secure && plain && host && value.len() <= 1024;
        fits.then_some(()).ok_or_else(|| invalid("page", "format"))
    }
);

fn invalid(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_an_address_without_a_query() {
        let page = |text: &str| Page::try_from(text.to_owned());
        for good in ["https://bank.example.cn/certify", "http://127.0.0.1:8080/ccb", "http://[::1]:1/x"] {
            assert!(page(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "https://",
            "https:///x",
            "http://bank.example.cn/",
            "ftp://bank.example.cn/",
            "https://bank.example.cn/?a=1",
            "https://bank.example.cn/#x",
            "https://a@bank.example.cn/",
            "javascript:alert(1)",
            "https://bank.example.cn/ x",
            "file:///etc/passwd",
        ] {
            assert!(page(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mechanism_is_a_vendors_and_fits_into_32_bits() {
        assert!(Mechanism::try_from(0x8000_8105).is_ok());
        for bad in [0, 0x1041, 0x7FFF_FFFF, 0x1_0000_0000] {
            assert!(Mechanism::try_from(bad).is_err(), "{bad:#x}");
        }
    }
}
