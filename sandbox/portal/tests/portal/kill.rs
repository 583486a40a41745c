//! The portal is killed while proofs come in. What it answered with 201 it has kept, and it takes nothing twice.

use crate::common::{Api, SEED, key, proof};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const PROOFS: usize = 32;

struct Process {
    child: Child,
    origin: String,
}

impl Process {
    fn start(dir: &Path, address: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tongguan-sandbox-portal"))
            .arg(dir)
            .args([&SEED.to_string(), address])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut origin = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut origin).unwrap();
        Self { child, origin: origin.trim().to_owned() }
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends until the portal is gone; `None` is a proof without an answer.
fn try_submit(api: &Api, body: &Value) -> Option<Value> {
    let request = api.http.post(format!("{}/v1/proofs", api.origin)).bearer_auth(api.token.as_ref()?);
    let answer = request.header("idempotency-key", body["request_id"].as_str()?).json(body).send().ok()?;
    assert_eq!(answer.status(), 201);
    answer.json().ok()
}

/// Receipts by request id that were answered before the portal died of SIGKILL at answer `kill_at`.
fn submit_and_kill(
    portal: &mut Process,
    api: &Api,
    bodies: &[Value],
    kill_at: usize,
) -> BTreeMap<String, Value> {
    let receipts = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    let portal = Mutex::new(portal);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let Some(receipt) = try_submit(api, body) else { continue };
                    let mut known = receipts.lock().unwrap();
                    known.insert(body["request_id"].as_str().unwrap().to_owned(), receipt);
                    // The lock is held meanwhile: at most the three proofs under way are answered as well.
                    if known.len() == kill_at {
                        portal.lock().unwrap().kill();
                    }
                }
            });
        }
    });
    receipts.into_inner().unwrap()
}

#[test]
fn a_kill_loses_no_accepted_proof_and_accepts_none_twice() {
    for kill_at in [1, 5, 17] {
        let dir = tempfile::tempdir().unwrap();
        crate::common::world().write(dir.path()).unwrap();
        let mut portal = Process::start(dir.path(), "127.0.0.1:0");
        let api = Api::new(&portal.origin).signed_in("haihe-demo");
        let bodies: Vec<Value> =
            (0..PROOFS).map(|_| proof(&api.challenge(), key("haihe-operator-sm2"))).collect();
        let answered = submit_and_kill(&mut portal, &api, &bodies, kill_at);
        assert!((kill_at..PROOFS).contains(&answered.len()), "killed in the middle: {}", answered.len());

        let address = portal.origin.trim_start_matches("http://").to_owned();
        let portal = Process::start(dir.path(), &address);
        assert_eq!(portal.origin, api.origin);
        let kept: Value = api.get("/v1/certifications").json().unwrap();
        for receipt in answered.values() {
            let rows = kept.as_array().unwrap().iter().filter(|row| row["receipt"] == *receipt);
            assert_eq!(rows.count(), 1);
        }
        let mut numbers = BTreeSet::new();
        for body in &bodies {
            let receipt = try_submit(&api, body).unwrap();
            if let Some(before) = answered.get(body["request_id"].as_str().unwrap()) {
                assert_eq!(*before, receipt);
            }
            numbers.insert(receipt["number"].as_str().unwrap().to_owned());
        }
        let kept: Value = api.get("/v1/certifications").json().unwrap();
        assert_eq!((numbers.len(), kept.as_array().unwrap().len()), (PROOFS, PROOFS));
    }
}
