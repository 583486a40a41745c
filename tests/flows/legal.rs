//! Certification by documents: company, legal representative, account holder, and every way in which one of
//! them is refused.

use crate::answers::{account, answer, legal, phone, read_code, sign_in, view, wrong};
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::{
    BankCardNumber, Document, DocumentKind, Method, PersonName, PhoneNumber, SecurityLevel,
    UnifiedSocialCreditCode, Validity,
};
use tongguan_core::fault::{Fault, Refusal, Register};
use tongguan_core::ports::{
    BankCard, CheckKind, CodeEntered, CodeSent, LegalCertification, LegalCompany, LegalHolder, LegalStep,
    PersonCheck,
};
use tongguan_sandbox_outside::Failure;
use tongguan_sandbox_world::{Company, Person};
use tongguan_tests::Desk;

fn refused(reason: Refusal) -> Fault {
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

fn holder(person: &Person, check: PersonCheck) -> LegalHolder {
    LegalHolder { name: person.name.clone(), document: None, check }
}

fn begin(desk: &Desk) -> LegalCertification {
    legal(desk.call(Command::BeginLegal {}))
}

fn open(desk: &Desk) -> Option<LegalCertification> {
    answer!(desk.call(Command::Legal {}), OpenLegal)
}

fn step_1(desk: &Desk, given: &LegalCompany) -> Result<Answer, Fault> {
    desk.call(Command::LegalCompany { given: given.clone() })
}

fn step_2(desk: &Desk, check: &PersonCheck) -> Result<Answer, Fault> {
    desk.call(Command::LegalPerson { check: check.clone() })
}

fn step_3(desk: &Desk, given: &LegalHolder) -> Result<Answer, Fault> {
    desk.call(Command::LegalHolder { given: given.clone() })
}

fn send(desk: &Desk, card: &BankCard) -> Result<CodeSent, Fault> {
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
fn at_step_1(slug: &str) -> (Desk, Company) {
    let desk = Desk::open();
    sign_in(&desk, &format!("{slug}-demo"));
    assert_eq!(begin(&desk).step, LegalStep::Company);
    let company = company_of(&desk, slug);
    (desk, company)
}

fn at_step_2(slug: &str) -> (Desk, Company) {
    let (desk, company) = at_step_1(slug);
    let passed = legal(step_1(&desk, &given(&company)));
    assert_eq!(passed.step, LegalStep::LegalRepresentative);
    (desk, company)
}

fn at_step_3(slug: &str) -> (Desk, Company) {
    let (desk, company) = at_step_2(slug);
    let passed = legal(step_2(&desk, &by_id_card(&company.legal_representative)));
    assert_eq!(passed.step, LegalStep::Holder);
    (desk, company)
}

#[test]
fn by_identity_cards_to_the_middle_level_in_three_steps() {
    let (desk, company) = at_step_3("haihe");
    let done = legal(step_3(&desk, &holder(&company.operator, by_id_card(&company.operator))));
    let LegalStep::Done { receipt } = done.step else { panic!("{done:?}") };
    assert_eq!((receipt.method, receipt.level_after), (Method::LegalRepresentative, SecurityLevel::Medium));
    assert_eq!(done.holder.unwrap().passed_by, Some(CheckKind::IdCard));
    let profile = desk.view().session.unwrap().profile;
    assert!(profile.sign_in_again);
    let of = |profile: &tongguan_core::ports::Profile| {
        let is_it = |state: &&tongguan_core::ports::MethodState| state.method == Method::LegalRepresentative;
        profile.methods.iter().find(is_it).unwrap().clone()
    };
    assert_eq!(of(&profile).receipt.as_deref(), Some(receipt.number.as_str()));
    assert_eq!(open(&desk), None, "it is over");
    sign_in(&desk, "haihe-demo");
    assert_eq!(desk.view().session.unwrap().profile.level, SecurityLevel::Medium);
    let listed = answer!(desk.call(Command::Certifications {}), Certifications);
    assert_eq!((listed.len(), listed[0].method), (1, Method::LegalRepresentative));
}

#[test]
fn by_bank_cards_with_a_code_for_each_person() {
    let (desk, company) = at_step_2("bohai");
    let check = by_bank_card(&desk, &company.legal_representative);
    assert_eq!(legal(step_2(&desk, &check)).step, LegalStep::Holder);
    desk.stage.advance_clock(60);
    let check = by_bank_card(&desk, &company.operator);
    let done = legal(step_3(&desk, &holder(&company.operator, check)));
    assert!(matches!(done.step, LegalStep::Done { .. }), "{done:?}");
    assert_eq!(done.legal_representative.unwrap().passed_by, Some(CheckKind::BankCard));
}

#[test]
fn a_document_other_than_an_identity_card_goes_by_bank_card_only() {
    for slug in ["bailu", "changdi", "xinghe", "guta"] {
        let (desk, company) = at_step_2(slug);
        let person = &company.legal_representative;
        assert_ne!(person.document.kind, DocumentKind::IdCard);
        let fault = step_2(&desk, &by_id_card(person)).unwrap_err();
        assert_eq!(
            fault,
            Fault::InputInvalid { field: "document_kind".into(), reason: "id_card_only".into() }
        );
        assert_eq!(open(&desk).unwrap().step, LegalStep::LegalRepresentative);
        let check = by_bank_card(&desk, person);
        assert_eq!(legal(step_2(&desk, &check)).step, LegalStep::Holder);
    }
}

#[test]
fn a_company_that_the_register_has_otherwise_stops_at_step_1() {
    let (desk, company) = at_step_1("haihe");
    let right = given(&company);
    let unknown = UnifiedSocialCreditCode::parse("91350100M000100Y43").unwrap();
    let mut other_name = right.clone();
    other_name.company.name = company_of(&desk, "bohai").identity.name;
    let mut other_company = right.clone();
    other_company.company.organization_code = unknown.organization_code();
    other_company.company.uscc = unknown;
    let other_person =
        LegalCompany { legal_representative: PersonName::parse("Nobody At All").unwrap(), ..right.clone() };
    let document = Document::parse(DocumentKind::IdCard, "11010519491231002X").unwrap();
    let other_document = LegalCompany { document, ..right.clone() };
    for (given, reason) in [
        (other_name, Refusal::EnterpriseMismatch),
        (other_company, Refusal::EnterpriseMismatch),
        (other_person, Refusal::LegalPersonMismatch),
        (other_document, Refusal::LegalPersonMismatch),
    ] {
        assert_eq!(step_1(&desk, &given).unwrap_err(), refused(reason));
    }
    let outside = desk.stage.outside();
    let uscc = company.identity.uscc.as_str();
    outside.set_failure(Register::Company, Some(uscc), Some(Failure::Absent)).unwrap();
    assert_eq!(step_1(&desk, &right).unwrap_err(), refused(Refusal::EnterpriseNotFound));
    outside.set_failure(Register::Company, Some(uscc), Some(Failure::RateLimit)).unwrap();
    let silent = Fault::RegisterUnavailable { register: Register::Company };
    assert_eq!(step_1(&desk, &right).unwrap_err(), silent);
    outside.set_failure(Register::Company, Some(uscc), None).unwrap();
    assert_eq!(legal(step_1(&desk, &right)).step, LegalStep::LegalRepresentative);
}

#[test]
fn an_identity_card_with_other_dates_can_be_mended_or_the_bank_card_be_used() {
    let (desk, company) = at_step_2("haihe");
    let person = &company.legal_representative;
    let other = PersonCheck::IdCard { validity: Validity::parse("20200102", "00000000").unwrap() };
    assert_eq!(step_2(&desk, &other).unwrap_err(), refused(Refusal::ValidityMismatch));
    assert_eq!(open(&desk).unwrap().step, LegalStep::LegalRepresentative, "the step is where it was");
    let check = by_bank_card(&desk, person);
    assert_eq!(legal(step_2(&desk, &check)).step, LegalStep::Holder);
    let mended = by_id_card(&company.operator);
    assert!(matches!(legal(step_3(&desk, &holder(&company.operator, mended))).step, LegalStep::Done { .. }));
}

#[test]
fn a_card_that_is_over_is_no_card() {
    let (desk, _) = at_step_2("haihe");
    let over = PersonCheck::IdCard { validity: Validity::parse("20000101", "20200101").unwrap() };
    let fault = step_2(&desk, &over).unwrap_err();
    assert!(matches!(fault, Fault::InputInvalid { .. } | Fault::DataRefused { .. }), "{fault:?}");
}

#[test]
fn who_is_not_in_the_trusted_register_goes_on_once_the_app_has_added_them() {
    let (desk, company) = at_step_2("haihe");
    let person = &company.legal_representative;
    let outside = desk.stage.outside();
    let record = Some(person.document.number.as_str());
    outside.set_failure(Register::Ctid, record, Some(Failure::Absent)).unwrap();
    assert_eq!(step_2(&desk, &by_id_card(person)).unwrap_err(), refused(Refusal::NotInCtid));
    outside.set_failure(Register::Ctid, record, Some(Failure::RateLimit)).unwrap();
    let silent = Fault::RegisterUnavailable { register: Register::Ctid };
    assert_eq!(step_2(&desk, &by_id_card(person)).unwrap_err(), silent);
    outside.set_failure(Register::Ctid, record, None).unwrap();
    assert_eq!(legal(step_2(&desk, &by_id_card(person))).step, LegalStep::Holder);
}

#[test]
fn a_bank_card_of_somebody_else_is_refused_and_its_code_is_spent() {
    let (desk, company) = at_step_2("haihe");
    let person = &company.legal_representative;
    let card = card_of(&company.operator);
    let code = code_for(&desk, &card);
    let other = PersonCheck::BankCard { card, code };
    assert_eq!(step_2(&desk, &other).unwrap_err(), refused(Refusal::BankCardMismatch));
    assert_eq!(step_2(&desk, &other).unwrap_err(), refused(Refusal::SmsExpired));
    desk.stage.advance_clock(60);
    let check = by_bank_card(&desk, person);
    let outside = desk.stage.outside();
    outside.set_failure(Register::Bank, None, Some(Failure::RateLimit)).unwrap();
    let silent = Fault::RegisterUnavailable { register: Register::Bank };
    assert_eq!(step_2(&desk, &check).unwrap_err(), silent);
    outside.set_failure(Register::Bank, None, None).unwrap();
    // The code is still good: the bank had not answered.
    assert_eq!(legal(step_2(&desk, &check)).step, LegalStep::Holder);
}

#[test]
fn a_code_is_for_this_card_and_phone_and_for_a_few_tries() {
    let (desk, company) = at_step_2("haihe");
    let card = card_of(&company.legal_representative);
    let code = code_for(&desk, &card);
    let check = |card: &BankCard, code: &CodeEntered| PersonCheck::BankCard {
        card: card.clone(),
        code: code.clone(),
    };
    let other_phone = BankCard { phone: PhoneNumber::parse("19900007777").unwrap(), ..card.clone() };
    let other_card =
        BankCard { number: BankCardNumber::parse("6212345678901234569").unwrap(), ..card.clone() };
    for other in [other_phone, other_card] {
        assert_eq!(step_2(&desk, &check(&other, &code)).unwrap_err(), refused(Refusal::SmsExpired));
    }
    let Err(Fault::TooOften { seconds }) = send(&desk, &card) else { panic!("sent again at once") };
    assert!(seconds <= 60);
    for _ in 0..4 {
        assert_eq!(step_2(&desk, &check(&card, &wrong(&code))).unwrap_err(), refused(Refusal::SmsWrong));
    }
    let fifth = step_2(&desk, &check(&card, &wrong(&code))).unwrap_err();
    assert!(
        matches!(fifth, Fault::DataRefused { reason: Refusal::SmsWrong | Refusal::SmsTooMany }),
        "{fifth:?}"
    );
    assert_eq!(step_2(&desk, &check(&card, &code)).unwrap_err(), refused(Refusal::SmsTooMany));
    desk.stage.advance_clock(60);
    let code = code_for(&desk, &card);
    desk.stage.advance_clock(301);
    assert_eq!(step_2(&desk, &check(&card, &code)).unwrap_err(), refused(Refusal::SmsExpired));
    let code = code_for(&desk, &card);
    assert_eq!(legal(step_2(&desk, &check(&card, &code))).step, LegalStep::Holder);
}

#[test]
fn a_message_that_does_not_go_out_or_arrive_stops_nothing() {
    let (desk, company) = at_step_2("haihe");
    let card = card_of(&company.legal_representative);
    let outside = desk.stage.outside();
    outside.set_failure(Register::Sms, None, Some(Failure::RateLimit)).unwrap();
    assert_eq!(send(&desk, &card).unwrap_err(), Fault::RegisterUnavailable { register: Register::Sms });
    outside.set_failure(Register::Sms, None, Some(Failure::Absent)).unwrap();
    desk.stage.advance_clock(60);
    send(&desk, &card).unwrap();
    assert!(outside.messages_to(&phone(card.phone.as_str()), 1).unwrap().is_empty());
    outside.set_failure(Register::Sms, None, None).unwrap();
    desk.stage.advance_clock(60);
    let code = code_for(&desk, &card);
    let check = PersonCheck::BankCard { card, code };
    assert_eq!(legal(step_2(&desk, &check)).step, LegalStep::Holder);
}

#[test]
fn the_holder_may_be_given_anew_and_is_nobody_else_of_the_company() {
    let (desk, company) = at_step_3("haihe");
    let clerk = desk.stage.world().account("haihe-clerk").unwrap().holder.clone();
    let given = LegalHolder {
        name: clerk.name.clone(),
        document: Some(clerk.document.clone()),
        check: by_id_card(&clerk),
    };
    assert_eq!(step_3(&desk, &given).unwrap_err(), refused(Refusal::IdDuplicate));
    let person = &company.legal_representative;
    let given = LegalHolder {
        name: person.name.clone(),
        document: Some(person.document.clone()),
        check: by_id_card(person),
    };
    assert!(matches!(legal(step_3(&desk, &given)).step, LegalStep::Done { .. }));
    assert_eq!(account(&desk).holder.name, person.name);
}

#[test]
fn a_step_whose_turn_has_not_come_is_not_taken() {
    let (desk, company) = at_step_1("haihe");
    let person = by_id_card(&company.legal_representative);
    assert_eq!(step_2(&desk, &person).unwrap_err(), Fault::RecordChanged);
    assert_eq!(step_3(&desk, &holder(&company.operator, person)).unwrap_err(), Fault::RecordChanged);
    assert_eq!(send(&desk, &card_of(&company.operator)).unwrap_err(), Fault::RecordChanged);
    assert_eq!(open(&desk).unwrap().step, LegalStep::Company);
}

#[test]
fn it_goes_on_after_a_restart_and_on_another_machine() {
    let (desk, company) = at_step_2("haihe");
    let id = open(&desk).unwrap().id;
    let next = desk.next_start();
    assert_eq!(open(&next).unwrap().step, LegalStep::LegalRepresentative);
    legal(step_2(&next, &by_id_card(&company.legal_representative)));
    let other = desk.other_machine();
    other.sign_in();
    let there = open(&other).unwrap();
    assert_eq!((&there.id, &there.step), (&id, &LegalStep::Holder));
    assert_eq!(begin(&other).id, id, "there is one at a time");
    let done = legal(step_3(&other, &holder(&company.operator, by_id_card(&company.operator))));
    assert!(matches!(done.step, LegalStep::Done { .. }));
}

#[test]
fn it_is_left_or_ends_after_a_week() {
    let (desk, company) = at_step_2("haihe");
    view(desk.call(Command::LeaveLegal {}));
    assert_eq!(open(&desk), None);
    assert_eq!(step_1(&desk, &given(&company)).unwrap_err(), Fault::FlowNotThere);
    view(desk.call(Command::LeaveLegal {}));
    assert_eq!(begin(&desk).step, LegalStep::Company, "nothing of the other is left");
    desk.stage.advance_clock(7 * 86_400 + 1);
    desk.sign_in();
    assert_eq!(open(&desk), None);
}

/// The portal is gone for the first try of each step, and the answer to the second is done twice.
#[test]
fn the_network_may_be_lost_at_every_step() {
    let desk = Desk::open();
    desk.sign_in();
    let company = company_of(&desk, "haihe");
    let lost = |desk: &Desk, step: &dyn Fn(&Desk) -> Result<Answer, Fault>| {
        desk.stage.portal_down();
        assert_eq!(step(desk).unwrap_err(), Fault::PortalUnreachable);
        assert!(desk.view().session.is_some(), "the session is still there");
        desk.stage.portal_up().unwrap();
        let first = legal(step(desk));
        // The answer may have been lost: asked again, the portal says the same and does nothing twice.
        assert_eq!(legal(step(desk)), first);
        first
    };
    lost(&desk, &|desk| desk.call(Command::BeginLegal {}));
    let of_company = given(&company);
    lost(&desk, &|desk| step_1(desk, &of_company));
    let check = by_bank_card(&desk, &company.legal_representative);
    assert_eq!(lost(&desk, &|desk| step_2(desk, &check)).step, LegalStep::Holder);
    desk.stage.advance_clock(60);
    let of_holder = holder(&company.operator, by_bank_card(&desk, &company.operator));
    let done = lost(&desk, &|desk| step_3(desk, &of_holder));
    assert!(matches!(done.step, LegalStep::Done { .. }), "{done:?}");
    let listed = answer!(desk.call(Command::Certifications {}), Certifications);
    assert_eq!(listed.len(), 1, "it was certified once");
}

#[test]
fn a_higher_level_is_not_lowered() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, "haihe-operator-sm2");
    desk.certify("haihe-operator-sm2", &token, 0);
    desk.sign_in();
    let before = desk.view().session.unwrap().profile.level;
    let company = company_of(&desk, "haihe");
    begin(&desk);
    step_1(&desk, &given(&company)).unwrap();
    step_2(&desk, &by_id_card(&company.legal_representative)).unwrap();
    step_3(&desk, &holder(&company.operator, by_id_card(&company.operator))).unwrap();
    desk.sign_in();
    assert_eq!(
        (before, desk.view().session.unwrap().profile.level),
        (SecurityLevel::High, SecurityLevel::High)
    );
}

#[test]
fn who_has_no_right_to_it_cannot_begin() {
    let desk = Desk::open();
    sign_in(&desk, "haihe-guest");
    for command in [Command::BeginLegal {}, Command::Legal {}, Command::LeaveLegal {}] {
        assert_eq!(desk.call(command).unwrap_err(), Fault::NotAllowed);
    }
    // An operator who may certify can.
    sign_in(&desk, "haihe-clerk");
    assert_eq!(begin(&desk).step, LegalStep::Company);
}
