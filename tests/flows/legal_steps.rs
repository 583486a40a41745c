//! The steps of a certification by documents, as a desk takes them.

use crate::answers::{answer, legal, phone, read_code, sign_in};
use tongguan_core::api::{Answer, Command};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{
    BankCard, CodeEntered, CodeSent, LegalCertification, LegalCompany, LegalHolder, LegalStep, PersonCheck,
};
use tongguan_sandbox_world::{Company, Person};
use tongguan_tests::Desk;

pub(crate) fn refused(reason: Refusal) -> Fault {
    Fault::DataRefused { reason }
}

/// The company of an account called `SLUG-demo`.
pub(crate) fn company_of(desk: &Desk, slug: &str) -> Company {
    desk.stage.world().companies.iter().find(|company| company.slug == slug).unwrap().clone()
}

pub(crate) fn given(company: &Company) -> LegalCompany {
    LegalCompany {
        company: company.identity.clone(),
        legal_representative: company.legal_representative.name.clone(),
        document: company.legal_representative.document.clone(),
    }
}

pub(crate) fn by_id_card(person: &Person) -> PersonCheck {
    PersonCheck::IdCard { validity: person.validity }
}

pub(crate) fn card_of(person: &Person) -> BankCard {
    BankCard { number: person.bank_card.clone(), phone: person.phone.clone() }
}

pub(crate) fn holder(person: &Person, check: PersonCheck) -> LegalHolder {
    LegalHolder { name: person.name.clone(), document: None, check }
}

pub(crate) fn begin(desk: &Desk) -> LegalCertification {
    legal(desk.call(Command::BeginLegal {}))
}

pub(crate) fn open(desk: &Desk) -> Option<LegalCertification> {
    answer!(desk.call(Command::Legal {}), OpenLegal)
}

pub(crate) fn step_1(desk: &Desk, given: &LegalCompany) -> Result<Answer, Fault> {
    desk.call(Command::LegalCompany { given: given.clone() })
}

pub(crate) fn step_2(desk: &Desk, check: &PersonCheck) -> Result<Answer, Fault> {
    desk.call(Command::LegalPerson { check: check.clone() })
}

pub(crate) fn step_3(desk: &Desk, given: &LegalHolder) -> Result<Answer, Fault> {
    desk.call(Command::LegalHolder { given: given.clone() })
}

pub(crate) fn send(desk: &Desk, card: &BankCard) -> Result<CodeSent, Fault> {
    desk.call(Command::LegalCode { card: card.clone() })
        .map(|sent| answer!(Ok(sent) as Result<_, Fault>, CodeSent))
}

/// A code to the card's phone, read there.
pub(crate) fn code_for(desk: &Desk, card: &BankCard) -> CodeEntered {
    let sent = send(desk, card).unwrap();
    read_code(desk, &phone(card.phone.as_str()), &sent)
}

pub(crate) fn by_bank_card(desk: &Desk, person: &Person) -> PersonCheck {
    let card = card_of(person);
    let code = code_for(desk, &card);
    PersonCheck::BankCard { card, code }
}

/// Signed in as the administrator of a company, with a certification open.
pub(crate) fn at_step_1(slug: &str) -> (Desk, Company) {
    let desk = Desk::open();
    sign_in(&desk, &format!("{slug}-demo"));
    assert_eq!(begin(&desk).step, LegalStep::Company);
    let company = company_of(&desk, slug);
    (desk, company)
}

pub(crate) fn at_step_2(slug: &str) -> (Desk, Company) {
    let (desk, company) = at_step_1(slug);
    let passed = legal(step_1(&desk, &given(&company)));
    assert_eq!(passed.step, LegalStep::LegalRepresentative);
    (desk, company)
}

pub(crate) fn at_step_3(slug: &str) -> (Desk, Company) {
    let (desk, company) = at_step_2(slug);
    let passed = legal(step_2(&desk, &by_id_card(&company.legal_representative)));
    assert_eq!(passed.step, LegalStep::Holder);
    (desk, company)
}
