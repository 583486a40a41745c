//! Portals that are slow, endless, gone, or lose their answer.

use crate::common::{Deed, PROFILE, RECEIPT, SHORT, Server, account, json, problem, proof};
use std::net::TcpListener;
use std::time::Duration;
use tongguan_core::domain::{Origin, Password};
use tongguan_core::fault::{AnswerFlaw, Fault};
use tongguan_core::ports::{Portal, Session, SignIn};
use tongguan_portal::{HttpPortal, Limits};

fn too_large<T>() -> Result<T, Fault> {
    Err(Fault::PortalAnswer { reason: AnswerFlaw::TooLarge })
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}\r\n").into()
}

#[test]
fn an_answer_may_be_as_long_as_the_bound_and_no_longer() {
    let limits = Limits { body: PROFILE.len(), ..Limits::default() };
    for (body, fits) in [(PROFILE.to_owned(), true), (format!("{PROFILE} "), false)] {
        let server = Server::start(vec![Deed::Say(json("200 OK", &body))]);
        let result = HttpPortal::new().limited(limits).profile(&server.session());
        if fits { assert!(result.is_ok(), "{result:?}") } else { assert_eq!(result, too_large()) }
    }
}

#[test]
fn a_length_that_lies_decides_nothing() {
    let huge = [head("Content-Length: 9000000000000\r\n"), vec![b' '; 70_000]].concat();
    let server = Server::start(vec![Deed::Say(huge)]);
    assert_eq!(HttpPortal::new().profile(&server.session()), too_large());
}

#[test]
fn an_endless_answer_is_left() {
    let endless = [
        Deed::Repeat(head("Connection: close\r\n"), vec![b' '; 4096]),
        Deed::Repeat(head("Transfer-Encoding: chunked\r\n"), b"4\r\n    \r\n".repeat(512)),
    ];
    for deed in endless {
        let server = Server::start(vec![deed]);
        assert_eq!(HttpPortal::new().profile(&server.session()), too_large());
    }
}

#[test]
fn endless_headers_are_left() {
    let server =
        Server::start(vec![Deed::Repeat(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-A: aaaaaaaaaa\r\n".to_vec())]);
    assert_eq!(HttpPortal::new().profile(&server.session()), Err(Fault::PortalUnreachable));
}

#[test]
fn no_answer_is_a_time_out() {
    let server = Server::start(vec![Deed::Wait]);
    assert_eq!(HttpPortal::new().limited(SHORT).profile(&server.session()), Err(Fault::PortalTimeout));
    assert_eq!(server.seen().len(), 1, "nobody waits twice for what is only shown");
}

#[test]
fn half_an_answer_is_a_time_out() {
    let server = Server::start(vec![Deed::Begin(head("Content-Length: 900\r\n"))]);
    assert_eq!(HttpPortal::new().limited(SHORT).profile(&server.session()), Err(Fault::PortalTimeout));
}

#[test]
fn a_byte_now_and_then_does_not_buy_time() {
    let server = Server::start(vec![Deed::Drip(head("Content-Length: 60000\r\n"))]);
    assert_eq!(HttpPortal::new().limited(SHORT).profile(&server.session()), Err(Fault::PortalTimeout));
}

#[test]
fn nobody_there_is_unreachable() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let origin = Origin::parse(&format!("http://{address}")).unwrap();
    let session = Session { origin, account: account(), bearer: Password::from("t".to_owned()) };
    let portal = HttpPortal::new();
    assert_eq!(portal.profile(&session), Err(Fault::PortalUnreachable));
    assert_eq!(portal.submit(&session, &proof()), Err(Fault::PortalUnreachable));
}

#[test]
fn a_dropped_connection_is_unreachable() {
    let server = Server::start(vec![Deed::Drop]);
    assert_eq!(HttpPortal::new().profile(&server.session()), Err(Fault::PortalUnreachable));
    let cut = [head("Content-Length: 900\r\n"), b"{".to_vec()].concat();
    let server = Server::start(vec![Deed::Say(cut)]);
    assert_eq!(HttpPortal::new().profile(&server.session()), Err(Fault::PortalUnreachable));
}

#[test]
fn what_only_shows_something_is_asked_for_once_more_and_the_rest_never() {
    let lost = || Server::start(vec![Deed::Drop, Deed::Say(json("200 OK", PROFILE))]);
    let server = lost();
    assert!(HttpPortal::new().profile(&server.session()).is_ok());
    assert_eq!(server.seen().len(), 2);
    let server = lost();
    assert_eq!(HttpPortal::new().sign_out_everywhere(&server.session()), Err(Fault::PortalUnreachable));
    assert_eq!(server.seen().len(), 1);
    let server = lost();
    let signed_in = crate::common::sign_in(&HttpPortal::new(), &server.origin(), "secret");
    assert_eq!(signed_in.err(), Some(Fault::PortalUnreachable), "a captcha is good once");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_lost_receipt_is_asked_for_once_more_with_the_same_words() {
    let cut = [head("Content-Length: 900\r\n"), b"{".to_vec()].concat();
    // Long enough for the second answer on a busy machine.
    let limits = Limits { total: Duration::from_secs(2), ..Limits::default() };
    for lost in [Deed::Drop, Deed::Wait, Deed::Say(cut)] {
        let server = Server::start(vec![lost, Deed::Say(json("201 Created", RECEIPT))]);
        let receipt = HttpPortal::new().limited(limits).submit(&server.session(), &proof());
        assert_eq!(receipt.unwrap().number, "SW-2026-000017");
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        assert!(seen[0].header("idempotency-key").is_some());
        assert_eq!(seen[0].header("idempotency-key"), seen[1].header("idempotency-key"));
        assert_eq!(seen[0].body, seen[1].body);
    }
}

#[test]
fn a_receipt_that_stays_lost_is_asked_for_twice_and_no_more() {
    let deeds = vec![Deed::Drop, Deed::Drop, Deed::Say(json("201 Created", RECEIPT))];
    let server = Server::start(deeds);
    let portal = HttpPortal::new();
    assert_eq!(portal.submit(&server.session(), &proof()), Err(Fault::PortalUnreachable));
    assert_eq!(server.seen().len(), 2);
    let server = Server::start(vec![Deed::Wait, Deed::Wait, Deed::Say(json("201 Created", RECEIPT))]);
    assert_eq!(portal.limited(SHORT).submit(&server.session(), &proof()), Err(Fault::PortalTimeout));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn an_answer_is_never_asked_for_again() {
    let refused = problem("401 No", "", "\"code\":\"session_ended\"");
    for (bytes, fault) in [
        (crate::common::answer("500 Oh", "", ""), Fault::PortalFailing { status: 500 }),
        (refused, Fault::SessionEnded),
        (json("201 Created", "{}"), Fault::PortalAnswer { reason: AnswerFlaw::Malformed }),
        (json("201 Created", &" ".repeat(70_000)), Fault::PortalAnswer { reason: AnswerFlaw::TooLarge }),
    ] {
        let server = Server::start(vec![Deed::Say(bytes), Deed::Say(json("201 Created", RECEIPT))]);
        assert_eq!(HttpPortal::new().submit(&server.session(), &proof()), Err(fault));
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_token_that_is_no_token_is_not_sent() {
    let server = Server::start(vec![Deed::Say(json("200 OK", PROFILE))]);
    let bearer = Password::from("a\r\nX-Injected: 1".to_owned());
    let session = Session { bearer, ..server.session() };
    assert_eq!(HttpPortal::new().profile(&session), Err(Fault::SessionEnded));
    assert!(server.seen().is_empty());
}
