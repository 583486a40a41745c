//! Signing in from the terminal: by password and captcha, by card, and what is kept of it.

use crate::account_terminal::{at_home, run, run_as};
use crate::terminal_program::{Program, command, ended};
use serde_json::json;

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
        let portal = desk.stage.portal_origin();
        let arguments = ["login", "--card", "--portal", &portal, "--consent", "--pin-fd", "0"];
        let mut login = command(&desk, home.path(), &arguments);
        login.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        let mut login = Program::start(login);
        login.tell(desk.stage.pin(card));
        login.end()
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
