//! The same journey from the terminal: the program itself, as a script would call it.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tongguan_core::domain::SignedStatement;
use tongguan_sandbox::Stage;
use tongguan_tests::{At, Desk, Verifies, program};

const CARD: &str = "haihe-operator-sm2";

/// `tongguan --json certify ic-card`: the PIN comes on standard input, the password on descriptor 4.
pub(crate) fn certify(desk: &Desk, portal: &str, home: &Path, pin: &str, more: &[&str]) -> Child {
    let password = desk.home().join("password-of-the-account");
    fs::write(&password, format!("{}\n", desk.stage.password())).unwrap();
    let script = "password=$1; shift; exec \"$0\" --json certify ic-card --pin-fd 0 --password-fd 4 \"$@\" 4<\"$password\"";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .arg(program())
        .arg(&password)
        .args(["--portal", portal, "--account", desk.stage.account(), "--consent"])
        .args(more)
        .env("TONGGUAN_STATE", home)
        .env("TONGGUAN_LOG", "trace")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(fs::File::create(home.join("stderr")).unwrap())
        .spawn()
        .unwrap();
    // It may end before it asks: for two cards, say.
    let _ = writeln!(child.stdin.take().unwrap(), "{pin}");
    child
}

struct Ended {
    code: i32,
    document: Value,
}

fn ended(child: Child) -> Ended {
    let out = child.wait_with_output().unwrap();
    let document = serde_json::from_slice(&out.stdout).unwrap_or(Value::Null);
    Ended { code: out.status.code().unwrap(), document }
}

fn run(home: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(program());
    command.arg("--json").args(arguments).env("TONGGUAN_STATE", home);
    ended(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
}

#[test]
fn certifies_and_its_proof_and_journal_verify() {
    let desk = Desk::open();
    desk.insert(0, CARD);
    let home = tempfile::tempdir().unwrap();
    let proof = home.path().join("proof.p7s");
    let out = proof.to_str().unwrap();
    let child =
        certify(&desk, &desk.stage.portal_origin(), home.path(), desk.stage.pin(CARD), &["--out", out]);
    let end = ended(child);
    assert_eq!(end.code, 0, "{}", end.document);
    let receipt = end.document["receipt"]["number"].as_str().unwrap().to_owned();
    let opened = SignedStatement::open(&fs::read(&proof).unwrap()).unwrap();
    assert_eq!(end.document["statement"]["text"], opened.statement.render());
    let verified = run(home.path(), &["verify", out]);
    assert_eq!(verified.code, 0, "{}", verified.document);
    let journal = run(home.path(), &["journal", "--verify"]);
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
    assert_eq!(run(home.path(), &["verify", out]).code, 10);
}

#[test]
fn a_wrong_pin_has_its_own_exit_code_and_is_sent_once() {
    let desk = Desk::open();
    let (_, verifies) = desk.insert_counted(0, CARD, At::Never);
    let home = tempfile::tempdir().unwrap();
    let end = ended(certify(&desk, &desk.stage.portal_origin(), home.path(), "00000000", &[]));
    assert_eq!((end.code, verifies.count()), (4, 1), "{}", end.document);
    assert_eq!(end.document["fault"]["code"], "pin_wrong", "{}", end.document);
    assert_eq!(end.document["fault"]["tries_left"], 4);
    // Too short: the card never sees it.
    let end = ended(certify(&desk, &desk.stage.portal_origin(), home.path(), "1", &[]));
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
    let end = ended(certify(&desk, &desk.stage.portal_origin(), home.path(), pin, &[]));
    assert_eq!((end.code, verifies.count()), (9, 0), "{}", end.document);
    let reader = Stage::reader(1);
    let end = ended(certify(&desk, &desk.stage.portal_origin(), home.path(), pin, &["--token", &reader]));
    assert_eq!((end.code, verifies.count()), (0, 1), "{}", end.document);
}

#[test]
fn an_unreachable_portal_and_no_card_are_told_apart() {
    let desk = Desk::open();
    let home = tempfile::tempdir().unwrap();
    let portal = desk.stage.portal_origin();
    assert_eq!(ended(certify(&desk, &portal, home.path(), "13572468", &[])).code, 3);
    desk.insert(0, CARD);
    desk.stage.portal_down();
    assert_eq!(ended(certify(&desk, &portal, home.path(), desk.stage.pin(CARD), &[])).code, 6);
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
