use crate::http_portal::{HttpPortal, within};
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{
    BankCard, CodeSent, LegalCertification, LegalCompany, LegalDesk, LegalHolder, PersonCheck, Session,
};

const OPEN: &str = "/v1/legal-certification";

impl HttpPortal {
    /// A step of the open certification; one that ended meanwhile is not there.
    fn step<T: DeserializeOwned>(
        &self,
        session: &Session,
        method: Method,
        path: &'static str,
        given: &impl Serialize,
    ) -> Result<T, Fault> {
        let answer = self.ask(&within(session, method, path)?.json(given)?)?;
        answer.found_or(Fault::FlowNotThere)?;
        answer.value()
    }
}

impl LegalDesk for HttpPortal {
    fn legal(&self, session: &Session) -> Result<Option<LegalCertification>, Fault> {
        let answer = self.ask(&within(session, Method::GET, OPEN)?)?;
        if answer.is_absent() { Ok(None) } else { answer.value().map(Some) }
    }

    fn begin_legal(&self, session: &Session) -> Result<LegalCertification, Fault> {
        self.ask(&within(session, Method::POST, OPEN)?)?.value()
    }

    fn legal_company(&self, session: &Session, given: &LegalCompany) -> Result<LegalCertification, Fault> {
        self.step(session, Method::PUT, "/v1/legal-certification/company", given)
    }

    fn legal_code(&self, session: &Session, card: &BankCard) -> Result<CodeSent, Fault> {
        self.step(session, Method::POST, "/v1/legal-certification/codes", card)
    }

    fn legal_person(&self, session: &Session, check: &PersonCheck) -> Result<LegalCertification, Fault> {
        self.step(session, Method::PUT, "/v1/legal-certification/legal-representative", check)
    }

    fn legal_holder(&self, session: &Session, given: &LegalHolder) -> Result<LegalCertification, Fault> {
        self.step(session, Method::PUT, "/v1/legal-certification/holder", given)
    }

    fn leave_legal(&self, session: &Session) -> Result<(), Fault> {
        let answer = self.ask(&within(session, Method::DELETE, OPEN)?)?;
        if answer.is_absent() { Ok(()) } else { answer.done() }
    }
}
