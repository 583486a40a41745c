//! The mini-program and the app of Henan (seed 002).

use crate::browser::Browser;
use crate::desk::{Scene, haihe, world};
use tongguan_core::domain::DocumentKind;
use tongguan_sandbox_world::Person;

fn enter(phone: &mut Browser, person: &Person) {
    let kind = serde_json::to_value(person.document.kind).unwrap();
    phone.submit(&[
        ("name", person.name.as_str()),
        ("document_kind", kind.as_str().unwrap()),
        ("document_number", person.document.number.as_str()),
    ]);
}

fn show_face(phone: &mut Browser, person: &Person) {
    phone.upload("face", "face.jpg", &person.face().unwrap());
    phone.act();
}

/// The rules are agreed to.
fn consent(phone: &mut Browser) {
    phone.shows("Agree and certify");
    phone.shows("Not yet");
    phone.submit(&[]);
}

/// Up to the confirmation of the picture.
fn identify(phone: &mut Browser, person: &Person) {
    enter(phone, person);
    consent(phone);
    show_face(phone, person);
    if person.document.kind == DocumentKind::IdCard {
        phone.submit(&[("bank_card", person.bank_card.as_str()), ("phone", person.phone.as_str())]);
    }
    phone.shows("The check has passed");
    phone.shows("data:image/jpeg;base64,");
}

/// From the confirmation of the picture to the end.
fn finish(phone: &mut Browser) {
    phone.submit(&[]);
    phone.shows(haihe().identity.name.as_str());
    let matter = phone.hidden("matter");
    phone.submit(&[("matter", &matter)]);
}

#[test]
fn who_walks_in_certifies_for_a_matter_and_signs() {
    let scene = Scene::new();
    let desk = scene.matter("Haihe changes its name");
    let person = &haihe().operator;
    desk.add(person, "agent");
    let mut phone = scene.browser();
    phone.go("/henan");
    assert_eq!(phone.at, "/w/henan/henan_certify");
    phone.shows("State Administration for Market Regulation");
    phone.post("/w/henan/henan_certify", &[]);
    identify(&mut phone, person);
    finish(&mut phone);
    phone.shows("Haihe changes its name");
    phone.submit(&[]);
    show_face(&mut phone, person);
    phone.shows("<canvas");
    phone.sign();
    phone.shows("class=\"big\"");
    assert!(desk.shown()["stage"]["people"][0]["certified_at"].is_string());
}

#[test]
fn both_duties_with_tickets_of_their_own() {
    let scene = Scene::new();
    let desk = scene.matter("Two duties");
    let permit = world().companies.iter().map(|company| &company.legal_representative);
    let mut permit = permit.filter(|person| person.document.kind == DocumentKind::HomeReturnPermit);
    // Whoever is added later makes it another document, and what was done before void.
    let people = [&haihe().operator, permit.next_back().unwrap()];
    let people = people.map(|person| (person, desk.add(person, "shareholder")));
    for (person, id) in people {
        let mut phone = scene.browser();
        phone.go(&desk.duty(&id, "signature"));
        phone.shows("Registration in the hand");
        phone.shows("Two duties");
        phone.shows(haihe().identity.name.as_str());
        phone.submit(&[]);
        show_face(&mut phone, person);
        phone.sign();
        phone.shows("class=\"big\"");
        phone.go(&desk.duty(&id, "certification"));
        identify(&mut phone, person);
        finish(&mut phone);
        phone.submit(&[]);
        show_face(&mut phone, person);
        phone.sign();
        phone.shows("class=\"big\"");
    }
    assert_eq!(desk.shown()["stage"]["can_submit"], true);
}

#[test]
fn a_failure_names_the_three_causes_and_marks_the_one() {
    let scene = Scene::new();
    let (person, other) = (&haihe().operator, &haihe().legal_representative);
    scene.matter("One").add(person, "agent");
    let mut phone = scene.browser();
    phone.post("/w/henan/henan_certify", &[]);
    let wrong = Person { name: other.name.clone(), ..person.clone() };
    enter(&mut phone, &wrong);
    assert_eq!(phone.status, 422);
    assert_eq!(phone.page.matches("<li").count(), 3, "{}", phone.page);
    phone.shows("<li data-this><strong>\u{8eab}\u{4efd}\u{9a8c}\u{8bc1}\u{5931}\u{8d25}");
    phone.retry();
    enter(&mut phone, person);
    consent(&mut phone);
    show_face(&mut phone, other);
    phone.shows("<li data-this><strong>\u{4eba}\u{50cf}\u{6bd4}\u{5bf9}\u{672a}\u{901a}\u{8fc7}");
    phone.retry();
    show_face(&mut phone, person);
    phone.submit(&[("bank_card", person.bank_card.as_str()), ("phone", other.phone.as_str())]);
    phone.shows("<li data-this>");
}

#[test]
fn a_number_is_not_written_back_and_what_is_right_is() {
    let scene = Scene::new();
    let person = &haihe().operator;
    let mut phone = scene.browser();
    phone.post("/w/henan/henan_certify", &[]);
    // No box is ticked.
    let (version, own) = (phone.hidden("version"), phone.at.clone());
    let number = person.document.number.as_str();
    let form = [
        ("version", version.as_str()),
        ("name", person.name.as_str()),
        ("document_kind", "id_card"),
        ("document_number", number),
    ];
    phone.post(&own, &form);
    assert_eq!(phone.status, 422);
    phone.shows("The notices: must be read and ticked");
    phone.shows(&format!("value=\"{}\"", person.name));
    let wrong = format!("{}0", &number[..17]);
    let wrong = if wrong == number { format!("{}1", &number[..17]) } else { wrong };
    phone.submit(&[("name", "\"><b>x"), ("document_kind", "id_card"), ("document_number", &wrong)]);
    assert!(phone.status == 422 && !phone.page.contains(&wrong) && !phone.page.contains("<b>"));
}

#[test]
fn the_picture_can_be_taken_back_and_everything_entered_again() {
    let scene = Scene::new();
    let person = &haihe().operator;
    scene.matter("One").add(person, "agent");
    let mut phone = scene.browser();
    phone.post("/w/henan/henan_certify", &[]);
    identify(&mut phone, person);
    phone.submit(&[("again", "1")]);
    phone.shows("name=\"document_number\"");
    identify(&mut phone, person);
}

#[test]
fn nothing_waits_for_somebody_else() {
    let scene = Scene::new();
    let mut phone = scene.browser();
    phone.post("/w/henan/henan_certify", &[]);
    identify(&mut phone, &haihe().operator);
    phone.submit(&[]);
    phone.shows("Nothing waits for you");
}

#[test]
fn technical_support_is_a_code_and_the_help_behind_it() {
    let scene = Scene::new();
    let mut phone = scene.browser();
    phone.go("/w/henan/henan_certify");
    phone.shows("href=\"/support/henan/henan_certify\"");
    phone.go("/support/henan/henan_certify");
    phone.shows("<svg role=\"img\"");
    phone.go("/support/henan/henan_certify/account");
    assert_eq!(phone.page.matches("<details>").count(), 7);
    phone.go("/support/ningbo/quick_face");
    assert_eq!(phone.status, 404);
}
