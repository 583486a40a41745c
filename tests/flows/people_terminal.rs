//! The company's people and cards from the terminal.

use crate::account_terminal::{at_home, run, run_as};
use crate::terminal_program::{Program, command};
use serde_json::{Value, json};
use tongguan_tests::Desk;

fn account<'a>(desk: &'a Desk, name: &'a str) -> (&'a str, &'a str) {
    (name, desk.stage.world().account(name).unwrap().password.expose())
}

#[test]
fn an_operator_is_added_given_rights_and_shut_out() {
    let (desk, home) = at_home();
    let add = ["operators", "add", "haihe-new", "--name", "Wu Liu", "--document", "passport"];
    let secrets = ["--number-fd", "0", "--phone-fd", "0", "--new-password-fd", "0", "--right", "certify"];
    let lines = ["E99888888", "19900008888", "first-Pass-2026"];
    let end = run(&desk, &home, &[&add[..], &secrets].concat(), &lines);
    assert_eq!(end.code, 0, "{}", end.written);
    assert!(lines.iter().all(|line| !end.written.contains(line)), "{}", end.written);
    let new = ("haihe-new", "first-Pass-2026");
    let own = run_as(&desk, &home, new, &["account", "show"], &[]);
    assert_eq!(
        (&own.document["rights"], &own.document["change_password"]),
        (&json!(["certify"]), &json!(true))
    );
    let denied = run_as(&desk, &home, new, &["company", "edit", "--address", "x", "--yes"], &[]);
    assert_eq!((denied.code, &denied.document["fault"]["code"]), (7, &json!("not_allowed")));
    let set = ["operators", "set", "haihe-new", "--disable", "--right", "edit-company"];
    let listed = run(&desk, &home, &set, &[]);
    let is_it = |operator: &&Value| operator["account"] == "haihe-new";
    let row = listed.document.as_array().unwrap().iter().find(is_it).unwrap().clone();
    assert_eq!((&row["enabled"], &row["rights"]), (&json!(false), &json!(["edit_company"])));
    assert_eq!(run_as(&desk, &home, new, &["account", "show"], &[]).code, 7);
}

#[test]
fn a_personal_account_asks_and_is_made_an_operator() {
    let (desk, home) = at_home();
    let guest = account(&desk, "haihe-guest");
    let asked = run_as(&desk, &home, guest, &["operators", "upgrade"], &[]);
    assert_eq!((asked.code, &asked.document), (0, &json!({ "asked": "upgrade" })), "{}", asked.written);
    let accepted = run(&desk, &home, &["operators", "upgrade", "haihe-guest", "--accept"], &[]);
    assert_eq!(accepted.code, 0, "{}", accepted.written);
    assert_eq!(run_as(&desk, &home, guest, &["account", "show"], &[]).document["role"], "operator");
}

#[test]
fn a_card_is_bound_by_certifying_and_unbound_by_its_id() {
    let (desk, home) = at_home();
    const CARD: &str = "haihe-operator-sm2";
    desk.insert(0, CARD);
    let certify = ["certify", "ic-card", "--consent", "--pin-fd", "0"];
    let end = run(&desk, &home, &certify, &[desk.stage.pin(CARD)]);
    assert_eq!(end.code, 0, "{}", end.written);
    let passed = run(&desk, &home, &["certifications"], &[]);
    assert_eq!(passed.document[0]["receipt"], end.document["receipt"]);
    let bound = run(&desk, &home, &["cards", "list"], &[]).document;
    let id = bound.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let left = run(&desk, &home, &["cards", "unbind", &id, "--yes"], &[]);
    assert_eq!(left.code, 0, "{}", left.written);
    assert_eq!(left.document.as_array().unwrap().len() + 1, bound.as_array().unwrap().len());
    assert_eq!(run(&desk, &home, &["cards", "unbind", &id, "--yes"], &[]).code, 2);
}

#[test]
fn the_pin_of_a_card_is_changed_on_the_card() {
    let (desk, home) = at_home();
    const CARD: &str = "haihe-operator-sm2";
    desk.insert(0, CARD);
    let change = |old: &str, new: &str| {
        let arguments = ["account", "card-pin", "--pin-fd", "0", "--new-pin-fd", "0"];
        let mut change = Program::start(command(&desk, home.path(), &arguments));
        change.tell(old);
        change.tell(new);
        change.end()
    };
    let wrong = change("00000000", "97538642");
    assert_eq!((wrong.code, &wrong.document["fault"]["code"]), (4, &json!("pin_wrong")), "{}", wrong.written);
    let end = change(desk.stage.pin(CARD), "97538642");
    assert_eq!((end.code, &end.document["changed"]), (0, &json!("card_pin")), "{}", end.written);
    assert_eq!(change("97538642", desk.stage.pin(CARD)).code, 0);
    for _ in 0..4 {
        change("00000000", "97538642");
    }
    // Told before a PIN is asked: without a yes the last try is not spent.
    let arguments = ["account", "card-pin", "--pin-fd", "0", "--new-pin-fd", "0"];
    let unasked = Program::start(command(&desk, home.path(), &arguments)).end();
    assert_eq!(unasked.document["fault"]["code"], "pin_last_try", "{}", unasked.written);
    let yes = [&arguments[..], &["--last-try"]].concat();
    let mut last = Program::start(command(&desk, home.path(), &yes));
    last.tell("00000000");
    last.tell("97538642");
    assert_eq!(last.end().document["fault"]["code"], "pin_locked");
    let locked = Program::start(command(&desk, home.path(), &yes)).end();
    assert_eq!(locked.document["fault"]["code"], "pin_locked", "{}", locked.written);
}
