use super::{BankId, Purpose};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The three ways of seed "2.5": electronic-port IC card, legal representative's documents, bank UKey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    IcCard,
    LegalRepresentative,
    BankUkey,
}

/// With what a company is being certified by signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Means {
    IcCard,
    BankUkey { bank: BankId },
}

impl Means {
    pub fn method(&self) -> Method {
        match self {
            Self::IcCard => Method::IcCard,
            Self::BankUkey { .. } => Method::BankUkey,
        }
    }

    pub fn purpose(&self) -> Purpose {
        match self {
            Self::IcCard => Purpose::CertifyIcCard,
            Self::BankUkey { .. } => Purpose::CertifyBankUkey,
        }
    }

    pub fn bank(&self) -> Option<&BankId> {
        match self {
            Self::IcCard => None,
            Self::BankUkey { bank } => Some(bank),
        }
    }
}
