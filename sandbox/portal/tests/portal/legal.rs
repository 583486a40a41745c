//! Certification by documents: each way through it.

use crate::common::papers::{
    ALL, COMPANY, HOLDER, LEGAL, Scene, account, company, given, holder, id_card, step,
};
use crate::common::{key, proof, world};
use serde_json::{Value, json};
use tongguan_core::domain::{DocumentKind, ValidUntil};
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;

/// `YYYYMMDD` as the end of that day in China.
fn last_second(until: ValidUntil) -> Option<String> {
    let day = until.to_string();
    let text = format!("{}-{}-{}T23:59:59+08:00", &day[..4], &day[4..6], &day[6..]);
    (until != ValidUntil::LongTerm).then_some(text)
}

#[test]
fn two_identity_cards_certify_the_company_at_medium() {
    let scene = Scene::new();
    let (api, company) = (scene.client("haihe-demo"), company("haihe-demo"));
    let begun: Value = api.post(ALL, &Value::Null).json().unwrap();
    assert_eq!(begun["step"], json!({ "kind": "company" }));
    assert_eq!((&begun["company"], &begun["legal_representative"]), (&Value::Null, &Value::Null));
    assert_eq!(begun["holder"]["name"], company.operator.name.as_str());

    let second: Value = api.put(COMPANY, &given(company)).json().unwrap();
    assert_eq!(second["company"], json!(company.identity));
    let legal = &company.legal_representative;
    let masked = json!({ "kind": "id_card", "number": legal.document.masked().number });
    assert_eq!(
        second["legal_representative"],
        json!({ "name": legal.name, "document": masked, "passed_by": null })
    );
    let third: Value = api.put(LEGAL, &id_card(&legal.validity)).json().unwrap();
    assert_eq!(third["legal_representative"]["passed_by"], "id_card");
    let done: Value =
        api.put(HOLDER, &holder(&company.operator, id_card(&company.operator.validity))).json().unwrap();
    let receipt = &done["step"]["receipt"];
    assert_eq!(receipt["method"], "legal_representative");
    assert_eq!((&receipt["level_before"], &receipt["level_after"]), (&json!("low"), &json!("medium")));
    assert_eq!(done["holder"]["passed_by"], "id_card");
    for answer in [&begun, &second, &third, &done] {
        for person in [legal, &company.operator] {
            assert!(!answer.to_string().contains(person.document.number.as_str()), "{answer}");
        }
    }

    let ends = [legal, &company.operator].map(|person| last_second(person.validity.until));
    let first = ends.into_iter().flatten().min();
    let all: Value = api.get("/v1/certifications").json().unwrap();
    assert_eq!(all[0]["receipt"], *receipt);
    assert_eq!((&all[0]["certificate"], &all[0]["expires_at"]), (&Value::Null, &json!(first)));
    let profile: Value = api.get("/v1/profile").json().unwrap();
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("low"), &json!(true)));
    let profile = scene.client("haihe-demo").get("/v1/profile").json::<Value>().unwrap();
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("medium"), &json!(false)));
    assert_eq!(profile["methods"][1]["receipt"], receipt["number"]);
}

#[test]
fn a_long_term_card_is_entered_with_eight_zeros_and_ends_nothing() {
    let scene = Scene::new();
    let long_term = |person: &tongguan_sandbox_world::Person| person.validity.until == ValidUntil::LongTerm;
    let mut found = 0;
    for company in &world().companies {
        let legal = &company.legal_representative;
        if legal.document.kind != DocumentKind::IdCard || !long_term(legal) {
            continue;
        }
        found += 1;
        let name = format!("{}-demo", company.slug);
        let api = scene.at_legal(&name);
        let check =
            json!({ "by": "id_card", "validity": { "from": legal.validity.from, "until": "00000000" } });
        assert_eq!(step(api.put(LEGAL, &check)), "holder");
        let operator = &account(&name).holder;
        let check = match operator.document.kind {
            DocumentKind::IdCard => id_card(&operator.validity),
            _ => scene.bank_card(&api, operator),
        };
        assert_eq!(step(api.put(HOLDER, &holder(operator, check))), "done");
        let all: Value = api.get("/v1/certifications").json().unwrap();
        let id_card = operator.document.kind == DocumentKind::IdCard;
        let end = last_second(operator.validity.until).filter(|_| id_card);
        assert_eq!(all[0]["expires_at"], json!(end), "{name}");
    }
    assert!(found > 0, "nobody has one");
}

#[test]
fn bank_cards_certify_both_persons_whatever_their_documents_are() {
    let scene = Scene::new();
    // Identity cards, a passport, two home-return permits.
    for name in ["haihe-demo", "bailu-demo", "changdi-demo"] {
        let (api, company) = (scene.at_legal(name), company(name));
        let check = scene.bank_card(&api, &company.legal_representative);
        let third: Value = api.put(LEGAL, &check).json().unwrap();
        assert_eq!(third["legal_representative"]["passed_by"], "bank_card");
        let check = scene.bank_card(&api, &company.operator);
        assert_eq!(step(api.put(HOLDER, &holder(&company.operator, check))), "done");
        let all: Value = api.get("/v1/certifications").json().unwrap();
        assert_eq!(all[0]["expires_at"], Value::Null, "a bank card has no end");
        assert_eq!(all[0]["receipt"]["level_after"], "medium");
    }
}

#[test]
fn a_person_who_is_not_in_the_register_goes_on_once_the_app_has_entered_them() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let legal = &company("haihe-demo").legal_representative;
    let number = legal.document.number.as_str();
    scene.server.outside.set_failure(Register::Ctid, Some(number), Some(Failure::Absent)).unwrap();
    assert_eq!(crate::common::papers::refused(api.put(LEGAL, &id_card(&legal.validity))), "not_in_ctid");
    assert_eq!(crate::common::papers::stands(&api), "legal_representative");
    scene.server.outside.set_failure(Register::Ctid, Some(number), None).unwrap();
    assert_eq!(step(api.put(LEGAL, &id_card(&legal.validity))), "holder");
}

#[test]
fn somebody_who_is_not_on_record_certifies_and_is_the_holder_then() {
    let scene = Scene::new();
    let api = scene.at_holder("haihe-demo");
    // A person whom no account of the company has.
    let other = &company("bohai-demo").operator;
    let given = json!({ "name": other.name, "document": other.document, "check": id_card(&other.validity) });
    assert_eq!(step(api.put(HOLDER, &given)), "done");
    let record: Value = api.get("/v1/account").json().unwrap();
    assert_eq!(record["holder"]["name"], other.name.as_str());
    assert_eq!(record["holder"]["document"]["number"], other.document.masked().number.as_str());
    assert_eq!(record["holder"]["validity"]["until"], other.validity.until.to_string());
    assert_eq!((&record["version"], &record["sign_in_again"]), (&json!(2), &json!(true)));
}

#[test]
fn documents_never_lower_a_high_level() {
    let scene = Scene::new();
    let api = scene.client("haihe-demo");
    let challenge = api.challenge();
    assert_eq!(api.submit(&proof(&challenge, key("haihe-operator-sm2"))).status(), 201);
    let api = scene.at_holder("haihe-demo");
    let operator = &company("haihe-demo").operator;
    let done: Value = api.put(HOLDER, &holder(operator, id_card(&operator.validity))).json().unwrap();
    let receipt = &done["step"]["receipt"];
    assert_eq!((&receipt["level_before"], &receipt["level_after"]), (&json!("high"), &json!("high")));
    assert_eq!(scene.client("haihe-demo").get("/v1/profile").json::<Value>().unwrap()["level"], "high");
}

#[test]
fn an_operator_with_the_right_certifies_and_nobody_without_it() {
    let scene = Scene::new();
    let api = scene.at_holder("haihe-clerk");
    let clerk = &account("haihe-clerk").holder;
    assert_eq!(step(api.put(HOLDER, &holder(clerk, id_card(&clerk.validity)))), "done");
    let guest = scene.client("haihe-guest");
    assert_eq!(guest.get(ALL).status(), 403);
    assert_eq!(guest.post(ALL, &Value::Null).status(), 403);
    assert_eq!(guest.delete(ALL).status(), 403);
    assert_eq!(guest.put(COMPANY, &given(company("haihe-demo"))).status(), 403);
    assert_eq!(guest.put(LEGAL, &id_card(&clerk.validity)).status(), 403);
    assert_eq!(guest.put(HOLDER, &holder(clerk, id_card(&clerk.validity))).status(), 403);
    assert_eq!(guest.post(crate::common::papers::CODES, &crate::common::papers::card(clerk)).status(), 403);
}
