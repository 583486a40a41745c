//! Ningbo's property-rights exchange: every branch of its manual, a test each.

use crate::answers::phone as phone_target;
use crate::legal_steps::company_of;
use crate::ningbo::Scene;
use crate::procedure_steps::{
    choose, fill, give, look, open, receipt, refused, state, step, ticket, try_fill,
};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::Field;
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AskTicket, Stage, StepAnswer};
use tongguan_tests::Phone;

#[test]
fn a_person_by_the_phone_that_is_their_own() {
    let scene = Scene::new();
    let (desk, person) = (&scene.desk, scene.person());
    let id = scene.person_by("phone");
    let name = (Field::Name, person.name.as_str());
    let number = (Field::IdNumber, person.document.number.as_str());
    let others = scene.company.legal_representative.phone.as_str();
    let wrong = try_fill(desk, &id, &[name, number, (Field::Phone, others)]);
    assert_eq!(refused(wrong), Refusal::PhoneMismatch);
    let at = fill(desk, &id, &[name, number, (Field::Phone, person.phone.as_str())]);
    scene.person_is_certified(&at, &["phone"]);
}

/// 1.1.4: name and number, then a QR code.
fn by_face(face_by: &str) -> (Scene, RequestId, Phone) {
    let scene = Scene::new();
    let person = scene.person();
    let id = scene.person_by("face");
    let given = [
        (Field::Name, person.name.as_str()),
        (Field::IdNumber, person.document.number.as_str()),
        (Field::FaceBy, face_by),
    ];
    let at = fill(&scene.desk, &id, &given);
    assert!(matches!(at.stage, Stage::Scan { ticket: None, .. }), "{at:?}");
    let phone = scene.phone(&id);
    (scene, id, phone)
}

#[test]
fn a_person_by_their_face_in_alipay() {
    let (scene, id, phone) = by_face("alipay");
    assert_eq!(step(&look(&scene.desk, &id)).as_str(), "scan_alipay");
    phone.face(scene.person());
    let at = look(&scene.desk, &id);
    scene.person_is_certified(&at, &["face"]);
}

#[test]
fn a_person_by_the_quick_face() {
    let (scene, id, phone) = by_face("quick");
    assert_eq!(step(&look(&scene.desk, &id)).as_str(), "scan_quick");
    phone.face(scene.person());
    let at = look(&scene.desk, &id);
    scene.person_is_certified(&at, &["face"]);
}

#[test]
fn a_person_by_their_bank_card() {
    let scene = Scene::new();
    let (desk, person) = (&scene.desk, scene.person());
    let id = scene.person_by("bank_card");
    let given = |phone| {
        [
            (Field::Name, person.name.as_str()),
            (Field::IdNumber, person.document.number.as_str()),
            (Field::BankCard, person.bank_card.as_str()),
            (Field::Phone, phone),
        ]
    };
    let wrong = try_fill(desk, &id, &given(scene.company.legal_representative.phone.as_str()));
    assert_eq!(refused(wrong), Refusal::BankCardMismatch);
    let at = fill(desk, &id, &given(person.phone.as_str()));
    scene.person_is_certified(&at, &["bank_card"]);
}

#[test]
fn the_companys_name_is_brought_along_and_may_be_changed() {
    let scene = Scene::new();
    let id = scene.authorised("company_legal");
    let at = look(&scene.desk, &id);
    let Stage::Form { fields, .. } = &at.stage else { panic!("{at:?}") };
    let name = fields.iter().find(|entry| entry.field == Field::CompanyName).unwrap();
    assert_eq!((name.value.as_deref(), name.fixed), (Some(scene.company.identity.name.as_str()), false));
    let other = company_of(&scene.desk, "bohai").identity.name;
    let mut given = scene.factors(None);
    given[0].1 = other.as_str();
    assert_eq!(refused(try_fill(&scene.desk, &id, &given)), Refusal::EnterpriseMismatch);
    let mut given = scene.factors(None);
    given[2].1 = scene.person().name.as_str();
    assert_eq!(refused(try_fill(&scene.desk, &id, &given)), Refusal::LegalPersonMismatch);
    // With the registration number of earlier times.
    let mut given = scene.factors(None);
    given[1].1 = scene.company.registration.as_str();
    assert!(matches!(fill(&scene.desk, &id, &given).stage, Stage::Choose { .. }));
}

#[test]
fn a_company_by_its_legal_representative_with_alipay() {
    let scene = Scene::new();
    let id = scene.organisation("company_legal", None);
    choose(&scene.desk, &id, "alipay_quick");
    let phone = scene.phone(&id);
    phone.confirm();
    phone.face(&scene.company.legal_representative);
    scene.company_is_certified(&look(&scene.desk, &id), &["alipay_quick"]);
}

#[test]
fn a_company_by_its_legal_representatives_face() {
    for face_by in ["alipay", "quick"] {
        let scene = Scene::new();
        let legal = &scene.company.legal_representative;
        let id = scene.organisation("company_legal", None);
        choose(&scene.desk, &id, "legal_representative");
        choose(&scene.desk, &id, "legal_face");
        let number = (Field::LegalIdNumber, legal.document.number.as_str());
        fill(&scene.desk, &id, &[number, (Field::FaceBy, face_by)]);
        let phone = scene.phone(&id);
        phone.face(legal);
        scene.company_is_certified(&look(&scene.desk, &id), &["legal_representative", "legal_face"]);
    }
}

#[test]
fn a_company_by_its_legal_representatives_phone() {
    let scene = Scene::new();
    let legal = &scene.company.legal_representative;
    let id = scene.organisation("company_legal", None);
    choose(&scene.desk, &id, "legal_representative");
    choose(&scene.desk, &id, "legal_phone");
    let number = (Field::LegalIdNumber, legal.document.number.as_str());
    let others = (Field::LegalPhone, scene.person().phone.as_str());
    assert_eq!(refused(try_fill(&scene.desk, &id, &[number, others])), Refusal::PhoneMismatch);
    let at = fill(&scene.desk, &id, &[number, (Field::LegalPhone, legal.phone.as_str())]);
    scene.company_is_certified(&at, &["legal_representative", "legal_phone"]);
}

#[test]
fn a_company_by_the_amount_that_it_was_paid_and_its_letter() {
    let scene = Scene::new();
    let id = scene.organisation("company_legal", None);
    let at = scene.by_forward_transfer(&id);
    scene.company_is_certified(&at, &["transfer", "forward"]);
}

#[test]
fn a_company_by_the_cent_that_it_paid_and_its_letter() {
    let scene = Scene::new();
    let id = scene.organisation("company_legal", None);
    let at = scene.by_reverse_transfer(&id);
    scene.company_is_certified(&at, &["transfer", "reverse"]);
}

#[test]
fn another_way_may_be_chosen_in_the_middle() {
    let scene = Scene::new();
    let id = scene.organisation("company_legal", None);
    scene.forward(&id);
    let back = look(&scene.desk, &id);
    let choice = back.steps.iter().find(|step| step.step.as_str() == "company_way").unwrap();
    assert!(choice.may_return);
    give(&scene.desk, &id, StepAnswer::Return { to: choice.step.clone() });
    choose(&scene.desk, &id, "alipay_quick");
    let phone = scene.phone(&id);
    phone.confirm();
    phone.face(&scene.company.legal_representative);
    scene.company_is_certified(&look(&scene.desk, &id), &["alipay_quick"]);
}

#[test]
fn somebody_else_by_a_qr_code_for_the_legal_representative() {
    let scene = Scene::new();
    let legal = &scene.company.legal_representative;
    let id = scene.organisation("company_other", Some(legal.document.number.as_str()));
    choose(&scene.desk, &id, "legal_authorisation");
    let phone = scene.phone(&id);
    assert!(matches!(phone.stage(), Stage::Confirm { .. }), "the number is known");
    phone.confirm();
    phone.face(legal);
    phone.sign();
    scene.company_is_certified(&look(&scene.desk, &id), &["legal_authorisation"]);
}

#[test]
fn the_number_that_was_left_out_is_asked_on_the_phone() {
    let scene = Scene::new();
    let legal = &scene.company.legal_representative;
    let id = scene.organisation("company_other", None);
    choose(&scene.desk, &id, "legal_authorisation");
    let phone = scene.phone(&id);
    let Stage::Form { fields, .. } = phone.stage() else { panic!("{:?}", phone.stage()) };
    assert!(fields.iter().any(|entry| entry.field == Field::LegalName && entry.fixed));
    let others = scene.person().document.number.as_str();
    let wrong = phone.try_fill(&[(Field::LegalIdNumber, others)]);
    assert_eq!(wrong.unwrap_err(), Refusal::LegalPersonMismatch);
    phone.fill(&[(Field::LegalIdNumber, legal.document.number.as_str())]);
    phone.confirm();
    phone.face(legal);
    phone.sign();
    scene.company_is_certified(&look(&scene.desk, &id), &["legal_authorisation"]);
}

#[test]
fn somebody_else_by_a_link_sent_to_the_legal_representative() {
    let scene = Scene::new();
    let legal = &scene.company.legal_representative;
    let id = scene.organisation("company_other", Some(legal.document.number.as_str()));
    choose(&scene.desk, &id, "legal_authorisation");
    ticket(&scene.desk, &id, AskTicket { duty: None, sms_to: Some(legal.phone.clone()) });
    let at = look(&scene.desk, &id);
    let Stage::Scan { ticket: Some(living), sms: true, .. } = &at.stage else { panic!("{at:?}") };
    assert_eq!(living.sms_to, Some(legal.phone.masked()));
    let messages = scene.desk.stage.outside().messages_to(&phone_target(legal.phone.as_str()), 1).unwrap();
    let text = &messages[0].text;
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let phone = Phone::scan(&scene.desk.stage, link);
    phone.confirm();
    phone.face(legal);
    phone.sign();
    scene.company_is_certified(&look(&scene.desk, &id), &["legal_authorisation"]);
}

#[test]
fn somebody_else_by_the_amount_that_was_paid() {
    let scene = Scene::new();
    let id = scene.organisation("company_other", None);
    let at = scene.by_forward_transfer(&id);
    scene.company_is_certified(&at, &["transfer", "forward"]);
}

#[test]
fn somebody_else_by_the_cent_that_was_paid() {
    let scene = Scene::new();
    let id = scene.organisation("company_other", None);
    let at = scene.by_reverse_transfer(&id);
    scene.company_is_certified(&at, &["transfer", "reverse"]);
}

#[test]
fn a_person_who_is_certified_has_nothing_more_to_do() {
    let scene = Scene::new();
    let person = scene.person();
    let id = scene.person_by("phone");
    let given = [
        (Field::Name, person.name.as_str()),
        (Field::IdNumber, person.document.number.as_str()),
        (Field::Phone, person.phone.as_str()),
    ];
    let first = fill(&scene.desk, &id, &given);
    scene.desk.stage.advance_clock(60);
    let next = scene.authorised("person");
    assert_ne!(next, id);
    let at = look(&scene.desk, &next);
    assert_eq!(receipt(&at), receipt(&first), "the one that counts");
    scene.person_is_certified(&at, &["phone"]);
}

#[test]
fn a_company_that_is_certified_has_nothing_more_to_do() {
    let scene = Scene::new();
    let id = scene.organisation("company_legal", None);
    choose(&scene.desk, &id, "alipay_quick");
    let phone = scene.phone(&id);
    phone.confirm();
    phone.face(&scene.company.legal_representative);
    let first = look(&scene.desk, &id);
    scene.desk.stage.advance_clock(60);
    let at = look(&scene.desk, &scene.authorised("company_other"));
    assert_eq!(receipt(&at), receipt(&first), "the one that counts");
    scene.company_is_certified(&at, &["alipay_quick"]);
}

#[test]
fn what_was_left_in_the_middle_is_found_again_on_another_machine() {
    let scene = Scene::new();
    let id = scene.person_by("bank_card");
    let other = scene.desk.other_machine();
    other.sign_in();
    let found = state(&other, "ningbo").open;
    assert_eq!((found.len(), &found[0].id, found[0].step.as_str()), (1, &id, "bank_card"));
    assert_eq!(open(&other, "ningbo", "person").id, id, "there is one at a time");
}
