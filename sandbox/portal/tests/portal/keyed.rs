//! What was given is known again when it comes again, and nobody finds it out from the store by trying.

use crate::common::papers::{COMPANY, HOLDER, LEGAL, Scene, card, company, given, holder, id_card, step};
use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case, code, world};
use crate::procedures::{authorised, three_factors};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;
use tongguan_core::ports::{LegalCompany, PersonCheck};

/// Everything that stands in the store, numbers as hex.
fn store(dir: &Path, table: &str) -> String {
    let c = rusqlite::Connection::open(dir.join("portal.sqlite")).unwrap();
    let mut all = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = all.column_count();
    let mut rows = all.query([]).unwrap();
    let mut found = String::new();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            found += &match row.get_ref(column).unwrap() {
                rusqlite::types::ValueRef::Blob(bytes) => hex::encode(bytes),
                rusqlite::types::ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
                _ => continue,
            };
            found.push('\n');
        }
    }
    found
}

/// Whether the hash of these stands there, put together in either of the ways that need no key.
fn could_be_tried(stored: &str, parts: &[&[u8]]) -> bool {
    let mut prefixed = Sha256::new();
    for part in parts {
        prefixed.update(u64::try_from(part.len()).unwrap().to_be_bytes());
        prefixed.update(part);
    }
    let hashes = [Sha256::digest(parts.concat()), prefixed.finalize()];
    hashes.into_iter().any(|hash| stored.contains(&hex::encode(hash)))
}

#[test]
fn no_number_can_be_tried_out_from_what_is_kept_of_a_certification() {
    let scene = Scene::new();
    let (api, company) = (scene.at_legal("haihe-demo"), company("haihe-demo"));
    let check = scene.bank_card(&api, &company.legal_representative);
    let stored = |table| store(scene.dir.path(), table);
    let id = answered(api.get("/v1/legal-certification"), 200)["id"].as_str().unwrap().to_owned();
    let person = card(&company.legal_representative);
    let (number, phone) = (person["number"].as_str().unwrap(), person["phone"].as_str().unwrap());
    let subject = [id.as_bytes(), number.as_bytes(), phone.as_bytes()];
    assert!(stored("code").contains("legal_representative") && !could_be_tried(&stored("code"), &subject));
    assert!(!could_be_tried(&stored("rate"), &[format!("phone {phone}").as_bytes()]));
    assert_eq!(step(api.put(LEGAL, &check)), "holder");
    let first: LegalCompany = serde_json::from_value(given(company)).unwrap();
    let second: PersonCheck = serde_json::from_value(check).unwrap();
    for text in [serde_json::to_vec(&first).unwrap(), serde_json::to_vec(&second).unwrap()] {
        assert!(!could_be_tried(&stored("legal"), &[id.as_bytes(), &text]));
    }
}

#[test]
fn a_certification_s_step_is_told_again_in_the_next_session() {
    let scene = Scene::new();
    let (api, company) = (scene.at_legal("haihe-demo"), company("haihe-demo"));
    let check = id_card(&company.legal_representative.validity);
    assert_eq!(step(api.put(LEGAL, &check)), "holder");
    assert_eq!(api.delete("/v1/sessions/current").status(), 204);
    let api = scene.client("haihe-demo");
    assert_eq!(step(api.put(COMPANY, &given(company))), "holder");
    assert_eq!(step(api.put(LEGAL, &check)), "holder");
    let third = holder(&company.operator, id_card(&company.operator.validity));
    assert_eq!(step(api.put(HOLDER, &third)), "done");
    assert_eq!(api.delete("/v1/sessions/current").status(), 204);
    assert_eq!(step(scene.client("haihe-demo").put(HOLDER, &third)), "done");
}

/// The same account at a new sign-in; the session before is over.
fn signed_in_again(case: &Case, walker: &Walker, account: &str) -> Walker {
    assert_eq!(walker.api.delete("/v1/sessions/current").status(), 204);
    Walker { api: case.api(account), id: walker.id.clone() }
}

#[test]
fn an_answer_that_was_lost_is_given_again_in_the_next_session() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    let version = walker.shown()["version"].clone();
    let choice = json!({ "kind": "way", "way": "phone" });
    let first = answered(walker.send_at("way", &version, &choice), 200);
    let walker = signed_in_again(&case, &walker, "haihe-demo");
    assert_eq!(answered(walker.send_at("way", &version, &choice), 200), first);
    let other = json!({ "kind": "way", "way": "face" });
    assert_eq!(code(walker.send_at("way", &version, &other)), "record_changed");
    let form = json!({ "kind": "form", "values": three_factors(), "agreed": ["ningbo_service"] });
    let done = answered(walker.send_at("phone", &first["version"], &form), 200);
    let walker = signed_in_again(&case, &walker, "haihe-demo");
    assert_eq!(answered(walker.send_at("phone", &first["version"], &form), 200), done);
    assert_eq!(done["stage"]["kind"], "done");
    // Nobody else learns from it that it was given.
    let stranger = Walker { api: case.api("haihe-clerk"), id: walker.id };
    assert_eq!(code(stranger.send_at("phone", &first["version"], &form)), "not_found");
}

#[test]
fn a_person_is_added_to_a_matter_once_though_the_session_ended_before_the_answer() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    let person = &of("haihe").operator;
    let version = matter.shown()["version"].clone();
    let new = json!({ "name": person.name, "document": person.document, "role": "agent" });
    let add = json!({ "kind": "add_person", "person": new });
    let first = answered(matter.send_at("people", &version, &add), 200);
    let matter = signed_in_again(&case, &matter, "haihe-demo");
    assert_eq!(answered(matter.send_at("people", &version, &add), 200), first);
    assert_eq!(first["stage"]["people"].as_array().unwrap().len(), 1);
}

#[test]
fn no_number_can_be_tried_out_from_what_is_kept_of_a_procedure() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    let phone = world().account("haihe-demo").unwrap().phone.as_str().to_owned();
    let parts = [walker.id.as_bytes(), b"authorise", phone.as_bytes()];
    assert!(!could_be_tried(&store(case.dir.path(), "code"), &parts));
    assert!(!could_be_tried(&store(case.dir.path(), "rate"), &[format!("phone {phone}").as_bytes()]));
}
