//! Bodies that the core has no type for. Members that are not known are refused.

use crate::problem::Problem;
use serde::Deserialize;
use tongguan_core::domain::{AccountName, BankId, Means, Password, Purpose, RequestId};
use tongguan_core::ports::{CaptchaAnswer, CaptchaKind};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    pub(crate) account: AccountName,
    pub(crate) password: Password,
    pub(crate) captcha: CaptchaAnswer,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskCaptcha {
    pub(crate) kind: CaptchaKind,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShowCard {
    pub(crate) certificate: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    pub(crate) old: Password,
    pub(crate) new: Password,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    pub(crate) accept: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskChallenge {
    purpose: Purpose,
    /// With `certify_bank_ukey`, and with nothing else.
    bank: Option<BankId>,
}

impl AskChallenge {
    pub(crate) fn means(self) -> Result<Means, Problem> {
        match (self.purpose, self.bank) {
            (Purpose::CertifyIcCard, None) => Ok(Means::IcCard),
            (Purpose::CertifyBankUkey, Some(bank)) => Ok(Means::BankUkey { bank }),
            (Purpose::CertifyIcCard | Purpose::CertifyBankUkey, _) => Err(Problem::Malformed),
            _ => Err(Problem::PurposeUnsupported),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskVisit {
    pub(crate) bank: BankId,
}

/// From a bank's server. `Debug` is not there: the state value is a secret until it is used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankResult {
    pub(crate) state: String,
    pub(crate) proof: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmitProof {
    pub(crate) request_id: RequestId,
    pub(crate) proof: String,
}
