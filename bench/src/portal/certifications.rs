//! Certifications: proofs that were signed before, handed in by many clients.

use super::crowd::{self, Times};
use super::site::{ACCOUNT, Site};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tongguan_core::domain::{Certificate, Challenge, Proof, Statement};
use tongguan_core::ports::Captcha;

const CARD: &str = "haihe-operator-sm2";
const PROOFS: usize = 256;
const BARE: u32 = 100;

pub(crate) fn measure(site: &Site, clients: usize) -> Times {
    let client = tongguan_tests::http();
    let token = &sign_in(site, &client);
    let work: Vec<(String, String)> = (0..PROOFS).map(|_| proof(site, &client, token)).collect();
    crowd::run(clients, work, |client, (id, proof)| {
        let request = client.post(format!("{}/v1/proofs", site.origin)).bearer_auth(token);
        let request = request.header("Idempotency-Key", &id).json(&json!({"request_id": id, "proof": proof}));
        let answer = request.send().unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().unwrap());
    })
}

fn sign_in(site: &Site, client: &reqwest::blocking::Client) -> String {
    let asked = client.post(format!("{}/v1/captchas", site.origin)).json(&json!({"kind": "question"}));
    let captcha: Captcha = asked.send().unwrap().json().unwrap();
    let answer = site.portal.captcha_answer(&captcha.id).unwrap();
    let captcha = json!({"id": captcha.id, "answer": answer});
    let body = json!({"account": ACCOUNT, "password": site.password(ACCOUNT), "captcha": captcha});
    let answer = client.post(format!("{}/v1/sessions", site.origin)).json(&body).send().unwrap();
    answer.json::<Value>().unwrap()["token"].as_str().unwrap().to_owned()
}

/// Request id and signed statement, base64.
fn proof(site: &Site, client: &reqwest::blocking::Client, token: &str) -> (String, String) {
    let asked = client.post(format!("{}/v1/challenges", site.origin)).bearer_auth(token);
    let challenge: Challenge =
        asked.json(&json!({"purpose": "certify_ic_card"})).send().unwrap().json().unwrap();
    let statement = Statement::from_challenge(&challenge, &challenge.audience, &challenge.account).unwrap();
    let key = &site.world.card(CARD).unwrap().keys[0];
    let certificate = Certificate::parse(&key.certificate).unwrap();
    let signature = key.pair.sign(statement.render().as_bytes()).unwrap();
    let proof = Proof::build(&statement, &signature, &certificate, &[]).unwrap();
    (challenge.request_id.to_string(), STANDARD.encode(proof.cms()))
}

/// The proof's signature and the certificate's: two verifications that no portal can do without.
pub(crate) fn bare(site: &Site) -> Duration {
    let key = &site.world.card(CARD).unwrap().keys[0];
    let certificate = Certificate::parse(&key.certificate).unwrap();
    let signature = key.pair.sign(b"statement").unwrap();
    let started = Instant::now();
    for _ in 0..2 * BARE {
        certificate.public_key().verify(certificate.algorithm(), b"statement", &signature).unwrap();
    }
    started.elapsed() / BARE
}
