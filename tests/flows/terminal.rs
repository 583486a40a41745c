//! The same journey from the terminal: the program itself, as a script would call it.

use crate::terminal_program::{Ended, Program, command, ended};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use tongguan_core::domain::SignedStatement;
use tongguan_sandbox::Stage;
use tongguan_tests::{At, Desk, Verifies, program};

const CARD: &str = "haihe-operator-sm2";

/// `tongguan --json certify ic-card`: the PIN comes on standard input, after the answer to the captcha.
pub(crate) fn certify(desk: &Desk, portal: &str, home: &Path, pin: &str, more: &[&str]) -> Program {
    let mut command = command(desk, home, &["certify", "ic-card", "--consent"]);
    command.args(["--portal", portal, "--account", desk.stage.account()]);
    command.args(["--password-fd", "0", "--captcha-fd", "0", "--pin-fd", "0"]).args(more);
    command.env("TONGGUAN_LOG", "trace").stderr(fs::File::create(home.join("stderr")).unwrap());
    let mut program = Program::start(command);
    program.sign_in(&desk.stage, desk.stage.password());
    program.tell(pin);
    program
}

fn run(desk: &Desk, home: &Path, arguments: &[&str]) -> Ended {
    ended(command(desk, home, arguments).output().unwrap())
}

#[test]
fn certifies_and_its_proof_and_journal_verify() {
    let desk = Desk::open();
    desk.insert(0, CARD);
    let home = tempfile::tempdir().unwrap();
    let proof = home.path().join("proof.p7s");
    let out = proof.to_str().unwrap();
    let end =
        certify(&desk, &desk.stage.portal_origin(), home.path(), desk.stage.pin(CARD), &["--out", out]).end();
    assert_eq!(end.code, 0, "{}", end.document);
    let receipt = end.document["receipt"]["number"].as_str().unwrap().to_owned();
    let opened = SignedStatement::open(&fs::read(&proof).unwrap()).unwrap();
    assert_eq!(end.document["statement"]["text"], opened.statement.render());
    let verified = run(&desk, home.path(), &["verify", out]);
    assert_eq!(verified.code, 0, "{}", verified.document);
    let journal = run(&desk, home.path(), &["journal", "--verify"]);
    assert_eq!(journal.code, 0);
    assert!(
        journal.document.to_string().contains(&receipt) || journal.document["rows"] == 2,
        "{}",
        journal.document
    );
    // One byte of the statement changed: said, with a code of its own.
    let mut changed = fs::read(&proof).unwrap();
    let at = changed.windows(8).position(|w| w == b"Account:").unwrap();
    changed[at + 9] ^= 1;
    fs::write(&proof, changed).unwrap();
    assert_eq!(run(&desk, home.path(), &["verify", out]).code, 10);
}

#[test]
fn a_wrong_pin_has_its_own_exit_code_and_is_sent_once() {
    let desk = Desk::open();
    let (_, verifies) = desk.insert_counted(0, CARD, At::Never);
    let home = tempfile::tempdir().unwrap();
    let end = certify(&desk, &desk.stage.portal_origin(), home.path(), "00000000", &[]).end();
    assert_eq!((end.code, verifies.count()), (4, 1), "{}", end.document);
    assert_eq!(end.document["fault"]["code"], "pin_wrong", "{}", end.document);
    assert_eq!(end.document["fault"]["tries_left"], 4);
    // Too short: the card never sees it.
    let end = certify(&desk, &desk.stage.portal_origin(), home.path(), "1", &[]).end();
    assert_eq!((end.code, verifies.count()), (4, 1), "{}", end.document);
}

#[test]
fn two_cards_need_a_choice_and_a_reader_names_one() {
    let desk = Desk::open();
    desk.insert(0, CARD);
    let verifies = Verifies::default();
    desk.stage.insert_with(1, "haihe-legal-sm2", verifies.hook(At::Never)).unwrap();
    desk.token(1);
    let home = tempfile::tempdir().unwrap();
    let pin = desk.stage.pin("haihe-legal-sm2");
    let end = certify(&desk, &desk.stage.portal_origin(), home.path(), pin, &[]).end();
    assert_eq!((end.code, verifies.count()), (9, 0), "{}", end.document);
    let reader = Stage::reader(1);
    let end = certify(&desk, &desk.stage.portal_origin(), home.path(), pin, &["--token", &reader]).end();
    assert_eq!((end.code, verifies.count()), (0, 1), "{}", end.document);
}

#[test]
fn an_unreachable_portal_and_no_card_are_told_apart() {
    let desk = Desk::open();
    let home = tempfile::tempdir().unwrap();
    let portal = desk.stage.portal_origin();
    assert_eq!(certify(&desk, &portal, home.path(), "13572468", &[]).end().code, 3);
    desk.insert(0, CARD);
    desk.stage.portal_down();
    assert_eq!(certify(&desk, &portal, home.path(), desk.stage.pin(CARD), &[]).end().code, 6);
}

#[test]
fn watching_tells_each_change_as_a_line() {
    let desk = Desk::open();
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(program())
        .args(["--json", "tokens", "--watch"])
        .env("TONGGUAN_STATE", home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut until =
        |wanted: &str| lines.by_ref().map(Result::unwrap).find(|line| line.contains(wanted)).unwrap();
    until("\"empty\"");
    desk.insert(0, CARD);
    let line = until("\"token\"");
    let document: Value = serde_json::from_str(&line).unwrap();
    assert!(document.to_string().contains(desk.stage.world().companies[0].identity.name.as_str()), "{line}");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(child.wait().unwrap().code().is_some(), "it ends by itself");
}
