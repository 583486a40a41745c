//! Operators and their rights, and personal accounts that become operators.

use crate::common::{Api, answered, case, code, data_refused, input_invalid, world};
use serde_json::{Value, json};

const PASSWORD: &str = "given once";

fn new_operator() -> Value {
    json!({
        "account": "haihe-second", "name": "Second Clerk", "rights": [], "password": PASSWORD,
        "document": { "kind": "passport", "number": "E99123456" }, "phone": "19999990000",
    })
}

fn listed(admin: &Api, account: &str) -> Option<Value> {
    let all = answered(admin.get("/v1/operators"), 200);
    all.as_array().unwrap().iter().find(|operator| operator["account"] == account).cloned()
}

fn set(admin: &Api, account: &str, enabled: bool, rights: Value) -> u16 {
    let body = json!({ "enabled": enabled, "rights": rights });
    admin.put(&format!("/v1/operators/{account}"), &body).status().as_u16()
}

#[test]
fn a_new_operator_signs_in_once_with_the_given_password_and_is_asked_for_another() {
    let case = case();
    let admin = case.api("haihe-demo");
    assert_eq!(admin.post("/v1/operators", &new_operator()).status(), 201);
    let row = listed(&admin, "haihe-second").unwrap();
    assert_eq!(
        (&row["role"], &row["enabled"], &row["last_sign_in"]),
        (&json!("operator"), &json!(true), &Value::Null)
    );
    assert!(!row.to_string().contains("E99123456") && !row.to_string().contains("19999990000"), "{row}");
    let mut operator = case.server.client();
    let profile = operator.sign_in_with("haihe-second", PASSWORD)["profile"].clone();
    assert_eq!((&profile["role"], &profile["rights"]), (&json!("operator"), &json!([])));
    assert_eq!(answered(operator.get("/v1/account"), 200)["change_password"], true);
    let change = json!({ "old": PASSWORD, "new": "my own password" });
    assert_eq!(operator.put("/v1/account/password", &change).status(), 204);
    assert_eq!(answered(operator.get("/v1/account"), 200)["change_password"], false);
    assert_ne!(listed(&admin, "haihe-second").unwrap()["last_sign_in"], Value::Null);
}

#[test]
fn names_numbers_and_phones_that_somebody_has_are_refused() {
    let case = case();
    let admin = case.api("haihe-demo");
    let clerk = world().account("haihe-clerk").unwrap();
    let refused = |name: &str, value: Value| {
        let mut new = new_operator();
        new[name] = value;
        data_refused(admin.post("/v1/operators", &new))
    };
    assert_eq!(refused("account", json!("haihe-clerk")), "name_taken");
    assert_eq!(refused("account", json!("bohai-demo")), "name_taken");
    assert_eq!(refused("document", json!(clerk.holder.document)), "id_duplicate");
    let mut short = new_operator();
    short["password"] = json!("short");
    assert_eq!(input_invalid(admin.post("/v1/operators", &short)), ("password".into(), "length".into()));
    // A number that an account of another company has.
    let mut new = new_operator();
    new["document"] = json!(world().account("bohai-demo").unwrap().holder.document);
    assert_eq!(admin.post("/v1/operators", &new).status(), 201);
    new["name"] = json!("Another Clerk");
    assert_eq!(data_refused(admin.post("/v1/operators", &new)), "name_taken");
}

#[test]
fn a_phone_that_an_administrator_gives_is_the_account_s_once_its_code_comes_back() {
    let case = case();
    let admin = case.api("haihe-demo");
    let mut new = new_operator();
    // Whether somebody has it is not told.
    new["phone"] = json!(world().account("bohai-demo").unwrap().phone);
    assert_eq!(admin.post("/v1/operators", &new).status(), 201);
    assert_eq!(listed(&admin, "haihe-second").unwrap()["phone"], json!(masked(&new["phone"])));
    let mut operator = case.server.client();
    operator.sign_in_with("haihe-second", PASSWORD);
    assert_eq!(answered(operator.get("/v1/account"), 200)["phone"], Value::Null);
    let own = json!("19999990000");
    let to = json!({ "channel": "phone", "phone": own });
    let sent = answered(operator.post("/v1/account/codes", &to), 201);
    let to = serde_json::from_value(to).unwrap();
    let code = json!({ "code": case.server.outside.messages_to(&to, 1).unwrap()[0].code });
    let path = format!("/v1/account/codes/{}", sent["id"].as_str().unwrap());
    assert_eq!(answered(operator.put(&path, &code), 200)["phone"], json!(masked(&own)));
    assert_eq!(listed(&admin, "haihe-second").unwrap()["phone"], json!(masked(&own)));
}

fn masked(phone: &Value) -> tongguan_core::domain::MaskedText {
    tongguan_core::domain::PhoneNumber::parse(phone.as_str().unwrap()).unwrap().masked()
}

#[test]
fn rights_count_at_once() {
    let case = case();
    let (admin, clerk) = (case.api("haihe-demo"), case.api("haihe-clerk"));
    let certify = || clerk.post("/v1/challenges", &json!({ "purpose": "certify_ic_card" })).status().as_u16();
    let visit = || clerk.post("/v1/bank-visits", &json!({ "bank": "ccb" })).status().as_u16();
    let edit = || {
        let record = answered(clerk.get("/v1/company"), 200);
        let identity = &record["identity"];
        let edit = json!({
            "version": record["version"], "name": identity["name"], "uscc": identity["uscc"],
            "organization_code": identity["organization_code"], "address": record["address"],
            "legal_representative": record["legal_representative"]["name"],
        });
        clerk.put("/v1/company", &edit).status().as_u16()
    };
    assert_eq!((certify(), visit(), edit()), (201, 201, 403));
    assert_eq!(set(&admin, "haihe-clerk", true, json!(["edit_company"])), 204);
    assert_eq!((certify(), visit(), edit()), (403, 403, 200));
    assert_eq!(set(&admin, "haihe-clerk", true, json!([])), 204);
    assert_eq!((certify(), visit(), edit()), (403, 403, 403));
    assert_eq!(set(&admin, "haihe-clerk", true, json!(["edit_company", "certify", "certify"])), 204);
    assert_eq!((certify(), visit(), edit()), (201, 201, 200));
    let profile: Value = clerk.get("/v1/profile").json().unwrap();
    assert_eq!(profile["rights"], json!(["certify", "edit_company"]));
}

#[test]
fn a_disabled_operator_is_out_and_answered_like_a_stranger() {
    let case = case();
    let (admin, clerk) = (case.api("haihe-demo"), case.api("haihe-clerk"));
    assert_eq!(set(&admin, "haihe-clerk", false, json!(["certify"])), 204);
    assert_eq!(code(clerk.get("/v1/profile")), "session_ended");
    let right = world().account("haihe-clerk").unwrap().password.expose();
    for _ in 0..3 {
        let [disabled, stranger] = ["haihe-clerk", "nobody"].map(|account| clerk.try_sign_in(account, right));
        assert_eq!(disabled.status(), stranger.status());
        assert_eq!(disabled.text().unwrap(), stranger.text().unwrap());
    }
    case.clock.advance(86_401);
    let mut admin = case.server.client();
    admin.sign_in("haihe-demo");
    assert_eq!(set(&admin, "haihe-clerk", true, json!(["certify"])), 204);
    case.api("haihe-clerk");
}

#[test]
fn only_operators_are_set_and_only_by_their_own_administrator() {
    let case = case();
    let (admin, other) = (case.api("haihe-demo"), case.api("bohai-demo"));
    for account in ["haihe-demo", "haihe-guest", "bohai-demo", "nobody", "%FF", "a%00b", " "] {
        assert_eq!(set(&admin, account, false, json!([])), 404, "{account}");
    }
    assert_eq!(set(&other, "haihe-clerk", false, json!([])), 404);
    assert!(listed(&other, "haihe-clerk").is_none());
    assert_eq!(set(&case.api("haihe-clerk"), "haihe-clerk", true, json!(["edit_company"])), 403);
}

#[test]
fn a_personal_account_becomes_an_operator_when_an_administrator_agrees() {
    let case = case();
    let (admin, guest) = (case.api("haihe-demo"), case.api("haihe-guest"));
    let decide = |by: &Api, accept: bool| {
        by.put("/v1/upgrade-requests/haihe-guest", &json!({ "accept": accept })).status().as_u16()
    };
    let ask = || guest.post("/v1/upgrade-request", &json!({})).status().as_u16();
    assert!(listed(&admin, "haihe-guest").is_none());
    assert_eq!(decide(&admin, true), 404, "it has not asked");
    assert_eq!((ask(), ask()), (204, 204));
    let row = listed(&admin, "haihe-guest").unwrap();
    assert_eq!((&row["role"], &row["asks_upgrade"]), (&json!("personal"), &json!(true)));
    assert_eq!(decide(&case.api("bohai-demo"), true), 404);
    assert_eq!(decide(&admin, false), 204);
    assert!(listed(&admin, "haihe-guest").is_none());
    assert_eq!(ask(), 204);
    assert_eq!(decide(&admin, true), 204);
    let profile: Value = guest.get("/v1/profile").json().unwrap();
    assert_eq!((&profile["role"], &profile["rights"]), (&json!("operator"), &json!([])));
    assert_eq!(ask(), 403);
    assert_eq!(set(&admin, "haihe-guest", true, json!(["certify"])), 204);
    assert_eq!(guest.post("/v1/challenges", &json!({ "purpose": "certify_ic_card" })).status(), 201);
}
