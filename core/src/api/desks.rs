//! Records of company and account, and certification by documents: one question to the portal each.

use super::View;
use super::app::{Desk, lock};
use super::state::State;
use crate::domain::{AccountName, Password, RequestId, Timestamp};
use crate::fault::Fault;
use crate::ports::{
    AccountRecord, BankCard, BoundCard, Certification, CodeEntered, CodeSent, CodeTarget, CompanyEdit,
    CompanyRecord, LegalCertification, LegalCompany, LegalHolder, LegalStep, NewOperator, Operator,
    OperatorSet, PersonCheck, PersonEdit, Portal, PreferencesSet, Profile, Session,
};

impl Desk {
    /// Asks the portal in the session.
    pub(super) fn in_session<T>(
        &self,
        ask: impl FnOnce(&dyn Portal, &Session) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.asked(ask, |_, _, _| {})
    }

    /// The same; `heed` sees an answer that came while this session is still the one here. One that the portal
    /// ended is ended here, too.
    pub(super) fn asked<T>(
        &self,
        ask: impl FnOnce(&dyn Portal, &Session) -> Result<T, Fault>,
        heed: impl FnOnce(&mut State, &T, Timestamp),
    ) -> Result<T, Fault> {
        self.told(ask, |state, answer, now| {
            state.used(now);
            if let Ok(answer) = answer {
                heed(state, answer, now);
            }
        })
    }

    /// The same without using the session: a window that is left alone waits on and asks again.
    pub(super) fn waited<T>(
        &self,
        ask: impl FnOnce(&dyn Portal, &Session) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.told(ask, |_, _, _| {})
    }

    fn told<T>(
        &self,
        ask: impl FnOnce(&dyn Portal, &Session) -> Result<T, Fault>,
        heed: impl FnOnce(&mut State, &Result<T, Fault>, Timestamp),
    ) -> Result<T, Fault> {
        let session = self.signed_in()?.session;
        let outcome = ask(self.ports.portal.as_ref(), &session);
        if let Err(fault) = &outcome {
            self.end_after(fault, &session);
        }
        let now = self.ports.clock.now();
        let mut state = lock(&self.state);
        if state.is_in(&session) && outcome.as_ref().err().is_none_or(is_answer) {
            heed(&mut state, &outcome, now);
            self.push(state);
        }
        outcome
    }

    /// The profile may be another after this: it is fetched and shown.
    fn then_profile<T>(&self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        let changed = outcome?;
        let show = |state: &mut State, profile: &Profile, now| state.show_profile(profile.clone(), now);
        if let Err(fault) = self.asked(|portal, session| portal.profile(session), show) {
            tracing::info!(%fault, "the profile is shown as it was");
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

    /// What is done is done, whether the list can be read afterwards or not; so with each change below.
    pub(super) fn add_operator(&self, operator: NewOperator) -> Result<Option<Vec<Operator>>, Fault> {
        self.in_session(|portal, session| portal.add_operator(session, &operator))?;
        Ok(self.operators().ok())
    }

    pub(super) fn set_operator(
        &self,
        account: AccountName,
        set: OperatorSet,
    ) -> Result<Option<Vec<Operator>>, Fault> {
        self.in_session(|portal, session| portal.set_operator(session, &account, &set))?;
        Ok(self.operators().ok())
    }

    pub(super) fn ask_upgrade(&self) -> Result<View, Fault> {
        self.in_session(|portal, session| portal.ask_upgrade(session))?;
        self.view()
    }

    pub(super) fn decide_upgrade(
        &self,
        account: AccountName,
        accept: bool,
    ) -> Result<Option<Vec<Operator>>, Fault> {
        self.in_session(|portal, session| portal.decide_upgrade(session, &account, accept))?;
        Ok(self.operators().ok())
    }

    pub(super) fn cards(&self) -> Result<Vec<BoundCard>, Fault> {
        self.in_session(|portal, session| portal.cards(session))
    }

    pub(super) fn unbind_card(&self, id: RequestId) -> Result<Option<Vec<BoundCard>>, Fault> {
        self.in_session(|portal, session| portal.unbind_card(session, &id))?;
        Ok(self.cards().ok())
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

    pub(super) fn set_preferences(&self, set: PreferencesSet) -> Result<AccountRecord, Fault> {
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

/// Whether the portal itself says this of a question in the session, which counts as use there, too: not a
/// connection that was lost, nor an answer that is none.
fn is_answer(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::SignInRefused
            | Fault::SignInDelayed { .. }
            | Fault::SignInLocked { .. }
            | Fault::NotAllowed
            | Fault::RecordChanged
            | Fault::InputInvalid { .. }
            | Fault::DataRefused { .. }
            | Fault::ProofRefused { .. }
            | Fault::TooOften { .. }
            | Fault::RegisterUnavailable { .. }
    )
}
