//! Signing in from the terminal: by password and captcha, by card, and what is kept of it.

use crate::account_terminal::{at_home, run, run_as};
use crate::terminal_program::{Ended, Program, command, ended};
use serde_json::json;
use std::path::Path;
use tongguan_sandbox::stage::Through;
use tongguan_tests::Desk;

const UKEY: &str = "second-port-sm2";

/// With what is in, and no keyring.
fn login(desk: &Desk, home: &Path, pin: &str) -> Ended {
    let portal = desk.stage.portal_origin();
    let arguments = ["login", "--card", "--portal", &portal, "--consent", "--pin-fd", "0"];
    let mut login = command(desk, home, &arguments);
    login.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    let mut login = Program::start(login);
    login.tell(pin);
    login.end()
}

fn allow_skf(desk: &Desk, home: &Path) {
    let library = desk.stage.library(Through::Skf).unwrap();
    let run = |arguments: &[&str]| {
        let arguments = [&["libraries"], arguments, &[library.to_str().unwrap()]].concat();
        ended(command(desk, home, &arguments).output().unwrap())
    };
    let seen = run(&["inspect"]).document;
    let sha256 = seen["state"]["facts"]["sha256"].as_str().unwrap_or_else(|| panic!("{seen}"));
    assert_eq!(run(&["allow", "--sha256", sha256]).code, 0);
}

#[test]
fn without_a_keyring_a_login_leaves_nothing_behind() {
    let (desk, home) = at_home();
    let mut login = command(&desk, home.path(), &["login", "--account", desk.stage.account()]);
    login.args(["--portal", &desk.stage.portal_origin(), "--password-fd", "0", "--captcha-fd", "0"]);
    login.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    let mut login = Program::start(login);
    login.sign_in(&desk.stage, desk.stage.password());
    let end = login.end();
    assert_eq!((end.code, &end.document["fault"]["code"]), (14, &json!("keyring_unavailable")));
    assert!(!end.written.contains(desk.stage.password()));
}

#[test]
fn a_captcha_answered_wrongly_and_a_wrong_password_have_their_codes() {
    let (desk, home) = at_home();
    let portal = desk.stage.portal_origin();
    let mut who = command(&desk, home.path(), &["account", "show", "--account", desk.stage.account()]);
    who.args(["--portal", &portal, "--password-fd", "0", "--captcha-fd", "0"]);
    let mut wrong = Program::start(who);
    wrong.tell(desk.stage.password());
    let question = wrong.asks("captcha");
    assert!(question["english"].is_string() && question["chinese"].is_string(), "{question}");
    wrong.tell("no answer");
    let end = wrong.end();
    assert_eq!((end.code, &end.document["fault"]["code"]), (7, &json!("captcha_wrong")));
    let end = run_as(&desk, &home, (desk.stage.account(), "not-the-password"), &["account", "show"], &[]);
    assert_eq!((end.code, &end.document["fault"]["code"]), (7, &json!("sign_in_refused")));
}

#[test]
fn the_captcha_can_be_had_as_a_picture() {
    let (desk, home) = at_home();
    let picture = home.path().join("captcha.png");
    let arguments = ["company", "show", "--image", picture.to_str().unwrap()];
    let end = run(&desk, &home, &arguments, &[]);
    assert_eq!(end.code, 0, "{}", end.written);
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn a_bound_card_signs_in_and_an_unbound_one_is_told_how() {
    let (desk, home) = at_home();
    let login = |card: &str| {
        desk.insert(0, card);
        login(&desk, home.path(), desk.stage.pin(card))
    };
    let nobody = login("haihe-operator-sm2");
    assert_eq!((nobody.code, &nobody.document["fault"]["code"]), (7, &json!("card_not_bound")));
    // It was signed in; only keeping it failed here.
    let end = login("haihe-legal-sm2");
    assert_eq!(
        (end.code, &end.document["fault"]["code"]),
        (14, &json!("keyring_unavailable")),
        "{}",
        end.written
    );
    let signed = ended(command(&desk, home.path(), &["journal"]).output().unwrap());
    assert_eq!(signed.document["rows"][0]["entry"]["purpose"], "login", "{}", signed.written);
}

#[test]
fn the_electronic_port_s_ukey_signs_in_and_certifies_and_a_bank_s_does_not() {
    let (desk, home) = at_home();
    allow_skf(&desk, home.path());
    desk.stage.plug("haihe-ccb-sm2", Through::Skf).unwrap();
    let bank = login(&desk, home.path(), desk.stage.pin("haihe-ccb-sm2"));
    assert_eq!((bank.code, &bank.document["fault"]["code"]), (5, &json!("certificate_not_port")));
    let skf = desk.stage.soft(Through::Skf).unwrap();
    assert_eq!(skf.verifies("haihe-ccb-sm2").unwrap(), 0);
    // The bank's is still in: it is no choice.
    desk.stage.plug(UKEY, Through::Skf).unwrap();
    let wrong = login(&desk, home.path(), "000000");
    assert_eq!((wrong.code, &wrong.document["fault"]["tries_left"]), (4, &json!(5)), "{}", wrong.written);
    // It was signed in; only keeping it failed here.
    let end = login(&desk, home.path(), desk.stage.pin(UKEY));
    assert_eq!((end.code, &end.document["fault"]["code"]), (14, &json!("keyring_unavailable")));
    let signed = ended(command(&desk, home.path(), &["journal"]).output().unwrap());
    assert_eq!(signed.document["rows"][0]["entry"]["purpose"], "login", "{}", signed.written);
    let password = desk.stage.world().account("bohai-demo").unwrap().password.expose();
    let arguments = ["certify", "ic-card", "--consent", "--pin-fd", "0"];
    let done = run_as(&desk, &home, ("bohai-demo", password), &arguments, &[desk.stage.pin(UKEY)]);
    assert_eq!((done.code, &done.document["receipt"]["method"]), (0, &json!("ic_card")), "{}", done.written);
}
