//! The bodies of `docs/portal-api` that are no values of the core.

use serde::{Deserialize, Serialize};
use tongguan_core::domain::{AccountName, BankId, Password, Purpose, RequestId};
use tongguan_core::fault::Refusal;

#[derive(Serialize)]
pub(crate) struct SignIn<'a> {
    pub(crate) account: &'a AccountName,
    pub(crate) password: &'a Password,
}

/// The rest of the answer, the profile, is asked for by whoever needs it.
#[derive(Deserialize)]
pub(crate) struct SignedIn {
    pub(crate) token: Password,
}

#[derive(Serialize)]
pub(crate) struct Ask<'a> {
    pub(crate) purpose: Purpose,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bank: Option<&'a BankId>,
}

#[derive(Serialize)]
pub(crate) struct AskVisit<'a> {
    pub(crate) bank: &'a BankId,
}

#[derive(Serialize)]
pub(crate) struct Submission<'a> {
    pub(crate) request_id: &'a RequestId,
    /// Base64 (RFC 4648 section 4) of the DER ContentInfo.
    pub(crate) proof: String,
}

/// `application/problem+json` (RFC 9457). Its texts are for people who read the portal's documentation:
/// none of them is shown or logged, only the code decides.
#[derive(Deserialize)]
pub(crate) struct Problem {
    pub(crate) code: String,
    /// With `proof_refused` only. A word that is not in the closed list makes the whole answer unusable.
    pub(crate) reason: Option<Refusal>,
}
