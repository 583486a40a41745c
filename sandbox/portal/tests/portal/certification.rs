//! The portal through its front door.

use crate::common::{FakeClock, Server, code, key, proof, reason, world};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tongguan_core::domain::{CompanyName, RequestId, Timestamp};

struct Case {
    dir: TempDir,
    clock: std::sync::Arc<FakeClock>,
    server: Server,
}

fn case() -> Case {
    let dir = tempdir().unwrap();
    let clock = FakeClock::new();
    let server = Server::start(dir.path(), clock.clone());
    Case { dir, clock, server }
}

#[test]
fn every_kind_of_key_certifies() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let date = world().made_at.date();
    let year = &date[..4];
    for (number, card) in
        (1..).zip(["haihe-operator-sm2", "haihe-legal-sm2", "haihe-operator-rsa", "haihe-operator-p256"])
    {
        let answer = api.submit(&proof(&api.challenge(), key(card)));
        assert_eq!(answer.status(), 201, "{card}");
        let receipt: Value = answer.json().unwrap();
        assert_eq!(receipt["number"], format!("SW-{year}-{number:06}"));
        assert_eq!(receipt["level_before"], if number == 1 { "low" } else { "high" });
        assert_eq!(receipt["level_after"], "high");
    }
    for key in &world().card("haihe-all").unwrap().keys {
        assert_eq!(api.submit(&proof(&api.challenge(), key)).status(), 201);
    }
    let list: Value = api.get("/v1/certifications").json().unwrap();
    assert_eq!(list.as_array().unwrap().len(), 7);
    assert_eq!(list[6]["receipt"]["number"], format!("SW-{year}-000001"));
}

#[test]
fn a_new_level_takes_effect_at_the_next_sign_in() {
    let case = case();
    let mut api = case.server.client();
    let profile = api.sign_in("haihe-demo")["profile"].clone();
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("low"), &json!(false)));
    let receipt: Value = api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).json().unwrap();
    let profile: Value = api.get("/v1/profile").json().unwrap();
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("low"), &json!(true)));
    assert_eq!(profile["methods"][0]["receipt"], receipt["number"]);
    assert_eq!(
        profile["methods"][1],
        json!({ "method": "legal_representative", "passed_at": null, "receipt": null, "bank": null, "expires_at": null })
    );
    let profile = api.sign_in("haihe-demo")["profile"].clone();
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("high"), &json!(false)));
}

#[test]
fn what_has_ended_counts_for_nothing_and_is_shown_with_its_end() {
    let case = case();
    let mut api = case.server.client().signed_in("haihe-demo");
    let receipt: Value = api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).json().unwrap();
    let profile = api.sign_in("haihe-demo")["profile"].clone();
    assert_eq!(profile["level"], "high");
    let end = Timestamp::parse(profile["methods"][0]["expires_at"].as_str().unwrap()).unwrap();
    case.clock.advance(end.unix() - case.clock.moment().unix());
    assert_eq!(api.sign_in("haihe-demo")["profile"]["level"], "high", "to its last second");
    case.clock.advance(1);
    let profile = api.sign_in("haihe-demo")["profile"].clone();
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("low"), &json!(false)));
    let method = &profile["methods"][0];
    assert_eq!(method["receipt"], receipt["number"]);
    assert!(Timestamp::parse(method["expires_at"].as_str().unwrap()).unwrap() < case.clock.moment());
}

#[test]
fn a_method_shows_what_still_counts_before_what_has_ended() {
    let case = case();
    let mut api = case.server.client().signed_in("haihe-demo");
    let first: Value = api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).json().unwrap();
    let second: Value = api.submit(&proof(&api.challenge(), key("haihe-legal-sm2"))).json().unwrap();
    let shown = |api: &mut crate::common::Api| api.sign_in("haihe-demo")["profile"].clone();
    assert_eq!(shown(&mut api)["methods"][0]["receipt"], second["number"]);
    let store = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
    let over = "UPDATE certification SET expires_at = accepted_at - 1 WHERE sequence = 2";
    assert_eq!(store.execute(over, []).unwrap(), 1);
    let profile = shown(&mut api);
    assert_eq!((&profile["methods"][0]["receipt"], &profile["level"]), (&first["number"], &json!("high")));
}

#[test]
fn a_certificate_that_will_not_do_is_refused_with_its_reason() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    for (card, expected) in [
        ("haihe-untrusted", "cert_untrusted"),
        ("haihe-expired", "cert_expired"),
        ("haihe-not-yet", "cert_expired"),
        ("haihe-no-signature", "cert_untrusted"),
        ("haihe-revoked", "cert_revoked"),
        ("second-operator-sm2", "cert_other_enterprise"),
    ] {
        assert_eq!(api.refusal(card), expected, "{card}");
    }
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap(), json!([]));
}

#[test]
fn a_card_of_another_company_is_not_bound_again() {
    let case = case();
    let first = case.server.client().signed_in("haihe-demo");
    assert_eq!(first.submit(&proof(&first.challenge(), key("haihe-operator-sm2"))).status(), 201);
    let second = case.server.client().signed_in("bohai-demo");
    assert_eq!(second.refusal("second-same-number"), "card_already_bound");
    let clerk = case.server.client().signed_in("haihe-clerk");
    assert_eq!(clerk.submit(&proof(&clerk.challenge(), key("haihe-operator-sm2"))).status(), 201);
}

#[test]
fn a_statement_that_differs_from_its_challenge_is_refused() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let challenge = api.challenge();
    let mut altered = challenge.clone();
    altered.company.name = CompanyName::parse("another name").unwrap();
    assert_eq!(reason(api.submit(&proof(&altered, key("haihe-operator-sm2")))), "signature_invalid");
    let mut altered = challenge.clone();
    altered.expires_at = altered.expires_at.plus_seconds(1);
    assert_eq!(reason(api.submit(&proof(&altered, key("haihe-operator-sm2")))), "signature_invalid");
    let mut altered = challenge.clone();
    altered.nonce = api.challenge().nonce;
    assert_eq!(reason(api.submit(&proof(&altered, key("haihe-operator-sm2")))), "signature_invalid");
    // None of these spent the challenge.
    assert_eq!(api.submit(&proof(&challenge, key("haihe-operator-sm2"))).status(), 201);
}

#[test]
fn a_changed_signature_and_bytes_that_are_no_envelope_are_refused() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let mut body = proof(&api.challenge(), key("haihe-operator-sm2"));
    let mut cms = STANDARD.decode(body["proof"].as_str().unwrap()).unwrap();
    *cms.last_mut().unwrap() ^= 1;
    body["proof"] = STANDARD.encode(cms).into();
    assert_eq!(reason(api.submit(&body)), "signature_invalid");
    body["proof"] = STANDARD.encode(b"nothing").into();
    assert_eq!(reason(api.submit(&body)), "signature_invalid");
    body["proof"] = "!".into();
    assert_eq!(code(api.submit(&body)), "malformed");
}

#[test]
fn a_challenge_of_another_account_is_refused() {
    let case = case();
    let first = case.server.client().signed_in("haihe-demo");
    let clerk = case.server.client().signed_in("haihe-clerk");
    let body = proof(&first.challenge(), key("haihe-operator-sm2"));
    assert_eq!(reason(clerk.submit(&body)), "signature_invalid");
    assert_eq!(first.submit(&body).status(), 201);
}

#[test]
fn a_spent_challenge_is_refused_under_another_key() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let mut body = proof(&api.challenge(), key("haihe-operator-sm2"));
    assert_eq!(api.submit(&body).status(), 201);
    body["request_id"] = RequestId::random().as_str().into();
    assert_eq!(reason(api.submit(&body)), "challenge_reused");
}

#[test]
fn a_proof_refused_for_its_certificate_spends_the_challenge() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let challenge = api.challenge();
    let body = proof(&challenge, key("haihe-revoked"));
    assert_eq!(reason(api.submit(&body)), "cert_revoked");
    assert_eq!(reason(api.submit(&body)), "cert_revoked", "asked again, answered the same");
    assert_eq!(code(api.submit(&proof(&challenge, key("haihe-operator-sm2")))), "idempotency_conflict");
}

#[test]
fn a_challenge_lives_for_two_minutes() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let (first, second) = (api.challenge(), api.challenge());
    case.clock.advance(120);
    assert_eq!(api.submit(&proof(&first, key("haihe-operator-sm2"))).status(), 201);
    case.clock.advance(1);
    assert_eq!(reason(api.submit(&proof(&second, key("haihe-operator-sm2")))), "challenge_expired");
}

#[test]
fn the_same_key_gives_the_same_receipt_and_another_body_a_conflict() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let challenge = api.challenge();
    let body = proof(&challenge, key("haihe-operator-sm2"));
    let first: Value = api.submit(&body).json().unwrap();
    case.clock.advance(600);
    let again = api.submit(&body);
    assert_eq!(again.status(), 201);
    assert_eq!(again.json::<Value>().unwrap(), first);
    let other = api.submit(&proof(&challenge, key("haihe-legal-sm2")));
    assert_eq!(other.status(), 409);
    assert_eq!(code(other), "idempotency_conflict");
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn everything_is_still_there_after_a_restart() {
    let Case { dir, clock, server } = case();
    let api = server.client().signed_in("haihe-demo");
    let accepted = proof(&api.challenge(), key("haihe-operator-sm2"));
    let receipt: Value = api.submit(&accepted).json().unwrap();
    drop(server);
    let server = Server::start(dir.path(), clock);
    let again = crate::common::Api { origin: server.origin.clone(), ..api };
    assert_eq!(again.submit(&accepted).json::<Value>().unwrap(), receipt);
    assert_eq!(again.get("/v1/certifications").json::<Value>().unwrap()[0]["receipt"], receipt);
    let level = server.client().sign_in("haihe-demo")["profile"]["level"].clone();
    assert_eq!(level, "high");
}

#[test]
fn the_same_proof_sent_many_times_at_once_is_accepted_once() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let body = proof(&api.challenge(), key("haihe-operator-sm2"));
    let receipts: Vec<Value> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(|| api.submit(&body).json().unwrap())).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(receipts[0]["number"].is_string());
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn two_proofs_for_one_challenge_at_once_give_one_certification() {
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let challenge = api.challenge();
    let bodies = ["haihe-operator-sm2", "haihe-legal-sm2"].map(|card| proof(&challenge, key(card)));
    let mut states = std::thread::scope(|scope| {
        let senders = bodies.each_ref().map(|body| scope.spawn(|| api.submit(body).status().as_u16()));
        senders.map(|sender| sender.join().unwrap())
    });
    states.sort_unstable();
    assert_eq!(states, [201, 409]);
}

/// A change in the envelope alone may pass; then what was accepted is still what was signed.
#[test]
fn no_bytes_make_the_portal_fail_or_accept_something_else() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;
    use tongguan_core::domain::Certificate;
    let case = case();
    let api = case.server.client().signed_in("haihe-demo");
    let config = ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() };
    let strategy = (any::<prop::sample::Index>(), 1u8..=255, any::<Option<prop::sample::Index>>());
    let altered = |(at, change, end): (prop::sample::Index, u8, Option<prop::sample::Index>)| {
        let mut body = proof(&api.challenge(), key("haihe-operator-sm2"));
        let mut bytes = STANDARD.decode(body["proof"].as_str().unwrap()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        bytes.truncate(end.map_or(bytes.len(), |end| end.index(bytes.len())));
        body["proof"] = STANDARD.encode(bytes).into();
        let status = api.submit(&body).status().as_u16();
        prop_assert!(matches!(status, 201 | 422), "{}: byte {} changed by {}", status, at, change);
        Ok(())
    };
    TestRunner::new(config).run(&strategy, altered).unwrap();
    let signer = Certificate::parse(&key("haihe-operator-sm2").certificate).unwrap().fingerprint();
    let list: Vec<Value> = api.get("/v1/certifications").json().unwrap();
    assert!(list.iter().all(|row| row["certificate"] == signer.as_str()), "{list:?}");
    assert!(list.len() < 48, "most changes are noticed: {}", list.len());
}
