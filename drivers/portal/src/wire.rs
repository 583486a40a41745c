//! The bodies of `docs/portal-api` that are no values of the core.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::platform::{PathId, PlatformId};
use tongguan_core::domain::{AccountName, BankId, Password, Proof, Purpose, RequestId, VerificationCode};
use tongguan_core::fault::Register;
use tongguan_core::ports::{CaptchaAnswer, CaptchaKind, Profile};

#[derive(Serialize)]
pub(crate) struct AskCaptcha {
    pub(crate) kind: CaptchaKind,
}

#[derive(Serialize)]
pub(crate) struct SignIn<'a> {
    pub(crate) account: &'a AccountName,
    pub(crate) password: &'a Password,
    pub(crate) captcha: &'a CaptchaAnswer,
}

/// The token of an answer that opens a session, whatever the rest of it may be.
#[derive(Deserialize)]
pub(crate) struct Opened {
    pub(crate) token: Password,
}

#[derive(Deserialize)]
pub(crate) struct SignedIn {
    pub(crate) profile: Profile,
}

#[derive(Serialize)]
pub(crate) struct AskCardChallenge {
    /// Base64 (RFC 4648 section 4) of the DER certificate.
    pub(crate) certificate: String,
}

#[derive(Serialize)]
pub(crate) struct NewPassword<'a> {
    pub(crate) old: &'a Password,
    pub(crate) new: &'a Password,
}

/// The code alone: whose it is stands in the path.
#[derive(Serialize)]
pub(crate) struct Code<'a> {
    pub(crate) code: &'a VerificationCode,
}

#[derive(Serialize)]
pub(crate) struct Decision {
    pub(crate) accept: bool,
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
pub(crate) struct OpenProcedure<'a> {
    pub(crate) platform: &'a PlatformId,
    pub(crate) path: &'a PathId,
}

#[derive(Serialize)]
pub(crate) struct Submission<'a> {
    pub(crate) request_id: &'a RequestId,
    /// Base64 (RFC 4648 section 4) of the DER ContentInfo.
    pub(crate) proof: String,
}

impl<'a> Submission<'a> {
    pub(crate) fn of(proof: &'a Proof) -> Self {
        Self { request_id: proof.request_id(), proof: STANDARD.encode(proof.cms()) }
    }
}

/// `application/problem+json` (RFC 9457). Its texts are for people who read the portal's documentation:
/// none of them is shown or logged, only the code decides.
#[derive(Deserialize)]
pub(crate) struct Problem {
    pub(crate) code: String,
    /// With `proof_refused`, `data_refused`, `input_invalid` and `file_unusable`. What its list does not know makes the whole
    /// answer unusable, here and below.
    pub(crate) reason: Option<String>,
    /// With `input_invalid`, and with `file_unusable` what it is of.
    pub(crate) field: Option<String>,
    /// With `register_unavailable`.
    pub(crate) register: Option<Register>,
}
