//! What every error looks like.

use utoipa::ToSchema;

/// RFC 9457.
#[derive(ToSchema)]
pub(crate) struct Problem {
    r#type: String,
    title: String,
    status: u16,
    code: ProblemCode,
    /// With `input_invalid` the value that breaks a rule, with `file_unusable` the [`Slot`].
    field: Option<String>,
    /// With `proof_refused` and `data_refused` a [`RefusalReason`], with `input_invalid` the name of the rule, with
    /// `file_unusable` a [`FileFlaw`].
    reason: Option<String>,
    /// With `register_unavailable` only.
    register: Option<Register>,
}

/// Who did not answer the portal.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Register {
    Company,
    Ctid,
    Bank,
    Sms,
    Population,
    Phone,
    Payments,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ProblemCode {
    Malformed,
    IdempotencyKey,
    IdempotencyConflict,
    InputInvalid,
    CaptchaWrong,
    SignInRefused,
    SignInDelayed,
    SignInLocked,
    CardNotBound,
    SessionEnded,
    NotAllowed,
    RecordChanged,
    DataRefused,
    TooOften,
    RegisterUnavailable,
    FileUnusable,
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

/// What is wrong with a picture or file.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FileFlaw {
    Empty,
    TooLarge,
    Type,
    TooManyPixels,
    TooSmall,
    Damaged,
    /// A PDF that would run a script, open something or carries files.
    ActiveContent,
    /// A PDF under a password.
    Locked,
}

/// First those that a signed proof can meet, in the order of judgement after `signature_invalid`;
/// `enterprise_not_found` is also said when a challenge is asked for: the bank has no such customer.
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
    EnterpriseMismatch,
    LegalPersonMismatch,
    TooManyChanges,
    IdDuplicate,
    NameTaken,
    ContactTaken,
    ValidityMismatch,
    NotInCtid,
    BankCardMismatch,
    SmsWrong,
    SmsTooMany,
    SmsExpired,
    PhoneMismatch,
    FaceMismatch,
    PictureQuality,
    PictureSide,
    PictureUnreadable,
    PictureMismatch,
    LivenessFailed,
    HolderMismatch,
    AmountWrong,
    AmountTooMany,
    AccountMismatch,
    LetterRefused,
    TicketExpired,
    TicketUsed,
    PhoneCancelled,
    PersonUnknown,
    MatterMismatch,
    DutiesMissing,
    IdentityMismatch,
}
