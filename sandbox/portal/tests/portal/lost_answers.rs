//! The same request once more because the first one's answer was lost: answered as the first time, done once.

use crate::common::{Api, answered, case, code, data_refused, key, proof};
use serde_json::{Value, json};
use tongguan_core::domain::RequestId;

const GIVEN: &str = "given once";

fn new_operator() -> Value {
    json!({
        "account": "haihe-second", "name": "Second Clerk", "rights": ["certify"], "password": GIVEN,
        "document": { "kind": "passport", "number": "E99123456" }, "phone": "19999990000",
    })
}

/// Changes the password under a key.
fn change(api: &Api, id: &RequestId, old: &str, new: &str) -> reqwest::blocking::Response {
    let request = api.http.put(format!("{}/v1/account/password", api.origin));
    let request = request.bearer_auth(api.token.as_ref().unwrap()).header("idempotency-key", id.as_str());
    request.json(&json!({ "old": old, "new": new })).send().unwrap()
}

#[test]
fn an_operator_who_was_added_is_added_again() {
    let case = case();
    let (admin, foreign) = (case.api("haihe-demo"), case.api("bohai-demo"));
    for _ in 0..2 {
        assert_eq!(admin.post("/v1/operators", &new_operator()).status(), 201);
    }
    let all = answered(admin.get("/v1/operators"), 200);
    let same = |operator: &&Value| operator["account"] == "haihe-second";
    assert_eq!(all.as_array().unwrap().iter().filter(same).count(), 1);
    assert_eq!(data_refused(foreign.post("/v1/operators", &new_operator())), "name_taken");
    for (field, value) in [
        ("name", json!("Third Clerk")),
        ("rights", json!([])),
        ("password", json!("given twice")),
        ("phone", json!("19999990001")),
        ("document", json!({ "kind": "passport", "number": "E99123457" })),
    ] {
        let mut other = new_operator();
        other[field] = value;
        assert_eq!(data_refused(admin.post("/v1/operators", &other)), "name_taken", "{field}");
    }
}

#[test]
fn an_operator_who_has_signed_in_is_nobody_s_lost_answer() {
    let case = case();
    let admin = case.api("haihe-demo");
    assert_eq!(admin.post("/v1/operators", &new_operator()).status(), 201);
    case.server.client().sign_in_with("haihe-second", GIVEN);
    assert_eq!(data_refused(admin.post("/v1/operators", &new_operator())), "name_taken");
}

#[test]
fn a_password_that_was_changed_is_changed_again_under_the_same_key_alone() {
    let case = case();
    let mut api = case.api("haihe-clerk");
    let old = crate::common::world().account("haihe-clerk").unwrap().password.expose();
    let id = RequestId::random();
    assert_eq!(change(&api, &id, old, "my new password").status(), 204);
    assert_eq!(change(&api, &id, old, "my new password").status(), 204);
    assert_eq!(code(change(&api, &RequestId::random(), old, "my new password")), "sign_in_refused");
    assert_eq!(code(change(&api, &id, old, "another password")), "sign_in_refused");
    let without = json!({ "old": old, "new": "my new password" });
    assert_eq!(code(api.put("/v1/account/password", &without)), "sign_in_refused");
    // Three wrong old passwords.
    case.clock.advance(5);
    api.sign_in_with("haihe-clerk", "my new password");
}

#[test]
fn a_key_that_comes_again_later_does_what_it_says() {
    let case = case();
    let api = case.api("haihe-clerk");
    let old = crate::common::world().account("haihe-clerk").unwrap().password.expose();
    let (there, back) = (RequestId::random(), RequestId::random());
    assert_eq!(change(&api, &there, old, "my new password").status(), 204);
    assert_eq!(change(&api, &back, "my new password", old).status(), 204);
    assert_eq!(change(&api, &there, old, "my new password").status(), 204);
    assert_eq!(code(api.try_sign_in("haihe-clerk", old)), "sign_in_refused");
    api.clone().sign_in_with("haihe-clerk", "my new password");
}

#[test]
fn a_key_that_is_none_is_refused() {
    let case = case();
    let api = case.api("haihe-clerk");
    let request = api.http.put(format!("{}/v1/account/password", api.origin));
    let request = request.bearer_auth(api.token.as_ref().unwrap()).header("idempotency-key", "1");
    let answer = request.json(&json!({ "old": "an old one", "new": "a new password" })).send().unwrap();
    assert_eq!(code(answer), "idempotency_key");
}

#[test]
fn a_decision_is_told_again_and_another_one_is_not() {
    let case = case();
    let (admin, guest) = (case.api("haihe-demo"), case.api("haihe-guest"));
    let decide = |accept: bool| {
        let body = json!({ "accept": accept });
        admin.put("/v1/upgrade-requests/haihe-guest", &body).status().as_u16()
    };
    let ask = || guest.post("/v1/upgrade-request", &json!({})).status().as_u16();
    assert_eq!(ask(), 204);
    assert_eq!((decide(false), decide(false)), (204, 204));
    assert_eq!(decide(true), 404, "it does not ask any more");
    assert_eq!(ask(), 204);
    assert_eq!((decide(true), decide(true)), (204, 204));
    assert_eq!(decide(false), 404);
    let profile: Value = guest.get("/v1/profile").json().unwrap();
    assert_eq!(profile["role"], "operator");
}

#[test]
fn a_card_that_was_taken_off_is_taken_off_again_by_its_own_account() {
    let case = case();
    let (clerk, admin) = (case.api("haihe-clerk"), case.api("haihe-demo"));
    assert_eq!(clerk.submit(&proof(&clerk.challenge(), key("haihe-operator-sm2"))).status(), 201);
    let cards = answered(clerk.get("/v1/cards"), 200);
    let path = format!("/v1/cards/{}", cards[0]["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).status(), 404);
    assert_eq!((clerk.delete(&path).status().as_u16(), clerk.delete(&path).status().as_u16()), (204, 204));
    assert_eq!(admin.delete(&path).status(), 404);
    assert_eq!(answered(clerk.get("/v1/cards"), 200), json!([]));
    assert_eq!(clerk.delete(&format!("/v1/cards/{}", RequestId::random())).status(), 404);
}
