//! Bad `Host`, `Origin` and token in every combination, over real HTTP.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "functions that tests share")]

mod wire;

use axum::Router;
use axum::routing::post;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;
use tongguan_sandbox_host::{Answered, BrowserHost, Page, Programme};
use wire::{Reply, ask, first_events};

/// Counts the commands that reached it; the command `fail` is a fault, `show` sends a new view.
struct Counting {
    calls: AtomicUsize,
    views: watch::Sender<Arc<str>>,
}

impl Programme for Counting {
    fn call(&self, request: &[u8]) -> Answered {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let value: serde_json::Value = serde_json::from_slice(request).unwrap();
        if value["command"] == "fail" {
            return Answered::Fault(br#"{"code":"cancelled"}"#.to_vec());
        }
        if value["command"] == "show" {
            self.views.send_replace(r#"{"n":2}"#.into());
        }
        Answered::Answer(value["command"].to_string().into_bytes())
    }

    fn views(&self) -> watch::Receiver<Arc<str>> {
        self.views.subscribe()
    }
}

struct Site {
    host: BrowserHost,
    programme: Arc<Counting>,
    _dist: tempfile::TempDir,
}

fn site() -> Site {
    let dist = tempfile::tempdir().unwrap();
    std::fs::write(dist.path().join("index.html"), "<!doctype html><title>page</title>").unwrap();
    let programme =
        Arc::new(Counting { calls: AtomicUsize::new(0), views: watch::Sender::new(r#"{"n":1}"#.into()) });
    let page = Page { programme: programme.clone(), dist: dist.path().to_path_buf() };
    let control = Router::new().route("/reset", post(|| async { "done" }));
    let host = BrowserHost::start(Some(page), control).unwrap();
    Site { host, programme, _dist: dist }
}

impl Site {
    fn authority(&self) -> &str {
        self.host.origin().strip_prefix("http://").unwrap()
    }

    fn send(&self, request: &str) -> Reply {
        ask(self.authority(), request)
    }

    /// A request with exactly these headers; `None` leaves a header out.
    fn request(&self, line: &str, host: Option<&str>, origin: Option<&str>, token: Option<&str>) -> String {
        let body = r#"{"command":"look"}"#;
        let mut text = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in [("Host", host), ("Origin", origin), ("X-Tongguan-Token", token)] {
            if let Some(value) = value {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        if line.starts_with("POST") {
            text.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        } else {
            text.push_str("\r\n");
        }
        text
    }
}

#[test]
fn only_own_host_own_origin_and_own_token_together_reach_the_program() {
    let site = site();
    let own = site.authority().to_owned();
    let port = own.rsplit(':').next().unwrap().to_owned();
    let token = site.host.token().reveal().to_owned();
    let other_token = "0".repeat(64);
    let hosts =
        [own.clone(), format!("localhost:{port}"), "127.0.0.1".into(), "evil.example".into(), String::new()];
    let own_origin = format!("http://{own}");
    let origins = [
        None,
        Some(own_origin.clone()),
        Some(format!("http://localhost:{port}")),
        Some(format!("https://{own}")),
        Some("null".into()),
        Some("http://evil.example".into()),
        Some(format!("{own_origin}.evil.example")),
    ];
    let tokens = [None, Some(token.clone()), Some(other_token), Some(token[1..].into()), Some(String::new())];
    let mut passed = 0;
    for line in ["POST /rpc", "POST /stage/reset"] {
        for host in &hosts {
            for origin in &origins {
                for offered in &tokens {
                    let request = site.request(line, Some(host), origin.as_deref(), offered.as_deref());
                    let reply = site.send(&request);
                    let good = *host == own
                        && origin.as_ref().is_none_or(|o| *o == own_origin)
                        && offered.as_deref() == Some(&token);
                    assert_eq!(
                        reply.status,
                        if good { 200 } else { 403 },
                        "{line} {host} {origin:?} {offered:?}"
                    );
                    assert!(!reply.head.to_lowercase().contains("access-control-"), "{}", reply.head);
                    passed += usize::from(good && line == "POST /rpc");
                }
            }
        }
    }
    assert_eq!(passed, 2);
    assert_eq!(site.programme.calls.load(Ordering::SeqCst), passed);
}

#[test]
fn events_need_the_token_in_the_query_and_nothing_else_in_it() {
    let site = site();
    let (own, token) = (site.authority().to_owned(), site.host.token().reveal().to_owned());
    for path in [
        "/events".to_owned(),
        "/events?token=".into(),
        format!("/events?token={}", "f".repeat(64)),
        format!("/events?other=1&token={token}"),
        format!("/events?token={token}&token={token}"),
    ] {
        let reply = site.send(&site.request(&format!("GET {path}"), Some(&own), None, Some(&token)));
        assert_eq!(reply.status, 403, "{path}");
    }
    for (host, origin) in [("evil.example", None), (own.as_str(), Some("http://evil.example"))] {
        let line = format!("GET /events?token={token}");
        assert_eq!(site.send(&site.request(&line, Some(host), origin, None)).status, 403);
    }
}

#[test]
fn the_view_comes_at_once_and_after_every_change() {
    let site = site();
    let (own, token) = (site.authority().to_owned(), site.host.token().reveal().to_owned());
    let request = site.request(&format!("GET /events?token={token}"), Some(&own), None, None);
    let mut events = first_events(&own, &request);
    assert_eq!(events.next().unwrap(), r#"{"n":1}"#);
    let show = r#"{"command":"show"}"#;
    let posted =
        site.request("POST /rpc", Some(&own), None, Some(&token)).replace(r#"{"command":"look"}"#, show);
    assert_eq!(site.send(&posted).status, 200);
    assert_eq!(events.next().unwrap(), r#"{"n":2}"#);
}

#[test]
fn two_hosts_or_two_origins_or_two_tokens_are_refused() {
    let site = site();
    let (own, token) = (site.authority().to_owned(), site.host.token().reveal().to_owned());
    let good = site.request("POST /rpc", Some(&own), Some(site.host.origin()), Some(&token));
    assert_eq!(site.send(&good).status, 200);
    for doubled in [
        format!("Host: {own}\r\n"),
        format!("Origin: {}\r\n", site.host.origin()),
        format!("X-Tongguan-Token: {token}\r\n"),
    ] {
        let request = good.replacen("\r\n", &format!("\r\n{doubled}"), 1);
        assert!(matches!(site.send(&request).status, 400 | 403), "{doubled}");
    }
}

#[test]
fn a_missing_host_or_a_foreign_request_line_is_refused() {
    let site = site();
    let (own, token) = (site.authority().to_owned(), site.host.token().reveal().to_owned());
    assert!(matches!(site.send(&site.request("GET /", None, None, Some(&token))).status, 400 | 403));
    let foreign = site.request("GET http://evil.example/", Some(&own), None, Some(&token));
    assert_eq!(site.send(&foreign).status, 403);
}

#[test]
fn what_is_not_json_is_refused() {
    let site = site();
    let (own, token) = (site.authority().to_owned(), site.host.token().reveal().to_owned());
    let good = site.request("POST /rpc", Some(&own), None, Some(&token));
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        assert_eq!(site.send(&good.replace("application/json", kind)).status, 403);
    }
    let large = format!(
        "POST /rpc HTTP/1.1\r\nHost: {own}\r\nX-Tongguan-Token: {token}\r\nContent-Type: application/json\r\n\
         Content-Length: 30000000\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(site.send(&large).status, 413);
    assert_eq!(site.programme.calls.load(Ordering::SeqCst), 0);
}

#[test]
fn a_fault_has_a_status_of_its_own() {
    let site = site();
    let (own, token) = (site.authority().to_owned(), site.host.token().reveal().to_owned());
    let request = site.request("POST /rpc", Some(&own), None, Some(&token)).replace("look", "fail");
    let reply = site.send(&request);
    assert_eq!((reply.status, reply.body.as_str()), (422, r#"{"code":"cancelled"}"#));
}

#[test]
fn the_page_is_served_to_its_own_address_with_the_strict_policy() {
    let site = site();
    let own = site.authority().to_owned();
    let reply = site.send(&site.request("GET /", Some(&own), None, None));
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("<title>page</title>"));
    let head = reply.head.to_lowercase();
    assert!(head.contains("content-security-policy: default-src 'none'; script-src 'self';"));
    assert!(!head.contains("unsafe"));
    assert!(head.contains("x-content-type-options: nosniff") && head.contains("x-frame-options: deny"));
    assert_eq!(site.send(&site.request("GET /", Some("evil.example"), None, None)).status, 403);
    for path in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/..%2fCargo.toml"] {
        assert!(site.send(&site.request(&format!("GET {path}"), Some(&own), None, None)).status >= 400);
    }
}

#[test]
fn the_token_is_new_at_every_start_and_hidden_from_debug() {
    let (one, two) = (site(), site());
    assert_ne!(one.host.token().reveal(), two.host.token().reveal());
    assert_eq!(one.host.token().reveal().len(), 64);
    assert!(!format!("{:?}", one.host).contains(one.host.token().reveal()));
}

#[test]
fn nobody_listens_after_drop() {
    let site = site();
    let own = site.authority().to_owned();
    drop(site);
    assert!(std::net::TcpStream::connect(own).is_err());
}
