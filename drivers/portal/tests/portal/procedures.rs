//! Procedures, as they go over the wire.

use crate::common::{Deed, SHORT, Seen, Server, answer, json, problem};
use std::time::Duration;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Fen, Field, PathId, PlatformId, Slot, StepId, Values};
use tongguan_core::fault::{AnswerFlaw, Fault, FileFlaw};
use tongguan_core::ports::{
    AskTicket, FileFacts, Procedure, ProcedureDesk, Session, Stage, StepAnswer, Upload,
};
use tongguan_portal::{HttpPortal, Limits};

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";
const OF_ID: &str = "/v1/procedures/0190163d-8694-739b-aea5-966c26f8ad91";
const PATIENCE: Duration = Duration::from_secs(20);

fn id() -> RequestId {
    RequestId::parse(ID).unwrap()
}

fn step(name: &str) -> StepId {
    StepId::parse(name).unwrap()
}

fn at(version: u32) -> Vec<u8> {
    let body = format!(
        r#"{{"id":"{ID}","platform":"example","path":"person","version":{version},
        "opened_at":"2026-11-22T20:00:00+08:00","expires_at":"2026-11-29T20:00:00+08:00",
        "steps":[{{"step":"way","state":"now","may_return":false}}],
        "stage":{{"kind":"choose","ways":["phone","face"]}},"refused":null}}"#
    );
    json("200 OK", &body)
}

fn asked<T>(
    bytes: Vec<u8>,
    call: impl FnOnce(&HttpPortal, &Session) -> Result<T, Fault>,
) -> (Result<T, Fault>, Seen) {
    let server = Server::start(vec![Deed::Say(bytes)]);
    let outcome = call(&HttpPortal::new(), &server.session());
    (outcome, server.seen().remove(0))
}

/// What a wait for another version than 7 gives, and what was asked for meanwhile.
fn awaited(deeds: Vec<Deed>, limits: Limits, patience: Duration) -> (Result<Procedure, Fault>, Vec<Seen>) {
    let server = Server::start(deeds);
    let portal = HttpPortal::new().limited(limits);
    let outcome = portal.await_procedure(&server.session(), &id(), 7, patience);
    (outcome, server.seen())
}

fn events(text: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n{text}").into()
}

fn upload() -> Upload {
    Upload { id: id(), offset: 262_144, size: 300_000 }
}

#[test]
fn a_procedure_is_opened_once_however_often_it_is_asked_for() {
    let server = Server::start(vec![Deed::Drop, Deed::Say(at(1))]);
    let key = RequestId::random();
    let (platform, path) = (PlatformId::parse("example").unwrap(), PathId::parse("person").unwrap());
    let opened = HttpPortal::new().open_procedure(&server.session(), &platform, &path, &key).unwrap();
    assert!(matches!(opened.stage, Stage::Choose { ways, .. } if ways.len() == 2));
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    for request in &seen {
        assert_eq!(request.line, "POST /v1/procedures HTTP/1.1");
        assert_eq!(request.header("idempotency-key"), Some(key.as_str()));
        assert_eq!(request.body, r#"{"platform":"example","path":"person"}"#);
    }
}

#[test]
fn one_that_is_not_there_is_over_and_leaving_it_does_nothing() {
    let gone = || problem("404 Not Found", "", "\"code\":\"not_found\"");
    let (outcome, seen) = asked(gone(), |portal, session| portal.procedure(session, &id()));
    assert_eq!((outcome.unwrap_err(), seen.line), (Fault::FlowNotThere, format!("GET {OF_ID} HTTP/1.1")));
    let (left, seen) = asked(gone(), |portal, session| portal.leave_procedure(session, &id()));
    assert_eq!((left, seen.line), (Ok(()), format!("DELETE {OF_ID} HTTP/1.1")));
    let (sent, _) = asked(gone(), |portal, session| portal.send_step_code(session, &id()));
    assert_eq!(sent.unwrap_err(), Fault::FlowNotThere);
}

#[test]
fn an_answer_goes_to_its_step_with_the_version_it_was_given_to() {
    let mut values = Values::default();
    values.set(Field::Phone, "13800000001").unwrap();
    let form = StepAnswer::Form { values, agreed: Vec::new() };
    let (_, seen) =
        asked(at(8), |portal, session| portal.answer_step(session, &id(), 7, &step("phone"), &form));
    assert_eq!(seen.line, format!("PUT {OF_ID}/steps/phone HTTP/1.1"));
    assert_eq!(seen.header("if-match"), Some("\"7\""));
    assert_eq!(seen.body, r#"{"kind":"form","values":{"phone":"13800000001"},"agreed":[]}"#);
    let changed = problem("409 Conflict", "", "\"code\":\"record_changed\"");
    let amount = StepAnswer::Amount { amount: Fen(37) };
    let server = Server::start(vec![Deed::Say(changed)]);
    let outcome =
        HttpPortal::new().answer_step(&server.session(), &id(), 7, &step("forward"), &amount).unwrap_err();
    assert_eq!(
        (outcome, server.seen()[0].body.as_str()),
        (Fault::RecordChanged, r#"{"kind":"amount","amount":37}"#)
    );
}

#[test]
fn an_answer_that_was_lost_is_not_given_again_by_itself() {
    let server = Server::start(vec![Deed::Drop, Deed::Say(at(8))]);
    let lost =
        HttpPortal::new().answer_step(&server.session(), &id(), 7, &step("people"), &StepAnswer::Submit);
    assert_eq!((lost.unwrap_err(), server.seen().len()), (Fault::PortalUnreachable, 1));
}

#[test]
fn a_ticket_is_asked_for() {
    let body =
        r#"{"address":"https://m.example.cn/t/secret-canary-77","expires_at":"2026-11-22T20:03:00+08:00"}"#;
    let (ticket, seen) = asked(json("201 Created", body), |portal, session| {
        portal.open_ticket(session, &id(), &AskTicket::default())
    });
    let ticket = ticket.unwrap();
    assert!(
        ticket.address.as_str().ends_with("/t/secret-canary-77") && !format!("{ticket:?}").contains("canary")
    );
    assert_eq!(seen.line, format!("POST {OF_ID}/tickets HTTP/1.1"));
    assert_eq!(seen.body, r#"{"duty":null,"sms_to":null}"#);
}

#[test]
fn a_file_is_announced_and_goes_in_parts() {
    let begun = || json("201 Created", &format!(r#"{{"id":"{ID}","offset":0,"size":300000}}"#));
    let server = Server::start(vec![Deed::Drop, Deed::Say(begun())]);
    let facts = FileFacts { slot: Slot::IdFront, size: 300_000, sha256: "ab".repeat(32) };
    assert!(HttpPortal::new().begin_upload(&server.session(), &id(), &facts).is_ok());
    assert_eq!(server.seen().len(), 2, "the one that was begun is found again");
    let (part, seen) =
        asked(begun(), |portal, session| portal.send_part(session, &id(), &upload(), b"\x01part"));
    assert!(part.is_ok());
    assert_eq!(seen.line, format!("PATCH {OF_ID}/uploads/{ID} HTTP/1.1"));
    assert_eq!(seen.header("upload-offset"), Some("262144"));
    assert_eq!(
        (seen.header("content-type"), seen.body.as_str()),
        (Some("application/octet-stream"), "\x01part")
    );
    let server = Server::start(vec![Deed::Drop, Deed::Say(begun())]);
    let lost = HttpPortal::new().send_part(&server.session(), &id(), &upload(), b"part");
    assert_eq!((lost, server.seen().len()), (Err(Fault::PortalUnreachable), 1), "who sends it asks first");
}

#[test]
fn a_file_that_is_not_taken_is_named_with_its_reason() {
    let told = |field: &str, reason: &str| {
        let members = format!("\"code\":\"file_unusable\",\"field\":\"{field}\",\"reason\":\"{reason}\"");
        let bytes = problem("422 No", "", &members);
        asked(bytes, |portal, session| portal.send_part(session, &id(), &upload(), b"part")).0.unwrap_err()
    };
    for flaw in FileFlaw::ALL {
        let fault = Fault::FileUnusable { slot: Slot::Letter, reason: flaw };
        assert_eq!(told("letter", flaw.code()), fault);
    }
    let unusable = Fault::PortalAnswer { reason: AnswerFlaw::UnexpectedStatus };
    assert_eq!(told("letter", "haunted"), unusable);
    assert_eq!(told("passport", "type"), unusable);
}

#[test]
fn a_letter_is_a_pdf_within_its_bound() {
    let said = |headers: &str, body: &str| {
        asked(answer("200 OK", headers, body), |portal, session| portal.letter(session, &id()))
    };
    let pdf = "Content-Type: application/pdf\r\n";
    let (letter, seen) = said(pdf, "%PDF-1.7 ...");
    assert_eq!(
        (letter.unwrap(), seen.line),
        (b"%PDF-1.7 ...".to_vec(), format!("GET {OF_ID}/letter HTTP/1.1"))
    );
    let flaw = |reason| Err(Fault::PortalAnswer { reason });
    assert_eq!(said(pdf, "<html>").0, flaw(AnswerFlaw::Malformed));
    assert_eq!(said("Content-Type: text/html\r\n", "%PDF-1.7").0, flaw(AnswerFlaw::Malformed));
    assert_eq!(said(pdf, &format!("%PDF-{}", " ".repeat(2 << 20))).0, flaw(AnswerFlaw::TooLarge));
    let large = format!("%PDF-{}", " ".repeat((2 << 20) - 5));
    assert_eq!(said(pdf, &large).0.map(|letter| letter.len()), Ok(2 << 20));
}

#[test]
fn branches_are_looked_for_by_whatever_the_user_writes() {
    let branch = r#"[{"number":"102100099996","name":"Example Bank, Head Office"}]"#;
    let (found, seen) =
        asked(json("200 OK", branch), |portal, session| portal.branches(session, "a b&c=/\u{f6}"));
    assert_eq!(found.unwrap().len(), 1);
    assert_eq!(seen.line, "GET /v1/branches?find=a%20b%26c%3D%2F%C3%B6 HTTP/1.1");
}

#[test]
fn a_procedure_may_have_a_picture_in_it() {
    let body = |photo: usize| {
        let shown = format!(
            r#"{{"kind":"confirm","facts":[],"notices":[],"again":true,"photo":"{}"}}"#,
            "A".repeat(photo)
        );
        let choose = r#"{"kind":"choose","ways":["phone","face"]}"#;
        let whole = String::from_utf8(at(7)).unwrap().replace(choose, &shown);
        json("200 OK", whole.split_once("\r\n\r\n").unwrap().1)
    };
    assert!(asked(body(200_000), |portal, session| portal.procedure(session, &id())).0.is_ok());
    let large = asked(body(300_000), |portal, session| portal.procedure(session, &id())).0;
    assert_eq!(large.unwrap_err(), Fault::PortalAnswer { reason: AnswerFlaw::TooLarge });
}

#[test]
fn another_version_is_heard_of_at_once() {
    let told = events("event: version\ndata: 7\n\n: beat\n\nevent: version\ndata: 8\n\n");
    // The stream stays open: that a version was told is enough.
    let (after, seen) = awaited(vec![Deed::Begin(told), Deed::Say(at(8))], Limits::default(), PATIENCE);
    assert_eq!(after.unwrap().version, 8);
    assert_eq!(seen[0].line, format!("GET {OF_ID}/events HTTP/1.1"));
    assert_eq!(seen[0].header("accept"), Some("text/event-stream"));
    assert_eq!(seen[0].header("authorization"), Some("Bearer bearer-canary-77"));
    assert_eq!(
        seen[1].line,
        format!("GET {OF_ID}?version=7&wait=0 HTTP/1.1"),
        "waiting is no use of the session"
    );
}

#[test]
fn where_no_stream_comes_through_the_portal_is_asked_to_wait() {
    let streams = [
        Deed::Drop,
        Deed::Say(events("")),
        Deed::Say(events("event: version\ndata: 7\n\n")),
        Deed::Say(at(7)),
        Deed::Say(answer("404 Not Found", "", "")),
        Deed::Say(answer("200 OK", "Content-Type: text/html\r\n", "event: version\ndata: 8\n\n")),
    ];
    for stream in streams {
        let (after, seen) = awaited(vec![stream, Deed::Say(at(8))], Limits::default(), PATIENCE);
        assert_eq!(after.unwrap().version, 8);
        let (asked, wait) = seen[1].line.split_once("&wait=").unwrap();
        assert_eq!(asked, format!("GET {OF_ID}?version=7"));
        assert!(wait.split_once(' ').unwrap().0.parse::<u32>().unwrap() <= 20);
    }
}

#[test]
fn a_stream_that_is_held_back_is_left_for_a_question() {
    for held in [Deed::Wait, Deed::Begin(events(""))] {
        let (after, seen) = awaited(vec![held, Deed::Say(at(7))], SHORT, Duration::from_millis(50));
        assert_eq!((after.unwrap().version, seen.len()), (7, 2));
        assert!(seen[1].line.contains("?version=7&wait=0 "));
    }
}

#[test]
fn a_wait_ends_without_a_change_when_its_time_is_over() {
    let same = Deed::Begin(events("event: version\ndata: 7\n\n"));
    let (after, seen) = awaited(vec![same, Deed::Say(at(7))], SHORT, Duration::from_millis(300));
    let again = format!("GET {OF_ID}?version=7&wait=0 HTTP/1.1");
    assert_eq!((after.unwrap().version, &seen[1].line), (7, &again));
}

#[test]
fn a_session_that_ended_meanwhile_is_told() {
    let ended = || Deed::Say(problem("401 Unauthorized", "", "\"code\":\"session_ended\""));
    let (after, _) = awaited(vec![ended(), ended()], Limits::default(), PATIENCE);
    assert_eq!(after.unwrap_err(), Fault::SessionEnded);
}
