use crate::http_portal::{HttpPortal, within};
use crate::wire::Decision;
use reqwest::Method;
use tongguan_core::domain::{AccountName, RequestId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{
    BoundCard, CompanyDesk, CompanyEdit, CompanyRecord, NewOperator, Operator, OperatorSet, PersonEdit,
    Session,
};

impl CompanyDesk for HttpPortal {
    fn company(&self, session: &Session) -> Result<CompanyRecord, Fault> {
        self.shown(session, "/v1/company")
    }

    fn edit_company(&self, session: &Session, edit: &CompanyEdit) -> Result<CompanyRecord, Fault> {
        self.ask(&within(session, Method::PUT, "/v1/company")?.json(edit)?)?.value()
    }

    fn edit_legal_representative(
        &self,
        session: &Session,
        edit: &PersonEdit,
    ) -> Result<CompanyRecord, Fault> {
        let request = within(session, Method::PUT, "/v1/company/legal-representative")?;
        self.ask(&request.json(edit)?)?.value()
    }

    fn operators(&self, session: &Session) -> Result<Vec<Operator>, Fault> {
        self.shown(session, "/v1/operators")
    }

    fn add_operator(&self, session: &Session, operator: &NewOperator) -> Result<(), Fault> {
        self.ask(&within(session, Method::POST, "/v1/operators")?.json(operator)?)?.done()
    }

    fn set_operator(&self, session: &Session, account: &AccountName, set: &OperatorSet) -> Result<(), Fault> {
        let request = within(session, Method::PUT, "/v1/operators")?.below(account.as_str())?;
        let answer = self.ask(&request.json(set)?)?;
        answer.found_or(Fault::RecordChanged)?;
        answer.done()
    }

    fn ask_upgrade(&self, session: &Session) -> Result<(), Fault> {
        self.ask(&within(session, Method::POST, "/v1/upgrade-request")?)?.done()
    }

    fn decide_upgrade(&self, session: &Session, account: &AccountName, accept: bool) -> Result<(), Fault> {
        let request = within(session, Method::PUT, "/v1/upgrade-requests")?.below(account.as_str())?;
        let answer = self.ask(&request.json(&Decision { accept })?)?;
        answer.found_or(Fault::RecordChanged)?;
        answer.done()
    }

    fn cards(&self, session: &Session) -> Result<Vec<BoundCard>, Fault> {
        self.shown(session, "/v1/cards")
    }

    fn unbind_card(&self, session: &Session, card: &RequestId) -> Result<(), Fault> {
        let answer = self.ask(&within(session, Method::DELETE, "/v1/cards")?.below(card.as_str())?)?;
        answer.found_or(Fault::RecordChanged)?;
        answer.done()
    }
}
