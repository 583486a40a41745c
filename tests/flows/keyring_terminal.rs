//! `login`, `whoami` and `logout` with a session that a real keyring keeps.

use crate::account_terminal::{at_home, run_as};
use crate::json_terminal::is_as_listed;
use crate::own_bus::beside_keyring;
use crate::terminal_program::{Ended, Program, command, ended};
use serde_json::{Value, json};
use std::path::Path;
use tongguan_tests::Desk;

/// A run that is told nothing: whatever it needs is kept.
fn alone(desk: &Desk, home: &Path, arguments: &[&str]) -> Ended {
    ended(command(desk, home, arguments).output().unwrap())
}

fn login(desk: &Desk, home: &Path) -> Value {
    let end = Program::signed_in(desk, home, &["login"]).end();
    assert_eq!(end.code, 0, "{}", end.written);
    assert!(!end.written.contains(desk.stage.password()));
    end.document["session"].clone()
}

fn nobody(end: &Ended) -> bool {
    end.code == 13 && end.document == json!({ "session": null }) && end.written.contains("tongguan login")
}

#[test]
fn a_login_is_kept_for_the_next_runs_until_the_logout() {
    let test = "keyring_terminal::a_login_is_kept_for_the_next_runs_until_the_logout";
    if beside_keyring(test).is_none() {
        return;
    }
    let (desk, home) = at_home();
    let who = || alone(&desk, home.path(), &["whoami"]);
    assert!(nobody(&who()));
    let session = login(&desk, home.path());
    assert_eq!((&session["kept"], &session["origin"]), (&json!(true), &json!(desk.stage.portal_origin())));
    is_as_listed("SESSION", &session);
    is_as_listed("PROFILE", &session["profile"]);
    is_as_listed("IDENTITY", &session["profile"]["company"]);
    is_as_listed("METHOD", &session["profile"]["methods"][0]);
    let found = who();
    is_as_listed("SESSION", &found.document["session"]);
    assert_eq!((found.code, &found.document["session"]["kept"]), (0, &json!(true)), "{}", found.written);
    assert_eq!(found.document["session"]["profile"]["account"], desk.stage.account());
    // What is kept serves every command, and the portal's address is known.
    let shown = alone(&desk, home.path(), &["company", "show"]);
    assert_eq!(shown.code, 0, "{}", shown.written);
    // A run as somebody else touches nothing of it, and another folder of state knows nothing of it.
    let clerk = desk.stage.world().account("haihe-clerk").unwrap().password.expose().to_owned();
    let other = run_as(&desk, &home, ("haihe-clerk", &clerk), &["account", "show"], &[]);
    assert_eq!((other.code, &other.document["account"]), (0, &json!("haihe-clerk")), "{}", other.written);
    assert_eq!(who().document["session"]["profile"]["account"], desk.stage.account());
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(nobody(&alone(&desk, elsewhere.path(), &["whoami"])));

    assert_eq!(alone(&desk, home.path(), &["logout"]).document, json!({ "signed_out": true }));
    assert!(nobody(&who()));
    assert_eq!(alone(&desk, home.path(), &["logout"]).document, json!({ "signed_out": false }));
}

#[test]
fn a_logout_everywhere_ends_the_sessions_of_other_machines() {
    if beside_keyring("keyring_terminal::a_logout_everywhere_ends_the_sessions_of_other_machines").is_none() {
        return;
    }
    let (desk, here) = at_home();
    let there = tempfile::tempdir().unwrap();
    for home in [&here, &there] {
        login(&desk, home.path());
    }
    let out = alone(&desk, here.path(), &["logout", "--everywhere"]);
    assert_eq!((out.code, &out.document), (0, &json!({ "signed_out": true })), "{}", out.written);
    for home in [&here, &there] {
        let who = alone(&desk, home.path(), &["whoami"]);
        assert!(nobody(&who), "{}", who.written);
    }
    let again = alone(&desk, there.path(), &["logout", "--everywhere"]);
    assert_eq!((again.code, &again.document["fault"]["code"]), (13, &json!("session_ended")));
    assert!(again.written.contains("tongguan login"), "{}", again.written);
}

/// The portal is gone: nothing that is kept is lost by asking who is signed in, and a logout forgets it here.
#[test]
fn without_the_portal_the_session_stays_kept_until_the_logout() {
    if beside_keyring("keyring_terminal::without_the_portal_the_session_stays_kept_until_the_logout")
        .is_none()
    {
        return;
    }
    let (desk, home) = at_home();
    login(&desk, home.path());
    desk.stage.portal_down();
    let lost = alone(&desk, home.path(), &["whoami"]);
    assert_eq!((lost.code, &lost.document["fault"]["code"]), (6, &json!("portal_unreachable")));
    desk.stage.portal_up().unwrap();
    assert_eq!(alone(&desk, home.path(), &["whoami"]).code, 0);
    desk.stage.portal_down();
    assert_eq!(alone(&desk, home.path(), &["logout"]).document, json!({ "signed_out": true }));
    desk.stage.portal_up().unwrap();
    assert!(nobody(&alone(&desk, home.path(), &["whoami"])));
}
