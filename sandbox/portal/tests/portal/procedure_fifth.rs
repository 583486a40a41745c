//! A fifth platform is a text: nothing of it is in the program.

use crate::common::walker::{Walker, of};
use crate::common::{Case, FakeClock, Server, answered, data_refused, input_invalid, world};
use crate::procedures::{enter_code, way};
use serde_json::{Value, json};
use tongguan_core::domain::platform::Platform;

const FIFTH: &str = r#"
id = "fifth"
name = "Fifth"
english = "Fifth"
mark = "5"

[[path]]
id = "person"
subject = "person"
first = "who"

[[path]]
id = "witness"
subject = "phone"
first = "their_phone"

[[path]]
id = "kiosk"
subject = "phone"
walk_in = true
first = "visitor"

[[step]]
id = "who"
kind = "form"
fields = [
    { field = "name", from = "account", fixed = true },
    { field = "document_kind", from = "account", fixed = true },
    { field = "document_number", from = "account", fixed = true },
    { field = "legal_name", from = "company" },
    { field = "bank_card", optional = true },
]
notices = ["first_terms", "second_terms"]
check = ["person_identity"]
next = "facts"

[[step]]
id = "facts"
kind = "confirm"
shows = ["name", "document_number", "bank_card"]
again = "who"
next = "card"

[[step]]
id = "card"
kind = "form"
fields = ["bank_card"]
when = { missing = "bank_card" }
next = "speed"

[[step]]
id = "speed"
kind = "choose"
ways = [{ way = "slow", next = "witnessed" }, { way = "fast", next = "mark" }]

[[step]]
id = "witnessed"
kind = "scan"
by = "any_scanner"
run = "witness"
seconds = 60
next = "check_phone"

[[step]]
id = "check_phone"
kind = "form"
fields = [{ field = "phone", from = "earlier", fixed = true }]
check = ["person_bank_card"]
next = "mark"

[[step]]
id = "mark"
kind = "signature"

[[step]]
id = "their_phone"
kind = "form"
fields = ["phone"]
next = "their_code"

[[step]]
id = "their_code"
kind = "code"
to = "given_phone"

[[step]]
id = "visitor"
kind = "form"
fields = ["name", "phone"]
next = "visitor_code"

[[step]]
id = "visitor_code"
kind = "code"
to = "given_phone"
next = "visitor_mark"

[[step]]
id = "visitor_mark"
kind = "signature"
"#;

fn with_fifth() -> Case {
    let fifth: Platform = toml::from_str(FIFTH).unwrap();
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let server =
        Server::start_as(dir.path(), clock.clone(), world(), |config| config.more_platforms.push(fifth));
    Case { dir, clock, server }
}

fn fill(walker: &Walker, values: &Value) -> Value {
    answered(walker.fill(values), 200)
}

#[test]
fn it_is_walked_from_its_text_alone() {
    let case = with_fifth();
    let desk = Walker::open(&case.api("haihe-demo"), "fifth", "person");
    let person = &of("haihe").operator;
    let fields = desk.stage()["fields"].clone();
    assert_eq!(fields[2]["value"], json!(person.document.number.masked()));
    assert_eq!(fields[3]["value"], json!(of("haihe").legal_representative.name));
    assert_eq!(input_invalid(desk.fill(&json!({}))), ("legal_name".into(), "empty".into()));
    fill(&desk, &json!({ "legal_name": "Somebody Else" }));
    let facts = desk.stage()["facts"].clone();
    assert_eq!(facts.as_array().unwrap().len(), 2, "the card was not given: {facts}");
    desk.pass(&json!({ "kind": "again" }));
    fill(&desk, &json!({ "legal_name": "Somebody Else", "bank_card": person.bank_card }));
    let facts = desk.stage()["facts"].clone();
    assert_eq!(facts[2], json!({ "field": "bank_card", "value": person.bank_card.masked() }));
    assert_eq!(
        desk.confirm()["stage"],
        json!({ "kind": "choose", "default": null, "ways": ["slow", "fast"] })
    );
    way(&desk, "slow");
    let ticket = answered(desk.api.post(&format!("{}/tickets", desk.path()), &json!({})), 201);
    let phone = Walker::scan(&desk.api, &ticket);
    fill(&phone, &json!({ "phone": person.phone }));
    assert_eq!(enter_code(&case, &phone, &person.phone)["stage"]["kind"], "done");
    assert_eq!(desk.step(), "check_phone", "and the phone's number is here");
    assert_eq!(desk.stage()["fields"][0]["value"], json!(person.phone.masked()));
    assert_eq!(fill(&desk, &json!({}))["stage"]["kind"], "signature");
    let done = answered(desk.draw_signature(), 200);
    let receipt = &done["stage"]["receipt"];
    assert!(receipt["number"].as_str().unwrap().starts_with("FIFTH-"), "{receipt}");
    assert_eq!((&receipt["ways"], &receipt["subject"]), (&json!(["slow"]), &json!("person")));
    let states = answered(desk.api.get("/v1/platforms"), 200);
    let fifth = states.as_array().unwrap().iter().find(|state| state["platform"] == "fifth").unwrap();
    assert_eq!(fifth["certified"], json!([receipt]));
}

#[test]
fn what_does_not_hold_is_passed_over_and_the_steps_say_so() {
    let case = with_fifth();
    let desk = Walker::open(&case.api("haihe-demo"), "fifth", "person");
    let names = |shown: &Value| -> Vec<String> {
        let steps = shown["steps"].as_array().unwrap().iter();
        steps
            .map(|step| format!("{} {}", step["step"].as_str().unwrap(), step["state"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(names(&desk.shown()), ["who now", "facts ahead", "card ahead", "speed ahead"]);
    let shown =
        fill(&desk, &json!({ "legal_name": "Somebody Else", "bank_card": of("haihe").operator.bank_card }));
    assert_eq!(names(&shown), ["who passed", "facts now", "speed ahead"]);
    desk.confirm();
    let shown = way(&desk, "fast");
    assert_eq!(names(&shown), ["who passed", "facts passed", "speed passed", "mark now"]);
    let back = desk.pass(&json!({ "kind": "return", "to": "speed" }));
    assert_eq!(names(&back), ["who passed", "facts passed", "speed now"]);
}

#[test]
fn a_wrong_number_from_the_phone_is_met_where_it_is_checked() {
    let case = with_fifth();
    let desk = Walker::open(&case.api("haihe-demo"), "fifth", "person");
    let (person, other) = (&of("haihe").operator, &of("bohai").operator);
    fill(&desk, &json!({ "legal_name": "Somebody Else", "bank_card": person.bank_card }));
    desk.confirm();
    way(&desk, "slow");
    let ticket = answered(desk.api.post(&format!("{}/tickets", desk.path()), &json!({})), 201);
    let phone = Walker::scan(&desk.api, &ticket);
    fill(&phone, &json!({ "phone": other.phone }));
    enter_code(&case, &phone, &other.phone);
    assert_eq!(data_refused(desk.fill(&json!({}))), "bank_card_mismatch");
    desk.pass(&json!({ "kind": "return", "to": "speed" }));
    way(&desk, "fast");
    assert_eq!(answered(desk.draw_signature(), 200)["stage"]["kind"], "done");
}

#[test]
fn a_phone_that_walked_in_needs_no_account_even_for_a_code() {
    let case = with_fifth();
    let phone = Walker::walk_in(&case.server.client(), "fifth", "kiosk");
    let visitor = &of("bohai").operator;
    fill(&phone, &json!({ "name": visitor.name, "phone": visitor.phone }));
    enter_code(&case, &phone, &visitor.phone);
    let done = answered(phone.draw_signature(), 200);
    assert_eq!(done["stage"]["receipt"]["subject"], "phone");
}
