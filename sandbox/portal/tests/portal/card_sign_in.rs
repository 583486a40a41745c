//! Signing in with a card.

use crate::common::{Api, Case, answered, case, code, input_invalid, key, proof, reason};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use tongguan_core::domain::{Challenge, Purpose};

/// Bound from the start.
const BOUND: &str = "haihe-legal-sm2";

fn ask(api: &Api, card: &str) -> Response {
    let certificate = STANDARD.encode(&key(card).certificate);
    api.post("/v1/card-challenges", &json!({ "certificate": certificate }))
}

fn challenge(api: &Api, card: &str) -> Challenge {
    serde_json::from_value(answered(ask(api, card), 201)).unwrap()
}

fn sign_in(api: &Api, body: &Value) -> Response {
    api.post("/v1/card-sessions", body)
}

/// Binds the card to `haihe-demo` by certifying with it.
fn bind(case: &Case, card: &str) -> Api {
    let api = case.api("haihe-demo");
    assert_eq!(api.submit(&proof(&api.challenge(), key(card))).status(), 201);
    api
}

#[test]
fn a_card_signs_in_the_account_that_it_is_bound_to() {
    let case = case();
    let mut api = case.server.client();
    let asked = challenge(&api, BOUND);
    assert_eq!((asked.purpose, asked.account.as_str()), (Purpose::Login, "haihe-demo"));
    assert_eq!(asked.expires_at.unix() - asked.issued_at.unix(), 120);
    let answer = sign_in(&api, &proof(&asked, key(BOUND)));
    assert_eq!(answer.status(), 201);
    assert_eq!(api.take_session(answer)["profile"]["account"], "haihe-demo");
    assert_eq!(api.get("/v1/profile").status(), 200);
    let cards: Value = api.get("/v1/cards").json().unwrap();
    assert_eq!((&cards[0]["kind"], cards.as_array().unwrap().len()), (&json!("legal_person"), 1));
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap(), json!([]), "it certifies nothing");
}

#[test]
fn certifying_binds_a_card_and_unbinding_takes_it_off() {
    let case = case();
    let stranger = case.server.client();
    assert_eq!(code(ask(&stranger, "haihe-operator-rsa")), "card_not_bound");
    let api = bind(&case, "haihe-operator-rsa");
    let asked = challenge(&stranger, "haihe-operator-rsa");
    let kept = challenge(&stranger, "haihe-operator-rsa");
    assert_eq!(sign_in(&stranger, &proof(&asked, key("haihe-operator-rsa"))).status(), 201);
    let cards: Value = api.get("/v1/cards").json().unwrap();
    let card = cards.as_array().unwrap().iter().find(|card| card["kind"] == "operator").unwrap();
    assert!(card["number"].as_str().unwrap().contains("****"), "{card}");
    let path = format!("/v1/cards/{}", card["id"].as_str().unwrap());
    assert_eq!(case.api("haihe-clerk").delete(&path).status(), 404, "another's card");
    assert_eq!(api.delete(&path).status(), 204);
    assert_eq!(code(ask(&stranger, "haihe-operator-rsa")), "card_not_bound");
    assert_eq!(code(sign_in(&stranger, &proof(&kept, key("haihe-operator-rsa")))), "card_not_bound");
}

#[test]
fn a_card_that_two_accounts_certify_with_stays_the_first_one_s() {
    let case = case();
    bind(&case, "haihe-operator-sm2");
    let clerk = case.api("haihe-clerk");
    assert_eq!(clerk.submit(&proof(&clerk.challenge(), key("haihe-operator-sm2"))).status(), 201);
    assert_eq!(clerk.get("/v1/cards").json::<Value>().unwrap(), json!([]));
    assert_eq!(challenge(&clerk, "haihe-operator-sm2").account.as_str(), "haihe-demo");
}

#[test]
fn only_a_good_certificate_is_told_whose_account_it_opens() {
    let case = case();
    let api = bind(&case, "haihe-operator-sm2");
    for (card, expected) in [
        ("haihe-untrusted", "cert_untrusted"),
        ("haihe-expired", "cert_expired"),
        ("haihe-not-yet", "cert_expired"),
        ("haihe-no-signature", "cert_untrusted"),
        ("haihe-revoked", "cert_revoked"),
        // The number of the bound card, and another company's name.
        ("second-same-number", "cert_other_enterprise"),
    ] {
        assert_eq!(reason(ask(&api, card)), expected, "{card}");
    }
    let show = |certificate: &str| api.post("/v1/card-challenges", &json!({ "certificate": certificate }));
    assert_eq!(input_invalid(show("!")), ("certificate".into(), "encoding".into()));
    assert_eq!(input_invalid(show("MAA=")), ("certificate".into(), "structure".into()));
}

#[test]
fn signatures_for_signing_in_and_for_certifying_do_not_stand_in_for_each_other() {
    let case = case();
    let api = bind(&case, BOUND);
    let login = proof(&challenge(&api, BOUND), key(BOUND));
    assert_eq!(reason(api.submit(&login)), "signature_invalid");
    let certify = proof(&api.challenge(), key(BOUND));
    assert_eq!(reason(sign_in(&api, &certify)), "signature_invalid");
    assert_eq!(sign_in(&api, &login).status(), 201);
    assert_eq!(api.submit(&certify).status(), 201);
}

#[test]
fn a_signature_opens_one_session() {
    let case = case();
    let mut first = case.server.client();
    let mut second = first.clone();
    let body = proof(&challenge(&first, BOUND), key(BOUND));
    // The first answer was lost: nobody has used its token.
    first.take_session(sign_in(&first, &body));
    second.take_session(sign_in(&second, &body));
    assert_eq!(code(first.get("/v1/profile")), "session_ended");
    assert_eq!(second.get("/v1/profile").status(), 200);
    assert_eq!(reason(sign_in(&first, &body)), "challenge_reused");
    assert_eq!(second.get("/v1/profile").status(), 200);
    case.clock.advance(121);
    assert_eq!(reason(sign_in(&first, &body)), "challenge_expired");
}

#[test]
fn a_proof_that_is_not_right_opens_nothing() {
    let case = case();
    let api = case.server.client();
    let asked = challenge(&api, BOUND);
    let mut altered = asked.clone();
    altered.account = tongguan_core::domain::AccountName::parse("haihe-clerk").unwrap();
    assert_eq!(reason(sign_in(&api, &proof(&altered, key(BOUND)))), "signature_invalid");
    let late = challenge(&api, BOUND);
    assert_eq!(code(sign_in(&api, &proof(&asked, key("haihe-operator-rsa")))), "card_not_bound");
    // That spent it.
    assert_eq!(code(sign_in(&api, &proof(&asked, key(BOUND)))), "idempotency_conflict");
    let revoked = challenge(&api, BOUND);
    let body = proof(&revoked, key("haihe-revoked"));
    assert_eq!(reason(sign_in(&api, &body)), "cert_revoked");
    assert_eq!(reason(sign_in(&api, &body)), "cert_revoked", "asked again, answered the same");
    case.clock.advance(121);
    assert_eq!(reason(sign_in(&api, &proof(&late, key(BOUND)))), "challenge_expired");
    let url = format!("{}/v1/card-sessions", api.origin);
    let without_key = api.http.post(url).json(&proof(&late, key(BOUND))).send().unwrap();
    assert_eq!(code(without_key), "idempotency_key");
    assert_eq!(code(sign_in(&api, &json!({ "request_id": late.request_id, "proof": "!" }))), "malformed");
}

#[test]
fn a_disabled_account_is_not_opened_by_its_card() {
    let case = case();
    let clerk = case.api("haihe-clerk");
    assert_eq!(clerk.submit(&proof(&clerk.challenge(), key("haihe-operator-p256"))).status(), 201);
    let asked = challenge(&clerk, "haihe-operator-p256");
    let admin = case.api("haihe-demo");
    let off = json!({ "enabled": false, "rights": ["certify"] });
    assert_eq!(admin.put("/v1/operators/haihe-clerk", &off).status(), 204);
    assert_eq!(code(ask(&clerk, "haihe-operator-p256")), "card_not_bound");
    assert_eq!(code(sign_in(&clerk, &proof(&asked, key("haihe-operator-p256")))), "card_not_bound");
    // Somebody else of the company takes the card over by certifying with it.
    assert_eq!(admin.submit(&proof(&admin.challenge(), key("haihe-operator-p256"))).status(), 201);
    assert_eq!(challenge(&admin, "haihe-operator-p256").account.as_str(), "haihe-demo");
}

#[test]
fn a_card_of_the_former_code_does_not_sign_in_after_a_change() {
    let case = case();
    let api = case.api("haihe-demo");
    let asked = challenge(&api, BOUND);
    crate::common::move_company(&case, &api);
    assert_eq!(reason(ask(&api, BOUND)), "cert_other_enterprise");
    assert_eq!(reason(sign_in(&api, &proof(&asked, key(BOUND)))), "cert_other_enterprise");
}
