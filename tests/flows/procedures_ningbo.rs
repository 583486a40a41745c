//! Ningbo's property-rights exchange: every branch of its manual, a test each.

use crate::answers::{answer, phone as phone_target, sign_in};
use crate::legal_steps::company_of;
use crate::procedure_steps::{
    choose, enter_code, fill, give, look, open, other_amount, payment, receipt, refused, send, state, step,
    ticket, try_fill, try_give, ways,
};
use tongguan_core::api::Command;
use tongguan_core::domain::platform::{AccountNumber, Fen, Field, Slot, Subject};
use tongguan_core::domain::{CompanyName, RequestId};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AskTicket, LetterState, Payment, Procedure, Stage, StepAnswer};
use tongguan_sandbox_outside::{Order, Reason};
use tongguan_sandbox_world::{Company, Person};
use tongguan_tests::{Desk, Phone};

/// A desk, and the company of the account that is signed in there.
struct Scene {
    desk: Desk,
    company: Company,
}

impl Scene {
    fn new() -> Self {
        let desk = Desk::open();
        sign_in(&desk, "haihe-demo");
        let company = company_of(&desk, "haihe");
        Self { desk, company }
    }

    /// The account is authorised by a code (1.1.1, 2.1.1).
    fn authorised(&self, path: &str) -> RequestId {
        let at = open(&self.desk, "ningbo", path);
        let Stage::Code { notices, .. } = &at.stage else { panic!("{at:?}") };
        assert_eq!(notices.len(), 1, "it is agreed to");
        let account = self.desk.stage.world().account("haihe-demo").unwrap();
        enter_code(&self.desk, &at.id, &account.phone);
        at.id
    }

    /// The account's holder.
    fn person(&self) -> &Person {
        &self.company.operator
    }

    /// 1.1.2
    fn person_by(&self, way: &str) -> RequestId {
        let id = self.authorised("person");
        choose(&self.desk, &id, way);
        id
    }

    /// 2.1.2 and 2.2.1
    fn organisation(&self, path: &str, legal_number: Option<&str>) -> RequestId {
        let id = self.authorised(path);
        let at = fill(&self.desk, &id, &self.factors(legal_number));
        assert!(matches!(at.stage, Stage::Choose { .. }), "{at:?}");
        id
    }

    fn factors<'a>(&'a self, legal_number: Option<&'a str>) -> Vec<(Field, &'a str)> {
        let identity = &self.company.identity;
        let mut given = vec![
            (Field::CompanyName, identity.name.as_str()),
            (Field::CompanyNumber, identity.uscc.as_str()),
            (Field::LegalName, self.company.legal_representative.name.as_str()),
        ];
        given.extend(legal_number.map(|number| (Field::LegalIdNumber, number)));
        given
    }

    fn phone(&self, id: &RequestId) -> Phone {
        Phone::scan(&self.desk.stage, &ticket(&self.desk, id, AskTicket::default()).address)
    }

    fn company_is_certified(&self, at: &Procedure, chosen: &[&str]) {
        let found = receipt(at);
        assert_eq!(
            (found.subject, found.name.as_str()),
            (Subject::Company, self.company.identity.name.as_str())
        );
        assert_eq!(ways(at), chosen);
        assert_eq!(state(&self.desk, "ningbo").certified, std::slice::from_ref(found));
    }

    fn person_is_certified(&self, at: &Procedure, chosen: &[&str]) {
        let found = receipt(at);
        assert_eq!((found.subject, found.name.as_str()), (Subject::Person, self.person().name.as_str()));
        assert_eq!(found.document, Some(self.person().document.number.masked()));
        assert_eq!(ways(at), chosen);
        assert_eq!(state(&self.desk, "ningbo").certified, std::slice::from_ref(found));
    }

    /// The letter, stamped: it goes to the review desk, which passes it.
    fn send_letter(&self, id: &RequestId) {
        let saved = answer!(self.desk.call(Command::SaveLetter { id: id.clone() }), Saved);
        let letter = std::fs::read(&saved.path).unwrap();
        assert!(letter.starts_with(b"%PDF-"));
        let at = send(&self.desk, id, Slot::Letter, &letter);
        let Stage::Transfer { letter, .. } = &at.stage else { panic!("{at:?}") };
        assert!(matches!(letter, LetterState::Waiting { .. }), "{letter:?}");
    }

    fn review(&self, refused: Option<&str>) {
        let outside = self.desk.stage.outside();
        let waiting = outside.waiting_letters(9).unwrap();
        assert_eq!(waiting.len(), 1);
        let reason = refused.map(|reason| Reason::parse(reason).unwrap());
        outside.decide(&waiting[0].id, reason.as_ref()).unwrap();
    }

    /// Pays as the company does, in the name that its bank gives.
    fn pay(&self, to: &Payment, amount: Fen, payer: Option<CompanyName>) {
        let Payment::Reverse { payee, .. } = to else { panic!("{to:?}") };
        let outside = self.desk.stage.outside();
        let own = outside.account_of(&self.company.identity.uscc).unwrap().unwrap();
        let to = AccountNumber::parse(&payee.account).unwrap();
        let order = Order { from: own.number, payer, to, amount, remark: String::new() };
        outside.pay(&order).unwrap();
    }

    /// What arrived last on the company's account.
    fn arrived(&self) -> Fen {
        let outside = self.desk.stage.outside();
        let own = outside.account_of(&self.company.identity.uscc).unwrap().unwrap();
        let lines = outside.payments(own.number.as_str(), 9).unwrap();
        let amount = lines.first().unwrap().amount;
        assert!((1..100).contains(&amount.0), "below one yuan: {amount}");
        amount
    }

    /// 2.1.3.3.1: the account, with its branch looked up.
    fn forward(&self, id: &RequestId) -> Procedure {
        choose(&self.desk, id, "transfer");
        choose(&self.desk, id, "forward");
        let own = self.desk.stage.outside().account_of(&self.company.identity.uscc).unwrap().unwrap();
        let find = Command::Branches { find: own.branch.as_str().into() };
        let branches = answer!(self.desk.call(find), Branches);
        assert_eq!(branches.len(), 1);
        let number = branches[0].number.as_str();
        fill(&self.desk, id, &[(Field::AccountNumber, own.number.as_str()), (Field::Branch, number)])
    }

    /// Forward, with a wrong amount and a refused letter on the way.
    fn by_forward_transfer(&self, id: &RequestId) -> Procedure {
        let at = self.forward(id);
        let Payment::Forward { paid_at, passed, .. } = payment(&at) else { panic!("{at:?}") };
        assert!(paid_at.is_some() && !passed);
        let amount = self.arrived();
        let wrong = try_give(&self.desk, id, StepAnswer::Amount { amount: other_amount(amount) });
        assert_eq!(refused(wrong), Refusal::AmountWrong);
        self.send_letter(id);
        self.review(Some("no stamp"));
        let at = look(&self.desk, id);
        let Stage::Transfer { letter, .. } = &at.stage else { panic!("{at:?}") };
        assert_eq!(*letter, LetterState::Refused { reason: "no stamp".into() });
        let at = give(&self.desk, id, StepAnswer::Amount { amount });
        assert!(matches!(payment(&at), Payment::Forward { passed: true, .. }), "one half: {at:?}");
        self.send_letter(id);
        self.review(None);
        look(&self.desk, id)
    }

    /// Reverse, with a payment in another name on the way.
    fn by_reverse_transfer(&self, id: &RequestId) -> Procedure {
        choose(&self.desk, id, "transfer");
        let at = choose(&self.desk, id, "reverse");
        let asked = payment(&at);
        assert!(matches!(asked, Payment::Reverse { amount: Fen(1), passed: false, .. }), "{asked:?}");
        self.send_letter(id);
        self.review(None);
        let other = company_of(&self.desk, "bohai").identity.name;
        self.pay(&asked, Fen(1), Some(other));
        self.pay(&asked, Fen(2), None);
        let at = look(&self.desk, id);
        assert!(matches!(payment(&at), Payment::Reverse { passed: false, .. }), "{at:?}");
        self.pay(&asked, Fen(1), None);
        look(&self.desk, id)
    }
}

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
fn what_was_left_in_the_middle_is_found_again_on_another_machine() {
    let scene = Scene::new();
    let id = scene.person_by("bank_card");
    let other = scene.desk.other_machine();
    other.sign_in();
    let found = state(&other, "ningbo").open;
    assert_eq!((found.len(), &found[0].id, found[0].step.as_str()), (1, &id, "bank_card"));
    assert_eq!(open(&other, "ningbo", "person").id, id, "there is one at a time");
}
