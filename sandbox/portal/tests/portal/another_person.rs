//! Documents are a person's: what follows when the person becomes another.

use crate::common::papers::{HOLDER, LEGAL, Scene, account, company, holder, id_card, step};
use crate::common::walker::Walker;
use crate::common::{Api, answered, key, proof};
use serde_json::{Value, json};
use tongguan_core::domain::{Document, DocumentKind, PersonName};
use tongguan_sandbox_outside::RegisteredCompany;

const PATH: &str = "/v1/company/legal-representative";

/// Certified with documents, by the account's own holder.
fn certified(scene: &Scene, name: &str) -> Api {
    let api = scene.at_holder(name);
    let person = &account(name).holder;
    assert_eq!(step(api.put(HOLDER, &holder(person, id_card(&person.validity)))), "done");
    assert_eq!(stands(scene, name), ("medium".into(), true));
    scene.client(name)
}

/// Level and whether the documents' method is done, at a new sign-in.
fn stands(scene: &Scene, name: &str) -> (String, bool) {
    let profile: Value = scene.client(name).get("/v1/profile").json().unwrap();
    (profile["level"].as_str().unwrap().to_owned(), !profile["methods"][1]["passed_at"].is_null())
}

fn holder_edit(api: &Api, name: &str) -> Value {
    let record = answered(api.get("/v1/account"), 200);
    let person = &account(name).holder;
    json!({ "version": record["version"], "name": person.name, "document": person.document,
        "validity": person.validity, "country": null })
}

#[test]
fn another_holder_takes_the_documents_certification_along_and_history_keeps_it() {
    let scene = Scene::new();
    let (api, other) = (certified(&scene, "haihe-demo"), certified(&scene, "bohai-demo"));
    let mut edit = holder_edit(&api, "haihe-demo");
    edit["validity"]["until"] = json!("00000000");
    answered(api.put("/v1/account/holder", &edit), 200);
    assert_eq!(stands(&scene, "haihe-demo").0, "medium", "a new card of the same person");
    let mut edit = holder_edit(&api, "haihe-demo");
    edit["name"] = json!("Some Body");
    answered(api.put("/v1/account/holder", &edit), 200);
    assert_eq!(stands(&scene, "haihe-demo"), ("low".into(), false));
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap().as_array().unwrap().len(), 1);
    assert_eq!(stands(&scene, "bohai-demo"), ("medium".into(), true), "{}", other.origin);

    // What was signed is the company's, whoever holds the account.
    assert_eq!(api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).status(), 201);
    let mut edit = holder_edit(&api, "haihe-demo");
    edit["document"] = json!({ "kind": "passport", "number": "E99123456" });
    answered(api.put("/v1/account/holder", &edit), 200);
    assert_eq!(stands(&scene, "haihe-demo"), ("high".into(), false));
}

#[test]
fn whoever_certifies_as_a_new_holder_counts_and_the_one_before_no_longer() {
    let scene = Scene::new();
    certified(&scene, "haihe-demo");
    let api = scene.at_holder("haihe-demo");
    let other = &company("bohai-demo").operator;
    let given = json!({ "name": other.name, "document": other.document, "check": id_card(&other.validity) });
    assert_eq!(step(api.put(HOLDER, &given)), "done");
    assert_eq!(stands(&scene, "haihe-demo"), ("medium".into(), true));
    let path = scene.dir.path().join("portal.sqlite");
    let counts = "SELECT group_concat(void_at IS NULL, ' ') FROM certification";
    let counts: String =
        rusqlite::Connection::open(path).unwrap().query_row(counts, [], |row| row.get(0)).unwrap();
    assert_eq!(counts, "0 1");
}

fn somebody() -> (PersonName, Document) {
    (PersonName::parse("Some Body").unwrap(), Document::parse(DocumentKind::Passport, "E99777777").unwrap())
}

/// The register has another legal representative of the first company from now on.
fn register(scene: &Scene, name: &PersonName, document: &Document) {
    let registered = RegisteredCompany {
        identity: company("haihe-demo").identity.clone(),
        legal_representative: name.clone(),
        document: document.clone(),
        registration: None,
    };
    scene.server.outside.enter_company(&registered).unwrap();
}

#[test]
fn another_legal_representative_takes_those_of_all_accounts_of_the_company_along() {
    let scene = Scene::new();
    let api = certified(&scene, "haihe-demo");
    certified(&scene, "haihe-clerk");
    certified(&scene, "bohai-demo");
    let (name, document) = somebody();
    register(&scene, &name, &document);
    let record = answered(api.get("/v1/company"), 200);
    let edit = json!({ "version": record["version"], "name": name, "document": document,
        "validity": null, "country": "CHN" });
    answered(api.put(PATH, &edit), 200);
    for name in ["haihe-demo", "haihe-clerk"] {
        assert_eq!(stands(&scene, name), ("low".into(), false), "{name}");
    }
    assert_eq!(stands(&scene, "bohai-demo"), ("medium".into(), true));
}

#[test]
fn a_certification_that_was_begun_for_the_former_legal_representative_is_closed() {
    let scene = Scene::new();
    let (open, api) = (scene.at_holder("haihe-clerk"), scene.client("haihe-demo"));
    let (name, document) = somebody();
    register(&scene, &name, &document);
    let record = answered(api.get("/v1/company"), 200);
    let edit = json!({ "version": record["version"], "name": name, "document": document,
        "validity": null, "country": null });
    answered(api.put(PATH, &edit), 200);
    let clerk = &account("haihe-clerk").holder;
    assert_eq!(open.put(HOLDER, &holder(clerk, id_card(&clerk.validity))).status(), 404);
    assert_eq!(open.put(LEGAL, &id_card(&clerk.validity)).status(), 404);
    assert_eq!(stands(&scene, "haihe-clerk"), ("low".into(), false));
}

#[test]
fn nothing_of_the_former_legal_representative_is_the_new_one_s() {
    let scene = Scene::new();
    let api = scene.client("haihe-demo");
    let rename = |name: &str| {
        let record = answered(api.get("/v1/company"), 200);
        let identity = &record["identity"];
        let edit = json!({ "version": record["version"], "name": identity["name"], "uscc": identity["uscc"],
            "organization_code": identity["organization_code"], "address": record["address"],
            "legal_representative": name });
        answered(api.put("/v1/company", &edit), 200)["legal_representative"].clone()
    };
    let alone = |name: &str| json!({ "name": name, "document": null, "validity": null, "country": null });
    let (name, document) = somebody();
    register(&scene, &name, &document);
    assert_eq!(rename(name.as_str()), alone(name.as_str()));
    let record = answered(api.get("/v1/company"), 200);
    let edit = json!({ "version": record["version"], "name": name, "document": null,
        "validity": null, "country": "AUS" });
    answered(api.put(PATH, &edit), 200);
    register(&scene, &PersonName::parse("Third Body").unwrap(), &document);
    assert_eq!(rename("Third Body"), alone("Third Body"));
}

#[test]
fn procedures_that_were_begun_for_the_former_holder_are_over() {
    let scene = Scene::new();
    let api = scene.client("haihe-demo");
    let person = Walker::open(&api, "ningbo", "person");
    let company = Walker::open(&api, "ningbo", "company_other");
    let matter = Walker::open(&api, "henan", "matter");
    let mut edit = holder_edit(&api, "haihe-demo");
    edit["validity"]["until"] = json!("00000000");
    answered(api.put("/v1/account/holder", &edit), 200);
    assert_eq!(person.step(), "authorise", "a new card of the same person");
    let mut edit = holder_edit(&api, "haihe-demo");
    edit["name"] = json!("Some Body");
    answered(api.put("/v1/account/holder", &edit), 200);
    assert_eq!(person.stage(), json!({ "kind": "closed", "reason": "holder_changed" }));
    assert_eq!((company.step(), matter.step()), ("authorise_other".into(), "materials".into()));
}

#[test]
fn procedures_that_were_begun_for_the_former_legal_representative_are_over() {
    let scene = Scene::new();
    let (api, clerk) = (scene.client("haihe-demo"), scene.client("haihe-clerk"));
    let companies = [&api, &clerk].map(|api| Walker::open(api, "ningbo", "company_other"));
    let (person, other) = (
        Walker::open(&clerk, "ningbo", "person"),
        Walker::open(&scene.client("bohai-demo"), "ningbo", "company_other"),
    );
    let (name, document) = somebody();
    register(&scene, &name, &document);
    let record = answered(api.get("/v1/company"), 200);
    let edit = json!({ "version": record["version"], "name": name, "document": document,
        "validity": null, "country": "CHN" });
    answered(api.put(PATH, &edit), 200);
    for walker in companies {
        let reason = "legal_representative_changed";
        assert_eq!(walker.stage(), json!({ "kind": "closed", "reason": reason }));
    }
    assert_eq!((person.step(), other.step()), ("authorise".into(), "authorise_other".into()));
}
