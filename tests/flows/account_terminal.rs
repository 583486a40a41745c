//! Company, account, people and cards from the terminal: the program itself, as a script would call it.

use crate::answers::{edit_of, phone};
use crate::between::Between;
use crate::terminal_program::{Ended, Program, command};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use tongguan_core::api::Command;
use tongguan_core::domain::Address;
use tongguan_core::fault::Register;
use tongguan_core::ports::{CodeTarget, CompanyEdit};
use tongguan_sandbox_outside::Failure;
use tongguan_tests::{Desk, program};

pub(crate) fn at_home() -> (Desk, TempDir) {
    (Desk::open(), tempfile::tempdir().unwrap())
}

/// One run as the stage's account, told these lines after it signed in.
pub(crate) fn run(desk: &Desk, home: &TempDir, arguments: &[&str], lines: &[&str]) -> Ended {
    run_as(desk, home, (desk.stage.account(), desk.stage.password()), arguments, lines)
}

pub(crate) fn run_as(
    desk: &Desk,
    home: &TempDir,
    account: (&str, &str),
    arguments: &[&str],
    lines: &[&str],
) -> Ended {
    let mut program = Program::signed_in_as(desk, home.path(), account, arguments);
    for line in lines {
        program.tell(line);
    }
    program.end()
}

/// The newest code that went to this number.
fn code(desk: &Desk, to: &CodeTarget) -> String {
    let messages = desk.stage.outside().messages_to(to, 1).unwrap();
    messages[0].code.as_ref().unwrap().as_str().to_owned()
}

#[test]
fn records_are_shown_with_masked_numbers() {
    let (desk, home) = at_home();
    let company = &desk.stage.world().companies[0];
    let shown = run(&desk, &home, &["company", "show"], &[]);
    assert_eq!(shown.document["identity"]["uscc"], company.identity.uscc.as_str());
    let masked = company.legal_representative.document.masked();
    assert_eq!(shown.document["legal_representative"]["document"]["number"], masked.number.as_str());
    let own = run(&desk, &home, &["account", "show"], &[]);
    assert_eq!(own.document["account"], desk.stage.account());
    let people = run(&desk, &home, &["operators", "list"], &[]);
    assert_eq!(people.document.as_array().unwrap().len(), 1, "{}", people.document);
    for person in [&company.legal_representative, &company.operator] {
        for number in [person.document.number.as_str(), person.phone.as_str()] {
            for end in [&shown, &own, &people] {
                assert!(!end.written.contains(number), "{number}");
            }
        }
    }
}

#[test]
fn a_company_is_edited_after_a_yes_and_not_without() {
    let (desk, home) = at_home();
    let edit = ["company", "edit", "--address", "1 Harbour Road"];
    let unsaid = run(&desk, &home, &edit, &[]);
    assert_eq!((unsaid.code, &unsaid.document["fault"]["code"]), (130, &json!("cancelled")));
    let said = run(&desk, &home, &[&edit[..], &["--yes"]].concat(), &[]);
    assert_eq!(said.code, 0, "{}", said.written);
    let change = &said.document["changes"][0];
    assert_eq!((&change["field"], &change["after"]), (&json!("address"), &json!("1 Harbour Road")));
    assert_eq!(said.document["record"]["address"], "1 Harbour Road");
    assert_eq!(said.document["record"]["sign_in_again"], true);
    let again = run(&desk, &home, &[&edit[..], &["--yes"]].concat(), &[]);
    assert_eq!((again.code, &again.document["changes"]), (0, &json!([])));
}

#[test]
fn a_company_that_the_register_has_otherwise_is_refused_with_ways_on() {
    let (desk, home) = at_home();
    let refused = run(&desk, &home, &["company", "edit", "--name", "Another Name Ltd", "--yes"], &[]);
    assert_eq!((refused.code, &refused.document["fault"]["code"]), (11, &json!("data_refused")));
    assert_eq!(refused.document["ways"], json!(["company_register", "administrator", "support"]));
    // With the USCC goes the organisation code; with the name, too, that is three.
    let other = desk.stage.world().companies[1].identity.clone();
    let many = ["company", "edit", "--yes", "--uscc", other.uscc.as_str(), "--name", other.name.as_str()];
    let refused = run(&desk, &home, &many, &[]);
    assert_eq!((refused.code, &refused.document["fault"]["reason"]), (11, &json!("too_many_changes")));
    assert_eq!(refused.document["ways"], Value::Null);
    // The sample that the manual prints.
    let sample = run(&desk, &home, &["company", "edit", "--uscc", "DYCK12345671234567", "--yes"], &[]);
    assert_eq!((sample.code, &sample.document["fault"]["reason"]), (2, &json!("check_character")));
}

#[test]
fn a_legal_representative_whom_the_register_has_otherwise_is_refused_with_ways_on() {
    let (desk, home) = at_home();
    let edit = ["company", "legal-representative", "--yes", "--name", "Nobody Of Them"];
    let refused = run(&desk, &home, &edit, &[]);
    assert_eq!((refused.code, &refused.document["fault"]["reason"]), (11, &json!("legal_person_mismatch")));
    assert_eq!(refused.document["ways"], json!(["company_register", "administrator", "support"]));
    // People are told as well: the number of the help desk stands in the last of the ways.
    assert!(refused.written.contains("95198"), "{}", refused.written);
}

/// Somebody else saves between the reading and the writing of this run.
#[test]
fn a_record_that_somebody_else_changed_is_shown_and_the_command_is_given_back() {
    let (desk, home) = at_home();
    let desk = Arc::new(desk);
    desk.sign_in();
    let (other, once) = (Arc::clone(&desk), AtomicBool::new(true));
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        if passed.path == "/v1/company" && passed.status == 200 && once.swap(false, Ordering::SeqCst) {
            let record = crate::answers::company(&other);
            let address = Some(Address::parse("2 Other Street").unwrap());
            other.call(Command::EditCompany { edit: CompanyEdit { address, ..edit_of(&record) } }).unwrap();
        }
    });
    let mut edit = command(&desk, home.path(), &["company", "edit", "--address", "1 Harbour Road", "--yes"]);
    edit.args(["--portal", &between.origin(), "--account", desk.stage.account()]);
    edit.args(["--password-fd", "0", "--captcha-fd", "0"]);
    let mut edit = Program::start(edit);
    edit.sign_in(&desk.stage, desk.stage.password());
    let end = edit.end();
    assert_eq!((end.code, &end.document["fault"]["code"]), (12, &json!("record_changed")), "{}", end.written);
    assert_eq!(end.document["record"]["address"], "2 Other Street");
    let repeat: Vec<&str> =
        end.document["repeat"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(repeat.contains(&"1 Harbour Road"), "{repeat:?}");
    let mut repeated = std::process::Command::new(program());
    repeated.args(&repeat[1..]).env("TONGGUAN_STATE", home.path());
    let mut repeated = Program::start(repeated);
    repeated.sign_in(&desk.stage, desk.stage.password());
    let end = repeated.end();
    assert_eq!((end.code, &end.document["record"]["address"]), (0, &json!("1 Harbour Road")));
}

#[test]
fn an_account_gets_another_document_region_and_phone() {
    let (desk, home) = at_home();
    let edit = ["account", "edit", "--yes", "--document", "passport", "--number-fd", "0", "--region", "12"];
    let foreign = run(&desk, &home, &edit, &["X12345678"]);
    assert_eq!((foreign.code, &foreign.document["fault"]["reason"]), (2, &json!("passport_not_prc")));
    let end = run(&desk, &home, &[&edit[..], &["--no-notify", "sign-in"]].concat(), &["E99777777"]);
    assert_eq!(end.code, 0, "{}", end.written);
    assert_eq!(end.document["record"]["holder"]["document"]["kind"], "passport");
    assert_eq!(end.document["record"]["region"], "12");
    assert_eq!(end.document["record"]["notifications"]["sign_in"], false);
    assert!(!end.written.contains("E99777777"));

    let to = phone("19900009999");
    let account = (desk.stage.account(), desk.stage.password());
    let arguments = ["account", "phone", "--to-fd", "0", "--code-fd", "0"];
    let mut change = Program::signed_in_as(&desk, home.path(), account, &arguments);
    change.tell("19900009999");
    assert!(change.asks("code")["to"].as_str().unwrap().contains('*'));
    change.tell(&code(&desk, &to));
    let end = change.end();
    assert_eq!((end.code, &end.document["phone"]), (0, &json!("19*******99")), "{}", end.written);
    assert!(!end.written.contains("19900009999"));
}

#[test]
fn a_document_number_that_a_colleague_has_is_refused() {
    let (desk, home) = at_home();
    let clerk = desk.stage.world().account("haihe-clerk").unwrap().holder.clone();
    let (from, until) = (clerk.validity.from.to_string(), clerk.validity.until.to_string());
    let arguments = ["account", "edit", "--yes", "--document", "id-card", "--number-fd", "0"];
    let dates = ["--valid-from", &from, "--valid-until", &until];
    let end = run(&desk, &home, &[&arguments[..], &dates].concat(), &[clerk.document.number.as_str()]);
    assert_eq!((end.code, &end.document["fault"]["reason"]), (11, &json!("id_duplicate")), "{}", end.written);
}

#[test]
fn a_password_is_changed_and_the_old_one_is_no_more() {
    let (desk, home) = at_home();
    let arguments = ["account", "password", "--old-fd", "0", "--new-fd", "0"];
    let wrong = run(&desk, &home, &arguments, &["not-the-old-one", "a-New-pass-2026"]);
    assert_eq!((wrong.code, &wrong.document["fault"]["code"]), (7, &json!("sign_in_refused")));
    let end = run(&desk, &home, &arguments, &[desk.stage.password(), "a-New-pass-2026"]);
    assert_eq!((end.code, &end.document["changed"]), (0, &json!("password")), "{}", end.written);
    assert!(!end.written.contains("a-New-pass-2026"));
    assert_eq!(run(&desk, &home, &["account", "show"], &[]).code, 7);
    let new = (desk.stage.account(), "a-New-pass-2026");
    assert_eq!(run_as(&desk, &home, new, &["account", "show"], &[]).code, 0);
}

#[test]
fn a_register_that_does_not_answer_is_the_portals_trouble_and_not_the_datas() {
    let (desk, home) = at_home();
    desk.stage.outside().set_failure(Register::Company, None, Some(Failure::RateLimit)).unwrap();
    let end = run(&desk, &home, &["company", "edit", "--name", "Another Name Ltd", "--yes"], &[]);
    assert_eq!((end.code, &end.document["fault"]["code"]), (6, &json!("register_unavailable")));
}
