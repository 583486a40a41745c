//! Beijing's e-Chuangtong: both ways of its guide, and what stands against each step.

use crate::answers::{answer, phone as phone_target, read_code, sign_in, wrong};
use crate::legal_steps::company_of;
use crate::procedure_steps::{
    enter_code, fill, give, look, open, receipt, refused, send, state, step, ticket, try_fill, try_give,
};
use image::{DynamicImage, ImageFormat};
use rqrr::PreparedImage;
use std::io::Cursor;
use tongguan_core::api::{Command, TicketView};
use tongguan_core::domain::platform::{CompanyKind, Field, PersonRole, PhoneSystem, Slot, Subject};
use tongguan_core::domain::{RequestId, Validity};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AskTicket, CodeEntered, Procedure, Stage, StepAnswer};
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

    /// The account's holder.
    fn person(&self) -> &Person {
        &self.company.operator
    }

    fn is_certified(&self, at: &Procedure) {
        let found = receipt(at);
        assert_eq!((found.subject, found.name.as_str()), (Subject::Person, self.person().name.as_str()));
        assert_eq!(found.document, Some(self.person().document.number.masked()));
        assert_eq!(state(&self.desk, "beijing").certified, std::slice::from_ref(found));
    }

    /// On the web up to the pictures (2.1).
    fn at_pictures(&self) -> RequestId {
        let id = open(&self.desk, "beijing", "web").id;
        given(self.person(), |given| fill(&self.desk, &id, given));
        enter_code(&self.desk, &id, &self.person().phone);
        assert_eq!(step(&look(&self.desk, &id)).as_str(), "id_pictures");
        id
    }

    fn send_both(&self, id: &RequestId, front: &[u8], back: &[u8]) {
        send(&self.desk, id, Slot::IdFront, front);
        send(&self.desk, id, Slot::IdBack, back);
    }

    /// A ticket of the app's way (2.2).
    fn ticket(&self, id: &RequestId) -> TicketView {
        ticket(&self.desk, id, AskTicket::default())
    }

    /// What the app asks for, up to its pictures.
    fn at_app_pictures(&self, phone: &Phone) {
        phone.fill(&[(Field::Phone, self.person().phone.as_str())]);
        let sent = phone.send_code();
        let CodeEntered { id, code } =
            read_code(&self.desk, &phone_target(self.person().phone.as_str()), &sent);
        phone.give(StepAnswer::Code { id, code, agreed: Vec::new() });
        assert!(matches!(phone.stage(), Stage::Pictures { .. }));
    }
}

/// The validity of this person's ID card, the bank card, and the phone that the bank knows.
fn given<T>(person: &Person, give: impl FnOnce(&[(Field, &str)]) -> T) -> T {
    let (from, until) = (person.validity.from.to_string(), person.validity.until.to_string());
    give(&[
        (Field::ValidFrom, &from),
        (Field::ValidUntil, &until),
        (Field::BankCard, person.bank_card.as_str()),
        (Field::Phone, person.phone.as_str()),
    ])
}

/// As a camera does: eight points for each module, and the light around them.
fn read_qr(rows: &[String]) -> String {
    let dark = |x: usize, y: usize| {
        let at = |point: usize| (point / 8).checked_sub(4);
        let row = at(y).and_then(|y| rows.get(y));
        row.zip(at(x)).is_some_and(|(row, x)| row.as_bytes().get(x) == Some(&b'1'))
    };
    let size = (rows.len() + 8) * 8;
    let mut seen = PreparedImage::prepare_from_greyscale(size, size, |x, y| if dark(x, y) { 0 } else { 255 });
    let grids = seen.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

fn darkened(picture: &[u8]) -> Vec<u8> {
    let dark: DynamicImage = image::load_from_memory(picture).unwrap().brighten(-200);
    let mut file = Cursor::new(Vec::new());
    dark.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

#[test]
fn the_account_is_known_and_its_card_phone_and_pictures_certify_the_person() {
    let scene = Scene::new();
    let before = state(&scene.desk, "beijing");
    assert!(before.certified.is_empty() && before.open.is_empty());
    let at = open(&scene.desk, "beijing", "web");
    let Stage::Form { fields, .. } = &at.stage else { panic!("{at:?}") };
    let fixed: Vec<Field> = fields.iter().filter(|entry| entry.fixed).map(|entry| entry.field).collect();
    assert_eq!(fixed, [Field::Name, Field::IdNumber]);
    let number = fields[1].value.clone().unwrap();
    assert_eq!(number, scene.person().document.number.masked().to_string(), "its ends are enough");
    let id = scene.at_pictures();
    assert_eq!(id, at.id, "there is one at a time");
    scene.send_both(&id, &scene.person().front().unwrap(), &scene.person().back().unwrap());
    scene.is_certified(&give(&scene.desk, &id, StepAnswer::Pictures));
}

#[test]
fn another_card_or_another_validity_is_refused() {
    let scene = Scene::new();
    let id = open(&scene.desk, "beijing", "web").id;
    let (own, other) = (scene.person(), &scene.company.legal_representative);
    let mixed = Person { bank_card: other.bank_card.clone(), ..own.clone() };
    let outcome = given(&mixed, |given| try_fill(&scene.desk, &id, given));
    assert_eq!(refused(outcome), Refusal::BankCardMismatch);
    let mixed = Person { validity: Validity::parse("20200102", "20300102").unwrap(), ..own.clone() };
    let outcome = given(&mixed, |given| try_fill(&scene.desk, &id, given));
    assert_eq!(refused(outcome), Refusal::ValidityMismatch);
    given(own, |given| fill(&scene.desk, &id, given));
}

#[test]
fn a_code_is_guessed_in_vain() {
    let scene = Scene::new();
    let id = open(&scene.desk, "beijing", "web").id;
    given(scene.person(), |given| fill(&scene.desk, &id, given));
    let sent = answer!(scene.desk.call(Command::SendStepCode { id: id.clone() }), CodeSent);
    let right = read_code(&scene.desk, &phone_target(scene.person().phone.as_str()), &sent);
    let guess = wrong(&right);
    let enter = |code: &CodeEntered| StepAnswer::Code {
        id: code.id.clone(),
        code: code.code.clone(),
        agreed: Vec::new(),
    };
    let mut told = Vec::new();
    while told.last() != Some(&Refusal::SmsTooMany) && told.len() < 12 {
        told.push(refused(try_give(&scene.desk, &id, enter(&guess))));
    }
    assert_eq!((told[0], told.last()), (Refusal::SmsWrong, Some(&Refusal::SmsTooMany)));
    assert!(try_give(&scene.desk, &id, enter(&right)).is_err(), "the right one is void as well");
}

#[test]
fn pictures_are_looked_at() {
    let scene = Scene::new();
    let id = scene.at_pictures();
    let (own, other) = (scene.person(), &scene.company.legal_representative);
    let (front, back) = (own.front().unwrap(), own.back().unwrap());
    let judged = |front: &[u8], back: &[u8]| {
        scene.send_both(&id, front, back);
        refused(try_give(&scene.desk, &id, StepAnswer::Pictures))
    };
    assert_eq!(judged(&back, &front), Refusal::PictureSide);
    assert_eq!(judged(&other.front().unwrap(), &back), Refusal::PictureMismatch);
    assert_eq!(judged(&darkened(&front), &back), Refusal::PictureQuality);
    scene.send_both(&id, &front, &back);
    scene.is_certified(&give(&scene.desk, &id, StepAnswer::Pictures));
}

#[test]
fn the_app_certifies_and_the_desk_sees_it_at_once() {
    let scene = Scene::new();
    let at = open(&scene.desk, "beijing", "app");
    let address = scene.ticket(&at.id).address;
    let waiting = look(&scene.desk, &at.id);
    let (app, wait) =
        (scene.desk.app.clone(), Command::AwaitProcedure { id: at.id.clone(), version: waiting.version });
    let waiter = std::thread::spawn(move || app.call(wait));
    let phone = Phone::scan(&scene.desk.stage, &address);
    let seen = answer!(waiter.join().unwrap(), Procedure);
    assert!(matches!(&seen.stage, Stage::Scan { ticket: Some(ticket), .. } if ticket.opened), "{seen:?}");
    scene.at_app_pictures(&phone);
    assert_eq!(phone.try_pictures(&scene.company.legal_representative), Err(Refusal::PictureMismatch));
    phone.try_pictures(scene.person()).unwrap();
    assert_eq!(phone.try_face(&scene.company.legal_representative), Err(Refusal::FaceMismatch));
    phone.face(scene.person());
    scene.is_certified(&look(&scene.desk, &at.id));
}

#[test]
fn the_app_is_had_for_both_systems_by_a_code_that_says_where() {
    let scene = Scene::new();
    let at = open(&scene.desk, "beijing", "app");
    let Stage::Scan { downloads, .. } = &at.stage else { panic!("{at:?}") };
    let systems: Vec<PhoneSystem> = downloads.iter().map(|download| download.system).collect();
    assert_eq!(systems, [PhoneSystem::Android, PhoneSystem::Ios]);
    let phones = scene.desk.stage.phone_origin();
    for (download, name) in downloads.iter().zip(["android", "ios"]) {
        assert_eq!(download.address.as_str(), format!("{phones}/app/beijing/{name}"));
        let draw = Command::DrawCode { address: download.address.clone() };
        assert_eq!(read_qr(&answer!(scene.desk.call(draw), Code).rows), download.address.as_str());
        let page = reqwest::blocking::get(download.address.as_str()).unwrap();
        assert!(page.status().is_success() && page.text().unwrap().contains("Get the app"));
    }
    // The ticket is another code, which the app reads.
    let shown = scene.ticket(&at.id);
    assert_eq!(read_qr(&shown.qr.rows), shown.address);
}

#[test]
fn a_code_that_was_opened_given_up_or_left_too_long_is_worth_nothing() {
    let scene = Scene::new();
    let (id, place) = (open(&scene.desk, "beijing", "app").id, &scene.desk.stage);
    let first = scene.ticket(&id).address;
    let second = scene.ticket(&id).address;
    assert_eq!(Phone::try_scan(place, &first).err(), Some(Refusal::TicketExpired), "a new one was asked for");
    let phone = Phone::scan(place, &second);
    assert_eq!(Phone::try_scan(place, &second).err(), Some(Refusal::TicketUsed));
    phone.cancel();
    assert_eq!(look(&scene.desk, &id).refused, Some(Refusal::PhoneCancelled));
    let third = scene.ticket(&id).address;
    scene.desk.stage.advance_clock(601);
    assert_eq!(Phone::try_scan(place, &third).err(), Some(Refusal::TicketExpired));
    let phone = Phone::scan(place, &scene.ticket(&id).address);
    scene.at_app_pictures(&phone);
    phone.try_pictures(scene.person()).unwrap();
    phone.face(scene.person());
    scene.is_certified(&look(&scene.desk, &id));
}

/// Section 1, in its order.
#[test]
fn who_must_certify_is_who_the_guide_names() {
    use PersonRole::{
        Agent, Director, Investor, LegalRepresentative, Liaison, Manager, ManagingPartnerDelegate, Partner,
        Promoter, Shareholder, Supervisor,
    };
    let desk = Desk::open();
    sign_in(&desk, "haihe-demo");
    let all = answer!(desk.call(Command::Platforms {}), Platforms).platforms;
    let beijing = all.iter().find(|platform| platform.id.as_str() == "beijing").unwrap();
    let who: Vec<(CompanyKind, &[PersonRole])> =
        beijing.who.iter().map(|one| (one.company, one.roles.as_slice())).collect();
    let guide: [(CompanyKind, &[PersonRole]); 5] = [
        (CompanyKind::Limited, &[LegalRepresentative, Shareholder, Director, Supervisor, Manager]),
        (CompanyKind::JointStock, &[Promoter, Director, Supervisor, Manager]),
        (CompanyKind::Partnership, &[Partner, ManagingPartnerDelegate]),
        (CompanyKind::SoleProprietorship, &[Investor]),
        (CompanyKind::Every, &[Agent, Liaison]),
    ];
    assert_eq!(who, guide);
}
