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
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Purpose {
    CertifyIcCard,
}

#[derive(ToSchema)]
pub(crate) struct AskChallenge {
    purpose: Purpose,
}

#[derive(ToSchema)]
pub(crate) struct Challenge {
    /// UUID, lower case; also the idempotency key of the proof.
    request_id: String,
    /// base64url without padding of 32 bytes.
    nonce: String,
    purpose: Purpose,
    account: String,
    company: Company,
    /// Must be the origin that the client itself connected to.
    audience: String,
    #[schema(example = "2026-11-21T20:00:00+08:00")]
    issued_at: String,
    /// 120 seconds later.
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
    ProofRefused,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    MediaType,
    Internal,
}

/// Those that a card's proof can meet; in the order of judgement after `signature_invalid`.
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
}
