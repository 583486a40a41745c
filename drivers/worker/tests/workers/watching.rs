//! Tokens come and go by event, also when it is their worker that goes.

use crate::stage::{LONG, Stage, children, gone, kill, pid, sign, signs, tokens};
use std::io::Write;
use std::sync::mpsc::{Receiver, channel};
use tongguan_core::domain::TokenInfo;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, TokenSource, WatchGuard};

crate::tests!(
    a_watch_says_at_once_what_is_there,
    plugging_is_seen_as_it_happens,
    a_library_that_starts_slowly_holds_up_no_event,
    a_watch_that_begins_late_misses_nothing,
    a_worker_that_dies_by_itself_is_replaced,
    a_worker_that_keeps_dying_is_left_alone_until_it_is_asked_for,
    one_that_dies_whenever_it_is_used_comes_back_for_the_next_try,
    a_library_is_watched_once,
);

fn watch(stage: &Stage) -> (Box<dyn WatchGuard>, Receiver<Snapshot>) {
    let (send, changes) = channel();
    let guard = stage.workers.watch(Box::new(move |snapshot| drop(send.send(snapshot)))).unwrap();
    (guard, changes)
}

/// The first snapshot that is as wanted.
fn until<T>(changes: &Receiver<Snapshot>, wanted: impl Fn(&[TokenInfo]) -> Option<T>) -> T {
    loop {
        let snapshot = changes.recv_timeout(LONG).unwrap();
        if let Some(found) = wanted(&tokens(&snapshot)) {
            return found;
        }
    }
}

fn of<'a>(stage: &Stage, name: &'a str) -> impl Fn(&[TokenInfo]) -> Option<TokenInfo> + use<'a> {
    let path = stage.path(name);
    move |tokens| tokens.iter().find(|token| token.library.as_ref() == Some(&path)).cloned()
}

fn none(tokens: &[TokenInfo]) -> Option<()> {
    tokens.is_empty().then_some(())
}

fn a_watch_says_at_once_what_is_there() {
    let stage = Stage::open(&["good"]);
    let listed = stage.workers.list();
    let (guard, changes) = watch(&stage);
    assert_eq!(changes.recv_timeout(LONG).unwrap(), listed);
    assert_eq!(stage.workers.list(), listed);
    drop(guard);
    assert!(changes.recv().is_err(), "the watch goes on");
    assert_eq!(stage.workers.list(), listed);
}

fn plugging_is_seen_as_it_happens() {
    let stage = Stage::open(&[]);
    let plug = stage.listen("plugged");
    let (_guard, changes) = watch(&stage);
    until(&changes, none);
    stage.set(&["plugged"]);
    let (mut plug, _) = plug.accept().unwrap();
    let mut seen = Vec::new();
    for insertion in 1..=100 {
        plug.write_all(&[insertion]).unwrap();
        let token = until(&changes, of(&stage, "plugged"));
        assert!(token.id.as_str().ends_with(&format!("/fake#{insertion}")));
        assert_eq!(stage.workers.open(&token.id).unwrap().info(), &token);
        seen.push(pid(&token));
        plug.write_all(&[0]).unwrap();
        until(&changes, none);
    }
    seen.dedup();
    assert_eq!((seen.len(), children().len()), (1, 1), "the worker was replaced");
}

fn a_library_that_starts_slowly_holds_up_no_event() {
    let stage = Stage::open(&[]);
    let waiting = stage.listen("load-waits");
    let (_guard, changes) = watch(&stage);
    stage.set(&["load-waits", "good"]);
    let (mut go_on, _) = waiting.accept().unwrap();
    until(&changes, of(&stage, "good"));
    signs(&stage, "good");
    go_on.write_all(&[1]).unwrap();
    until(&changes, of(&stage, "load-waits"));
}

fn a_watch_that_begins_late_misses_nothing() {
    let stage = Stage::open(&["plugged"]);
    let plug = stage.listen("plugged");
    stage.token("plugged"); // is up, and was not told to watch
    let (guard, changes) = watch(&stage);
    let (mut told, _) = plug.accept().unwrap();
    told.write_all(&[7]).unwrap();
    let token =
        until(&changes, |tokens| tokens.iter().find(|token| token.id.as_str().ends_with("/fake#7")).cloned());
    drop(guard);
    let (_guard, changes) = watch(&stage);
    assert_eq!(tokens(&changes.recv_timeout(LONG).unwrap()), [token]);
    told.write_all(&[0]).unwrap();
    until(&changes, none);
}

fn a_worker_that_dies_by_itself_is_replaced() {
    let stage = Stage::open(&[]);
    let (_guard, changes) = watch(&stage);
    stage.set(&["good", "any-pin"]);
    let before = until(&changes, of(&stage, "good"));
    kill(pid(&before));
    let is_new = |token: &TokenInfo| token.id != before.id;
    let after = until(&changes, |tokens| of(&stage, "good")(tokens).filter(is_new));
    assert!(gone(&before.id, &stage.workers));
    assert_ne!(pid(&after), pid(&before));
    assert_eq!(stage.workers.open(&after.id).unwrap().info(), &after);
    assert_eq!(stage.fault("good"), None);
}

fn a_worker_that_keeps_dying_is_left_alone_until_it_is_asked_for() {
    let stage = Stage::open(&[]);
    let (_guard, changes) = watch(&stage);
    stage.set(&["good"]);
    let mut last = None;
    for _ in 0..4 {
        let before = last.take();
        let is_new = |token: &TokenInfo| Some(&token.id) != before.as_ref();
        let token = until(&changes, |tokens| of(&stage, "good")(tokens).filter(is_new));
        kill(pid(&token));
        last = Some(token.id);
    }
    until(&changes, none);
    let crash = Fault::LibraryCrashed { library: "good.so".into(), call: "watch".into() };
    assert_eq!((stage.fault("good"), stage.count("good", "loads")), (Some(crash), 4));
    assert_eq!((children().len(), stage.workers.list().readers.len()), (0, 0));
    stage.workers.retry(&stage.path("good"));
    until(&changes, of(&stage, "good"));
    signs(&stage, "good");
    assert_eq!(stage.count("good", "loads"), 5);
}

fn one_that_dies_whenever_it_is_used_comes_back_for_the_next_try() {
    let stage = Stage::open(&[]);
    let (_guard, changes) = watch(&stage);
    stage.set(&["sign-dies"]);
    let mut last = None;
    for tries in 1..=6 {
        let is_new = |token: &TokenInfo| Some(&token.id) != last.as_ref();
        let token = until(&changes, |tokens| of(&stage, "sign-dies")(tokens).filter(is_new));
        let crash = Fault::LibraryCrashed { library: "sign-dies.so".into(), call: "sign".into() };
        assert_eq!(sign(stage.workers.open(&token.id).unwrap().as_mut(), b"abc"), Err(crash));
        assert_eq!(stage.count("sign-dies", "pins"), tries);
        last = Some(token.id);
    }
}

fn a_library_is_watched_once() {
    let stage = Stage::open(&["good"]);
    let (guard, _changes) = watch(&stage);
    assert!(stage.workers.watch(Box::new(drop)).is_err());
    drop(guard);
    assert!(stage.workers.watch(Box::new(drop)).is_ok());
}
