//! Ten thousand desktops, each of which shows a QR code and waits for a phone.

use super::served::{BARE, Served, portal};
use crate::row::{Row, median, us};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tongguan_tests::world_in;

const WAITING: usize = 10_000;
/// Phones that scan while all the others go on waiting.
const SCANS: usize = 200;
/// The account that all the desktops' accounts are made like; its holder has an identity card.
const ACCOUNT: &str = "haihe-demo";
/// So long nothing happens, and the processor time is read.
const QUIET: Duration = Duration::from_secs(20);

/// A desktop that waits: what its events come by, and the secret in its QR code.
struct Desktop {
    events: Events,
    secret: String,
}

type Events = BufReader<TcpStream>;

pub(crate) fn measure() -> Vec<Row> {
    let dir = tempfile::tempdir().unwrap();
    world_in(dir.path());
    drop(portal(dir.path(), "http://127.0.0.1:1"));
    let tokens = sessions(dir.path());
    let runtime = Runtime::new().unwrap();
    let bare = Served::start(BARE.as_ref());
    let bare_memory = memory_of_bare(&runtime, &bare);
    drop(bare);
    let served = Served::start(dir.path().as_os_str());
    let client = tongguan_tests::http();
    let tickets: Vec<(String, String)> =
        tokens.iter().map(|token| ticket(&client, &served.origin, token)).collect();
    let before = served.memory();
    let mut desktops = runtime.block_on(async {
        let mut desktops = Vec::new();
        for (token, (id, secret)) in tokens.iter().zip(tickets) {
            let mut events = listen(&served.origin, &format!("/v1/procedures/{id}/events"), token).await;
            next_version(&mut events).await;
            desktops.push(Desktop { events, secret });
        }
        desktops
    });
    let each = served.memory().saturating_sub(before) / WAITING as u64;
    let used = served.processor();
    quiet();
    let idle = (served.processor() - used).as_secs_f64() / QUIET.as_secs_f64();
    let (answers, arrivals) = scans(&runtime, &client, &served.origin, &mut desktops);
    let ratio = arrivals.as_secs_f64() / answers.as_secs_f64();
    vec![
        Row::new(
            &format!("{WAITING} QR codes waited on at once: memory of the sandbox for each"),
            format!("{:.1} KiB", each as f64 / 1024.0),
            format!("{:.1} KiB (an empty stream of events)", bare_memory as f64 / 1024.0),
            each as f64 / bare_memory as f64,
        ),
        Row::new(
            &format!("{WAITING} QR codes waited on at once: processor, nothing happening"),
            format!("{:.2} % of one core", idle * 100.0),
            "100 % (one core)".into(),
            idle,
        ),
        Row::new(
            &format!(
                "{WAITING} QR codes waited on at once: scan sent to seen at the desktop, median of {SCANS}"
            ),
            us(arrivals),
            format!("{} (scan sent to answered)", us(answers)),
            ratio,
        ),
    ]
}

/// As long as nothing happens: nobody ever sends.
fn quiet() {
    let (_nobody, never) = std::sync::mpsc::channel::<()>();
    let _ = never.recv_timeout(QUIET);
}

/// Accounts and their sessions, entered where signing in ten thousand times would take an hour.
fn sessions(dir: &Path) -> Vec<String> {
    let mut store = rusqlite::Connection::open(dir.join("portal.sqlite")).unwrap();
    let all = store.transaction().unwrap();
    let tokens = (0..WAITING)
        .map(|at| {
            let (name, token) = (format!("waiting-{at}"), format!("token-{at}"));
            all.execute(
                "INSERT INTO company (entered_as, uscc, name, organization_code, legal_name)
                 SELECT ?1, ?1, name, organization_code, legal_name FROM company
                 WHERE id = (SELECT company FROM account WHERE name = ?2)",
                (&name, ACCOUNT),
            )
            .unwrap();
            all.execute(
                "INSERT INTO account (name, company, salt, hash, password_at, role, holder_name,
                 holder_document_kind, holder_document_number, holder_valid_from, holder_valid_until)
                 SELECT ?1, (SELECT id FROM company WHERE uscc = ?1), salt, hash, password_at, role,
                 holder_name, holder_document_kind, holder_document_number, holder_valid_from,
                 holder_valid_until FROM account WHERE name = ?2",
                (&name, ACCOUNT),
            )
            .unwrap();
            all.execute(
                "INSERT INTO session (token_hash, account, level, seen, last_used, ends_at, company_name,
                 organization_code, uscc, company_version, account_version)
                 SELECT ?1, ?2, 'low', 0, unixepoch(), unixepoch() + 40000, name, organization_code,
                 (SELECT uscc FROM company WHERE id = (SELECT company FROM account WHERE name = ?3)), 1, 1
                 FROM company WHERE uscc = ?2",
                (Sha256::digest(&token).to_vec(), &name, ACCOUNT),
            )
            .unwrap();
            token
        })
        .collect();
    all.commit().unwrap();
    tokens
}

/// A procedure that begins with a QR code, and the secret in it.
fn ticket(client: &reqwest::blocking::Client, origin: &str, token: &str) -> (String, String) {
    let key = uuid::Uuid::new_v4().to_string();
    let request = client.post(format!("{origin}/v1/procedures")).bearer_auth(token);
    let answer = request.header("Idempotency-Key", key).json(&json!({"platform": "beijing", "path": "app"}));
    let procedure: Value = answer.send().unwrap().error_for_status().unwrap().json().unwrap();
    let id = procedure["id"].as_str().unwrap();
    let request = client.post(format!("{origin}/v1/procedures/{id}/tickets")).bearer_auth(token);
    let ticket: Value = request.json(&json!({})).send().unwrap().error_for_status().unwrap().json().unwrap();
    let secret = ticket["address"].as_str().unwrap().rsplit('/').next().unwrap();
    (id.into(), secret.into())
}

/// One request on a connection of its own, up to the first line behind the headers.
async fn listen(origin: &str, path: &str, token: &str) -> Events {
    let host = origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut events = BufReader::with_capacity(1024, stream);
    let mut line = String::new();
    events.read_line(&mut line).await.unwrap();
    assert!(line.contains(" 200 "), "{line}");
    while line != "\r\n" {
        line.clear();
        events.read_line(&mut line).await.unwrap();
    }
    events
}

/// Chunk sizes and comments are passed over.
async fn next_version(events: &mut Events) {
    let mut line = String::new();
    while !line.starts_with("data:") {
        line.clear();
        assert_ne!(events.read_line(&mut line).await.unwrap(), 0, "the stream ended");
    }
}

fn memory_of_bare(runtime: &Runtime, bare: &Served) -> u64 {
    let before = bare.memory();
    let streams = runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..WAITING {
            streams.push(listen(&bare.origin, "/", "none").await);
        }
        streams
    });
    let each = bare.memory().saturating_sub(before) / WAITING as u64;
    drop(streams);
    each
}

/// From the sending of a scan to its answer, and to the event at the desktop; medians.
fn scans(
    runtime: &Runtime,
    client: &reqwest::blocking::Client,
    origin: &str,
    desktops: &mut [Desktop],
) -> (Duration, Duration) {
    let step = desktops.len() / SCANS;
    let (mut answers, mut arrivals) = (Vec::new(), Vec::new());
    for desktop in desktops.iter_mut().step_by(step) {
        let Desktop { events, secret } = desktop;
        let started = Instant::now();
        let (answered, seen) = std::thread::scope(|scope| {
            let seen = scope.spawn(|| {
                runtime.block_on(next_version(events));
                started.elapsed()
            });
            let body = json!({"ticket": secret});
            let answer = client.post(format!("{origin}/v1/scans")).json(&body).send().unwrap();
            let answered = started.elapsed();
            assert_eq!(answer.status(), 201, "{}", answer.text().unwrap());
            (answered, seen.join().unwrap())
        });
        answers.push(answered);
        arrivals.push(seen);
    }
    (median(answers), median(arrivals))
}
