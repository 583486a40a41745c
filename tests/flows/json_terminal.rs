//! The documents of the terminal have the members that the handbook lists, and no others.

use crate::account_terminal::{at_home, run};
use crate::answers::phone;
use crate::legal_steps::company_of;
use crate::terminal_program::Program;
use serde_json::Value;
use std::collections::BTreeSet;

const HANDBOOK: &str = include_str!("../../docs/cli.md");

/// The second column of the shape's row.
fn listed(shape: &str) -> BTreeSet<String> {
    let begin = format!("| `{shape}` | ");
    let row = HANDBOOK.lines().find_map(|line| line.strip_prefix(&begin));
    let row = row.unwrap_or_else(|| panic!("the handbook has no {shape}"));
    let members = row.split(" | ").next().unwrap();
    members.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

pub(crate) fn is_as_listed(shape: &str, document: &Value) {
    let members = document.as_object().unwrap_or_else(|| panic!("{shape}: {document}"));
    assert_eq!(members.keys().cloned().collect::<BTreeSet<_>>(), listed(shape), "{shape}");
}

#[test]
fn records_and_changes_of_them() {
    let (desk, home) = at_home();
    let company = run(&desk, &home, &["company", "show"], &[]).document;
    is_as_listed("COMPANY", &company);
    is_as_listed("IDENTITY", &company["identity"]);
    is_as_listed("PERSON", &company["legal_representative"]);
    let account = run(&desk, &home, &["account", "show"], &[]).document;
    is_as_listed("ACCOUNT", &account);
    is_as_listed("PERSON", &account["holder"]);
    is_as_listed("NOTIFICATIONS", &account["notifications"]);
    let edit = ["company", "edit", "--yes", "--address", "1 Harbour Road"];
    let edited = run(&desk, &home, &edit, &[]).document;
    is_as_listed("CHANGE", &edited["changes"][0]);
    is_as_listed("COMPANY", &edited["record"]);
    let edited = run(&desk, &home, &["account", "edit", "--yes", "--region", "12"], &[]).document;
    is_as_listed("CHANGE", &edited["changes"][0]);
    is_as_listed("ACCOUNT", &edited["record"]);
    is_as_listed("OPERATOR", &run(&desk, &home, &["operators", "list"], &[]).document[0]);
}

#[test]
fn certifications_what_they_leave_and_an_open_one() {
    let (desk, home) = at_home();
    const CARD: &str = "haihe-operator-sm2";
    desk.insert(0, CARD);
    let certify = ["certify", "ic-card", "--consent", "--pin-fd", "0"];
    let passed = run(&desk, &home, &certify, &[desk.stage.pin(CARD)]);
    is_as_listed("RECEIPT", &passed.document["receipt"]);
    is_as_listed("CERTIFICATION", &run(&desk, &home, &["certifications"], &[]).document[0]);
    is_as_listed("CARD", &run(&desk, &home, &["cards", "list"], &[]).document[0]);
    desk.sign_in();
    let found = company_of(&desk, "haihe");
    crate::legal_steps::begin(&desk);
    crate::legal_steps::step_1(&desk, &crate::legal_steps::given(&found)).unwrap();
    let open = run(&desk, &home, &["certify", "legal", "--status"], &[]).document["open"].clone();
    is_as_listed("LEGAL", &open);
    is_as_listed("IDENTITY", &open["company"]);
    is_as_listed("CHECKED", &open["legal_representative"]);
}

#[test]
fn a_code_that_was_sent() {
    let (desk, home) = at_home();
    let mut change =
        Program::signed_in(&desk, home.path(), &["account", "phone", "--to-fd", "0", "--code-fd", "0"]);
    change.tell("19900009999");
    is_as_listed("CODE", &change.asks("code"));
    let sent = desk.stage.outside().messages_to(&phone("19900009999"), 1).unwrap();
    change.tell(sent[0].code.as_ref().unwrap().as_str());
    is_as_listed("ACCOUNT", &change.end().document);
}
