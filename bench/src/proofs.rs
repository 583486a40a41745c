//! Proofs that the sandbox's portal takes in a second, against bare SM2 verification on the same cores.

use crate::row::{Row, per_second};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tongguan_core::domain::{Certificate, Challenge, Proof, Statement};
use tongguan_sandbox::Stage;
use tongguan_tests::world_in;

const CARD: &str = "haihe-operator-sm2";
const PROOFS: usize = 200;

pub(crate) fn measure() -> Vec<Row> {
    let dir = tempfile::tempdir().unwrap();
    world_in(dir.path());
    let stage = Stage::start(dir.path()).unwrap();
    let portal = stage.portal_origin();
    let client = tongguan_tests::http();
    let body = json!({"account": stage.account(), "password": stage.password()});
    let answer: Value =
        client.post(format!("{portal}/v1/sessions")).json(&body).send().unwrap().json().unwrap();
    let token = answer["token"].as_str().unwrap();
    let key = &stage.world().card(CARD).unwrap().keys[0];
    let certificate = Certificate::parse(&key.certificate).unwrap();
    let proofs: Vec<(String, String)> = (0..PROOFS)
        .map(|_| {
            let request = client.post(format!("{portal}/v1/challenges")).bearer_auth(token);
            let answer = request.json(&json!({"purpose": "certify_ic_card"})).send().unwrap();
            let challenge: Challenge = answer.json().unwrap();
            let statement =
                Statement::from_challenge(&challenge, &challenge.audience, &challenge.account).unwrap();
            let signature = key.pair.sign(statement.render().as_bytes()).unwrap();
            let proof = Proof::build(&statement, &signature, &certificate, &[]).unwrap();
            (challenge.request_id.to_string(), STANDARD.encode(proof.cms()))
        })
        .collect();
    let started = Instant::now();
    for (id, proof) in &proofs {
        let request =
            client.post(format!("{portal}/v1/proofs")).bearer_auth(token).header("Idempotency-Key", id);
        let answer = request.json(&json!({"request_id": id, "proof": proof})).send().unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().unwrap());
    }
    let each = started.elapsed() / u32::try_from(PROOFS).unwrap();
    // The proof's signature and the certificate's: two verifications that no portal can do without.
    let bare = bare(&certificate, &key.pair) * 2;
    let limit = format!("{} (two bare SM2 verifications each)", per_second(bare));
    let ratio = bare.as_secs_f64() / each.as_secs_f64();
    vec![Row::new("proofs accepted, one client, each durable on disk", per_second(each), limit, ratio)]
}

fn bare(certificate: &Certificate, pair: &tongguan_sandbox_world::KeyPair) -> Duration {
    let signature = pair.sign(b"statement").unwrap();
    let started = Instant::now();
    for _ in 0..PROOFS {
        certificate.public_key().verify(certificate.algorithm(), b"statement", &signature).unwrap();
    }
    started.elapsed() / u32::try_from(PROOFS).unwrap()
}
