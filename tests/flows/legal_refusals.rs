//! What stands against a certification by documents, and the ways on that the Single Window names.

use crate::answers::{account, legal, phone, wrong};
use crate::legal_steps::{
    at_step_1, at_step_2, at_step_3, by_bank_card, by_id_card, card_of, code_for, company_of, given, holder,
    open, refused, send, step_1, step_2, step_3,
};
use tongguan_core::domain::{
    BankCardNumber, Document, DocumentKind, PersonName, PhoneNumber, UnifiedSocialCreditCode, Validity,
};
use tongguan_core::fault::{Fault, Refusal, Register};
use tongguan_core::ports::{BankCard, CodeEntered, LegalCompany, LegalHolder, LegalStep, PersonCheck};
use tongguan_sandbox_outside::Failure;

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
    let fault = Fault::InputInvalid { field: "valid_until".into(), reason: "over".into() };
    assert_eq!(step_2(&desk, &over).unwrap_err(), fault);
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
    assert_eq!(step_2(&desk, &check(&card, &wrong(&code))).unwrap_err(), refused(Refusal::SmsTooMany));
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
