//! Certification by documents: company, legal representative, account holder, to the end.

use crate::answers::{answer, legal, sign_in, view};
use crate::legal_steps::{
    at_step_1, at_step_2, at_step_3, begin, by_bank_card, by_id_card, card_of, company_of, given, holder,
    open, send, step_1, step_2, step_3,
};
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::{DocumentKind, Method, SecurityLevel};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{CheckKind, LegalStep, MethodState, Profile};
use tongguan_tests::Desk;

#[test]
fn by_identity_cards_to_the_middle_level_in_three_steps() {
    let (desk, company) = at_step_3("haihe");
    let done = legal(step_3(&desk, &holder(&company.operator, by_id_card(&company.operator))));
    let LegalStep::Done { receipt } = done.step else { panic!("{done:?}") };
    assert_eq!((receipt.method, receipt.level_after), (Method::LegalRepresentative, SecurityLevel::Medium));
    assert_eq!(done.holder.unwrap().passed_by, Some(CheckKind::IdCard));
    let profile = desk.view().session.unwrap().profile;
    assert!(profile.sign_in_again);
    let of = |profile: &Profile| {
        let is_it = |state: &&MethodState| state.method == Method::LegalRepresentative;
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
