//! What somebody does while somebody else's work is open.

use crate::common::{Api, Case, answered, case, code, key, proof, ukey, world};
use serde_json::{Value, json};
use std::sync::Barrier;

const CLERK: &str = "haihe-clerk";

fn set(admin: &Api, what: Value) {
    let answer = admin.put(&format!("/v1/operators/{CLERK}"), &what);
    assert_eq!(answer.status(), 204, "{what}");
}

fn clerk_s_row(admin: &Api) -> (Value, Value) {
    let all = answered(admin.get("/v1/operators"), 200);
    let row = all.as_array().unwrap().iter().find(|row| row["account"] == CLERK).unwrap().clone();
    (row["enabled"].clone(), row["rights"].clone())
}

#[test]
fn who_gives_rights_enables_nobody_and_who_enables_gives_no_rights_back() {
    let case = case();
    let admin = case.api("haihe-demo");
    set(&admin, json!({ "enabled": false }));
    set(&admin, json!({ "rights": ["edit_company"] }));
    assert_eq!(clerk_s_row(&admin), (json!(false), json!(["edit_company"])));
    set(&admin, json!({ "rights": [] }));
    set(&admin, json!({ "enabled": true }));
    assert_eq!(clerk_s_row(&admin), (json!(true), json!([])));
    set(&admin, json!({}));
    assert_eq!(clerk_s_row(&admin), (json!(true), json!([])));
    assert_eq!(code(admin.put("/v1/operators/nobody", &json!({}))), "not_found");
}

#[test]
fn of_the_preferences_only_what_is_given_is_set() {
    let case = case();
    let (here, there) = (case.api(CLERK), case.api(CLERK));
    let put = |api: &Api, set: Value| answered(api.put("/v1/account/preferences", &set), 200);
    put(&here, json!({ "region": "13" }));
    put(&there, json!({ "notifications": { "sign_in": true } }));
    let saved = put(&here, json!({ "notifications": { "expiry": false } }));
    let notifications = json!({ "sign_in": true, "certification": true, "expiry": false });
    assert_eq!((&saved["region"], &saved["notifications"]), (&json!("13"), &notifications));
    let saved = put(&there, json!({ "region": null }));
    assert_eq!((&saved["region"], &saved["notifications"]), (&Value::Null, &notifications));
    assert_eq!(put(&here, json!({})), saved);
}

#[test]
fn a_right_that_was_withdrawn_accepts_no_proof_but_gives_the_answer_that_was_given() {
    let case = case();
    let (admin, clerk) = (case.api("haihe-demo"), case.api(CLERK));
    let [accepted, open] = [(); 2].map(|()| proof(&clerk.challenge(), key("haihe-operator-sm2")));
    let receipt = answered(clerk.submit(&accepted), 201);
    let (visit, state) = clerk.visit("ccb");
    let bank = clerk.as_bank("ccb");
    let to_sign = answered(bank.get(&format!("/v1/banks/ccb/visits/{state}")), 200);
    set(&admin, json!({ "rights": [] }));

    assert_eq!(code(clerk.submit(&open)), "not_allowed");
    assert_eq!(answered(clerk.submit(&accepted), 201), receipt, "asked again");
    let signed = proof(&serde_json::from_value(to_sign).unwrap(), ukey("haihe-ccb-sm2"));
    let result = json!({ "state": state, "proof": signed["proof"] });
    assert_eq!(code(bank.post("/v1/banks/ccb/results", &result)), "not_allowed");
    assert_eq!(clerk.visit_state(&visit)["status"], "pending");

    // Nothing was spent.
    set(&admin, json!({ "rights": ["certify"] }));
    assert_eq!(clerk.submit(&open).status(), 201);
    assert_eq!(bank.post("/v1/banks/ccb/results", &result).status(), 204);
}

/// What each of so many sign-ins side by side is answered.
fn side_by_side(case: &Case, account: &str, password: &str, many: usize) -> Vec<String> {
    let ready = Barrier::new(many);
    std::thread::scope(|scope| {
        let tries = (0..many).map(|_| {
            scope.spawn(|| {
                let api = case.server.client();
                let captcha = api.captcha();
                let body = json!({ "account": account, "password": password, "captcha": captcha });
                ready.wait();
                let answer = api.post("/v1/sessions", &body);
                if answer.status() == 201 { String::new() } else { code(answer) }
            })
        });
        let tries: Vec<_> = tries.collect();
        tries.into_iter().map(|tried| tried.join().unwrap()).collect()
    })
}

#[test]
fn right_passwords_side_by_side_do_not_delay_each_other() {
    let case = case();
    let right = world().account(CLERK).unwrap().password.expose();
    let answers = side_by_side(&case, CLERK, right, 8);
    assert!(answers.iter().all(String::is_empty), "{answers:?}");
}

#[test]
fn wrong_passwords_side_by_side_are_counted_each() {
    let case = case();
    for account in [CLERK, "nobody"] {
        let answers = side_by_side(&case, account, "a wrong one", 8);
        let refused = answers.iter().filter(|code| *code == "sign_in_refused").count();
        let delayed = answers.iter().filter(|code| *code == "sign_in_delayed").count();
        assert_eq!((refused, delayed), (3, 5), "{answers:?}");
    }
}
