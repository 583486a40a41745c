//! The committed document is the one that the code makes, and says what is answered.

use crate::common::walker::Walker;
use crate::common::{FakeClock, Server, answered, key, proof, ukey};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tongguan_core::domain::platform::Field;
use tongguan_core::fault::{FileFlaw, Refusal};

#[test]
fn the_committed_document_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/portal-api/openapi.json");
    let fresh = tongguan_sandbox_portal::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == fresh, "run this test with UPDATE=1");
}

/// Members of the schema `name` and of `value` are the same.
fn same_members(document: &Value, name: &str, value: &Value) {
    let schema = &document["components"]["schemas"][name];
    let described: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let answered: BTreeSet<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(described, answered, "{name}");
}

#[test]
fn the_document_describes_what_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let mut api = server.client();
    let signed_in = api.sign_in("haihe-demo");
    let document: Value = api.get("/v1/openapi.json").json().unwrap();
    let challenge = api.challenge();
    let body = proof(&challenge, key("haihe-operator-sm2"));
    let receipt: Value = api.submit(&body).json().unwrap();
    let certifications: Value = api.get("/v1/certifications").json().unwrap();
    same_members(&document, "SignedIn", &signed_in);
    same_members(&document, "Profile", &signed_in["profile"]);
    same_members(&document, "Company", &signed_in["profile"]["company"]);
    same_members(&document, "MethodState", &signed_in["profile"]["methods"][0]);
    same_members(&document, "Challenge", &serde_json::to_value(&challenge).unwrap());
    same_members(&document, "SubmitProof", &body);
    same_members(&document, "Receipt", &receipt);
    same_members(&document, "Certification", &certifications[0]);
}

#[test]
fn the_document_describes_what_banks_and_their_visitors_are_answered() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let api = server.client().signed_in("haihe-demo");
    let bank = server.client().as_bank("ccb");
    let document: Value = api.get("/v1/openapi.json").json().unwrap();
    let asked = json!({ "bank": "ccb" });
    let visit: Value = api.post("/v1/bank-visits", &asked).json().unwrap();
    let state = visit["state"].as_str().unwrap();
    let challenge: Value = bank.get(&format!("/v1/banks/ccb/visits/{state}")).json().unwrap();
    let signed = proof(&serde_json::from_value(challenge.clone()).unwrap(), ukey("haihe-ccb-sm2"));
    let result = json!({ "state": state, "proof": signed["proof"] });
    assert_eq!(bank.post("/v1/banks/ccb/results", &result).status(), 204);
    let mut passed: Value =
        api.get(&format!("/v1/bank-visits/{}", visit["id"].as_str().unwrap())).json().unwrap();
    let receipt = passed["receipt"].clone();
    same_members(&document, "AskVisit", &asked);
    same_members(&document, "BankVisit", &visit);
    same_members(&document, "Challenge", &challenge);
    same_members(&document, "BankResult", &result);
    same_members(&document, "Receipt", &receipt);
    same_members(&document, "BankMark", &receipt["bank"]);
    // With `refused` alone.
    passed["reason"] = Value::Null;
    same_members(&document, "VisitState", &passed);
    same_members(&document, "AskChallenge", &json!({ "purpose": "certify_bank_ukey", "bank": "ccb" }));
}

#[test]
fn every_code_and_reason_on_the_wire_is_in_the_document() {
    let document = serde_json::to_value(tongguan_sandbox_portal::document()).unwrap();
    let listed = |name: &str| document["components"]["schemas"][name]["enum"].as_array().unwrap().clone();
    for code in ["bank_unknown", "bank_refused", "visit_used", "visit_expired", "file_unusable"] {
        assert!(listed("ProblemCode").contains(&json!(code)), "{code}");
    }
    let words = |mut words: Vec<Value>| {
        words.sort_by_key(Value::to_string);
        words
    };
    let refusals = Refusal::ALL.map(|refusal| json!(refusal.code()));
    assert_eq!(words(listed("RefusalReason")), words(refusals.into()));
    assert_eq!(words(listed("FileFlaw")), words(FileFlaw::ALL.map(|flaw| json!(flaw.code())).into()));
    assert_eq!(words(listed("Field")), words(Field::ALL.map(|field| json!(field.name())).into()));
    assert_eq!(listed("VisitStatus"), ["pending", "passed", "refused", "expired"].map(|word| json!(word)));
}

#[test]
fn the_document_describes_procedures() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let api = server.client().signed_in("haihe-demo");
    let document: Value = api.get("/v1/openapi.json").json().unwrap();
    let person = Walker::open(&api, "beijing", "app");
    let shown = person.shown();
    let states = answered(api.get("/v1/platforms"), 200);
    let state = states.as_array().unwrap().iter().find(|state| state["platform"] == "beijing").unwrap();
    let ticket = answered(api.post(&format!("{}/tickets", person.path()), &json!({})), 201);
    let (_, secret) = ticket["address"].as_str().unwrap().rsplit_once('/').unwrap();
    let scanned = answered(server.client().post("/v1/scans", &json!({ "ticket": secret })), 201);
    same_members(&document, "Procedure", &shown);
    same_members(&document, "StepState", &shown["steps"][0]);
    same_members(&document, "PlatformState", state);
    same_members(&document, "OpenedProcedure", &state["open"][0]);
    same_members(&document, "TicketState", &person.stage()["ticket"]);
    same_members(&document, "Ticket", &ticket);
    same_members(&document, "Scanned", &scanned);
    same_members(&document, "FieldEntry", &scanned["procedure"]["stage"]["fields"][0]);
}
