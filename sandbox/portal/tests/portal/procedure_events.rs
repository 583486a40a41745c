//! A change is heard at once: in a stream, or by whoever asked to wait.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case, code};
use crate::procedures::{authorised, way};
use serde_json::json;
use std::io::{BufRead, BufReader, Read};

/// Longer than a test may take: what is heard is heard because it happened.
const LONG: &str = "wait=20";

struct Events(BufReader<reqwest::blocking::Response>);

impl Events {
    fn of(walker: &Walker) -> Self {
        let url = format!("{}{}/events", walker.api.origin, walker.path());
        let answer = walker.api.http.get(url).bearer_auth(walker.api.token.as_ref().unwrap()).send().unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Self(BufReader::new(answer))
    }

    /// The version of the next event; `None` at the end.
    fn next(&mut self) -> Option<u64> {
        let mut lines = self.0.by_ref().lines().map(Result::unwrap);
        let event = lines.find(|line| line.starts_with("event:"))?;
        assert_eq!(event, "event: version");
        let data = lines.next().unwrap();
        Some(data.strip_prefix("data: ").unwrap().parse().unwrap())
    }
}

fn version(walker: &Walker) -> u64 {
    walker.shown()["version"].as_u64().unwrap()
}

fn at_scan(case: &Case) -> Walker {
    let walker = authorised(case, "haihe-demo", "person");
    way(&walker, "face");
    let person = &of("haihe").operator;
    let facts = json!({ "name": person.name, "id_number": person.document.number, "face_by": "quick" });
    answered(walker.fill(&facts), 200);
    walker
}

#[test]
fn the_stream_tells_where_it_stands_and_each_change_to_the_end() {
    let case = case();
    let desk = at_scan(&case);
    let mut events = Events::of(&desk);
    assert_eq!(events.next(), Some(version(&desk)));
    let ticket = answered(desk.api.post(&format!("{}/tickets", desk.path()), &json!({})), 201);
    assert_eq!(events.next(), Some(version(&desk)));
    let phone = Walker::scan(&desk.api, &ticket);
    let scanned = version(&desk);
    assert_eq!(events.next(), Some(scanned));
    let mut phones = Events::of(&phone);
    assert_eq!(phones.next(), Some(version(&phone)));
    answered(phone.show_face(&of("haihe").operator), 200);
    let told: Vec<u64> = std::iter::from_fn(|| events.next()).collect();
    assert_eq!(told.last(), Some(&version(&desk)), "and then it ends");
    assert!(std::iter::from_fn(|| phones.next()).last().is_some());
}

#[test]
fn whoever_asks_to_wait_is_answered_by_the_change() {
    let case = case();
    let desk = at_scan(&case);
    let seen = version(&desk);
    std::thread::scope(|scope| {
        let waiting =
            scope.spawn(|| answered(desk.api.get(&format!("{}?version={seen}&{LONG}", desk.path())), 200));
        answered(desk.api.post(&format!("{}/tickets", desk.path()), &json!({})), 201);
        assert_eq!(waiting.join().unwrap()["version"].as_u64(), Some(seen + 1));
    });
    let other = answered(desk.api.get(&format!("{}?version={seen}&{LONG}", desk.path())), 200);
    assert_eq!(other["version"].as_u64(), Some(seen + 1), "it was at another one already");
    let now = answered(desk.api.get(&format!("{}?version={}&wait=0", desk.path(), seen + 1)), 200);
    assert_eq!(now["version"].as_u64(), Some(seen + 1));
    for bad in ["version=x", "wait=-1", "other=1"] {
        assert_eq!(code(desk.api.get(&format!("{}?{bad}", desk.path()))), "malformed", "{bad}");
    }
}

#[test]
fn what_is_over_is_waited_for_no_longer() {
    let case = case();
    let desk = at_scan(&case);
    assert_eq!(desk.api.delete(&desk.path()).status(), 204);
    let seen = version(&desk);
    let over = answered(desk.api.get(&format!("{}?version={seen}&{LONG}", desk.path())), 200);
    assert_eq!(over["stage"]["kind"], "closed");
    let mut events = Events::of(&desk);
    assert_eq!((events.next(), events.next()), (Some(seen), None));
}

#[test]
fn a_change_elsewhere_wakes_nobody_here_and_a_portal_that_stops_lets_all_go() {
    let case = case();
    let desk = at_scan(&case);
    let mut events = Events::of(&desk);
    let first = events.next();
    Walker::open(&case.api("bohai-demo"), "ningbo", "person");
    let seen = version(&desk);
    assert_eq!(first, Some(seen));
    std::thread::scope(|scope| {
        let heard = scope.spawn(|| events.next());
        drop(case);
        assert_eq!(heard.join().unwrap(), None);
    });
}

#[test]
fn waiting_is_no_use_of_the_session_and_looking_is() {
    let case = case();
    let desk = at_scan(&case);
    let waits = format!("{}?version={}&wait=0", desk.path(), version(&desk));
    case.clock.advance(1_000);
    answered(desk.api.get(&waits), 200);
    assert!(Events::of(&desk).next().is_some());
    case.clock.advance(1_000);
    assert_eq!(code(desk.api.get(&waits)), "session_ended");
    assert_eq!(code(desk.api.get(&format!("{}/events", desk.path()))), "session_ended");
    let desk = Walker { api: case.api("haihe-demo"), ..desk };
    for _ in 0..3 {
        case.clock.advance(1_000);
        desk.shown();
    }
}

#[test]
fn a_bearer_listens_so_many_times_and_no_more() {
    let case = case();
    let desk = at_scan(&case);
    let listening: Vec<Events> = (0..64).map(|_| Events::of(&desk)).collect();
    assert_eq!(code(desk.api.get(&format!("{}/events", desk.path()))), "too_often");
    Events::of(&Walker { api: case.api("haihe-demo"), ..desk });
    drop(listening);
}
