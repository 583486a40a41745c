//! Signing in, and what the portal says to requests that are not right.

use crate::common::{Api, FakeClock, Server, code};
use serde_json::{Value, json};
use tempfile::tempdir;

fn guess(api: &Api, account: &str) -> reqwest::blocking::Response {
    api.try_sign_in(account, "wrong")
}

#[test]
fn an_account_that_is_not_there_is_answered_like_a_wrong_password() {
    let dir = tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let api = server.client();
    for round in 0..4 {
        let [known, unknown] = ["haihe-demo", "nobody"].map(|account| guess(&api, account));
        assert_eq!(known.status(), if round < 3 { 401 } else { 429 });
        assert_eq!(known.status(), unknown.status());
        assert_eq!(known.headers().get("retry-after"), unknown.headers().get("retry-after"));
        assert_eq!(known.text().unwrap(), unknown.text().unwrap());
    }
}

#[test]
fn waiting_grows_with_wrong_passwords_and_outlives_a_restart() {
    let dir = tempdir().unwrap();
    let clock = FakeClock::new();
    let server = Server::start(dir.path(), clock.clone());
    let mut api = server.client();
    for _ in 0..3 {
        assert_eq!(code(guess(&api, "haihe-demo")), "sign_in_refused");
    }
    drop(server);
    let server = Server::start(dir.path(), clock.clone());
    api.origin = server.origin.clone();
    let delayed = guess(&api, "haihe-demo");
    assert_eq!(delayed.headers()["retry-after"], "5");
    assert_eq!(code(delayed), "sign_in_delayed");
    clock.advance(5);
    assert_eq!(code(guess(&api, "haihe-demo")), "sign_in_refused");
    assert_eq!(guess(&api, "haihe-demo").headers()["retry-after"], "10");
    clock.advance(10);
    api.sign_in("haihe-demo");
    assert_eq!(code(guess(&api, "haihe-demo")), "sign_in_refused", "a right one wipes the slate");
}

#[test]
fn a_session_ends_by_sign_out_by_idleness_and_by_age() {
    let dir = tempdir().unwrap();
    let clock = FakeClock::new();
    let server = Server::start(dir.path(), clock.clone());
    let left = server.client().signed_in("haihe-demo");
    assert_eq!(left.delete("/v1/sessions/current").status(), 204);
    assert_eq!(code(left.get("/v1/profile")), "session_ended");

    let idle = server.client().signed_in("haihe-demo");
    clock.advance(1_799);
    assert_eq!(idle.get("/v1/profile").status(), 200);
    clock.advance(1_800);
    assert_eq!(code(idle.get("/v1/profile")), "session_ended");

    let old = server.client().signed_in("haihe-demo");
    for _ in 0..43 {
        clock.advance(1_000);
        assert_eq!(old.get("/v1/profile").status(), 200);
    }
    clock.advance(200);
    assert_eq!(code(old.get("/v1/profile")), "session_ended");
}

#[test]
fn without_a_session_nothing_is_given() {
    let dir = tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let mut api = server.client();
    api.token = Some("0".repeat(64));
    for path in ["/v1/profile", "/v1/certifications"] {
        let answer = api.get(path);
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        assert_eq!(code(answer), "session_ended");
    }
    assert_eq!(code(api.post("/v1/challenges", &json!({ "purpose": "certify_ic_card" }))), "session_ended");
    api.token = None;
    assert_eq!(code(api.get("/v1/profile")), "session_ended");
}

#[test]
fn a_token_is_nowhere_in_the_store() {
    let dir = tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let api = server.client().signed_in("haihe-demo");
    let token = api.token.unwrap();
    let password = crate::common::world().account("haihe-demo").unwrap().password.expose();
    drop(server);
    let mut files = 0;
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [token.as_bytes(), password.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
        files += 1;
    }
    assert!(files > 0);
}

#[test]
fn requests_that_are_not_right_are_told_so_in_one_form() {
    let dir = tempdir().unwrap();
    let server = Server::start(dir.path(), FakeClock::new());
    let api = server.client().signed_in("haihe-demo");
    let url = |path: &str| format!("{}{path}", server.origin);

    let answer = api.get("/v1/nowhere");
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(code(answer), "not_found");
    assert_eq!(code(api.get("/v1/sessions")), "method_not_allowed");

    let text = api.http.post(url("/v1/sessions")).body("account").send().unwrap();
    assert_eq!(text.status(), 415);
    assert_eq!(code(text), "media_type");

    let large = api.post("/v1/sessions", &json!({ "account": "a", "password": "x".repeat(97 * 1024) }));
    assert_eq!(large.status(), 413);
    assert_eq!(code(large), "too_large");

    for body in [
        json!({}),
        json!([]),
        json!({ "account": "a", "password": "b", "captcha": 1 }),
        json!({ "account": "a", "password": "b", "more": 1 }),
        json!({ "account": "a", "password": "b" }),
    ] {
        assert_eq!(code(api.post("/v1/sessions", &body)), "malformed", "{body}");
    }
    let empty: Value = api.post("/v1/sessions", &json!({ "account": "", "password": "" })).json().unwrap();
    assert_eq!(
        (&empty["code"], &empty["field"], &empty["reason"]),
        (&json!("input_invalid"), &json!("account"), &json!("empty"))
    );
    assert_eq!(code(api.post("/v1/challenges", &json!({ "purpose": "login" }))), "purpose_unsupported");

    let proof = json!({ "request_id": "c5b58b7e-7a3a-4a51-9a9c-0f6f0f5d3c11", "proof": "" });
    let without_key = api.http.post(url("/v1/proofs")).bearer_auth(api.token.clone().unwrap()).json(&proof);
    assert_eq!(code(without_key.send().unwrap()), "idempotency_key");
    assert_eq!(api.get("/v1/health").json::<Value>().unwrap(), json!({ "status": "ok" }));
}
