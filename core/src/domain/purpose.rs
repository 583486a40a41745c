use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a statement is signed for: a closed list. The words in the statement come from
/// `statement.txt`; a key use for login never signs a document digest, for there is no such purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Login,
    CertifyIcCard,
    CertifyBankUkey,
    ChangeEnterpriseData,
    ConfirmDocument,
}

impl Purpose {
    pub const ALL: [Self; 5] = [
        Self::Login,
        Self::CertifyIcCard,
        Self::CertifyBankUkey,
        Self::ChangeEnterpriseData,
        Self::ConfirmDocument,
    ];

    /// The word on the wire and in the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::CertifyIcCard => "certify_ic_card",
            Self::CertifyBankUkey => "certify_bank_ukey",
            Self::ChangeEnterpriseData => "change_enterprise_data",
            Self::ConfirmDocument => "confirm_document",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}
