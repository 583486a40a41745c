//! The committed document is the one that the code makes, and says what is answered.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "functions that tests share")]

mod common;

use common::{FakeClock, Server, key, proof};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

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
