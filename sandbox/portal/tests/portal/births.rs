//! A number that says when its owner was born: not on a day to come, by whatever way it comes in.

use crate::common::papers::{ALL, COMPANY, HOLDER, Scene, account, company, given, id_card};
use crate::common::{Api, answered, input_invalid};
use serde_json::{Value, json};
use tongguan_core::domain::{CalendarDate, CitizenIdNumber};

const DAY: i64 = 86_400;

/// The identity card of somebody who is born so many days after today.
fn born(scene: &Scene, days: i64) -> Value {
    let day = CalendarDate::of(scene.clock.moment().plus_seconds(days * DAY));
    let number = CitizenIdNumber::complete(&format!("990000{day}123")).unwrap();
    json!({ "kind": "id_card", "number": number })
}

/// Each way in, with this document.
fn all_ways(api: &Api, document: &Value) -> Vec<reqwest::blocking::Response> {
    let holder = &account("haihe-demo").holder;
    let company = company("haihe-demo");
    let version = answered(api.get("/v1/account"), 200)["version"].clone();
    let edit = json!({ "version": version, "name": holder.name, "document": document,
        "validity": holder.validity, "country": null });
    let version = answered(api.get("/v1/company"), 200)["version"].clone();
    let legal = json!({ "version": version, "name": company.legal_representative.name, "document": document,
        "validity": holder.validity, "country": "CHN" });
    let operator = json!({ "account": "haihe-second", "name": "Second Clerk", "rights": [],
        "password": "given once", "document": document, "phone": "19999990000" });
    let mut first = given(company);
    first["document"] = document.clone();
    vec![
        api.put("/v1/company/legal-representative", &legal),
        api.post("/v1/operators", &operator),
        api.put(COMPANY, &first),
        api.put("/v1/account/holder", &edit),
    ]
}

#[test]
fn nobody_is_born_tomorrow() {
    let scene = Scene::new();
    let api = scene.begun("haihe-demo");
    let wrong = ("document_number".to_owned(), "birth_date".to_owned());
    for answer in all_ways(&api, &born(&scene, 1)) {
        assert_eq!(input_invalid(answer), wrong);
    }
    for answer in all_ways(&api, &born(&scene, 0)) {
        assert!(!answer.text().unwrap().contains("birth_date"), "born today");
    }
}

#[test]
fn nor_is_the_holder_whom_documents_certify() {
    let scene = Scene::new();
    let api = scene.at_holder("haihe-demo");
    let holder = &account("haihe-demo").holder;
    let given = |document: Value| json!({ "name": holder.name, "document": document, "check": id_card(&holder.validity) });
    let answer = api.put(HOLDER, &given(born(&scene, 1)));
    assert_eq!(input_invalid(answer), ("document_number".into(), "birth_date".into()));
    let today = crate::common::papers::refused(api.put(HOLDER, &given(born(&scene, 0))));
    assert_eq!(today, "not_in_ctid");
    assert_eq!(api.get(ALL).status(), 200);
}
