//! What a portal may say, and what it may not.

use crate::common::{
    Deed, PROFILE, RECEIPT, Server, answer, answer_to_captcha, json, problem, proof, sign_in,
};
use tongguan_core::domain::{Means, SecurityLevel};
use tongguan_core::fault::{AnswerFlaw, Fault, Refusal, Register};
use tongguan_core::ports::{Portal, Profile, SignIn};
use tongguan_portal::HttpPortal;

/// What a call of `profile` makes of one answer.
fn profile_of(bytes: Vec<u8>) -> Result<Profile, Fault> {
    let server = Server::start(vec![Deed::Say(bytes)]);
    HttpPortal::new().profile(&server.session())
}

const CHALLENGE: &str = r#"{"request_id":"0190163d-8694-739b-aea5-966c26f8ad91",
    "nonce":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","purpose":"certify_ic_card","account":"demo",
    "company":{"name":"Haihe Ltd.","organization_code":"34801880X","uscc":"9113000034801880XB"},
    "audience":"https://portal.example.cn","issued_at":"2026-11-21T20:00:00+08:00",
    "expires_at":"2026-11-21T20:02:00+08:00"}"#;

fn flaw<T>(reason: AnswerFlaw) -> Result<T, Fault> {
    Err(Fault::PortalAnswer { reason })
}

fn sign_in_of(bytes: Vec<u8>) -> Fault {
    let server = Server::start(vec![Deed::Say(bytes)]);
    sign_in(&HttpPortal::new(), &server.origin(), "secret").unwrap_err()
}

#[test]
fn signing_in_sends_account_and_password_and_keeps_the_token() {
    let body =
        format!("{{\"token\":\"t-1\",\"expires_at\":\"2026-11-21T20:00:00+08:00\",\"profile\":{PROFILE}}}");
    let server =
        Server::start(vec![Deed::Say(json("201 Created", &body)), Deed::Say(json("200 OK", PROFILE))]);
    let portal = HttpPortal::new();
    let session = sign_in(&portal, &server.origin(), "pass\"\u{1}word").unwrap();
    assert_eq!(session.bearer.expose(), "t-1");
    assert_eq!(portal.profile(&session).unwrap().level, SecurityLevel::Low);
    let seen = server.seen();
    assert_eq!(seen[0].line, "POST /v1/sessions HTTP/1.1");
    let captcha = answer_to_captcha().id;
    let body = format!(
        "{{\"account\":\"demo\",\"password\":\"pass\\\"\\u0001word\",\"captcha\":{{\"id\":\"{captcha}\",\"answer\":\"7K2M\"}}}}"
    );
    assert_eq!(seen[0].body, body);
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(seen[0].header("user-agent"), Some(concat!("tongguan/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[1].line, "GET /v1/profile HTTP/1.1");
    assert_eq!(seen[1].header("authorization"), Some("Bearer t-1"));
    for request in seen {
        assert_eq!((request.header("cookie"), request.header("referer")), (None, None));
    }
}

#[test]
fn a_cookie_is_not_kept() {
    let cookie = "Content-Type: application/json\r\nSet-Cookie: a=b\r\n";
    let server =
        Server::start(vec![Deed::Say(answer("200 OK", cookie, PROFILE)), Deed::Say(json("200 OK", PROFILE))]);
    let portal = HttpPortal::new();
    portal.profile(&server.session()).unwrap();
    portal.profile(&server.session()).unwrap();
    assert_eq!(server.seen()[1].header("cookie"), None);
}

#[test]
fn signing_out_needs_no_body() {
    let server = Server::start(vec![Deed::Say(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())]);
    assert_eq!(HttpPortal::new().sign_out(&server.session()), Ok(()));
    assert_eq!(server.seen()[0].line, "DELETE /v1/sessions/current HTTP/1.1");
}

#[test]
fn a_challenge_is_parsed_and_its_purpose_was_asked_for() {
    let body = CHALLENGE;
    let short = body.replace("HBQYHCAkKCwwNDg8Q", "").replace("AAECAwQFBgcI", "AAEC");
    let server =
        Server::start(vec![Deed::Say(json("201 Created", body)), Deed::Say(json("201 Created", &short))]);
    let portal = HttpPortal::new();
    let challenge = portal.challenge(&server.session(), &Means::IcCard).unwrap();
    // Whose audience it is, the core compares: here it is only read.
    assert_eq!(challenge.audience.as_str(), "https://portal.example.cn");
    let refused = portal.challenge(&server.session(), &Means::IcCard);
    assert_eq!(refused, flaw(AnswerFlaw::Malformed), "a nonce that is too short");
    assert_eq!(server.seen()[0].body, "{\"purpose\":\"certify_ic_card\"}");
}

#[test]
fn a_proof_is_sent_with_its_key_and_brings_a_receipt() {
    let server = Server::start(vec![Deed::Say(json("201 Created", RECEIPT))]);
    let proof = proof();
    let receipt = HttpPortal::new().submit(&server.session(), &proof).unwrap();
    assert_eq!(receipt.number, "SW-2026-000017");
    let seen = server.seen();
    assert_eq!(seen[0].header("idempotency-key"), Some(proof.request_id().as_str()));
    assert!(
        seen[0].body.starts_with(&format!("{{\"request_id\":\"{}\",\"proof\":\"MII", proof.request_id()))
    );
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    let typed = |kind: &str| answer("200 OK", &format!("Content-Type: {kind}\r\n"), PROFILE);
    for kind in ["text/html", "text/plain", "application/jsonp", "text/json", "application/problem+json", ""]
    {
        assert_eq!(profile_of(typed(kind)), flaw(AnswerFlaw::NotJson), "{kind}");
    }
    assert_eq!(profile_of(answer("200 OK", "", PROFILE)), flaw(AnswerFlaw::NotJson), "no type");
    assert!(profile_of(typed("Application/JSON;charset=utf-8")).is_ok());
}

#[test]
fn html_is_never_read_as_an_answer() {
    let html = "<!doctype html><title>Sign in to the network</title>";
    let page = |status: &str| answer(status, "Content-Type: text/html\r\n", html);
    assert_eq!(profile_of(page("200 OK")), flaw(AnswerFlaw::NotJson));
    assert_eq!(profile_of(page("403 Forbidden")), flaw(AnswerFlaw::UnexpectedStatus));
    assert_eq!(profile_of(json("200 OK", html)), flaw(AnswerFlaw::Malformed));
}

#[test]
fn what_is_not_the_documented_json_is_malformed() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let objects = "{\"account\":".repeat(5_000);
    for body in
        ["", "null", "[]", "{}", "{\"account\":1}", &PROFILE.replace("low", "highest"), &deep, &objects]
    {
        assert_eq!(
            profile_of(json("200 OK", body)),
            flaw(AnswerFlaw::Malformed),
            "{}",
            &body[..body.len().min(30)]
        );
    }
    let not_utf8 = [&json("200 OK", "..")[..], b""].concat();
    let not_utf8 = [&not_utf8[..not_utf8.len() - 2], &[0xff, 0xfe]].concat();
    assert_eq!(profile_of(not_utf8), flaw(AnswerFlaw::Malformed));
    let mixed = PROFILE.replace("34801880X", "348018801");
    assert_eq!(profile_of(json("200 OK", &mixed)), flaw(AnswerFlaw::Malformed), "a code that cannot be one");
}

#[test]
fn an_answer_that_is_no_http_is_not_reached() {
    assert_eq!(profile_of(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), Err(Fault::PortalUnreachable));
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Server::start(vec![Deed::Say(json("200 OK", PROFILE))]);
    for status in
        ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        for target in [format!("http://{}/v1/profile", other.address), "/v1/elsewhere".to_owned()] {
            let bytes = answer(status, &format!("Location: {target}\r\n"), "");
            assert_eq!(profile_of(bytes), flaw(AnswerFlaw::Redirect), "{status}");
        }
    }
    assert!(other.seen().is_empty(), "the bearer token went to another host");
}

#[test]
fn problems_become_faults() {
    let code = |status: &str, code: &str| problem(status, "", &format!("\"code\":\"{code}\""));
    assert_eq!(sign_in_of(code("401 Unauthorized", "sign_in_refused")), Fault::SignInRefused);
    assert_eq!(profile_of(code("401 Unauthorized", "session_ended")), Err(Fault::SessionEnded));
    assert_eq!(profile_of(code("500 Oh", "session_ended")), Err(Fault::PortalFailing { status: 500 }));
    assert_eq!(profile_of(answer("503 Busy", "", "")), Err(Fault::PortalFailing { status: 503 }));
    assert_eq!(profile_of(answer("429 Slow down", "", "")), Err(Fault::PortalFailing { status: 429 }));
    for unknown in [
        code("401 Unauthorized", "something_new"),
        code("403 Forbidden", "session_ended"),
        code("422 No", "proof_refused"),
        code("422 No", "data_refused"),
        code("422 No", "input_invalid"),
        code("400 No", "captcha_wrong"),
        code("422 No", "record_changed"),
        problem("422 No", "", "\"code\":\"input_invalid\",\"field\":\"Your name\",\"reason\":\"length\""),
        problem("422 No", "", "\"code\":\"input_invalid\",\"field\":\"name\",\"reason\":\"\""),
        problem("422 No", "", "\"code\":\"proof_refused\",\"reason\":\"of_a_newer_portal\""),
        problem("401 No", "", "\"code\":7"),
        json("401 No", "{\"code\":\"session_ended\"}"),
        answer("404 Not Found", "", ""),
        json("202 Accepted", PROFILE),
    ] {
        assert_eq!(profile_of(unknown), flaw(AnswerFlaw::UnexpectedStatus));
    }
}

#[test]
fn a_delay_is_told_in_seconds() {
    let delayed = |headers: &str| problem("429 Too Many", headers, "\"code\":\"sign_in_delayed\"");
    let seconds = |headers: &str| match sign_in_of(delayed(headers)) {
        Fault::SignInDelayed { seconds } => seconds,
        other => panic!("{other:?}"),
    };
    assert_eq!(seconds("Retry-After: 30\r\n"), 30);
    assert_eq!(seconds(""), 60);
    assert_eq!(seconds("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n"), 60);
    assert_eq!(seconds("Retry-After: 4000000000\r\n"), 86_400);
    assert_eq!(seconds("Retry-After: -1\r\n"), 60);
}

#[test]
fn the_problems_of_records_become_faults_of_the_same_name() {
    let cases = [
        ("403 Forbidden", "\"code\":\"not_allowed\"", Fault::NotAllowed),
        ("409 Conflict", "\"code\":\"record_changed\"", Fault::RecordChanged),
        ("422 No", "\"code\":\"captcha_wrong\"", Fault::CaptchaWrong),
        ("422 No", "\"code\":\"card_not_bound\"", Fault::CardNotBound),
        (
            "422 No",
            "\"code\":\"input_invalid\",\"field\":\"organization_code\",\"reason\":\"other_than_uscc\"",
            Fault::InputInvalid { field: "organization_code".into(), reason: "other_than_uscc".into() },
        ),
        ("429 Slow", "\"code\":\"sign_in_locked\"", Fault::SignInLocked { seconds: 9 }),
        ("429 Slow", "\"code\":\"too_often\"", Fault::TooOften { seconds: 9 }),
    ];
    for (status, members, fault) in cases {
        assert_eq!(profile_of(problem(status, "Retry-After: 9\r\n", members)), Err(fault));
    }
}

#[test]
fn a_register_that_is_silent_is_named() {
    let silent = |register: &str| {
        problem("503 No", "", &format!("\"code\":\"register_unavailable\",\"register\":\"{register}\""))
    };
    for (name, register) in [
        ("company", Register::Company),
        ("ctid", Register::Ctid),
        ("bank", Register::Bank),
        ("sms", Register::Sms),
    ] {
        assert_eq!(profile_of(silent(name)), Err(Fault::RegisterUnavailable { register }));
    }
    assert_eq!(profile_of(silent("moon")), Err(Fault::PortalFailing { status: 503 }));
}

#[test]
fn every_reason_to_refuse_data_is_known() {
    for reason in Refusal::ALL {
        let members = format!("\"code\":\"data_refused\",\"reason\":\"{reason}\"");
        assert_eq!(
            profile_of(problem("422 Unprocessable", "", &members)),
            Err(Fault::DataRefused { reason })
        );
    }
}

#[test]
fn every_reason_to_refuse_a_proof_is_known() {
    for reason in Refusal::ALL {
        let members = format!("\"code\":\"proof_refused\",\"reason\":\"{reason}\"");
        let server = Server::start(vec![Deed::Say(problem("422 Unprocessable", "", &members))]);
        let refused = HttpPortal::new().submit(&server.session(), &proof());
        assert_eq!(refused, Err(Fault::ProofRefused { reason }));
        assert_eq!(server.seen().len(), 1);
    }
}
