//! Signing in with a password: captchas, waiting, locks, tokens.

use crate::common::{Api, FakeClock, Server, answered, case, code, world};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use tongguan_core::domain::RequestId;

const ACCOUNT: &str = "haihe-demo";

fn password() -> &'static str {
    world().account(ACCOUNT).unwrap().password.expose()
}

fn sign_in(api: &Api, password: &str, captcha: &Value) -> Response {
    api.post("/v1/sessions", &json!({ "account": ACCOUNT, "password": password, "captcha": captcha }))
}

#[test]
fn a_captcha_is_spent_by_any_answer() {
    let case = case();
    let api = case.server.client();
    let right = api.captcha();
    assert_eq!(code(sign_in(&api, "wrong password", &right)), "sign_in_refused");
    assert_eq!(code(sign_in(&api, password(), &right)), "captcha_wrong");

    let right = api.captcha();
    let wrong = json!({ "id": right["id"], "answer": "0" });
    assert_eq!(code(sign_in(&api, password(), &wrong)), "captcha_wrong");
    assert_eq!(code(sign_in(&api, password(), &right)), "captcha_wrong");

    let right = api.captcha();
    assert_eq!(sign_in(&api, password(), &right).status(), 201);
    assert_eq!(code(sign_in(&api, password(), &right)), "captcha_wrong");

    let nobody_s = json!({ "id": RequestId::random(), "answer": "7" });
    assert_eq!(code(sign_in(&api, password(), &nobody_s)), "captcha_wrong");
}

#[test]
fn a_captcha_lives_for_five_minutes() {
    let case = case();
    let api = case.server.client();
    let (first, second) = (api.captcha(), api.captcha());
    case.clock.advance(300);
    assert_eq!(sign_in(&api, password(), &first).status(), 201);
    case.clock.advance(1);
    assert_eq!(code(sign_in(&api, password(), &second)), "captcha_wrong");
}

#[test]
fn the_characters_in_the_picture_open_the_door_in_small_letters_too() {
    let case = case();
    let api = case.server.client();
    let captcha = answered(api.post("/v1/captchas", &json!({ "kind": "image" })), 201);
    let png = STANDARD.decode(captcha["png"].as_str().unwrap()).unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() < 32 * 1024, "{} bytes", png.len());
    let id = RequestId::parse(captcha["id"].as_str().unwrap()).unwrap();
    let answer = case.server.portal.captcha_answer(&id).unwrap();
    assert_eq!(answer.len(), 5);
    assert!(!captcha.to_string().contains(&answer));
    let given = json!({ "id": id, "answer": answer.to_lowercase() });
    assert_eq!(sign_in(&api, password(), &given).status(), 201);
    assert_eq!(case.server.portal.captcha_answer(&id), None);
}

#[test]
fn a_wrong_captcha_costs_no_try_of_the_account() {
    let case = case();
    let api = case.server.client();
    for _ in 0..12 {
        let wrong = json!({ "id": api.captcha()["id"], "answer": "0" });
        assert_eq!(code(sign_in(&api, "wrong password", &wrong)), "captcha_wrong");
    }
    assert_eq!(sign_in(&api, password(), &api.captcha()).status(), 201);
}

/// Status, `Retry-After` and body of each try, until ten passwords were refused and the next try is locked.
fn tries(api: &Api, clock: &FakeClock, account: &str) -> Vec<(u16, String, String)> {
    let mut seen: Vec<(u16, String, String)> = Vec::new();
    let mut refused = 0;
    while refused < 10 || seen.last().is_none_or(|(status, ..)| *status != 429) {
        let answer = api.try_sign_in(account, "wrong password");
        let status = answer.status().as_u16();
        let wait = answer.headers().get("retry-after").map_or("", |wait| wait.to_str().unwrap()).to_owned();
        refused += usize::from(status == 401);
        if refused < 10 {
            clock.advance(wait.parse().unwrap_or_default());
        }
        seen.push((status, wait, answer.text().unwrap()));
    }
    seen
}

#[test]
fn the_tenth_wrong_password_locks_and_names_that_nobody_has_are_locked_alike() {
    let case = case();
    let api = case.server.client();
    let known = tries(&api, &case.clock, ACCOUNT);
    let unknown = tries(&api, &case.clock, "nobody-at-all");
    assert_eq!(known, unknown);
    let waits: Vec<&str> =
        known.iter().map(|(_, wait, _)| wait.as_str()).filter(|wait| !wait.is_empty()).collect();
    assert_eq!(waits, ["5", "10", "20", "40", "80", "160", "320", "900"]);
    // The clock went on while the second name was tried; both are locked from here on for what is left.
    let locked = api.try_sign_in("nobody-at-all", "wrong password");
    assert_eq!(locked.headers()["retry-after"], "900");
    assert_eq!(code(locked), "sign_in_locked");
    case.clock.advance(899);
    assert_eq!(code(api.try_sign_in("nobody-at-all", "wrong password")), "sign_in_locked");
    case.clock.advance(1);
    assert_eq!(code(api.try_sign_in("nobody-at-all", "wrong password")), "sign_in_refused");
    assert_eq!(code(api.try_sign_in("nobody-at-all", "wrong password")), "sign_in_locked");
}

#[test]
fn a_locked_account_does_not_take_the_right_password() {
    let case = case();
    let mut api = case.server.client();
    tries(&api, &case.clock, ACCOUNT);
    assert_eq!(code(api.try_sign_in(ACCOUNT, password())), "sign_in_locked");
    case.clock.advance(900);
    api.sign_in(ACCOUNT);
}

#[test]
fn a_token_that_somebody_brings_is_never_made_the_session_s() {
    let case = case();
    let fixed = "0123456789abcdef".repeat(4);
    let mut api = case.server.client();
    api.token = Some(fixed.clone());
    let first = api.sign_in(ACCOUNT)["token"].clone();
    let second = api.sign_in(ACCOUNT)["token"].clone();
    assert!(first != fixed.as_str() && second != fixed.as_str() && first != second);
    api.token = Some(fixed);
    assert_eq!(code(api.get("/v1/profile")), "session_ended");
}

#[test]
fn signing_out_everywhere_ends_all_sessions_of_the_account_and_no_other() {
    let case = case();
    let (here, there, other) = (case.api(ACCOUNT), case.api(ACCOUNT), case.api("haihe-clerk"));
    assert_eq!(here.delete("/v1/sessions").status(), 204);
    for api in [&here, &there] {
        assert_eq!(code(api.get("/v1/profile")), "session_ended");
    }
    assert_eq!(other.get("/v1/profile").status(), 200);
}

#[test]
fn the_profile_says_when_the_session_ends_if_it_is_not_used() {
    let case = case();
    let mut api = case.server.client();
    let begun = case.clock.moment();
    let signed_in = api.sign_in(ACCOUNT);
    assert_eq!(signed_in["profile"]["idle_ends_at"], begun.plus_seconds(1_800).to_string());
    assert_eq!(signed_in["profile"]["role"], "administrator");
    assert_eq!(signed_in["profile"]["rights"], json!(["certify", "edit_company"]));
    case.clock.advance(600);
    let profile: Value = api.get("/v1/profile").json().unwrap();
    assert_eq!(profile["idle_ends_at"], begun.plus_seconds(2_400).to_string());
}

#[test]
fn one_client_address_is_not_served_without_end() {
    let dir = tempfile::tempdir().unwrap();
    let clock = FakeClock::new();
    let server = Server::start_as(dir.path(), clock.clone(), world(), |config| config.address_limit = 3);
    let api = server.client();
    let ask = || api.post("/v1/captchas", &json!({ "kind": "question" }));
    let captcha = ask();
    assert_eq!(
        (captcha.status(), ask().status(), ask().status()),
        (201.try_into().unwrap(), 201.try_into().unwrap(), 201.try_into().unwrap())
    );
    let refused = ask();
    assert_eq!(refused.headers()["retry-after"], "60");
    assert_eq!(code(refused), "too_often");
    let certificate = STANDARD.encode(&crate::common::key("haihe-legal-sm2").certificate);
    let card = api.post("/v1/card-challenges", &json!({ "certificate": certificate }));
    assert_eq!(code(card), "too_often");
    clock.advance(60);
    assert_eq!(ask().status(), 201);
}

#[test]
fn many_who_sign_in_at_once_are_all_answered() {
    let case = crate::common::case();
    let states: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..64)
            .map(|number| {
                let api = case.server.client();
                scope.spawn(move || match number % 16 {
                    0 => api
                        .signed_in(["haihe-demo", "haihe-clerk", "haihe-guest", "bohai-demo"][number / 16])
                        .get("/v1/profile"),
                    _ => api.try_sign_in(&format!("nobody-{number}"), "no password"),
                })
            })
            .collect();
        tries.into_iter().map(|tried| tried.join().unwrap().status().as_u16()).collect()
    });
    assert_eq!(states.iter().filter(|status| **status == 200).count(), 4, "{states:?}");
    assert_eq!(states.iter().filter(|status| **status == 401).count(), 60, "{states:?}");
}
