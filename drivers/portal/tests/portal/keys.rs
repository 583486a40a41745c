//! A request that must not be done twice, and is sent twice when its answer is lost.

use crate::common::{Deed, Server};
use tongguan_core::domain::{Password, RequestId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{AccountDesk, Session};
use tongguan_portal::HttpPortal;

fn done() -> Deed {
    Deed::Say(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())
}

fn password(text: &str) -> Password {
    Password::from(text.to_owned())
}

fn change(session: &Session, old: &str, new: &str) -> Result<(), Fault> {
    HttpPortal::new().change_password(session, &password(old), &password(new))
}

/// The keys that the server has seen.
fn keys(server: &Server) -> Vec<String> {
    let key = |seen: crate::common::Seen| seen.header("idempotency-key").unwrap().to_owned();
    server.seen().into_iter().map(key).collect()
}

#[test]
fn a_new_password_is_sent_again_under_its_key_when_the_answer_was_lost() {
    let server = Server::start(vec![Deed::Drop, done()]);
    assert_eq!(change(&server.session(), "the old one", "a new one"), Ok(()));
    let keys = keys(&server);
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert!(RequestId::parse(&keys[0]).is_ok(), "{}", keys[0]);
}

#[test]
fn the_same_change_of_the_same_session_has_the_same_key_and_no_other_one() {
    let server = Server::start((0..5).map(|_| done()).collect());
    let session = server.session();
    let other = Session { bearer: password("bearer-canary-78"), ..server.session() };
    for (session, old, new) in [
        (&session, "the old one", "a new one"),
        (&session, "the old one", "a new one"),
        (&session, "the old one", "another one"),
        (&session, "the old onea", " new one"),
        (&other, "the old one", "a new one"),
    ] {
        assert_eq!(change(session, old, new), Ok(()));
    }
    let mut keys = keys(&server);
    assert_eq!(keys[0], keys[1]);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4, "whoever sends it again has the same, whatever process it is");
}
