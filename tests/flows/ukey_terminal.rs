//! UKeys from the terminal: the program itself, as a script would call it.

use crate::terminal_program::{Ended, Program, command, ended};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tongguan_core::domain::{Algorithm, SignedStatement};
use tongguan_sandbox::stage::Through;
use tongguan_tests::{Desk, libsm_verifies, openssl_verifies, workers_of};

const UKEY: &str = "haihe-ccb-sm2";

fn run(desk: &Desk, home: &Path, arguments: &[&str]) -> Ended {
    ended(command(desk, home, arguments).output().unwrap())
}

/// Password, captcha and PIN share standard input.
fn certify(desk: &Desk, home: &Path, pin: &str, more: &[&str]) -> Ended {
    let arguments = [&["certify", "ukey", "--consent", "--pin-fd", "0"], more].concat();
    let mut program = Program::signed_in(desk, home, &arguments);
    program.tell(pin);
    program.end()
}

fn home(desk: &Desk) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    desk.stage.tell_banks(home.path()).unwrap();
    home
}

fn hash(desk: &Desk, home: &Path, library: &str) -> String {
    let seen = run(desk, home, &["libraries", "inspect", library]).document;
    seen["state"]["facts"]["sha256"].as_str().unwrap_or_else(|| panic!("{seen}")).to_owned()
}

/// A UKey behind a library that is named with its hash, from the password to the saved proof, which another
/// program reads.
fn certifies_from_the_terminal(bank: &str, ukey: &str, through: Through) {
    let desk = Desk::open();
    match through {
        Through::OpenSc => desk.stage.insert_ukey(0, ukey).unwrap(),
        _ => desk.stage.plug(ukey, through).unwrap(),
    }
    let home = home(&desk);
    let library = desk.stage.library(through).unwrap().to_str().unwrap().to_owned();
    let sha256 = hash(&desk, home.path(), &library);
    let proof = home.path().join("proof.p7s");
    let arguments =
        ["--bank", bank, "--module", &library, "--module-sha256", &sha256, "--out", proof.to_str().unwrap()];
    let done = certify(&desk, home.path(), desk.stage.pin(ukey), &arguments);
    assert_eq!(done.code, 0, "{}", done.document);
    assert_eq!(done.document["receipt"]["method"], "bank_ukey");
    assert_eq!(done.document["receipt"]["bank"]["id"], bank);
    let cms = fs::read(&proof).unwrap();
    let signed = SignedStatement::open(&cms).unwrap();
    let read_by_others = match signed.certificate.algorithm() {
        Algorithm::Sm2Sm3 => libsm_verifies(&cms),
        _ => openssl_verifies(home.path(), &cms, &desk.stage.world().bank_anchors(bank)),
    };
    assert_eq!(read_by_others, Some(signed.statement.render()));
    assert_eq!(workers_of(std::process::id()), 0);
}

#[test]
fn an_sm2_ukey_certifies_through_skf() {
    certifies_from_the_terminal("ccb", UKEY, Through::Skf);
}

#[test]
fn an_rsa_ukey_certifies_through_skf() {
    certifies_from_the_terminal("ccb", "haihe-ccb-rsa", Through::Skf);
}

#[test]
fn an_rsa_ukey_certifies_through_softhsm() {
    certifies_from_the_terminal("ccb", "haihe-ccb-rsa", Through::SoftHsm);
}

#[test]
fn a_p256_ukey_certifies_through_softhsm() {
    certifies_from_the_terminal("cmbc", "haihe-cmbc-p256", Through::SoftHsm);
}

#[test]
fn a_bank_key_on_a_card_certifies_through_opensc() {
    certifies_from_the_terminal("ccb", "haihe-ccb-rsa", Through::OpenSc);
    certifies_from_the_terminal("ccb", "haihe-ccb-p256", Through::OpenSc);
}

#[test]
fn a_module_that_nobody_allowed_is_refused_where_no_terminal_asks() {
    let desk = Desk::open();
    desk.stage.plug(UKEY, Through::Skf).unwrap();
    let home = home(&desk);
    let library = desk.stage.library(Through::Skf).unwrap().to_str().unwrap().to_owned();
    let refused = certify(&desk, home.path(), desk.stage.pin(UKEY), &["--bank", "ccb", "--module", &library]);
    assert_eq!((refused.code, &refused.document["fault"]["reason"]), (3, &Value::from("not_approved")));
    assert_eq!(desk.stage.soft(Through::Skf).unwrap().verifies(UKEY).unwrap(), 0);
}

#[test]
fn a_library_is_allowed_once_and_used_from_then_on() {
    let desk = Desk::open();
    desk.stage.plug("haihe-ccb-rsa", Through::SoftHsm).unwrap();
    let home = home(&desk);
    let library = desk.stage.library(Through::SoftHsm).unwrap().to_str().unwrap().to_owned();
    let listed = run(&desk, home.path(), &["libraries"]).document;
    let state = |document: &Value| {
        let all = document.as_array().unwrap();
        all.iter().find(|l| l["path"] == library.as_str()).map(|l| l["state"]["kind"].clone())
    };
    assert_eq!(state(&listed), Some("found".into()), "{listed}");
    let sha256 = hash(&desk, home.path(), &library);
    assert_eq!(run(&desk, home.path(), &["libraries", "allow", &library, "--sha256", "00"]).code, 3);
    assert_eq!(run(&desk, home.path(), &["libraries", "allow", &library, "--sha256", &sha256]).code, 0);
    assert_eq!(state(&run(&desk, home.path(), &["libraries"]).document), Some("approved".into()));
    let tokens = run(&desk, home.path(), &["tokens"]).document;
    let shown = tokens["readers"].as_array().unwrap().iter().any(|r| r["library"] == library.as_str());
    assert!(shown, "{tokens}");
    let done = certify(&desk, home.path(), desk.stage.pin("haihe-ccb-rsa"), &["--bank", "ccb"]);
    assert_eq!(done.code, 0, "{}", done.document);
    assert_eq!(run(&desk, home.path(), &["libraries", "forget", &library]).code, 0);
    let gone = certify(&desk, home.path(), desk.stage.pin("haihe-ccb-rsa"), &["--bank", "ccb"]);
    assert_eq!((gone.code, &gone.document["fault"]["code"]), (3, &Value::from("token_gone")));
}

#[test]
fn wrong_pins_banks_and_modules_have_their_exit_codes() {
    let desk = Desk::open();
    desk.stage.plug(UKEY, Through::Skf).unwrap();
    let home = home(&desk);
    let library = desk.stage.library(Through::Skf).unwrap().to_str().unwrap().to_owned();
    let sha256 = hash(&desk, home.path(), &library);
    assert_eq!(run(&desk, home.path(), &["libraries", "allow", &library, "--sha256", &sha256]).code, 0);
    let wrong = certify(&desk, home.path(), "000000", &["--bank", "ccb"]);
    assert_eq!(
        (wrong.code, &wrong.document["fault"]["tries_left"]),
        (4, &Value::from(5)),
        "{}",
        wrong.document
    );
    let pin = desk.stage.pin(UKEY);
    for (bank, exit, code) in [("abc", 5, "certificate_other_bank"), ("nobank", 2, "bank_unknown")] {
        let end = certify(&desk, home.path(), pin, &["--bank", bank]);
        assert_eq!((end.code, &end.document["fault"]["code"]), (exit, &Value::from(code)));
    }
    let relative = certify(&desk, home.path(), pin, &["--bank", "ccb", "--module", "libx.so"]);
    assert_eq!((relative.code, &relative.document["fault"]["reason"]), (3, &Value::from("not_absolute")));
    assert_eq!(desk.stage.soft(Through::Skf).unwrap().verifies(UKEY).unwrap(), 1);
}
