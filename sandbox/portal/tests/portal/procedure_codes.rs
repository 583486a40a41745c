//! Codes of a procedure: to the account's phone, or to the one that was given.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case, code, data_refused, input_invalid, problem, world};
use crate::procedures::{code_to, enter_code, send_code};
use reqwest::blocking::Response;
use serde_json::{Value, json};
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

fn enter(walker: &Walker, sent: &Value, code: &str) -> Response {
    let agreed = walker.stage()["notices"].clone();
    walker.send(&json!({ "kind": "code", "id": sent["id"], "code": code, "agreed": agreed }))
}

fn of_demo(case: &Case) -> String {
    code_to(case, &world().account("haihe-demo").unwrap().phone)
}

#[test]
fn the_right_code_passes_and_five_wrong_ones_end_it() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    let stage = walker.stage();
    let phone = world().account("haihe-demo").unwrap().phone.masked();
    assert_eq!(
        stage,
        json!({ "kind": "code", "to": phone, "sent": null, "notices": ["ningbo_authorisation"] })
    );
    let version = walker.shown()["version"].clone();
    let sent = send_code(&walker);
    assert_eq!(walker.shown()["version"], version, "whoever asked for it enters it at the version they know");
    assert_eq!(walker.stage()["sent"], sent);
    let right = of_demo(&case);
    for refusal in ["sms_wrong", "sms_wrong", "sms_wrong", "sms_wrong", "sms_too_many"] {
        assert_eq!(data_refused(enter(&walker, &sent, other_than(&right))), refusal);
    }
    assert_eq!(data_refused(enter(&walker, &sent, &right)), "sms_too_many");
    assert_eq!(walker.stage()["sent"], Value::Null);
    case.clock.advance(60);
    enter_code(&case, &walker, &world().account("haihe-demo").unwrap().phone);
    assert_eq!(walker.step(), "way");
}

#[test]
fn a_code_is_asked_for_once_a_minute_and_lives_five() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    let path = format!("{}/codes", walker.path());
    let first = send_code(&walker);
    let right = of_demo(&case);
    assert_eq!(code(walker.api.post(&path, &json!({}))), "too_often");
    // Another procedure has codes of its own.
    let beside = Walker::open(&walker.api, "ningbo", "company_legal");
    let other = send_code(&beside);
    let others = of_demo(&case);
    assert_eq!(data_refused(enter(&walker, &other, &others)), "sms_expired");
    case.clock.advance(60);
    let second = send_code(&walker);
    assert_eq!(data_refused(enter(&walker, &first, &right)), "sms_expired");
    let right = of_demo(&case);
    case.clock.advance(300);
    assert_eq!(data_refused(enter(&walker, &second, &right)), "sms_expired");
    case.server.outside.set_failure(Register::Sms, None, Some(Failure::Timeout)).unwrap();
    assert_eq!(problem(walker.api.post(&path, &json!({})), 503)["register"], "sms");
}

#[test]
fn without_the_notice_the_code_is_not_spent() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    let sent = send_code(&walker);
    let right = of_demo(&case);
    let unread = json!({ "kind": "code", "id": sent["id"], "code": right, "agreed": [] });
    assert_eq!(input_invalid(walker.send(&unread)), ("agreed".into(), "missing".into()));
    assert_eq!(answered(enter(&walker, &sent, &right), 200)["stage"]["kind"], "choose");
}

#[test]
fn the_given_phone_gets_the_code_and_a_step_without_one_sends_none() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "beijing", "web");
    assert_eq!(code(walker.api.post(&format!("{}/codes", walker.path()), &json!({}))), "record_changed");
    let person = &of("haihe").operator;
    let facts = json!({ "valid_from": person.validity.from, "valid_until": person.validity.until,
        "bank_card": person.bank_card, "phone": person.phone });
    answered(walker.fill(&facts), 200);
    assert_eq!(walker.stage()["to"], json!(person.phone.masked()));
    assert_eq!(enter_code(&case, &walker, &person.phone)["stage"]["kind"], "pictures");
}

#[test]
fn codes_are_gone_with_their_procedure() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    send_code(&walker);
    assert_eq!(walker.api.delete(&walker.path()).status(), 204);
    let c = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
    let left: i64 = c.query_row("SELECT count(*) FROM code", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}
