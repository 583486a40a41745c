//! What a portal says of banks.

use crate::common::{Deed, RECEIPT, SHORT, Server, answer, json, problem};
use std::time::Duration;
use tongguan_core::domain::{BankId, Means, Method, Receipt, RequestId};
use tongguan_core::fault::{AnswerFlaw, Fault, Refusal};
use tongguan_core::ports::{BankVisit, Portal, VisitState};
use tongguan_portal::{HttpPortal, Limits};

const VISIT: &str = r#"{"id":"0190163d-8694-739b-aea5-966c26f8ad91",
    "state":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","expires_at":"2026-11-21T20:10:00+08:00"}"#;

fn ccb() -> BankId {
    BankId::parse("ccb").unwrap()
}

fn visit_id() -> RequestId {
    RequestId::parse("0190163d-8694-739b-aea5-966c26f8ad91").unwrap()
}

fn visit_of(bytes: Vec<u8>) -> Result<BankVisit, Fault> {
    HttpPortal::new().visit_bank(&Server::start(vec![Deed::Say(bytes)]).session(), &ccb())
}

fn state_of(bytes: Vec<u8>) -> Result<VisitState, Fault> {
    HttpPortal::new().bank_visit(&Server::start(vec![Deed::Say(bytes)]).session(), &visit_id())
}

fn flaw<T>(reason: AnswerFlaw) -> Result<T, Fault> {
    Err(Fault::PortalAnswer { reason })
}

#[test]
fn a_challenge_for_a_ukey_is_asked_for_with_its_bank() {
    let body = r#"{"request_id":"0190163d-8694-739b-aea5-966c26f8ad91",
        "nonce":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","purpose":"certify_bank_ukey","account":"demo",
        "company":{"name":"Haihe Trade Ltd.","organization_code":"34801880X","uscc":"9113000034801880XB"},
        "audience":"https://portal.example.cn","issued_at":"2026-11-21T20:00:00+08:00",
        "expires_at":"2026-11-21T20:02:00+08:00"}"#;
    let server = Server::start(vec![Deed::Say(json("201 Created", body))]);
    let means = Means::BankUkey { bank: ccb() };
    let challenge = HttpPortal::new().challenge(&server.session(), &means).unwrap();
    assert_eq!((challenge.purpose, challenge.company.name.as_str()), (means.purpose(), "Haihe Trade Ltd."));
    assert_eq!(server.seen()[0].body, "{\"purpose\":\"certify_bank_ukey\",\"bank\":\"ccb\"}");
}

#[test]
fn an_unknown_bank_is_named_and_a_bank_that_does_not_know_the_company_too() {
    let unknown = || problem("422 No", "", "\"code\":\"bank_unknown\"");
    let stranger = || problem("422 No", "", "\"code\":\"proof_refused\",\"reason\":\"enterprise_not_found\"");
    let challenge_of = |bytes: Vec<u8>, means: &Means| {
        HttpPortal::new().challenge(&Server::start(vec![Deed::Say(bytes)]).session(), means).unwrap_err()
    };
    let means = Means::BankUkey { bank: ccb() };
    let named = Fault::BankUnknown { bank: "ccb".into() };
    assert_eq!(challenge_of(unknown(), &means), named);
    assert_eq!(visit_of(unknown()), Err(named));
    let not_found = Fault::ProofRefused { reason: Refusal::EnterpriseNotFound };
    assert_eq!(challenge_of(stranger(), &means), not_found);
    assert_eq!(visit_of(stranger()), Err(not_found));
    let unexpected = Fault::PortalAnswer { reason: AnswerFlaw::UnexpectedStatus };
    assert_eq!(challenge_of(unknown(), &Means::IcCard), unexpected, "nobody asked about a bank");
    assert_eq!(visit_of(problem("400 No", "", "\"code\":\"bank_unknown\"")), Err(unexpected));
}

#[test]
fn a_visit_brings_its_state() {
    let server = Server::start(vec![Deed::Say(json("201 Created", VISIT))]);
    let visit = HttpPortal::new().visit_bank(&server.session(), &ccb()).unwrap();
    assert_eq!(visit.id, visit_id());
    assert_eq!(visit.state.as_str().len(), 43);
    let seen = server.seen();
    assert_eq!(
        (seen[0].line.as_str(), seen[0].body.as_str()),
        ("POST /v1/bank-visits HTTP/1.1", "{\"bank\":\"ccb\"}")
    );
    assert_eq!(seen[0].header("authorization"), Some("Bearer bearer-canary-77"));
    for malformed in
        [VISIT.replace("AAECAwQFBgcI", "AAEC"), VISIT.replace("0190163d", "0190163D"), "{}".into()]
    {
        assert_eq!(visit_of(json("201 Created", &malformed)), flaw(AnswerFlaw::Malformed));
    }
}

#[test]
fn a_visit_is_asked_for_by_its_id_with_time_to_wait() {
    let server = Server::start(vec![Deed::Say(json("200 OK", "{\"status\":\"pending\"}"))]);
    let state = HttpPortal::new().bank_visit(&server.session(), &visit_id());
    assert_eq!(state, Ok(VisitState::Pending));
    assert_eq!(server.seen()[0].line, format!("GET /v1/bank-visits/{}?wait=20 HTTP/1.1", visit_id()));
}

#[test]
fn a_visit_has_one_of_four_states() {
    let receipt =
        RECEIPT.replace("\"ic_card\"", "\"bank_ukey\"").replace("null", r#"{"id":"ccb","name":"A bank"}"#);
    let passed = format!("{{\"status\":\"passed\",\"receipt\":{receipt}}}");
    let Ok(VisitState::Passed { receipt: Receipt { method, bank: Some(bank), .. } }) =
        state_of(json("200 OK", &passed))
    else {
        panic!("not passed")
    };
    assert_eq!((method, bank.id, bank.name.as_str()), (Method::BankUkey, ccb(), "A bank"));
    let refused = "{\"status\":\"refused\",\"reason\":\"cert_revoked\"}";
    assert_eq!(state_of(json("200 OK", refused)), Ok(VisitState::Refused { reason: Refusal::CertRevoked }));
    assert_eq!(state_of(json("200 OK", "{\"status\":\"expired\"}")), Ok(VisitState::Expired));
    for malformed in [
        "{\"status\":\"passed\"}",
        "{\"status\":\"refused\",\"reason\":\"no_idea\"}",
        "{\"status\":\"perhaps\"}",
        "{}",
    ] {
        assert_eq!(state_of(json("200 OK", malformed)), flaw(AnswerFlaw::Malformed), "{malformed}");
    }
    assert_eq!(state_of(problem("404 No", "", "\"code\":\"not_found\"")), flaw(AnswerFlaw::UnexpectedStatus));
    let ended = problem("401 No", "", "\"code\":\"session_ended\"");
    assert_eq!(state_of(ended), Err(Fault::SessionEnded));
    assert_eq!(state_of(answer("200 OK", "", "{\"status\":\"expired\"}")), flaw(AnswerFlaw::NotJson));
}

/// With bounds that are over at once, only the waiting is left for the answer to come in.
#[test]
fn a_portal_that_waits_as_asked_is_not_late() {
    let server = Server::start(vec![Deed::Say(json("200 OK", "{\"status\":\"expired\"}")), Deed::Wait]);
    let at_once = Limits { total: Duration::ZERO, ..SHORT };
    let portal = HttpPortal::new().limited(at_once);
    assert_eq!(portal.bank_visit(&server.session(), &visit_id()), Ok(VisitState::Expired));
    assert_eq!(portal.profile(&server.session()).unwrap_err(), Fault::PortalTimeout);
}

#[test]
fn asking_for_a_visit_is_not_repeated() {
    let server = Server::start(vec![Deed::Drop, Deed::Say(json("201 Created", VISIT))]);
    assert_eq!(HttpPortal::new().visit_bank(&server.session(), &ccb()), Err(Fault::PortalUnreachable));
    assert_eq!(server.seen().len(), 1);
}
