use crate::http_portal::{HttpPortal, within};
use crate::wire::{Code, NewPassword};
use reqwest::Method;
use tongguan_core::domain::Password;
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{
    AccountDesk, AccountRecord, Certification, CodeEntered, CodeSent, CodeTarget, PersonEdit, PreferencesSet,
    Session,
};

impl AccountDesk for HttpPortal {
    fn account(&self, session: &Session) -> Result<AccountRecord, Fault> {
        self.shown(session, "/v1/account")
    }

    fn edit_holder(&self, session: &Session, edit: &PersonEdit) -> Result<AccountRecord, Fault> {
        self.ask(&within(session, Method::PUT, "/v1/account/holder")?.json(edit)?.keyed())?.value()
    }

    fn change_password(&self, session: &Session, old: &Password, new: &Password) -> Result<(), Fault> {
        let request = within(session, Method::PUT, "/v1/account/password")?;
        // Sent again after a lost answer, the old one would not be right any more.
        self.ask(&request.json(&NewPassword { old, new })?.keyed())?.done()
    }

    fn send_code(&self, session: &Session, to: &CodeTarget) -> Result<CodeSent, Fault> {
        self.ask(&within(session, Method::POST, "/v1/account/codes")?.json(to)?.keyed())?.value()
    }

    fn confirm_code(&self, session: &Session, code: &CodeEntered) -> Result<AccountRecord, Fault> {
        let request = within(session, Method::PUT, "/v1/account/codes")?.below(code.id.as_str())?;
        let answer = self.ask(&request.json(&Code { code: &code.code })?.keyed())?;
        // A code that is over is forgotten.
        answer.found_or(Fault::DataRefused { reason: Refusal::SmsExpired })?;
        answer.value()
    }

    fn set_preferences(&self, session: &Session, set: &PreferencesSet) -> Result<AccountRecord, Fault> {
        self.ask(&within(session, Method::PUT, "/v1/account/preferences")?.json(set)?.keyed())?.value()
    }

    fn certifications(&self, session: &Session) -> Result<Vec<Certification>, Fault> {
        self.shown(session, "/v1/certifications")
    }
}
