//! Captchas and the ways in, as they go over the wire.

use crate::common::{Deed, PROFILE, Server, account, answer_to_captcha, json, problem, proof, sign_in};
use tongguan_core::domain::{Purpose, SignedStatement};
use tongguan_core::fault::{AnswerFlaw, Fault};
use tongguan_core::ports::{Captcha, CaptchaContent, CaptchaKind, SignIn};
use tongguan_portal::HttpPortal;

const NO_CONTENT: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

fn signed_in(profile: &str) -> Deed {
    let body =
        format!("{{\"token\":\"t-2\",\"expires_at\":\"2026-11-21T20:00:00+08:00\",\"profile\":{profile}}}");
    Deed::Say(json("201 Created", &body))
}

fn captcha_of(content: &str) -> Result<Captcha, Fault> {
    let id = answer_to_captcha().id;
    let body = format!("{{\"id\":\"{id}\",\"expires_at\":\"2026-11-21T20:05:00+08:00\",{content}}}");
    let server = Server::start(vec![Deed::Say(json("201 Created", &body))]);
    HttpPortal::new().captcha(&server.origin(), CaptchaKind::Image)
}

#[test]
fn a_captcha_is_a_picture_or_a_question() {
    let picture = captcha_of(r#""kind":"image","png":"iVBORw0KGgo=""#).unwrap();
    assert_eq!(picture.content, CaptchaContent::Image { png: "iVBORw0KGgo=".into() });
    let question = captcha_of(r#""kind":"question","chinese":"?","english":"Two and three?""#).unwrap();
    assert!(matches!(question.content, CaptchaContent::Question { .. }));
    for other in [r#""kind":"video""#, r#""kind":"image""#, r#""kind":"question","png":"x""#, r#""x":1"#] {
        assert_eq!(captcha_of(other), Err(Fault::PortalAnswer { reason: AnswerFlaw::Malformed }), "{other}");
    }
}

#[test]
fn a_captcha_is_asked_for_by_its_kind_and_without_a_session() {
    let server = Server::start(vec![Deed::Say(problem("429 Slow", "", "\"code\":\"too_often\""))]);
    let fault = HttpPortal::new().captcha(&server.origin(), CaptchaKind::Question).unwrap_err();
    assert_eq!(fault, Fault::TooOften { seconds: 60 });
    let seen = server.seen();
    assert_eq!(
        (seen[0].line.as_str(), seen[0].body.as_str()),
        ("POST /v1/captchas HTTP/1.1", "{\"kind\":\"question\"}")
    );
    assert_eq!(seen[0].header("authorization"), None);
}

#[test]
fn what_stands_against_a_sign_in_is_told_apart() {
    for (status, code, fault) in [
        ("401 No", "sign_in_refused", Fault::SignInRefused),
        ("422 No", "captcha_wrong", Fault::CaptchaWrong),
        ("429 No", "sign_in_delayed", Fault::SignInDelayed { seconds: 60 }),
        ("429 No", "sign_in_locked", Fault::SignInLocked { seconds: 60 }),
    ] {
        let refused = problem(status, "", &format!("\"code\":\"{code}\""));
        let server = Server::start(vec![Deed::Say(refused)]);
        assert_eq!(sign_in(&HttpPortal::new(), &server.origin(), "secret").unwrap_err(), fault);
    }
}

#[test]
fn a_card_is_asked_about_by_its_certificate() {
    let challenge = r#"{"request_id":"0190163d-8694-739b-aea5-966c26f8ad91",
        "nonce":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","purpose":"login","account":"demo",
        "company":{"name":"Haihe Ltd.","organization_code":"34801880X","uscc":"9113000034801880XB"},
        "audience":"https://portal.example.cn","issued_at":"2026-11-21T20:00:00+08:00",
        "expires_at":"2026-11-21T20:02:00+08:00"}"#;
    let unbound = problem("422 No", "", "\"code\":\"card_not_bound\"");
    let server = Server::start(vec![Deed::Say(json("201 Created", challenge)), Deed::Say(unbound)]);
    let certificate = SignedStatement::open(proof().cms()).unwrap().certificate;
    let portal = HttpPortal::new();
    let given = portal.card_challenge(&server.origin(), &certificate).unwrap();
    assert_eq!((given.purpose, given.account), (Purpose::Login, account()));
    assert_eq!(portal.card_challenge(&server.origin(), &certificate).unwrap_err(), Fault::CardNotBound);
    let seen = server.seen();
    assert_eq!(seen[0].line, "POST /v1/card-challenges HTTP/1.1");
    assert!(seen[0].body.starts_with("{\"certificate\":\"MII"), "{}", seen[0].body);
    assert_eq!(seen[0].header("authorization"), None);
}

#[test]
fn a_card_session_that_was_lost_is_asked_for_again_with_the_same_key() {
    let server = Server::start(vec![Deed::Drop, signed_in(PROFILE)]);
    let proof = proof();
    let (session, profile) = HttpPortal::new().sign_in_by_card(&server.origin(), &account(), &proof).unwrap();
    assert_eq!((session.bearer.expose(), session.account, profile.account), ("t-2", account(), account()));
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].line, "POST /v1/card-sessions HTTP/1.1");
    assert_eq!(seen[0].header("idempotency-key"), Some(proof.request_id().as_str()));
    assert_eq!(
        (seen[0].header("idempotency-key"), &seen[0].body),
        (seen[1].header("idempotency-key"), &seen[1].body)
    );
}

#[test]
fn a_session_whose_profile_cannot_be_read_is_ended_again() {
    for profile in ["{}", "null", "\"x\""] {
        let server = Server::start(vec![signed_in(profile), Deed::Say(NO_CONTENT.to_vec())]);
        let fault = sign_in(&HttpPortal::new(), &server.origin(), "secret").unwrap_err();
        assert_eq!(fault, Fault::PortalAnswer { reason: AnswerFlaw::Malformed }, "{profile}");
        let seen = server.seen();
        assert_eq!(seen[1].line, "DELETE /v1/sessions/current HTTP/1.1");
        assert_eq!(seen[1].header("authorization"), Some("Bearer t-2"));
    }
}

#[test]
fn signing_out_here_and_everywhere_are_two_things() {
    let server = Server::start(vec![Deed::Say(NO_CONTENT.to_vec()), Deed::Say(NO_CONTENT.to_vec())]);
    let portal = HttpPortal::new();
    portal.sign_out(&server.session()).unwrap();
    portal.sign_out_everywhere(&server.session()).unwrap();
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, ["DELETE /v1/sessions/current HTTP/1.1", "DELETE /v1/sessions HTTP/1.1"]);
}
