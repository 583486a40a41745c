//! Before and around a session.

use super::{Company, Level, MethodState, Right, Role};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum CaptchaKind {
    Image,
    Question,
}

#[derive(ToSchema)]
pub(crate) struct AskCaptcha {
    kind: CaptchaKind,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Captcha {
    #[schema(format = "uuid")]
    id: String,
    /// 300 seconds from now.
    expires_at: String,
    #[schema(inline)]
    #[serde(flatten)]
    content: CaptchaContent,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum CaptchaContent {
    Image {
        /// PNG in standard base64: five characters, whose answer may be in small letters.
        png: String,
    },
    Question {
        /// The answer is a number in digits.
        chinese: String,
        /// The same question.
        english: String,
    },
}

#[derive(ToSchema)]
pub(crate) struct CaptchaAnswer {
    #[schema(format = "uuid")]
    id: String,
    answer: String,
}

#[derive(ToSchema)]
pub(crate) struct SignIn {
    #[schema(min_length = 1, max_length = 64, example = "haihe-demo")]
    account: String,
    #[schema(format = Password)]
    password: String,
    captcha: CaptchaAnswer,
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
pub(crate) struct ShowCard {
    /// Standard base64 of the certificate on the card, DER.
    certificate: String,
}

#[derive(ToSchema)]
pub(crate) struct Profile {
    account: String,
    /// As at sign-in, like the level: what changed since takes effect at the next one.
    company: Company,
    level: Level,
    methods: Vec<MethodState>,
    /// A certification has passed, or company or account was edited, since sign-in.
    sign_in_again: bool,
    role: Role,
    rights: Vec<Right>,
    /// Of the session, if it is not used before.
    idle_ends_at: String,
}
