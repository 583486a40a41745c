//! Visits to a bank's own page.

use crate::common::{Api, FakeClock, Server, code, proof, reason, ukey, world};
use reqwest::blocking::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::{TempDir, tempdir};
use tongguan_core::domain::Challenge;

struct Case {
    server: Server,
    clock: Arc<FakeClock>,
    api: Api,
    bank: Api,
    dir: TempDir,
}

fn case() -> Case {
    let dir = tempdir().unwrap();
    let clock = FakeClock::new();
    let server = Server::start(dir.path(), clock.clone());
    let api = server.client().signed_in("haihe-demo");
    let bank = server.client().as_bank("ccb");
    Case { server, clock, api, bank, dir }
}

impl Case {
    fn to_sign(&self, state: &str) -> Challenge {
        let answer = self.bank.get(&format!("/v1/banks/ccb/visits/{state}"));
        assert_eq!(answer.status(), 200);
        answer.json().unwrap()
    }

    fn result(&self, state: &str, proof: &Value) -> Response {
        self.bank.post("/v1/banks/ccb/results", &json!({ "state": state, "proof": proof["proof"] }))
    }

    /// The visit is answered with `name`.
    fn sign(&self, state: &str, name: &str) -> Response {
        self.result(state, &proof(&self.to_sign(state), ukey(name)))
    }
}

#[test]
fn a_result_from_the_bank_ends_the_visit_and_raises_the_level() {
    let mut case = case();
    let (id, state) = case.api.visit("ccb");
    assert_eq!(case.api.visit_state(&id), json!({ "status": "pending" }));
    let challenge = case.to_sign(&state);
    assert_eq!(challenge.request_id.as_str(), id);
    assert_eq!(challenge.company, world().companies[0].identity);
    assert_eq!(challenge.expires_at.unix() - challenge.issued_at.unix(), 600);
    assert_eq!(case.sign(&state, "haihe-ccb-sm2").status(), 204);
    let answer = case.api.visit_state(&id);
    assert_eq!(answer["status"], "passed");
    assert_eq!(answer["receipt"]["bank"], json!({ "id": "ccb", "name": world().bank("ccb").unwrap().name }));
    let list: Value = case.api.get("/v1/certifications").json().unwrap();
    assert_eq!(list[0]["receipt"], answer["receipt"]);
    assert_eq!(case.api.sign_in("haihe-demo")["profile"]["level"], "high");
}

#[test]
fn a_result_counts_once() {
    let case = case();
    let (id, state) = case.api.visit("ccb");
    let body = proof(&case.to_sign(&state), ukey("haihe-ccb-sm2"));
    assert_eq!(case.result(&state, &body).status(), 204);
    let again = case.result(&state, &body);
    assert_eq!((again.status().as_u16(), code(again).as_str()), (409, "visit_used"));
    let look = case.bank.get(&format!("/v1/banks/ccb/visits/{state}"));
    assert_eq!((look.status().as_u16(), code(look).as_str()), (409, "visit_used"));
    assert_eq!(case.api.visit_state(&id)["status"], "passed");
    assert_eq!(case.api.get("/v1/certifications").json::<Value>().unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn many_results_at_once_give_one_certification() {
    let case = case();
    let (_, state) = case.api.visit("ccb");
    let challenge = case.to_sign(&state);
    let bodies =
        ["haihe-ccb-sm2", "haihe-ccb-rsa", "haihe-ccb-p256"].map(|name| proof(&challenge, ukey(name)));
    let mut states = std::thread::scope(|scope| {
        let senders =
            bodies.each_ref().map(|body| scope.spawn(|| case.result(&state, body).status().as_u16()));
        senders.map(|sender| sender.join().unwrap())
    });
    states.sort_unstable();
    assert_eq!(states, [204, 409, 409]);
}

#[test]
fn a_certificate_that_will_not_do_ends_the_visit_with_its_reason() {
    let case = case();
    for (name, expected) in [
        ("haihe-abc-rsa", "cert_untrusted"),
        ("haihe-ccb-untrusted", "cert_untrusted"),
        ("haihe-ccb-expired", "cert_expired"),
        ("haihe-ccb-revoked", "cert_revoked"),
        ("second-ccb-sm2", "cert_other_enterprise"),
    ] {
        let (id, state) = case.api.visit("ccb");
        let challenge = case.to_sign(&state);
        assert_eq!(reason(case.result(&state, &proof(&challenge, ukey(name)))), expected, "{name}");
        assert_eq!(case.api.visit_state(&id), json!({ "status": "refused", "reason": expected }));
        let later = case.result(&state, &proof(&challenge, ukey("haihe-ccb-sm2")));
        assert_eq!(code(later), "visit_used", "{name}");
    }
    assert_eq!(case.api.get("/v1/certifications").json::<Value>().unwrap(), json!([]));
}

#[test]
fn a_proof_that_does_not_verify_leaves_the_visit_open() {
    let case = case();
    let (id, state) = case.api.visit("ccb");
    let mut altered = case.to_sign(&state);
    altered.expires_at = altered.expires_at.plus_seconds(-1);
    assert_eq!(reason(case.result(&state, &proof(&altered, ukey("haihe-ccb-sm2")))), "signature_invalid");
    assert_eq!(code(case.result(&state, &json!({ "proof": "!" }))), "malformed");
    let (_, other) = case.api.visit("ccb");
    let of_other = proof(&case.to_sign(&other), ukey("haihe-ccb-sm2"));
    assert_eq!(reason(case.result(&state, &of_other)), "signature_invalid", "of another visit");
    assert_eq!(case.api.visit_state(&id)["status"], "pending");
    assert_eq!(case.sign(&state, "haihe-ccb-sm2").status(), 204);
    assert_eq!(case.result(&other, &of_other).status(), 204);
}

#[test]
fn only_the_bank_s_server_may_ask_and_answer() {
    let case = case();
    let (id, state) = case.api.visit("ccb");
    let body = proof(&case.to_sign(&state), ukey("haihe-ccb-sm2"));
    let result = json!({ "state": state, "proof": body["proof"] });
    let nobody = Api { token: None, ..case.api.clone() };
    let nearly =
        Api { token: case.bank.token.as_ref().map(|t| t[..t.len() - 1].to_owned()), ..nobody.clone() };
    for other in [&case.api, &nobody, &nearly, &case.api.as_bank("abc")] {
        for answer in [
            other.get(&format!("/v1/banks/ccb/visits/{state}")),
            other.post("/v1/banks/ccb/results", &result),
            other.get(&format!("/v1/banks/nobody/visits/{state}")),
        ] {
            assert_eq!((answer.status().as_u16(), code(answer).as_str()), (401, "bank_refused"));
        }
    }
    let abc = case.api.as_bank("abc");
    assert_eq!(code(abc.get(&format!("/v1/banks/abc/visits/{state}"))), "not_found", "another bank's visit");
    assert_eq!(code(abc.post("/v1/banks/abc/results", &result)), "not_found");
    let secret = case.bank.get("/v1/profile");
    assert_eq!(code(secret), "session_ended", "a bank is no session");
    assert_eq!(case.api.visit_state(&id)["status"], "pending");
}

#[test]
fn the_visit_s_challenge_is_not_taken_from_the_client() {
    let case = case();
    let (id, state) = case.api.visit("ccb");
    let challenge = case.to_sign(&state);
    let stolen = proof(&challenge, ukey("haihe-ccb-sm2"));
    assert_eq!(reason(case.api.submit(&stolen)), "signature_invalid");
    assert_eq!(case.api.visit_state(&id)["status"], "pending");
    // The other way round: a client's challenge is no visit.
    let own = proof(&case.api.bank_challenge("ccb"), ukey("haihe-ccb-sm2"));
    assert_eq!(reason(case.result(&state, &own)), "signature_invalid");
    assert_eq!(case.api.submit(&own).status(), 201);
}

#[test]
fn a_visit_is_seen_by_the_session_that_opened_it_alone() {
    let case = case();
    let (id, _) = case.api.visit("ccb");
    let path = format!("/v1/bank-visits/{id}");
    for other in ["haihe-clerk", "bohai-demo", "haihe-demo"] {
        let answer = case.server.client().signed_in(other).get(&path);
        assert_eq!((answer.status().as_u16(), code(answer).as_str()), (404, "not_found"), "{other}");
    }
    assert_eq!(code(case.api.get("/v1/bank-visits/nothing")), "not_found");
    assert_eq!(code(case.api.get(&format!("{path}?wait=soon"))), "malformed");
    assert_eq!(code(case.api.get(&format!("{path}?result=passed"))), "malformed");
    assert_eq!(case.api.visit_state(&id)["status"], "pending");
}

#[test]
fn a_state_lives_for_ten_minutes() {
    let case = case();
    let ((_, first), (id, second)) = (case.api.visit("ccb"), case.api.visit("ccb"));
    let body = proof(&case.to_sign(&second), ukey("haihe-ccb-sm2"));
    case.clock.advance(600);
    assert_eq!(case.sign(&first, "haihe-ccb-sm2").status(), 204);
    case.clock.advance(1);
    let late = case.result(&second, &body);
    assert_eq!((late.status().as_u16(), code(late).as_str()), (410, "visit_expired"));
    assert_eq!(code(case.bank.get(&format!("/v1/banks/ccb/visits/{second}"))), "visit_expired");
    assert_eq!(case.api.visit_state(&id), json!({ "status": "expired" }));
    case.clock.advance(86_400);
    let api = case.server.client().signed_in("haihe-demo");
    api.visit("ccb");
    assert_eq!(code(case.bank.get(&format!("/v1/banks/ccb/visits/{second}"))), "not_found", "forgotten");
}

#[test]
fn a_visit_ends_with_its_session() {
    let case = case();
    let (_, state) = case.api.visit("ccb");
    let body = proof(&case.to_sign(&state), ukey("haihe-ccb-sm2"));
    let path = format!("{}/v1/sessions/current", case.api.origin);
    let gone = case.api.http.delete(path).bearer_auth(case.api.token.as_ref().unwrap()).send().unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(code(case.result(&state, &body)), "not_found");
    let api = case.server.client().signed_in("haihe-demo");
    let (_, state) = api.visit("ccb");
    case.clock.advance(599);
    assert_eq!(case.bank.get(&format!("/v1/banks/ccb/visits/{state}")).status(), 200);
}

#[test]
fn all_who_wait_are_told() {
    let case = case();
    let (id, state) = case.api.visit("ccb");
    let path = format!("/v1/bank-visits/{id}?wait=20");
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let waiters: Vec<_> = (0..4).map(|_| scope.spawn(|| case.api.get(&path).json().unwrap())).collect();
        assert_eq!(case.sign(&state, "haihe-ccb-sm2").status(), 204);
        waiters.into_iter().map(|waiter| waiter.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer["status"] == "passed"), "{answers:?}");
    assert_eq!(case.api.visit_state(&id)["status"], "passed", "and it is asked for as often as one likes");
}

#[test]
fn only_the_hash_of_a_state_is_kept() {
    let case = case();
    let (_, state) = case.api.visit("ccb");
    for file in std::fs::read_dir(case.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(state.len()).any(|window| window == state.as_bytes()));
        let secret = world().bank("ccb").unwrap().secret.expose().as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}
