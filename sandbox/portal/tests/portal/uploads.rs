//! Files in parts, and what is on pictures.

use crate::common::walker::Walker;
use crate::common::{Case, answered, case, code, data_refused, input_invalid, problem, world};
use crate::procedures::enter_code;
use crate::transfer::at_reverse;
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use std::net::TcpStream;
use tongguan_core::domain::DocumentKind;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;
use tongguan_sandbox_world::Person;

const PART: usize = 256 << 10;

/// Of an account whose holder has an identity card.
fn holder() -> (&'static str, &'static Person) {
    let fits = |person: &Person| person.document.kind == DocumentKind::IdCard;
    let account = world().accounts.iter().find(|account| fits(&account.holder)).unwrap();
    (account.name.as_str(), &account.holder)
}

/// Somebody else with an identity card.
fn other() -> &'static Person {
    let people = world().companies.iter().map(|company| &company.legal_representative);
    let (_, own) = holder();
    let fits = |person: &&Person| {
        person.document.kind == DocumentKind::IdCard
            && person.document.number != own.document.number
            && person.validity != own.validity
    };
    people.clone().find(fits).unwrap()
}

/// Where both sides of the card are asked for.
fn at_pictures(case: &Case) -> Walker {
    let (account, person) = holder();
    let walker = Walker::open(&case.api(account), "beijing", "web");
    let facts = json!({ "valid_from": person.validity.from, "valid_until": person.validity.until,
        "bank_card": person.bank_card, "phone": person.phone });
    answered(walker.fill(&facts), 200);
    enter_code(case, &walker, &person.phone);
    assert_eq!(walker.step(), "id_pictures");
    walker
}

fn unpacked(file: &[u8]) -> DynamicImage {
    image::load_from_memory(file).unwrap()
}

fn packed(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// More than one part of a picture that takes no time to unpack.
fn large() -> Vec<u8> {
    let mut state = 1_u32;
    let noise = image::GrayImage::from_fn(640, 500, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Luma([state.to_be_bytes()[0]])
    });
    let file = packed(&DynamicImage::ImageLuma8(noise), ImageFormat::Png);
    assert!(file.len() > PART, "{}", file.len());
    file
}

fn judged(walker: &Walker, front: &[u8], back: &[u8]) -> reqwest::blocking::Response {
    walker.upload("id_front", front);
    walker.upload("id_back", back);
    walker.send(&json!({ "kind": "pictures" }))
}

#[test]
fn a_sender_that_was_cut_off_goes_on_where_it_was() {
    let case = case();
    let walker = at_pictures(&case);
    let file = large();
    let begun = answered(walker.begin("id_front", &file), 201);
    assert_eq!((&begun["offset"], &begun["size"]), (&json!(0), &json!(file.len())));
    let id = begun["id"].as_str().unwrap();
    let first = answered(walker.part(id, 0, &file[..PART]), 200);
    assert_eq!(first["offset"], json!(PART));
    // Its answer was lost, and so is the network in the middle of the next one.
    assert_eq!(code(walker.part(id, 0, &file[..PART])), "record_changed");
    assert_eq!(code(walker.part(id, PART + 1, &file[PART..])), "record_changed");
    cut_off(&walker, id, PART, &file[PART..]);
    let state = walker.stage()["slots"][0].clone();
    assert_eq!(state, json!({ "slot": "id_front", "upload": first, "kept": false }));
    assert_eq!(answered(walker.begin("id_front", &file), 201), first, "the one that was begun");
    assert_eq!(answered(walker.api.get(&format!("{}/uploads/{id}", walker.path())), 200), first);
    let before = walker.shown()["version"].clone();
    let last = answered(walker.part(id, PART, &file[PART..]), 200);
    assert_eq!(last["offset"], last["size"]);
    let shown = walker.shown();
    assert_eq!(shown["stage"]["slots"][0], json!({ "slot": "id_front", "upload": last, "kept": true }));
    assert_ne!(shown["version"], before);
    assert_eq!(code(walker.part(id, file.len(), b"x")), "record_changed");
    assert_eq!(answered(walker.begin("id_front", &file), 201), last);
}

/// The connection ends before the part does.
fn cut_off(walker: &Walker, upload: &str, offset: usize, part: &[u8]) {
    let host = walker.api.origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "PATCH {}/uploads/{upload} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
         content-type: application/octet-stream\r\nupload-offset: {offset}\r\ncontent-length: {}\r\n\r\n",
        walker.path(),
        walker.api.token.as_ref().unwrap(),
        part.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&part[..part.len() / 2]).unwrap();
}

#[test]
fn what_is_too_much_is_refused_before_it_comes() {
    let case = case();
    let walker = at_pictures(&case);
    let begin = |size: u64| walker.begin_as("id_front", size, &"0".repeat(64));
    let flaw = |answer| {
        let problem = problem(answer, 422);
        assert_eq!((&problem["code"], &problem["field"]), (&json!("file_unusable"), &json!("id_front")));
        problem["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(flaw(begin(50 << 20)), "too_large");
    assert_eq!(flaw(begin((10 << 20) + 1)), "too_large");
    assert_eq!(flaw(begin(0)), "empty");
    assert_eq!(code(begin(1 << 40)), "malformed");
    let begun = answered(begin(1_000), 201);
    let id = begun["id"].as_str().unwrap();
    assert_eq!(code(walker.part(id, 0, &vec![0xff; PART + 1])), "too_large");
    assert_eq!(input_invalid(walker.part(id, 0, &vec![0xff; 1_001])), ("part".into(), "length".into()));
    assert_eq!(input_invalid(walker.part(id, 0, b"")), ("part".into(), "length".into()));
    for hash in ["", "x", &"A".repeat(64)] {
        assert_eq!(input_invalid(walker.begin_as("id_front", 9, hash)), ("sha256".into(), "format".into()));
    }
    assert_eq!(walker.stage()["slots"][0]["upload"]["offset"], 0);
}

#[test]
fn an_account_has_so_much_under_way_and_no_more() {
    let case = case();
    let (account, _) = holder();
    let walker = at_pictures(&case);
    let most = 10 << 20;
    for (slot, hash) in [("id_front", "0"), ("id_back", "1"), ("id_front", "2")] {
        // Another file for the same slot is instead of the one before.
        answered(walker.begin_as(slot, most, &hash.repeat(64)), 201);
    }
    let company = at_reverse(&case, account);
    assert_eq!(code(company.begin_as("letter", most, &"3".repeat(64))), "too_often");
    assert_eq!(walker.api.delete(&walker.path()).status(), 204);
    answered(company.begin_as("letter", most, &"3".repeat(64)), 201);
}

#[test]
fn the_first_bytes_tell_what_it_is_and_not_its_name() {
    let case = case();
    let walker = at_pictures(&case);
    assert_eq!(walker.flaw("id_front", b"front.jpg: only a text, whatever its name says"), "type");
    assert_eq!(walker.flaw("id_front", b"GIF89a and so on"), "type");
    assert_eq!(walker.flaw("id_back", b"%PDF-1.7\nand so on"), "type");
    let slots = walker.stage()["slots"].clone();
    assert!(slots.as_array().unwrap().iter().all(|slot| slot["upload"].is_null()), "{slots}");
}

#[test]
fn a_picture_that_is_damaged_or_a_bomb_leaves_nothing() {
    let case = case();
    let walker = at_pictures(&case);
    let (_, person) = holder();
    let file = person.front().unwrap();
    assert_eq!(walker.flaw("id_front", &file[..file.len() / 2]), "damaged");
    let small = packed(&unpacked(&file).thumbnail(600, 600), ImageFormat::Png);
    assert_eq!(walker.flaw("id_front", &small), "too_small");
    assert_eq!(walker.flaw("id_front", &bomb()), "too_many_pixels");
    // Not the file that was announced.
    let begun = answered(walker.begin_as("id_front", file.len().try_into().unwrap(), &"0".repeat(64)), 201);
    let last = walker.part(begun["id"].as_str().unwrap(), 0, &file);
    assert_eq!(problem(last, 422)["reason"], "damaged");
    assert!(walker.stage()["slots"][0]["upload"].is_null());
    walker.upload("id_front", &file);
    assert_eq!(walker.stage()["slots"][0]["kept"], true);
}

/// Eight thousand by eight thousand points in a few hundred kilobytes.
fn bomb() -> Vec<u8> {
    let file = packed(&DynamicImage::ImageLuma8(image::GrayImage::new(8_000, 8_000)), ImageFormat::Png);
    assert!(file.len() < 1 << 20, "{}", file.len());
    file
}

#[test]
fn only_what_the_step_asks_for_is_taken_and_nobody_else_sees_it() {
    let case = case();
    let walker = at_pictures(&case);
    let file = large();
    for slot in ["letter", "face"] {
        assert_eq!(input_invalid(walker.begin(slot, &file)), ("slot".into(), "not_asked".into()));
    }
    assert_eq!(code(walker.begin("passport", &file)), "malformed");
    let begun = answered(walker.begin("id_front", &file), 201);
    let path = format!("{}/uploads/{}", walker.path(), begun["id"].as_str().unwrap());
    let stranger = world().accounts.iter().find(|account| account.name.as_str() != holder().0).unwrap();
    let stranger = Walker { api: case.api(stranger.name.as_str()), ..walker.clone() };
    assert_eq!(code(stranger.api.get(&path)), "not_found");
    assert_eq!(code(stranger.begin("id_front", &file)), "not_found");
    assert_eq!(code(stranger.part(begun["id"].as_str().unwrap(), 0, &file[..9])), "not_found");
    // Pictures that are not there yet are missing, not wrong.
    let answer = walker.send(&json!({ "kind": "pictures" }));
    assert_eq!(input_invalid(answer), ("id_front".into(), "empty".into()));
    assert_eq!(walker.api.delete(&walker.path()).status(), 204);
    assert_eq!(code(walker.api.get(&path)), "not_found");
    assert_eq!(code(walker.begin("id_front", &file)), "record_changed");
}

#[test]
fn each_side_is_in_its_place_and_is_the_person_s_own() {
    let case = case();
    let walker = at_pictures(&case);
    let (_, person) = holder();
    let (front, back) = (person.front().unwrap(), person.back().unwrap());
    let other = other();
    let refused = |front: &[u8], back: &[u8]| data_refused(judged(&walker, front, back));
    assert_eq!(refused(&back, &front), "picture_side");
    assert_eq!(refused(&front, &front), "picture_side");
    assert_eq!(refused(&person.face().unwrap(), &back), "picture_side");
    assert_eq!(refused(&other.front().unwrap(), &back), "picture_mismatch");
    assert_eq!(refused(&front, &other.back().unwrap()), "validity_mismatch");
    assert_eq!(answered(judged(&walker, &front, &back), 200)["stage"]["kind"], "done");
}

#[test]
fn a_picture_that_cannot_be_read_is_told_from_one_that_is_too_dark() {
    let case = case();
    let walker = at_pictures(&case);
    let (_, person) = holder();
    let (front, back) = (person.front().unwrap(), person.back().unwrap());
    let refused =
        |front: &DynamicImage| data_refused(judged(&walker, &packed(front, ImageFormat::Png), &back));
    let picture = DynamicImage::ImageLuma8(unpacked(&front).into_luma8());
    assert_eq!(refused(&picture.brighten(-190)), "picture_quality");
    assert_eq!(refused(&picture.brighten(200)), "picture_quality");
    assert_eq!(refused(&picture.fast_blur(24.0)), "picture_unreadable");
}

#[test]
fn a_card_that_lies_on_its_side_or_head_is_read_all_the_same() {
    let case = case();
    let walker = at_pictures(&case);
    let (_, person) = holder();
    let turned = |file: Vec<u8>, turn: fn(&DynamicImage) -> DynamicImage| {
        packed(&turn(&unpacked(&file)), ImageFormat::Jpeg)
    };
    let front = turned(person.front().unwrap(), DynamicImage::rotate90);
    let back = turned(person.back().unwrap(), DynamicImage::rotate180);
    assert_eq!(answered(judged(&walker, &front, &back), 200)["stage"]["kind"], "done");
}

#[test]
fn a_face_is_the_person_s_own_as_the_population_register_has_it() {
    let case = case();
    let (account, person) = holder();
    let desk = Walker::open(&case.api(account), "beijing", "app");
    let ticket = answered(desk.api.post(&format!("{}/tickets", desk.path()), &json!({})), 201);
    let phone = Walker::scan(&desk.api, &ticket);
    answered(phone.fill(&json!({ "phone": person.phone })), 200);
    enter_code(&case, &phone, &person.phone);
    answered(judged(&phone, &person.front().unwrap(), &person.back().unwrap()), 200);
    let show = |face: &[u8]| {
        phone.upload("face", face);
        let actions = phone.stage()["actions"].clone();
        phone.send(&json!({ "kind": "face", "actions": actions }))
    };
    let face = person.face().unwrap();
    let dark = packed(&unpacked(&face).brighten(-180), ImageFormat::Jpeg);
    assert_eq!(data_refused(show(&dark)), "picture_quality");
    assert_eq!(data_refused(show(&other().face().unwrap())), "face_mismatch");
    assert_eq!(data_refused(show(&person.front().unwrap())), "face_mismatch");
    let outside = &case.server.outside;
    outside.set_failure(Register::Population, None, Some(Failure::Timeout)).unwrap();
    assert_eq!(problem(show(&face), 503)["register"], "population");
    outside.set_failure(Register::Population, None, None).unwrap();
    assert_eq!(answered(show(&face), 200)["stage"]["kind"], "done");
    assert_eq!(desk.stage()["kind"], "done");
}

#[test]
fn no_picture_stays_once_it_is_over() {
    let case = case();
    let walker = at_pictures(&case);
    let (_, person) = holder();
    let front = person.front().unwrap();
    assert_eq!(answered(judged(&walker, &front, &person.back().unwrap()), 200)["stage"]["kind"], "done");
    for file in std::fs::read_dir(case.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let part = &front[2_000..2_100];
        assert!(!bytes.windows(part.len()).any(|found| found == part), "{path:?}");
    }
}

/// What senders do.
impl Walker {
    pub(crate) fn begin(&self, slot: &str, file: &[u8]) -> reqwest::blocking::Response {
        self.begin_as(slot, file.len().try_into().unwrap(), &hex::encode(Sha256::digest(file)))
    }

    fn begin_as(&self, slot: &str, size: u64, sha256: &str) -> reqwest::blocking::Response {
        let facts = json!({ "slot": slot, "size": size, "sha256": sha256 });
        self.api.post(&format!("{}/uploads", self.path()), &facts)
    }

    fn part(&self, upload: &str, offset: usize, part: &[u8]) -> reqwest::blocking::Response {
        let address = format!("{}{}/uploads/{upload}", self.api.origin, self.path());
        let request = self.api.http.patch(address).bearer_auth(self.api.token.as_ref().unwrap());
        let request = request.header("content-type", "application/octet-stream");
        request.header("upload-offset", offset.to_string()).body(part.to_vec()).send().unwrap()
    }

    /// For which it is not taken, once all of it was sent.
    pub(crate) fn flaw(&self, slot: &str, file: &[u8]) -> String {
        let begun: Value = answered(self.begin(slot, file), 201);
        for (index, part) in file.chunks(PART).enumerate() {
            let answer = self.part(begun["id"].as_str().unwrap(), index * PART, part);
            if answer.status() != 200 {
                let problem = problem(answer, 422);
                assert_eq!((&problem["code"], &problem["field"]), (&json!("file_unusable"), &json!(slot)));
                return problem["reason"].as_str().unwrap().into();
            }
        }
        panic!("it was taken");
    }
}
