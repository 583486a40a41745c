//! The schemas of the OpenAPI document. They only describe; a test holds them against what is answered.
#![allow(dead_code, reason = "fields are read by the derive alone")]

use utoipa::ToSchema;

#[derive(ToSchema)]
pub(crate) struct SignIn {
    #[schema(max_length = 64, example = "haihe-demo")]
    account: String,
    #[schema(format = Password)]
    password: String,
}

#[derive(ToSchema)]
pub(crate) struct SignedIn {
    /// Bearer token, 256 bits.
    token: String,
    /// When it ends in any case; it ends earlier if it is not used.
    expires_at: String,
    profile: Profile,
}

#[derive(ToSchema)]
pub(crate) struct Profile {
    account: String,
    company: Company,
    level: Level,
    methods: Vec<MethodState>,
    /// A certification passed since sign-in takes effect at the next one.
    sign_in_again: bool,
}

#[derive(ToSchema)]
pub(crate) struct Company {
    name: String,
    /// GB 11714, 9 characters.
    organization_code: String,
    /// GB 32100, 18 characters.
    uscc: String,
}

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
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Purpose {
    CertifyIcCard,
    CertifyBankUkey,
}

#[derive(ToSchema)]
pub(crate) struct AskChallenge {
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
pub(crate) struct Certification {
    method: Method,
    request_id: String,
    /// SHA-256 of the certificate, lower-case hex.
    certificate: String,
    receipt: Receipt,
}

#[derive(ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: String,
}

/// RFC 9457.
#[derive(ToSchema)]
pub(crate) struct Problem {
    r#type: String,
    title: String,
    status: u16,
    code: ProblemCode,
    /// With `proof_refused` only.
    reason: Option<RefusalReason>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ProblemCode {
    Malformed,
    IdempotencyKey,
    IdempotencyConflict,
    SignInRefused,
    SignInDelayed,
    SessionEnded,
    PurposeUnsupported,
    BankUnknown,
    BankRefused,
    VisitUsed,
    VisitExpired,
    ProofRefused,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    MediaType,
    Internal,
}

/// Those that a signed proof can meet, in the order of judgement after `signature_invalid`;
/// `enterprise_not_found` is said when a challenge is asked for: the bank has no such customer.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum RefusalReason {
    SignatureInvalid,
    ChallengeExpired,
    ChallengeReused,
    CertUntrusted,
    CertExpired,
    CertRevoked,
    CertOtherEnterprise,
    CardAlreadyBound,
    EnterpriseNotFound,
}
