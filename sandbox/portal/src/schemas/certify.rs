//! Certification by signature, of the client's own machine and on a bank's page.

use super::{Company, RefusalReason};
use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Level {
    Low,
    Medium,
    High,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Method {
    IcCard,
    LegalRepresentative,
    BankUkey,
}

#[derive(ToSchema)]
pub(crate) struct MethodState {
    method: Method,
    #[schema(required)]
    passed_at: Option<String>,
    #[schema(required)]
    receipt: Option<String>,
    /// Whose UKey it was.
    #[schema(required)]
    bank: Option<String>,
    /// When what it rests on ends: the certificate, or the first of the documents.
    #[schema(required)]
    expires_at: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// Of a card's sign-in.
    Login,
    CertifyIcCard,
    CertifyBankUkey,
}

#[derive(ToSchema)]
pub(crate) struct AskChallenge {
    /// `certify_ic_card` or `certify_bank_ukey`.
    purpose: Purpose,
    /// With `certify_bank_ukey`, and with nothing else.
    #[schema(pattern = "^[a-z0-9_]{2,16}$", example = "ccb")]
    bank: Option<String>,
}

#[derive(ToSchema)]
pub(crate) struct Challenge {
    /// UUID, lower case; also the idempotency key of the proof.
    request_id: String,
    /// base64url without padding of 32 bytes.
    nonce: String,
    purpose: Purpose,
    account: String,
    /// For a UKey as the bank knows it: the codes are the account's, the name may be another.
    company: Company,
    /// Must be the origin that the client itself connected to.
    audience: String,
    #[schema(example = "2026-11-21T20:00:00+08:00")]
    issued_at: String,
    /// 120 seconds later; 600 for a visit to a bank's page.
    expires_at: String,
}

#[derive(ToSchema)]
pub(crate) struct SubmitProof {
    request_id: String,
    /// Standard base64 of the CMS SignedData, DER.
    #[schema(max_length = 87384)]
    proof: String,
}

#[derive(ToSchema)]
pub(crate) struct Receipt {
    #[schema(pattern = "^SW-[0-9]{4}-[0-9]{6,}$", example = "SW-2026-000017")]
    number: String,
    accepted_at: String,
    level_before: Level,
    level_after: Level,
    method: Method,
    /// With `bank_ukey` only.
    #[schema(required)]
    bank: Option<BankMark>,
}

#[derive(ToSchema)]
pub(crate) struct BankMark {
    #[schema(pattern = "^[a-z0-9_]{2,16}$", example = "ccb")]
    id: String,
    name: String,
}

#[derive(ToSchema)]
pub(crate) struct AskVisit {
    #[schema(pattern = "^[a-z0-9_]{2,16}$", example = "ccb")]
    bank: String,
}

#[derive(ToSchema)]
pub(crate) struct BankVisit {
    /// UUID, lower case; also the request id of the challenge that the bank gets.
    id: String,
    /// base64url without padding of 32 bytes, for the bank's page alone: `PAGE?state=STATE`.
    state: String,
    /// 600 seconds from now.
    expires_at: String,
}

/// How a visit stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum VisitStatus {
    Pending,
    Passed,
    Refused,
    Expired,
}

#[derive(ToSchema)]
pub(crate) struct VisitState {
    status: VisitStatus,
    /// With `passed` only.
    receipt: Option<Receipt>,
    /// With `refused` only.
    reason: Option<RefusalReason>,
}

#[derive(ToSchema)]
pub(crate) struct BankResult {
    state: String,
    /// Standard base64 of the CMS SignedData, DER.
    #[schema(max_length = 87384)]
    proof: String,
}

#[derive(ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: String,
}
