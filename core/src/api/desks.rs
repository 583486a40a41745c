//! Records of company and account, and certification by documents: one question to the portal each.

use super::View;
use super::app::{Desk, lock};
use super::state::SignedIn;
use crate::domain::{AccountName, Password, RequestId};
use crate::fault::Fault;
use crate::ports::{
    AccountRecord, BankCard, BoundCard, Certification, CodeEntered, CodeSent, CodeTarget, CompanyEdit,
    CompanyRecord, LegalCertification, LegalCompany, LegalHolder, LegalStep, NewOperator, Operator,
    OperatorSet, PersonCheck, PersonEdit, Portal, Preferences, Session,
};

impl Desk {
    /// Asks the portal in the session. One that the portal ended is ended here, too.
    fn in_session<T>(&self, ask: impl FnOnce(&dyn Portal, &Session) -> Result<T, Fault>) -> Result<T, Fault> {
        let session = self.signed_in()?.session;
        let outcome = ask(self.ports.portal.as_ref(), &session);
        let now = self.ports.clock.now();
        let mut state = lock(&self.state);
        let is_it = |now: &SignedIn| now.session.bearer.expose() == session.bearer.expose();
        if !state.session.as_ref().is_some_and(is_it) {
            return outcome; // signed out meanwhile
        }
        match &outcome {
            Err(Fault::PortalUnreachable | Fault::PortalTimeout | Fault::PortalTls) => {}
            Err(fault @ Fault::SessionEnded) => {
                state.end_session_after(fault);
                self.push(state);
                self.forget_after(fault, &session);
            }
            _ => {
                state.used(now);
                self.push(state);
            }
        }
        outcome
    }

    /// The profile may be another after this: it is fetched and shown.
    fn then_profile<T>(&self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        let changed = outcome?;
        if let Ok(profile) = self.in_session(|portal, session| portal.profile(session)) {
            let now = self.ports.clock.now();
            let mut state = lock(&self.state);
            state.show_profile(profile, now);
            self.push(state);
        }
        Ok(changed)
    }

    pub(super) fn company(&self) -> Result<CompanyRecord, Fault> {
        self.in_session(|portal, session| portal.company(session))
    }

    pub(super) fn edit_company(&self, edit: CompanyEdit) -> Result<CompanyRecord, Fault> {
        self.then_profile(self.in_session(|portal, session| portal.edit_company(session, &edit)))
    }

    pub(super) fn edit_legal_representative(&self, edit: PersonEdit) -> Result<CompanyRecord, Fault> {
        self.then_profile(self.in_session(|portal, session| portal.edit_legal_representative(session, &edit)))
    }

    pub(super) fn operators(&self) -> Result<Vec<Operator>, Fault> {
        self.in_session(|portal, session| portal.operators(session))
    }

    pub(super) fn add_operator(&self, operator: NewOperator) -> Result<Vec<Operator>, Fault> {
        self.in_session(|portal, session| {
            portal.add_operator(session, &operator)?;
            portal.operators(session)
        })
    }

    pub(super) fn set_operator(
        &self,
        account: AccountName,
        set: OperatorSet,
    ) -> Result<Vec<Operator>, Fault> {
        self.in_session(|portal, session| {
            portal.set_operator(session, &account, &set)?;
            portal.operators(session)
        })
    }

    pub(super) fn ask_upgrade(&self) -> Result<View, Fault> {
        self.in_session(|portal, session| portal.ask_upgrade(session))?;
        self.view()
    }

    pub(super) fn decide_upgrade(&self, account: AccountName, accept: bool) -> Result<Vec<Operator>, Fault> {
        self.in_session(|portal, session| {
            portal.decide_upgrade(session, &account, accept)?;
            portal.operators(session)
        })
    }

    pub(super) fn cards(&self) -> Result<Vec<BoundCard>, Fault> {
        self.in_session(|portal, session| portal.cards(session))
    }

    pub(super) fn unbind_card(&self, id: RequestId) -> Result<Vec<BoundCard>, Fault> {
        self.in_session(|portal, session| {
            portal.unbind_card(session, &id)?;
            portal.cards(session)
        })
    }

    pub(super) fn account(&self) -> Result<AccountRecord, Fault> {
        self.in_session(|portal, session| portal.account(session))
    }

    pub(super) fn edit_holder(&self, edit: PersonEdit) -> Result<AccountRecord, Fault> {
        self.then_profile(self.in_session(|portal, session| portal.edit_holder(session, &edit)))
    }

    pub(super) fn change_password(&self, old: Password, new: Password) -> Result<View, Fault> {
        self.in_session(|portal, session| portal.change_password(session, &old, &new))?;
        self.view()
    }

    pub(super) fn send_code(&self, to: CodeTarget) -> Result<CodeSent, Fault> {
        self.in_session(|portal, session| portal.send_code(session, &to))
    }

    pub(super) fn confirm_code(&self, code: CodeEntered) -> Result<AccountRecord, Fault> {
        self.in_session(|portal, session| portal.confirm_code(session, &code))
    }

    pub(super) fn set_preferences(&self, set: Preferences) -> Result<AccountRecord, Fault> {
        self.in_session(|portal, session| portal.set_preferences(session, &set))
    }

    pub(super) fn certifications(&self) -> Result<Vec<Certification>, Fault> {
        self.in_session(|portal, session| portal.certifications(session))
    }

    pub(super) fn legal(&self) -> Result<Option<LegalCertification>, Fault> {
        self.in_session(|portal, session| portal.legal(session))
    }

    pub(super) fn begin_legal(&self) -> Result<LegalCertification, Fault> {
        self.in_session(|portal, session| portal.begin_legal(session))
    }

    pub(super) fn legal_company(&self, given: LegalCompany) -> Result<LegalCertification, Fault> {
        self.in_session(|portal, session| portal.legal_company(session, &given))
    }

    pub(super) fn legal_code(&self, card: BankCard) -> Result<CodeSent, Fault> {
        self.in_session(|portal, session| portal.legal_code(session, &card))
    }

    pub(super) fn legal_person(&self, check: PersonCheck) -> Result<LegalCertification, Fault> {
        self.in_session(|portal, session| portal.legal_person(session, &check))
    }

    pub(super) fn legal_holder(&self, given: LegalHolder) -> Result<LegalCertification, Fault> {
        let passed = self.in_session(|portal, session| portal.legal_holder(session, &given));
        match &passed {
            Ok(LegalCertification { step: LegalStep::Done { .. }, .. }) => self.then_profile(passed),
            _ => passed,
        }
    }

    pub(super) fn leave_legal(&self) -> Result<View, Fault> {
        self.in_session(|portal, session| portal.leave_legal(session))?;
        self.view()
    }
}
