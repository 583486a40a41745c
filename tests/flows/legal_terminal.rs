//! Certification by documents from the terminal: from a file, and question by question.

use crate::answers::phone;
use crate::legal_steps::company_of;
use crate::terminal_program::{Ended, Program};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;
use tongguan_sandbox_world::{Company, Person};
use tongguan_tests::Desk;

pub(crate) fn at_home() -> (Desk, TempDir, Company) {
    let desk = Desk::open();
    let company = company_of(&desk, "haihe");
    (desk, tempfile::tempdir().unwrap(), company)
}

pub(crate) fn by_id_card(person: &Person) -> String {
    format!("valid_from = \"{}\"\nvalid_until = \"{}\"\n", person.validity.from, person.validity.until)
}

pub(crate) fn by_bank_card(person: &Person) -> String {
    format!("bank_card = \"{}\"\nphone = \"{}\"\n", person.bank_card.as_str(), person.phone.as_str())
}

fn document(person: &Person) -> String {
    let kind = serde_json::to_value(person.document.kind).unwrap();
    format!("document = {kind}\nnumber = \"{}\"\n", person.document.number.as_str())
}

/// What the user's own file says: the legal representative's check, and the holder's.
pub(crate) fn file_of(company: &Company, representative: &str, holder: &str) -> String {
    let (identity, person) = (&company.identity, &company.legal_representative);
    format!(
        "[company]\nname = \"{}\"\nuscc = \"{}\"\n\n[legal_representative]\nname = \"{}\"\n{}{representative}\n[holder]\nname = \"{}\"\n{holder}",
        identity.name,
        identity.uscc,
        person.name,
        document(person),
        company.operator.name,
    )
}

/// `certify legal --file` up to where it asks for a code or ends.
fn begin(desk: &Desk, home: &TempDir, text: &str) -> Program {
    let file = home.path().join("legal.toml");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let arguments = ["certify", "legal", "--file", file.to_str().unwrap(), "--code-fd", "0"];
    Program::signed_in(desk, home.path(), &arguments)
}

fn certify(desk: &Desk, home: &TempDir, text: &str) -> Ended {
    begin(desk, home, text).end()
}

fn status(desk: &Desk, home: &TempDir) -> Value {
    Program::signed_in(desk, home.path(), &["certify", "legal", "--status"]).end().document["open"].clone()
}

pub(crate) fn code_to(desk: &Desk, person: &Person) -> String {
    let messages = desk.stage.outside().messages_to(&phone(person.phone.as_str()), 1).unwrap();
    messages[0].code.as_ref().unwrap().as_str().to_owned()
}

/// Nothing of a person stands in what was written but masked.
pub(crate) fn tells_no_number(written: &str, people: &[&Person]) {
    for person in people {
        for number in [person.document.number.as_str(), person.bank_card.as_str(), person.phone.as_str()] {
            assert!(!written.contains(number), "{number}");
        }
    }
}

#[test]
fn two_identity_cards_in_a_file_lead_to_the_middle_level() {
    let (desk, home, company) = at_home();
    let text = file_of(&company, &by_id_card(&company.legal_representative), &by_id_card(&company.operator));
    let end = certify(&desk, &home, &text);
    assert_eq!(end.code, 0, "{}", end.written);
    let receipt = &end.document["receipt"];
    assert_eq!(
        (&receipt["method"], &receipt["level_after"]),
        (&json!("legal_representative"), &json!("medium"))
    );
    tells_no_number(&end.written, &[&company.legal_representative, &company.operator]);
    assert_eq!(status(&desk, &home), Value::Null);
}

#[test]
fn bank_cards_are_checked_with_the_codes_that_their_phones_got() {
    let (desk, home, company) = at_home();
    let people = [&company.legal_representative, &company.operator];
    let text = file_of(&company, &by_bank_card(people[0]), &by_bank_card(people[1]));
    let mut run = begin(&desk, &home, &text);
    for person in people {
        let asked = run.asks("code");
        assert_eq!(asked["to"], person.phone.masked().as_str());
        run.tell(&code_to(&desk, person));
    }
    let end = run.end();
    assert_eq!(end.code, 0, "{}", end.written);
    tells_no_number(&end.written, &people);
}

#[test]
fn a_later_run_goes_on_where_a_refused_one_stood() {
    let (desk, home, company) = at_home();
    let person = &company.legal_representative;
    let wrong = "valid_from = \"20000101\"\nvalid_until = \"00000000\"\n";
    let end = certify(&desk, &home, &file_of(&company, wrong, &by_id_card(&company.operator)));
    assert_eq!(
        (end.code, &end.document["fault"]["reason"]),
        (11, &json!("validity_mismatch")),
        "{}",
        end.written
    );
    assert_eq!(end.document["ways"], json!(["ctid", "bank_card", "bank_ukey", "ic_card"]));
    assert_eq!(status(&desk, &home)["step"]["kind"], "legal_representative");
    // On another machine: nothing of the first one's is needed.
    let elsewhere = tempfile::tempdir().unwrap();
    let good = file_of(&company, &by_id_card(person), &by_id_card(&company.operator));
    let end = certify(&desk, &elsewhere, &good);
    assert_eq!(end.code, 0, "{}", end.written);
}

#[test]
fn each_step_names_its_ways_out() {
    let (desk, home, company) = at_home();
    let (person, other) = (&company.legal_representative, &company.operator);
    let stranger = file_of(&company, &by_id_card(person), &by_id_card(other))
        .replace(person.name.as_str(), "Nobody Of Them");
    let end = certify(&desk, &home, &stranger);
    assert_eq!((end.code, &end.document["fault"]["code"]), (11, &json!("data_refused")), "{}", end.written);
    assert_eq!(end.document["ways"], json!(["ic_card", "bank_ukey", "support"]));
    let outside = desk.stage.outside();
    outside
        .set_failure(Register::Ctid, Some(person.document.number.as_str()), Some(Failure::Absent))
        .unwrap();
    let end = certify(&desk, &home, &file_of(&company, &by_id_card(person), &by_id_card(other)));
    assert_eq!((end.code, &end.document["fault"]["reason"]), (11, &json!("not_in_ctid")), "{}", end.written);
    assert_eq!(end.document["ways"][0], "ctid");
    outside.set_failure(Register::Ctid, None, Some(Failure::RateLimit)).unwrap();
    outside.set_failure(Register::Ctid, Some(person.document.number.as_str()), None).unwrap();
    let end = certify(&desk, &home, &file_of(&company, &by_id_card(person), &by_id_card(other)));
    assert_eq!((end.code, &end.document["fault"]["register"]), (6, &json!("ctid")), "{}", end.written);
    // Somebody else's bank card, with the code that its phone got.
    let mut run = begin(&desk, &home, &file_of(&company, &by_bank_card(other), &by_id_card(other)));
    run.asks("code");
    run.tell(&code_to(&desk, other));
    let end = run.end();
    assert_eq!(
        (end.code, &end.document["fault"]["reason"]),
        (11, &json!("bank_card_mismatch")),
        "{}",
        end.written
    );
    assert_eq!(end.document["ways"], json!(["id_card", "bank_ukey", "ic_card"]));
}

#[test]
fn an_open_one_of_other_data_is_closed_first() {
    let (desk, home, company) = at_home();
    let mut wrong = by_id_card(&company.legal_representative);
    wrong = wrong.replace(&company.legal_representative.validity.from.to_string(), "20000101");
    let text = file_of(&company, &wrong, &by_id_card(&company.operator));
    assert_eq!(certify(&desk, &home, &text).code, 11);
    let other = company_of(&desk, &desk.stage.world().companies[1].slug.clone());
    let check = by_id_card(&other.legal_representative);
    let end = certify(&desk, &home, &file_of(&other, &check, &by_id_card(&company.operator)));
    assert_eq!((end.code, &end.document["fault"]["reason"]), (2, &json!("other_is_open")), "{}", end.written);
    let left = Program::signed_in(&desk, home.path(), &["certify", "legal", "--leave"]).end();
    assert_eq!((left.code, &left.document), (0, &json!({ "left": true })));
    assert_eq!(status(&desk, &home), Value::Null);
}
