//! Henan's electronic registration: a matter and its people, as its guide and the manual of the mini-program say.

use crate::answers::sign_in;
use crate::legal_steps::company_of;
use crate::procedure_steps::{fill, give, look, open, receipt, refused, state, ticket, try_give};
use tongguan_core::api::TicketView;
use tongguan_core::domain::platform::{Field, PersonRole, Subject};
use tongguan_core::domain::{DocumentKind, RequestId};
use tongguan_core::fault::{Fault, Refusal, Register};
use tongguan_core::ports::{
    AskTicket, Duty, DutyOf, NewParticipant, Participant, PendingMatter, Procedure, Stage, StepAnswer,
};
use tongguan_sandbox_outside::Failure;
use tongguan_sandbox_world::Person;
use tongguan_tests::{Desk, Phone};

fn desk() -> Desk {
    let desk = Desk::open();
    sign_in(&desk, "haihe-demo");
    desk
}

/// A matter with these people in it.
fn matter(desk: &Desk, title: &str, people: &[&Person]) -> RequestId {
    let id = open(desk, "henan", "matter").id;
    fill(desk, &id, &[(Field::MatterKind, "change"), (Field::MatterTitle, title)]);
    for person in people {
        let person = NewParticipant {
            name: person.name.clone(),
            document: person.document.clone(),
            role: PersonRole::Shareholder,
        };
        give(desk, &id, StepAnswer::AddPerson { person });
    }
    id
}

fn people(at: &Procedure) -> Vec<Participant> {
    match &at.stage {
        Stage::People { people, .. } => people.clone(),
        other => panic!("{other:?}"),
    }
}

/// For the person at this place of the list.
fn ticket_for(desk: &Desk, id: &RequestId, place: usize, duty: Duty) -> TicketView {
    let person = people(&look(desk, id))[place].id.clone();
    ticket(desk, id, AskTicket { duty: Some(DutyOf { person, duty }), sms_to: None })
}

fn sign(desk: &Desk, id: &RequestId, place: usize, person: &Person) {
    let phone = Phone::scan(&desk.stage, &ticket_for(desk, id, place, Duty::Signature).address);
    phone.confirm();
    phone.face(person);
    phone.sign();
}

/// Who it is: the form, the face, the own bank card, the picture. What waits.
fn identified(phone: &Phone, person: &Person) -> Vec<PendingMatter> {
    enter(phone, person);
    phone.confirm();
    phone.face(person);
    if person.document.kind == DocumentKind::IdCard {
        phone.fill(&[(Field::BankCard, person.bank_card.as_str()), (Field::Phone, person.phone.as_str())]);
    }
    let Stage::Confirm { photo: Some(_), again: true, .. } = phone.stage() else {
        panic!("{:?}", phone.stage())
    };
    phone.confirm();
    match phone.stage() {
        Stage::Pending { matters } => matters,
        other => panic!("{other:?}"),
    }
}

fn enter(phone: &Phone, person: &Person) {
    let kind = match person.document.kind {
        DocumentKind::IdCard => "id_card",
        DocumentKind::Passport => "passport",
        DocumentKind::HomeReturnPermit => "home_return_permit",
        other => panic!("{other:?}"),
    };
    phone.fill(&[
        (Field::Name, person.name.as_str()),
        (Field::DocumentKind, kind),
        (Field::DocumentNumber, person.document.number.as_str()),
    ]);
}

/// The whole of the mini-program for one matter.
fn certify(phone: &Phone, person: &Person, id: &RequestId) {
    let waiting = identified(phone, person);
    assert!(waiting.iter().any(|matter| matter.id == *id), "{waiting:?}");
    take(phone, person, id);
}

/// From the list to the end.
fn take(phone: &Phone, person: &Person, id: &RequestId) {
    phone.give(StepAnswer::Pending { matter: id.clone() });
    phone.confirm();
    phone.face(person);
    phone.sign();
}

/// The mini-program, found by its name.
fn mini_program(desk: &Desk) -> Phone {
    Phone::walk_in(&desk.stage, "henan", "henan_certify")
}

#[test]
fn a_matter_is_submitted_after_everybody_has_signed_and_certified() {
    let desk = desk();
    let company = company_of(&desk, "haihe");
    let two = [&company.legal_representative, &company.operator];
    let id = matter(&desk, "Another address", &two);
    for (place, person) in two.into_iter().enumerate() {
        assert_eq!(refused(try_give(&desk, &id, StepAnswer::Submit)), Refusal::DutiesMissing);
        sign(&desk, &id, place, person);
        let missing = people(&look(&desk, &id))[place].clone();
        assert!(missing.signed_at.is_some() && missing.certified_at.is_none(), "{missing:?}");
        certify(
            &Phone::scan(&desk.stage, &ticket_for(&desk, &id, place, Duty::Certification).address),
            person,
            &id,
        );
    }
    let at = give(&desk, &id, StepAnswer::Submit);
    let found = receipt(&at);
    assert_eq!((found.subject, found.name.as_str()), (Subject::Matter, "Another address"));
    assert!(state(&desk, "henan").open.is_empty());
}

#[test]
fn the_document_is_signed_with_the_app() {
    let desk = desk();
    let person = company_of(&desk, "haihe").legal_representative;
    let id = matter(&desk, "Another address", &[&person]);
    let phone = Phone::scan(&desk.stage, &ticket_for(&desk, &id, 0, Duty::Signature).address);
    let Stage::Confirm { facts, .. } = phone.stage() else { panic!("{:?}", phone.stage()) };
    let shown = |field| facts.iter().find(|fact| fact.field == field).unwrap().value.clone();
    assert_eq!(shown(Field::MatterTitle), "Another address");
    assert_eq!(shown(Field::CompanyName), company_of(&desk, "haihe").identity.name.as_str());
    phone.confirm();
    phone.face(&person);
    phone.sign();
    assert!(people(&look(&desk, &id))[0].signed_at.is_some());
}

#[test]
fn a_stranger_who_scans_the_code_of_a_signature_does_not_sign() {
    let desk = desk();
    let company = company_of(&desk, "haihe");
    let (person, stranger) = (company.legal_representative, company.operator);
    let id = matter(&desk, "Another address", &[&person]);
    let phone = Phone::scan(&desk.stage, &ticket_for(&desk, &id, 0, Duty::Signature).address);
    phone.confirm();
    assert_eq!(phone.try_face(&stranger).unwrap_err(), Refusal::FaceMismatch);
    let at = look(&desk, &id);
    assert_eq!(at.refused, Some(Refusal::FaceMismatch));
    assert!(people(&at)[0].signed_at.is_none());
    phone.face(&person);
    phone.sign();
    assert!(people(&look(&desk, &id))[0].signed_at.is_some());
}

#[test]
fn an_identity_card_is_certified_with_face_and_own_bank_card() {
    let desk = desk();
    let company = company_of(&desk, "haihe");
    let (person, other) = (company.operator, company.legal_representative);
    let id = matter(&desk, "Another address", &[&person]);
    let phone = mini_program(&desk);
    enter(&phone, &person);
    phone.confirm();
    phone.face(&person);
    let foreign = [(Field::BankCard, other.bank_card.as_str()), (Field::Phone, other.phone.as_str())];
    assert_eq!(phone.try_fill(&foreign).unwrap_err(), Refusal::BankCardMismatch);
    phone.fill(&[(Field::BankCard, person.bank_card.as_str()), (Field::Phone, person.phone.as_str())]);
    phone.confirm();
    take(&phone, &person, &id);
    assert!(people(&look(&desk, &id))[0].certified_at.is_some());
}

#[test]
fn a_passport_and_a_permit_are_certified_with_the_face_alone() {
    let desk = desk();
    for (slug, kind) in [("bailu", DocumentKind::Passport), ("changdi", DocumentKind::HomeReturnPermit)] {
        let person = company_of(&desk, slug).legal_representative;
        assert_eq!(person.document.kind, kind);
        let id = matter(&desk, slug, &[&person]);
        certify(&mini_program(&desk), &person, &id);
        assert!(people(&look(&desk, &id))[0].certified_at.is_some());
    }
}

#[test]
fn a_picture_that_is_not_right_is_taken_again_from_the_beginning() {
    let desk = desk();
    let (wrong, person) =
        (company_of(&desk, "changdi").operator, company_of(&desk, "bailu").legal_representative);
    let id = matter(&desk, "Another address", &[&person]);
    let phone = mini_program(&desk);
    enter(&phone, &wrong);
    // Not yet.
    phone.give(StepAnswer::Again);
    enter(&phone, &wrong);
    phone.confirm();
    phone.face(&wrong);
    phone.give(StepAnswer::Again);
    certify(&phone, &person, &id);
    assert!(people(&look(&desk, &id))[0].certified_at.is_some());
}

#[test]
fn what_waits_is_of_the_last_seven_days() {
    let desk = desk();
    let person = company_of(&desk, "bailu").legal_representative;
    matter(&desk, "Old", &[&person]);
    desk.stage.advance_clock(86_400);
    desk.sign_in();
    matter(&desk, "New", &[&person]);
    let titles = |phone: &Phone| -> Vec<String> {
        identified(phone, &person).into_iter().map(|matter| matter.title).collect()
    };
    assert_eq!(titles(&mini_program(&desk)), ["New", "Old"]);
    desk.stage.advance_clock(6 * 86_400);
    assert_eq!(titles(&mini_program(&desk)), ["New"]);
}

#[test]
fn one_person_one_matter_one_certification() {
    let desk = desk();
    let person = company_of(&desk, "bailu").legal_representative;
    let (a, b) = (matter(&desk, "A", &[&person]), matter(&desk, "B", &[&person]));
    certify(&mini_program(&desk), &person, &a);
    assert!(people(&look(&desk, &a))[0].certified_at.is_some());
    assert!(people(&look(&desk, &b))[0].certified_at.is_none());
    let phone = mini_program(&desk);
    let waiting = identified(&phone, &person);
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].company, company_of(&desk, "haihe").identity.name);
    let again = phone.try_give(StepAnswer::Pending { matter: a.clone() });
    assert_eq!(again.unwrap_err(), Refusal::MatterMismatch);
    take(&phone, &person, &b);
    for id in [&a, &b] {
        sign(&desk, id, 0, &person);
        receipt(&give(&desk, id, StepAnswer::Submit));
    }
}

#[test]
fn a_failure_has_one_of_three_causes() {
    let desk = desk();
    let company = company_of(&desk, "haihe");
    let person = company_of(&desk, "bailu").legal_representative;
    matter(&desk, "Another address", &[&person]);
    let phone = mini_program(&desk);
    // Name or number wrongly entered.
    let wrong = [
        (Field::Name, company.operator.name.as_str()),
        (Field::DocumentKind, "passport"),
        (Field::DocumentNumber, person.document.number.as_str()),
    ];
    assert_eq!(phone.try_fill(&wrong).unwrap_err(), Refusal::IdentityMismatch);
    // Somebody else, or a picture that is not good enough.
    enter(&phone, &person);
    phone.confirm();
    assert_eq!(phone.try_face(&company.operator).unwrap_err(), Refusal::FaceMismatch);
    let outside = desk.stage.outside();
    let happens = |failure| outside.set_failure(Register::Population, None, failure).unwrap();
    happens(Some(Failure::PoorPicture));
    assert_eq!(phone.try_face(&person).unwrap_err(), Refusal::PictureQuality);
    // The check itself failed: later it does not.
    happens(Some(Failure::RateLimit));
    let Stage::Face { actions, .. } = phone.stage() else { panic!("{:?}", phone.stage()) };
    let failed = phone.answer(&StepAnswer::Face { actions }).unwrap_err();
    assert_eq!(failed, Fault::RegisterUnavailable { register: Register::Population });
    happens(None);
    phone.face(&person);
}

#[test]
fn a_document_that_became_another_is_signed_and_certified_anew() {
    let desk = desk();
    let company = company_of(&desk, "haihe");
    let person = company_of(&desk, "bailu").legal_representative;
    let id = matter(&desk, "Another address", &[&person]);
    sign(&desk, &id, 0, &person);
    certify(&mini_program(&desk), &person, &id);
    let new = NewParticipant {
        name: company.operator.name.clone(),
        document: company.operator.document.clone(),
        role: PersonRole::Agent,
    };
    let at = give(&desk, &id, StepAnswer::AddPerson { person: new });
    let first = people(&at)[0].clone();
    assert!(
        first.signed_at.is_none() && first.certified_at.is_none() && first.void_at.is_some(),
        "{first:?}"
    );
    let second = people(&at)[1].id.clone();
    give(&desk, &id, StepAnswer::RemovePerson { id: second });
    sign(&desk, &id, 0, &person);
    certify(&mini_program(&desk), &person, &id);
    receipt(&give(&desk, &id, StepAnswer::Submit));
}
