//! Banks whose UKeys certify a company: rows of a catalogue.

use super::text::{line, text_value};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

text_value!(
    /// Names a bank in the catalogue and on the wire: 2 to 16 of `a-z0-9_`, for example `ccb`.
    BankId,
    |value| {
        let fits = (2..=16).contains(&value.len());
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if fits && value.bytes().all(plain) {
            return Ok(());
        }
        Err(Fault::InputInvalid { field: "bank".into(), reason: "format".into() })
    }
);

text_value!(
    /// What a result calls the bank.
    BankName,
    |value| line("bank", value, 60)
);

/// A row of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Bank {
    pub id: BankId,
    pub name: BankName,
    pub english: String,
    /// One character that stands for the bank where a picture would.
    pub mark: String,
    /// The bank's own word for its UKey.
    pub token: String,
    pub token_english: String,
    /// What has to be installed for it.
    pub component: String,
    pub component_english: String,
    /// The bank's own certification page: an http(s) address without a query. `None`: not known here.
    pub page: Option<String>,
    /// Common names of the authorities that issue the certificates on its UKeys.
    pub issuers: Vec<String>,
}

/// The bank in a portal's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BankMark {
    pub id: BankId,
    pub name: BankName,
}
