//! One procedure after the other, each step timed beside a bare question to the same server.

use super::served::portal;
use crate::row::{Row, median, us};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tongguan_sandbox_world::{Person, World};
use tongguan_tests::world_in;

const WALKS: usize = 60;
const ACCOUNT: &str = "haihe-demo";
const TOKEN: &str = "token";

/// Name of a step, and how long each of its runs took.
type Times = Vec<(&'static str, Vec<Duration>)>;

struct Desk<'a> {
    client: Client,
    origin: String,
    holder: &'a Person,
    times: Times,
}

pub(crate) fn measure() -> Vec<Row> {
    let dir = tempfile::tempdir().unwrap();
    let world: World = world_in(dir.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let portal = portal(dir.path(), &origin);
    enter_session(dir.path());
    runtime.spawn(portal.serve(listener, std::future::pending()));
    let holder = &world.account(ACCOUNT).unwrap().holder;
    let mut desk = Desk { client: tongguan_tests::http(), origin, holder, times: Vec::new() };
    for _ in 0..WALKS {
        desk.walk();
    }
    let mut bare = None;
    let mut rows = Vec::new();
    for (step, times) in desk.times {
        let time = median(times);
        let Some(bare) = bare else {
            bare = Some(time);
            continue;
        };
        rows.push(Row::new(
            &format!("procedure, {step}"),
            us(time),
            format!("{} (the portal's health)", us(bare)),
            time.as_secs_f64() / bare.as_secs_f64(),
        ));
    }
    rows
}

/// Signing in costs an Argon2id, which is measured elsewhere.
fn enter_session(dir: &std::path::Path) {
    let store = rusqlite::Connection::open(dir.join("portal.sqlite")).unwrap();
    store
        .execute(
            "INSERT INTO session (token_hash, account, level, seen, last_used, ends_at, company_name,
             organization_code, uscc, company_version, account_version)
             SELECT ?1, a.name, 'low', 0, unixepoch(), unixepoch() + 40000, c.name, c.organization_code, c.uscc,
             1, 1 FROM account a JOIN company c ON c.id = a.company WHERE a.name = ?2",
            (Sha256::digest(TOKEN).to_vec(), ACCOUNT),
        )
        .unwrap();
}

impl Desk<'_> {
    /// A matter of one person, from its opening to its leaving: no step of it waits for a phone or a message.
    fn walk(&mut self) {
        let health = self.client.get(format!("{}/v1/health", self.origin));
        self.timed("bare", health);
        let open = self.post("/v1/procedures").json(&json!({"platform": "henan", "path": "matter"}));
        let key = uuid::Uuid::new_v4().to_string();
        let mut now = self.timed("opened", open.header("Idempotency-Key", key));
        let id = now["id"].as_str().unwrap().to_owned();
        let values = json!({"matter_kind": "change", "matter_title": "Change of the registered address"});
        let answer = json!({"kind": "form", "values": values, "agreed": []});
        now = self.answer("form answered", &id, &now, "materials", &answer);
        let Person { name, document, .. } = self.holder;
        let person = json!({"name": name, "document": document, "role": "manager"});
        let answer = json!({"kind": "add_person", "person": person});
        now = self.answer("person added", &id, &now, "people", &answer);
        let person = now["stage"]["people"][0]["id"].clone();
        let asked = json!({"duty": {"person": person, "duty": "certification"}});
        let ticket = self.post(&format!("/v1/procedures/{id}/tickets")).json(&asked);
        let ticket = self.timed("ticket given", ticket);
        let secret = ticket["address"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let scan = self.client.post(format!("{}/v1/scans", self.origin)).json(&json!({"ticket": secret}));
        self.timed("ticket opened by a phone", scan);
        let look = self.client.get(format!("{}/v1/procedures/{id}", self.origin)).bearer_auth(TOKEN);
        self.timed("looked at", look);
        let leave = self.client.delete(format!("{}/v1/procedures/{id}", self.origin)).bearer_auth(TOKEN);
        self.timed("left, with all that was given", leave);
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.origin)).bearer_auth(TOKEN)
    }

    fn answer(&mut self, what: &'static str, id: &str, now: &Value, step: &str, answer: &Value) -> Value {
        let request = self.client.put(format!("{}/v1/procedures/{id}/steps/{step}", self.origin));
        let version = format!("\"{}\"", now["version"]);
        self.timed(what, request.bearer_auth(TOKEN).header("If-Match", version).json(answer))
    }

    fn timed(&mut self, what: &'static str, request: RequestBuilder) -> Value {
        let started = Instant::now();
        let answer = request.send().unwrap();
        let status = answer.status();
        let body = answer.text().unwrap();
        let took = started.elapsed();
        assert!(status.is_success(), "{what}: {status} {body}");
        match self.times.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => times.push(took),
            None => self.times.push((what, vec![took])),
        }
        serde_json::from_str(&body).unwrap_or_default()
    }
}
