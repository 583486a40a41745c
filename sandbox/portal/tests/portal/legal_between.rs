//! Certification by documents between machines, requests and days: what is kept, what is told again, what goes.

use crate::common::Server;
use crate::common::papers::{
    ALL, COMPANY, HOLDER, LEGAL, Scene, company, given, holder, id_card, stands, step,
};
use serde_json::Value;
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

#[test]
fn a_step_that_is_repeated_answers_the_same() {
    let scene = Scene::new();
    let (api, company) = (scene.begun("haihe-demo"), company("haihe-demo"));
    let legal = scene_check(&scene, &api, company);
    let operator = holder(&company.operator, id_card(&company.operator.validity));
    let put = |path: &str, body: &Value| -> Value { api.put(path, body).json().unwrap() };
    let third = put(LEGAL, &legal);
    // Once more with a code that is spent: it is the same request.
    assert_eq!(put(LEGAL, &legal), third);
    assert_eq!(put(COMPANY, &given(company)), third, "an earlier step tells where it stands");
    let done = put(HOLDER, &operator);
    assert_eq!(put(HOLDER, &operator), done);
    assert_eq!(done["step"]["kind"], "done");
    assert_eq!(scene.count("certification"), 1);
}

/// Step 1 passed; the body of step 2 with a bank card.
fn scene_check(scene: &Scene, api: &crate::common::Api, company: &tongguan_sandbox_world::Company) -> Value {
    assert_eq!(step(api.put(COMPANY, &given(company))), "legal_representative");
    scene.bank_card(api, &company.legal_representative)
}

#[test]
fn the_same_step_many_times_at_once_certifies_once() {
    let scene = Scene::new();
    let api = scene.at_holder("haihe-demo");
    let operator = &company("haihe-demo").operator;
    let check = scene.bank_card(&api, operator);
    let body = holder(operator, check);
    // As many as a code has tries: each counts until it has shown to be right.
    let receipts: BTreeSet<String> = std::thread::scope(|scope| {
        let send = || {
            let done: Value = api.put(HOLDER, &body).json().unwrap();
            done["step"]["receipt"]["number"].as_str().unwrap().to_owned()
        };
        let all: Vec<_> = (0..5).map(|_| scope.spawn(send)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!((receipts.len(), scene.count("certification")), (1, 1));
    assert_eq!(api.put(HOLDER, &body).status(), 200, "and it is told again");
}

#[test]
fn two_machines_go_on_with_the_same_one() {
    let scene = Scene::new();
    let (one, other) = (scene.begun("haihe-demo"), scene.client("haihe-demo"));
    let company = company("haihe-demo");
    let same: Value = other.post(ALL, &Value::Null).json().unwrap();
    assert_eq!(same, one.get(ALL).json::<Value>().unwrap());
    assert_eq!(step(one.put(COMPANY, &given(company))), "legal_representative");
    assert_eq!(stands(&other), "legal_representative");
    let mut wrong = given(company);
    wrong["legal_representative"] = "Somebody Else".into();
    assert_eq!(other.put(COMPANY, &wrong).status(), 409, "one wins, the other is told");
    assert_eq!(step(other.put(LEGAL, &id_card(&company.legal_representative.validity))), "holder");
    assert_eq!(stands(&one), "holder");
    let check = id_card(&company.operator.validity);
    assert_eq!(step(one.put(HOLDER, &holder(&company.operator, check))), "done");
    assert_eq!(other.get(ALL).status(), 404, "none is open");
}

#[test]
fn nobody_else_sees_or_moves_it() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let clerk = scene.client("haihe-clerk");
    let check = id_card(&company("haihe-demo").legal_representative.validity);
    assert_eq!((clerk.get(ALL).status().as_u16(), clerk.put(LEGAL, &check).status().as_u16()), (404, 404));
    assert_eq!(clerk.delete(ALL).status(), 204);
    assert_eq!(stands(&api), "legal_representative");
    let own: Value = clerk.post(ALL, &Value::Null).json().unwrap();
    assert_eq!(own["step"]["kind"], "company");
    assert_ne!(own["id"], api.get(ALL).json::<Value>().unwrap()["id"]);
}

#[test]
fn it_is_closed_after_seven_days_and_nothing_of_it_stays() {
    let scene = Scene::new();
    let api = scene.at_holder("haihe-demo");
    let id = api.get(ALL).json::<Value>().unwrap()["id"].clone();
    scene.clock.advance(7 * DAY - 1);
    assert_eq!(stands(&scene.client("haihe-demo")), "holder");
    scene.clock.advance(1);
    let api = scene.client("haihe-demo");
    assert_eq!(api.get(ALL).status(), 404);
    let operator = &company("haihe-demo").operator;
    assert_eq!(api.put(HOLDER, &holder(operator, id_card(&operator.validity))).status(), 404);
    // Somebody else's beginning clears it away.
    scene.begun("bohai-demo");
    assert_eq!(scene.count("legal WHERE account = 'haihe-demo'"), 0);
    let fresh: Value = api.post(ALL, &Value::Null).json().unwrap();
    assert!(fresh["id"] != id && fresh["step"]["kind"] == "company");
}

#[test]
fn it_outlives_the_portal_and_goes_on_where_it_was() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let legal = &company("haihe-demo").legal_representative;
    let check = scene.bank_card(&api, legal);
    let before: Value = api.get(ALL).json().unwrap();
    let Scene { server, clock, dir } = scene;
    drop(server);
    let scene = Scene { server: Server::start(dir.path(), clock.clone()), clock, dir };
    let api = scene.client("haihe-demo");
    assert_eq!(api.get(ALL).json::<Value>().unwrap(), before);
    assert_eq!(step(api.put(LEGAL, &check)), "holder", "the code that was sent before is good");
}

#[test]
fn numbers_stay_only_as_long_as_they_are_needed() {
    let scene = Scene::new();
    let company = company("haihe-demo");
    let (legal, operator) = (&company.legal_representative, &company.operator);
    let api = scene.at_legal("haihe-demo");
    let check = scene.bank_card(&api, legal);
    assert_eq!(step(api.put(LEGAL, &check)), "holder");
    let stored = |what: &str| scene.count(&format!("legal WHERE legal_document_number = '{what}'"));
    assert_eq!(stored(legal.document.number.as_str()), 1);
    assert_eq!(rows_with(&scene, legal.bank_card.as_str()), 0, "never");
    let check = scene.bank_card(&api, operator);
    assert_eq!(step(api.put(HOLDER, &holder(operator, check))), "done");
    assert_eq!(stored(legal.document.number.as_str()), 0);
    assert_eq!((rows_with(&scene, legal.document.number.as_str()), scene.count("code")), (0, 0));

    let api = scene.at_legal("bohai-demo");
    scene.bank_card(&api, &crate::common::papers::company("bohai-demo").legal_representative);
    assert_eq!((scene.count("legal WHERE account = 'bohai-demo'"), scene.count("code")), (1, 1));
    assert_eq!(api.delete(ALL).status(), 204);
    assert_eq!((scene.count("legal WHERE account = 'bohai-demo'"), scene.count("code")), (0, 0));
}

/// Rows of certifications and codes with this text in any column.
fn rows_with(scene: &Scene, text: &str) -> i64 {
    let c = rusqlite::Connection::open(scene.dir.path().join("portal.sqlite")).unwrap();
    ["legal", "code", "certification", "rate"]
        .into_iter()
        .map(|table| {
            let mut statement = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let width = statement.column_count();
            let rows = statement.query_map([], |row| {
                let cells = (0..width).map(|at| row.get::<_, rusqlite::types::Value>(at).unwrap());
                Ok(cells.into_iter().any(|cell| format!("{cell:?}").contains(text)))
            });
            rows.unwrap().filter(|found| *found.as_ref().unwrap()).count() as i64
        })
        .sum()
}

#[test]
fn the_registers_are_no_oracle_for_trying_out() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let guess = |day: u32| {
        let validity = serde_json::json!({ "from": format!("201901{day:02}"), "until": "20390101" });
        api.put(LEGAL, &serde_json::json!({ "by": "id_card", "validity": validity })).status().as_u16()
    };
    let answers: Vec<u16> = (0..60).map(|round| guess(round % 28 + 1)).collect();
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 59, "one went to step 1");
    assert_eq!(answers.last(), Some(&429));
}
