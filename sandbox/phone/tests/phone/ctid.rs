//! CTID's app: from its notice to an identity that the register has, and every way in which it does not come so far.

use crate::browser::Browser;
use crate::desk::{Scene, haihe};
use image::codecs::jpeg::JpegEncoder;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::{CtidAnswer, Failure};
use tongguan_sandbox_world::Person;

fn person() -> &'static Person {
    &haihe().legal_representative
}

/// Where this person is not in CTID.
fn scene() -> Scene {
    let scene = Scene::new();
    set(&scene, Register::Ctid, Some(Failure::Absent));
    scene
}

fn set(scene: &Scene, register: Register, failure: Option<Failure>) {
    scene.outside.set_failure(register, Some(person().document.number.as_str()), failure).unwrap();
}

fn known(scene: &Scene) -> CtidAnswer {
    scene.outside.ctid(&person().name, &person().document, &person().validity).unwrap()
}

/// Agreed to, and before the form.
fn begun(scene: &Scene) -> Browser {
    let mut phone = scene.browser();
    phone.go("/ctid");
    phone.submit(&[]);
    phone
}

fn enter(phone: &mut Browser, person: &Person) {
    let (from, until) = (person.validity.from.to_string(), person.validity.until.to_string());
    phone.submit(&[
        ("name", person.name.as_str()),
        ("id_number", person.document.number.as_str()),
        ("valid_from", &from),
        ("valid_until", &until),
    ]);
}

fn show_card(phone: &mut Browser, person: &Person) {
    phone.upload("id_front", "a.jpg", &person.front().unwrap());
    phone.upload("id_back", "b.jpg", &person.back().unwrap());
}

/// As far as the action before the camera.
fn shown(scene: &Scene) -> Browser {
    let mut phone = begun(scene);
    enter(&mut phone, person());
    show_card(&mut phone, person());
    phone.upload("face", "c.jpg", &person().face().unwrap());
    phone
}

#[test]
fn a_person_who_is_not_in_ctid_opens_it_and_is() {
    let scene = scene();
    let mut phone = scene.browser();
    phone.go("/");
    phone.shows("href=\"/ctid\"");
    phone.shows("href=\"/henan\"");
    phone.go("/ctid");
    phone.shows("About opening a network credential");
    phone.post("/ctid", &[("version", "")]);
    assert_eq!(phone.status, 422);
    phone.shows("The notices: must be read and ticked");
    phone.submit(&[]);
    assert_eq!(phone.at, "/ctid");
    enter(&mut phone, person());
    phone.shows(person().name.as_str());
    phone.shows(person().document.number.masked().as_str());
    phone.upload("id_front", "a.jpg", &person().front().unwrap());
    phone.shows("uploaded");
    phone.upload("id_back", "b.jpg", &person().back().unwrap());
    phone.upload("face", "c.jpg", &person().face().unwrap());
    phone.shows("1 / 1");
    assert_eq!(known(&scene), CtidAnswer::NotFound);
    phone.act();
    phone.shows("class=\"big\"");
    phone.shows(person().document.number.masked().as_str());
    assert!(!phone.page.contains("<form"), "there is nothing left to do");
    assert_eq!(known(&scene), CtidAnswer::Match);
    // Shown again, and sent again, it stays what it is.
    phone.go("/ctid");
    phone.post("/ctid", &[("version", "9"), ("done", "1")]);
    phone.shows("class=\"big\"");
}

#[test]
fn what_the_population_register_does_not_have_is_refused_in_plain_words() {
    let scene = scene();
    let mut phone = begun(&scene);
    let other = &haihe().operator;
    enter(&mut phone, &Person { name: other.name.clone(), ..person().clone() });
    assert_eq!(phone.status, 422);
    phone.shows("The ID card was not confirmed");
    phone.shows("Compare each with the ID card");
    phone.shows(&format!("value=\"{}\"", other.name));
    let number = person().document.number.as_str();
    let wrong = |field: &str, value: &str| {
        let validity = person().validity;
        let (from, until) = (validity.from.to_string(), validity.until.to_string());
        let all = [
            ("name", person().name.as_str()),
            ("id_number", number),
            ("valid_from", from.as_str()),
            ("valid_until", until.as_str()),
        ];
        all.map(|(known, own)| (known.to_owned(), if known == field { value } else { own }.to_owned()))
    };
    let broken = format!("{}{}", &number[..17], if number.ends_with('1') { "2" } else { "1" });
    for (field, value, said) in [
        ("valid_until", "20991231", "The ID card was not confirmed"),
        ("valid_from", "20010203", "The ID card was not confirmed"),
        ("valid_until", "20200101", "Valid until: "),
        ("valid_from", "20010229", "Valid from: is no day"),
        ("valid_from", "", "Valid from: is empty"),
        ("name", "", "Name: is empty"),
        ("id_number", "", "ID card number: is empty"),
        ("id_number", broken.as_str(), "ID card number: "),
    ] {
        let values = wrong(field, value);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (&**name, &**value)).collect();
        phone.submit(&values);
        assert_eq!(phone.status, 422, "{field} {value}");
        phone.shows(said);
        assert!(!phone.page.contains(&broken));
    }
    enter(&mut phone, person());
    phone.shows("/pictures/id_front\"");
}

#[test]
fn each_picture_that_is_not_right_says_why_and_can_be_taken_again() {
    let scene = scene();
    let mut phone = begun(&scene);
    enter(&mut phone, person());
    let dark = image::load_from_memory(&person().front().unwrap()).unwrap().brighten(-190);
    let mut darkened = Vec::new();
    JpegEncoder::new(&mut darkened).encode_image(&dark).unwrap();
    let other = &haihe().operator;
    for (slot, file, said) in [
        ("id_front", person().back().unwrap(), "The picture shows the wrong side"),
        ("id_back", person().front().unwrap(), "The picture shows the wrong side"),
        ("id_front", darkened, "The picture is not clear"),
        ("id_front", other.front().unwrap(), "The picture is of another person"),
        ("id_front", b"only text".to_vec(), "Not a picture"),
    ] {
        phone.upload(slot, "a.jpg", &file);
        assert_eq!(phone.status, 422);
        phone.shows(said);
        phone.go("/ctid");
        assert!(!phone.page.contains("uploaded"));
    }
    phone.upload_unasked("face", "c.jpg", &person().face().unwrap());
    phone.shows("/pictures/id_front\"");
    show_card(&mut phone, person());
    phone.upload("face", "c.jpg", &other.face().unwrap());
    phone.shows("The face was not confirmed");
    for (failure, said) in [
        (Failure::OtherFace, "The face was not confirmed"),
        (Failure::PoorPicture, "The picture is not clear"),
        (Failure::RateLimit, "A register does not answer"),
    ] {
        set(&scene, Register::Population, Some(failure));
        phone.go("/ctid");
        phone.upload("face", "c.jpg", &person().face().unwrap());
        phone.shows(said);
    }
    set(&scene, Register::Population, None);
    phone.go("/ctid");
    phone.upload("face", "c.jpg", &person().face().unwrap());
    phone.submit(&[("done", "0")]);
    phone.shows("The actions before the camera were not right");
    set(&scene, Register::Ctid, Some(Failure::RateLimit));
    phone.go("/ctid");
    phone.act();
    phone.shows("A register does not answer");
    set(&scene, Register::Ctid, Some(Failure::Absent));
    phone.go("/ctid");
    phone.act();
    phone.shows("class=\"big\"");
    assert_eq!(known(&scene), CtidAnswer::Match);
}

#[test]
fn who_is_in_the_register_is_told_so() {
    let scene = Scene::new();
    let mut phone = begun(&scene);
    enter(&mut phone, person());
    assert_eq!(phone.status, 409);
    phone.shows("It is open already");
    phone.go("/ctid");
    phone.shows("About opening a network credential");
}

#[test]
fn what_is_cancelled_or_too_late_is_forgotten() {
    let scene = scene();
    let mut phone = shown(&scene);
    phone.cancel();
    phone.shows("Nothing was opened");
    phone.go("/ctid");
    phone.shows("About opening a network credential");
    let mut phone = shown(&scene);
    let version = phone.hidden("version");
    scene.advance(601);
    phone.post("/ctid", &[("version", &version), ("done", "1")]);
    assert_eq!(phone.status, 410);
    phone.shows("This has ended");
    assert!(!phone.page.contains(person().name.as_str()));
    phone.go("/ctid");
    phone.shows("About opening a network credential");
    assert_eq!(known(&scene), CtidAnswer::NotFound);
}

#[test]
fn only_the_phone_that_began_goes_on_and_only_with_its_own_forms() {
    let scene = scene();
    let phone = shown(&scene);
    let version = phone.hidden("version");
    let form = [("version", version.as_str()), ("done", "1")];
    for site in ["cross-site", "same-site"] {
        let answer = phone.posting("/ctid", &form).header("sec-fetch-site", site).send().unwrap();
        assert_eq!(answer.status(), 403);
    }
    let mut other = scene.browser();
    other.post("/ctid", &form);
    other.shows("must be read and ticked");
    other.send_file("/ctid/pictures/face", "c.jpg", &vec![7; 3 << 20]);
    other.shows("About opening a network credential");
    assert_eq!(known(&scene), CtidAnswer::NotFound);
    let named = phone.raw("/ctid").header("host", "evil.example").send().unwrap();
    assert_eq!(named.status(), 403);
}

#[test]
fn so_many_guesses_are_taken_in_a_minute() {
    let scene = scene();
    let mut phone = begun(&scene);
    let stranger = Person { name: haihe().operator.name.clone(), ..person().clone() };
    let mut guesses = 0;
    while phone.status != 429 {
        enter(&mut phone, &stranger);
        guesses += 1;
        assert!(guesses <= 241);
    }
    phone.shows("Too often");
    assert_eq!(guesses, 241);
    scene.advance(61);
    phone.go("/ctid");
    enter(&mut phone, person());
    phone.shows("/pictures/id_front\"");
}
