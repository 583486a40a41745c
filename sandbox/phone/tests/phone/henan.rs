//! The mini-program and the app of Henan (seed 002).

use crate::browser::Browser;
use crate::desk::{Scene, haihe, world};
use tongguan_core::domain::DocumentKind;
use tongguan_sandbox_world::Person;

fn enter(phone: &mut Browser, person: &Person) {
    phone.shows("See what waits for me");
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
    phone.shows("See what waits for me");
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

/// The form that is open, filled in by the app: what was agreed to, and nothing typed.
fn filled(phone: &mut Browser, person: &Person) {
    phone.shows("Alipay has filled this in");
    phone.shows(person.name.as_str());
    phone.shows(person.document.number.masked().as_str());
    assert!(!phone.page.contains("<input id=\"name\"") && !phone.page.contains("id=\"document_number\""));
    let wallet = phone.hidden("wallet");
    phone.submit(&[("wallet", &wallet)]);
    phone.shows("Agree and certify");
    phone.shows(person.document.number.masked().as_str());
}

/// This phone's account is this person's.
fn choose_account(phone: &mut Browser, person: &Person) {
    let home = phone.at.clone();
    phone.go(&format!("/wallet?walk={}", home.rsplit('/').next().unwrap()));
    let named = format!("{} {}</option>", person.name, person.document.number.masked());
    let (before, _) = phone.page.split_once(&named).unwrap();
    let account = before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    let walk = phone.hidden("walk");
    phone.post("/wallet", &[("walk", &walk), ("account", &account)]);
    assert_eq!(phone.at, home);
}

#[test]
fn alipay_fills_in_name_and_number_after_consent_the_first_time() {
    let scene = Scene::new();
    let person = &haihe().operator;
    let mut phone = scene.browser();
    phone.post("/w/henan/henan_certify", &[]);
    phone.shows("There is no Alipay account on this phone yet");
    choose_account(&mut phone, person);
    // Asked first, with what would be given; the form is not there yet.
    phone.shows("Consent in Alipay");
    phone.shows(person.document.number.masked().as_str());
    assert!(!phone.page.contains("Give your own data") && !phone.page.contains("See what waits"));
    assert!(!phone.page.contains("name=\"wallet\"") && !phone.page.contains("agree_henan_own_card"));
    phone.post(&format!("{}/wallet", phone.at.clone()), &[]);
    filled(&mut phone, person);
    // The second time nobody is asked.
    phone.post("/w/henan/henan_certify", &[]);
    filled(&mut phone, person);
    // An account that is chosen anew has agreed to nothing.
    phone.post("/w/henan/henan_certify", &[]);
    choose_account(&mut phone, person);
    phone.shows("Consent in Alipay");
}

#[test]
fn without_consent_the_form_is_filled_in_by_hand() {
    let scene = Scene::new();
    let (person, other) = (&haihe().legal_representative, &haihe().operator);
    let mut phone = scene.browser();
    phone.post("/w/henan/henan_certify", &[]);
    choose_account(&mut phone, other);
    let home = phone.at.clone();
    // A form that says that the app fills it in gets nothing from it without consent.
    phone.go(&format!("{home}?hand=1"));
    let version = phone.hidden("version");
    phone.post(&home, &[("version", &version), ("wallet", "1"), ("agree_henan_own_card", "1")]);
    assert_eq!(phone.status, 422);
    phone.shows("Consent in Alipay");
    phone.go(&format!("{home}?hand=1"));
    phone.shows("name=\"document_number\"");
    enter(&mut phone, person);
    phone.shows(person.document.number.masked().as_str());
    consent(&mut phone);
    show_face(&mut phone, person);
    phone.shows("name=\"bank_card\"");
}

#[test]
fn only_the_forms_that_say_so_are_filled_in_and_only_with_an_identity_card() {
    let scene = Scene::new();
    let mut phone = scene.browser();
    phone.go("/wallet");
    for (_, person) in world().people() {
        let shown = phone.page.contains(&format!("{} {}<", person.name, person.document.number.masked()));
        assert_eq!(shown, person.document.kind == DocumentKind::IdCard, "{}", person.name);
    }
    phone.post("/wallet", &[("account", "0")]);
    assert_eq!(phone.status, 404);
    phone.post("/p/00000000-0000-4000-8000-000000000000/wallet", &[]);
    assert_eq!(phone.status, 403);
}
