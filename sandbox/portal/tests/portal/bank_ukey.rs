//! Certification with a bank's UKey at the client's own machine.

use crate::common::{FakeClock, Server, code, key, proof, reason, ukey, world};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

fn server() -> (Server, TempDir) {
    let dir = tempdir().unwrap();
    (Server::start(dir.path(), FakeClock::new()), dir)
}

#[test]
fn every_kind_of_key_of_every_bank_certifies() {
    let (server, _dir) = server();
    let api = server.client().signed_in("haihe-demo");
    for name in ["haihe-ccb-sm2", "haihe-ccb-rsa", "haihe-ccb-p256", "haihe-abc-sm2", "haihe-abc-rsa"] {
        let bank = world().ukey(name).unwrap().bank.as_ref().unwrap();
        let answer = api.submit(&proof(&api.bank_challenge(bank.as_str()), ukey(name)));
        assert_eq!(answer.status(), 201, "{name}");
        let receipt: Value = answer.json().unwrap();
        assert_eq!(receipt["method"], "bank_ukey");
        let expected = json!({ "id": bank, "name": world().bank(bank.as_str()).unwrap().name });
        assert_eq!(receipt["bank"], expected);
        assert_eq!(receipt["level_after"], "high");
    }
    let two = &world().ukey("haihe-ccb-two").unwrap().keys;
    for key in two {
        assert_eq!(api.submit(&proof(&api.bank_challenge("ccb"), key)).status(), 201);
    }
    let list: Value = api.get("/v1/certifications").json().unwrap();
    assert_eq!(list.as_array().unwrap().len(), 7);
    assert_eq!(list[6]["receipt"]["bank"]["id"], "ccb");
    assert_eq!(list[6]["method"], "bank_ukey");
}

#[test]
fn the_profile_names_the_bank_beside_the_other_ways() {
    let (server, _dir) = server();
    let mut api = server.client().signed_in("haihe-demo");
    let card: Value = api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).json().unwrap();
    assert_eq!((&card["method"], &card["bank"]), (&json!("ic_card"), &Value::Null));
    let ukey: Value =
        api.submit(&proof(&api.bank_challenge("cmbc"), ukey("haihe-cmbc-p256"))).json().unwrap();
    let profile = api.sign_in("haihe-demo")["profile"].clone();
    let [ic_card, _, bank_ukey] = &profile["methods"].as_array().unwrap()[..] else { panic!("{profile}") };
    assert_eq!((&ic_card["receipt"], &ic_card["bank"]), (&card["number"], &Value::Null));
    assert_eq!(bank_ukey["receipt"], ukey["number"]);
    assert_eq!(bank_ukey["bank"], world().bank("cmbc").unwrap().name.as_str());
    assert_eq!((&profile["level"], &profile["sign_in_again"]), (&json!("high"), &json!(false)));
}

#[test]
fn the_text_names_the_company_as_the_bank_knows_it() {
    let (server, _dir) = server();
    let api = server.client().signed_in("haihe-demo");
    let own = &world().companies[0].identity;
    let challenge = api.bank_challenge("abc");
    assert_eq!(challenge.company, world().bank("abc").unwrap().customers[0].identity());
    assert_ne!(challenge.company.name, own.name);
    assert_eq!((&challenge.company.uscc, &challenge.account), (&own.uscc, &world().accounts[0].name));
    assert_eq!(api.bank_challenge("ccb").company, *own);
    let mut renamed = challenge.clone();
    renamed.company.name = own.name.clone();
    assert_eq!(reason(api.submit(&proof(&renamed, ukey("haihe-abc-sm2")))), "signature_invalid");
    assert_eq!(api.submit(&proof(&challenge, ukey("haihe-abc-sm2"))).status(), 201);
}

#[test]
fn a_bank_that_is_not_there_and_one_that_does_not_know_the_company_are_told_apart() {
    let (server, _dir) = server();
    let api = server.client().signed_in("bohai-demo");
    let ask = |body: Value| api.post("/v1/challenges", &body);
    let unknown = ask(json!({ "purpose": "certify_bank_ukey", "bank": "icbc" }));
    assert_eq!((unknown.status().as_u16(), code(unknown).as_str()), (422, "bank_unknown"));
    let stranger = ask(json!({ "purpose": "certify_bank_ukey", "bank": "abc" }));
    assert_eq!(reason(stranger), "enterprise_not_found");
    assert_eq!(code(api.post("/v1/bank-visits", &json!({ "bank": "icbc" }))), "bank_unknown");
    assert_eq!(reason(api.post("/v1/bank-visits", &json!({ "bank": "abc" }))), "enterprise_not_found");
    assert_eq!(code(ask(json!({ "purpose": "certify_bank_ukey", "bank": "A bank" }))), "input_invalid");
    for malformed in
        [json!({ "purpose": "certify_bank_ukey" }), json!({ "purpose": "certify_ic_card", "bank": "ccb" })]
    {
        assert_eq!(code(ask(malformed)), "malformed");
    }
    assert_eq!(code(ask(json!({ "purpose": "login", "bank": "ccb" }))), "purpose_unsupported");
}

#[test]
fn a_certificate_that_will_not_do_is_refused_with_its_reason() {
    let (server, _dir) = server();
    let api = server.client().signed_in("haihe-demo");
    for (name, expected) in [
        ("haihe-ccb-untrusted", "cert_untrusted"),
        ("haihe-abc-sm2", "cert_untrusted"),
        ("haihe-cmbc-p256", "cert_untrusted"),
        ("haihe-ccb-mixed", "cert_untrusted"),
        ("haihe-ccb-expired", "cert_expired"),
        ("haihe-ccb-revoked", "cert_revoked"),
        ("second-ccb-rsa", "cert_other_enterprise"),
    ] {
        assert_eq!(reason(api.submit(&proof(&api.bank_challenge("ccb"), ukey(name)))), expected, "{name}");
    }
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap(), json!([]));
}

#[test]
fn cards_and_ukeys_do_not_stand_in_for_each_other() {
    let (server, _dir) = server();
    let api = server.client().signed_in("haihe-demo");
    let card_for_bank = proof(&api.bank_challenge("ccb"), key("haihe-operator-sm2"));
    assert_eq!(reason(api.submit(&card_for_bank)), "cert_untrusted");
    let ukey_for_card = proof(&api.challenge(), ukey("haihe-ccb-sm2"));
    assert_eq!(reason(api.submit(&ukey_for_card)), "cert_untrusted");
}

#[test]
fn a_statement_for_one_bank_is_no_answer_to_another_s_challenge() {
    let (server, _dir) = server();
    let api = server.client().signed_in("haihe-demo");
    let challenge = api.bank_challenge("ccb");
    let mut other = api.bank_challenge("cmbc");
    other.nonce = challenge.nonce.clone();
    assert_eq!(reason(api.submit(&proof(&other, ukey("haihe-cmbc-p256")))), "signature_invalid");
    let mut purpose = challenge.clone();
    purpose.purpose = tongguan_core::domain::Purpose::CertifyIcCard;
    assert_eq!(reason(api.submit(&proof(&purpose, ukey("haihe-ccb-sm2")))), "signature_invalid");
    assert_eq!(api.submit(&proof(&challenge, ukey("haihe-ccb-sm2"))).status(), 201);
}

#[test]
fn the_same_proof_is_answered_the_same_and_a_spent_challenge_refused() {
    let (server, _dir) = server();
    let api = server.client().signed_in("haihe-demo");
    let challenge = api.bank_challenge("ccb");
    let body = proof(&challenge, ukey("haihe-ccb-rsa"));
    let first: Value = api.submit(&body).json().unwrap();
    assert_eq!(api.submit(&body).json::<Value>().unwrap(), first);
    assert_eq!(code(api.submit(&proof(&challenge, ukey("haihe-ccb-p256")))), "idempotency_conflict");
}
