//! Before there is a session.

use super::{Profile, Session};
use crate::domain::{AccountName, Certificate, Challenge, Origin, Password, Proof, RequestId, Timestamp};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Captchas and the two ways in.
pub trait SignIn: Send + Sync {
    /// A new captcha; it is good for one sign-in and for a few minutes.
    fn captcha(&self, origin: &Origin, kind: CaptchaKind) -> Result<Captcha, Fault>;
    /// [`Fault::CaptchaWrong`] spends the captcha, every other answer too: the next try needs a new one.
    fn sign_in(
        &self,
        origin: &Origin,
        account: &AccountName,
        password: &Password,
        captcha: &CaptchaAnswer,
    ) -> Result<(Session, Profile), Fault>;
    /// The statement that signs in whoever this card is bound to. [`Fault::CardNotBound`] if it is nobody's.
    fn card_challenge(&self, origin: &Origin, certificate: &Certificate) -> Result<Challenge, Fault>;
    /// Asked twice with the same proof, after a lost answer, the portal opens another session in place of the
    /// first, as long as nobody has used that one: the profile therefore comes with it.
    fn sign_in_by_card(
        &self,
        origin: &Origin,
        account: &AccountName,
        proof: &Proof,
    ) -> Result<(Session, Profile), Fault>;
    fn sign_out(&self, session: &Session) -> Result<(), Fault>;
    /// Ends every session of the account, on every machine.
    fn sign_out_everywhere(&self, session: &Session) -> Result<(), Fault>;
}

/// A picture, or for those who cannot see it a question in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CaptchaKind {
    Image,
    Question,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Captcha {
    pub id: RequestId,
    pub expires_at: Timestamp,
    #[serde(flatten)]
    pub content: CaptchaContent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CaptchaContent {
    /// PNG in standard base64.
    Image { png: String },
    /// The same question in both languages; the answer is a number in digits.
    Question { chinese: String, english: String },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CaptchaAnswer {
    pub id: RequestId,
    pub answer: String,
}
