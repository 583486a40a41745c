//! What the portal does not keep.

use crate::common::papers::{ALL, COMPANY, Scene, account, company, given, step};
use crate::common::{Api, answered, code, key, proof};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;
use tongguan_core::domain::{Document, DocumentKind};
use tongguan_sandbox_outside::RegisteredCompany;

const BOUND: &str = "haihe-legal-sm2";
const NUMBER: &str = "E99777777";

fn login(api: &Api, card: &str) -> Value {
    let certificate = STANDARD.encode(&key(BOUND).certificate);
    let asked = answered(api.post("/v1/card-challenges", &json!({ "certificate": certificate })), 201);
    proof(&serde_json::from_value(asked).unwrap(), key(card))
}

#[test]
fn sign_ins_with_a_card_are_forgotten_and_certifications_are_not() {
    let scene = Scene::new();
    let api = scene.client("haihe-demo");
    let certified = proof(&api.challenge(), key(BOUND));
    assert_eq!(api.submit(&certified).status(), 201);
    assert_eq!(api.post("/v1/card-sessions", &login(&api, BOUND)).status(), 201);
    assert_eq!(code(api.post("/v1/card-sessions", &login(&api, "haihe-revoked"))), "proof_refused");
    assert_eq!((scene.count("challenge"), scene.count("answer")), (3, 3));
    scene.clock.advance(120 + 86_401);
    login(&api, BOUND);
    assert_eq!((scene.count("challenge"), scene.count("answer")), (2, 1), "and the new one");
    let api = scene.client("haihe-demo");
    assert_eq!(api.submit(&certified).status(), 201, "answered as it was");
}

#[test]
fn a_card_that_is_refused_is_answered_the_same_again() {
    let scene = Scene::new();
    let api = scene.client("haihe-demo");
    let body = login(&api, "haihe-operator-rsa");
    for _ in 0..2 {
        assert_eq!(code(api.post("/v1/card-sessions", &body)), "card_not_bound");
    }
}

/// Whether the number stands in the store, in its log or beside it.
fn stands(dir: &Path) -> bool {
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let of_the_store =
        |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("portal.sqlite");
    files.filter(of_the_store).any(|path| {
        std::fs::read(path).unwrap().windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes())
    })
}

/// A certification whose legal representative has a number that stands nowhere else.
fn with_number(scene: &Scene) -> Api {
    let company = company("haihe-demo");
    let document = Document::parse(DocumentKind::Passport, NUMBER).unwrap();
    let name = account("bohai-demo").holder.name.clone();
    let registered = RegisteredCompany {
        identity: company.identity.clone(),
        legal_representative: name.clone(),
        document: document.clone(),
        registration: None,
    };
    scene.server.outside.enter_company(&registered).unwrap();
    let api = scene.begun("haihe-demo");
    let mut first = given(company);
    (first["legal_representative"], first["document"]) = (json!(name), json!(document));
    assert_eq!(step(api.put(COMPANY, &first)), "legal_representative");
    assert!(stands(scene.dir.path()));
    api
}

#[test]
fn a_number_is_gone_once_its_certification_is_left() {
    let scene = Scene::new();
    let api = with_number(&scene);
    assert_eq!(api.delete(ALL).status(), 204);
    assert!(!stands(scene.dir.path()));
}

#[test]
fn a_number_is_gone_when_anybody_signs_in_after_its_time_is_over() {
    let scene = Scene::new();
    with_number(&scene);
    scene.clock.advance(7 * 86_400 + 1);
    scene.client("bohai-demo");
    assert!(!stands(scene.dir.path()));
    with_number(&scene);
    scene.clock.advance(7 * 86_400 + 1);
    let api = scene.server.client();
    assert_eq!(api.post("/v1/card-sessions", &login(&api, BOUND)).status(), 201);
    assert!(!stands(scene.dir.path()));
}
