use crate::answer::Answer;
use crate::exchange::Request;
use crate::http_portal::{HttpPortal, within};
use crate::wire::{AskCaptcha, AskCardChallenge, Opened, SignIn as Entry, SignedIn, Submission};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use tongguan_core::domain::{AccountName, Certificate, Challenge, Origin, Password, Proof};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Captcha, CaptchaAnswer, CaptchaKind, Profile, Session, SignIn};

impl HttpPortal {
    /// A session whose profile cannot be read is ended again: nobody will use it.
    fn opened(
        &self,
        origin: &Origin,
        account: &AccountName,
        answer: &Answer,
    ) -> Result<(Session, Profile), Fault> {
        let Opened { token } = answer.value()?;
        let session = Session { origin: origin.clone(), account: account.clone(), bearer: token };
        match answer.value() {
            Ok(SignedIn { profile }) => Ok((session, profile)),
            Err(fault) => {
                if let Err(fault) = self.sign_out(&session) {
                    tracing::warn!(%fault, "a session without a profile was not ended");
                }
                Err(fault)
            }
        }
    }
}

impl SignIn for HttpPortal {
    fn captcha(&self, origin: &Origin, kind: CaptchaKind) -> Result<Captcha, Fault> {
        let request = Request::new(Method::POST, origin, "/v1/captchas").json(&AskCaptcha { kind })?;
        self.ask(&request)?.value()
    }

    fn sign_in(
        &self,
        origin: &Origin,
        account: &AccountName,
        password: &Password,
        captcha: &CaptchaAnswer,
    ) -> Result<(Session, Profile), Fault> {
        let entry = Entry { account, password, captcha };
        let request = Request::new(Method::POST, origin, "/v1/sessions").json(&entry)?;
        self.opened(origin, account, &self.ask(&request)?)
    }

    fn card_challenge(&self, origin: &Origin, certificate: &Certificate) -> Result<Challenge, Fault> {
        let asked = AskCardChallenge { certificate: STANDARD.encode(certificate.der()) };
        self.ask(&Request::new(Method::POST, origin, "/v1/card-challenges").json(&asked)?)?.value()
    }

    fn sign_in_by_card(
        &self,
        origin: &Origin,
        account: &AccountName,
        proof: &Proof,
    ) -> Result<(Session, Profile), Fault> {
        let request = Request::new(Method::POST, origin, "/v1/card-sessions")
            .key(proof.request_id())
            .json(&Submission::of(proof))?;
        self.opened(origin, account, &self.ask(&request)?)
    }

    fn sign_out(&self, session: &Session) -> Result<(), Fault> {
        self.ask(&within(session, Method::DELETE, "/v1/sessions/current")?)?.done()
    }

    fn sign_out_everywhere(&self, session: &Session) -> Result<(), Fault> {
        self.ask(&within(session, Method::DELETE, "/v1/sessions")?)?.done()
    }
}
