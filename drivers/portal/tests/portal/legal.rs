//! Certification by documents, as it goes over the wire.

use crate::common::{Deed, Seen, Server, json, problem};
use tongguan_core::domain::{
    BankCardNumber, CompanyIdentity, CompanyName, Document, DocumentKind, PersonName, PhoneNumber, RequestId,
    UnifiedSocialCreditCode, Validity, VerificationCode,
};
use tongguan_core::fault::{AnswerFlaw, Fault, Refusal};
use tongguan_core::ports::{
    BankCard, CodeEntered, LegalCompany, LegalDesk, LegalHolder, LegalStep, PersonCheck, Session,
};
use tongguan_portal::HttpPortal;

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

fn open(step: &str) -> String {
    format!(
        r#"{{"id":"{ID}","expires_at":"2026-11-28T20:00:00+08:00","step":{step},"company":null,
        "legal_representative":null,"holder":null}}"#
    )
}

fn asked<T>(
    bytes: Vec<u8>,
    call: impl FnOnce(&HttpPortal, &Session) -> Result<T, Fault>,
) -> (Result<T, Fault>, Seen) {
    let server = Server::start(vec![Deed::Say(bytes)]);
    let outcome = call(&HttpPortal::new(), &server.session());
    (outcome, server.seen().remove(0))
}

fn gone() -> Vec<u8> {
    problem("404 Not Found", "", "\"code\":\"not_found\"")
}

fn card() -> BankCard {
    BankCard {
        number: BankCardNumber::parse("6212345678901234569").unwrap(),
        phone: PhoneNumber::parse("19900000001").unwrap(),
    }
}

fn by_id_card() -> PersonCheck {
    PersonCheck::IdCard { validity: Validity::parse("20160425", "00000000").unwrap() }
}

fn company() -> LegalCompany {
    let uscc = UnifiedSocialCreditCode::parse("9113000034801880XB").unwrap();
    let organization_code = uscc.organization_code();
    LegalCompany {
        company: CompanyIdentity { name: CompanyName::parse("Haihe Ltd.").unwrap(), organization_code, uscc },
        legal_representative: PersonName::parse("Li Hai").unwrap(),
        document: Document::parse(DocumentKind::IdCard, "11010519491231002X").unwrap(),
    }
}

#[test]
fn an_open_certification_is_found_or_not() {
    let (none, seen) = asked(gone(), |portal, session| portal.legal(session));
    assert_eq!((none, seen.line.as_str()), (Ok(None), "GET /v1/legal-certification HTTP/1.1"));
    let body = json("200 OK", &open(r#"{"kind":"holder"}"#));
    let (found, _) = asked(body, |portal, session| portal.legal(session));
    assert_eq!(found.unwrap().unwrap().step, LegalStep::Holder);
    let (lost, _) =
        asked(crate::common::answer("404 Not Found", "", ""), |portal, session| portal.legal(session));
    assert_eq!(lost, Err(Fault::PortalAnswer { reason: AnswerFlaw::UnexpectedStatus }), "no portal's word");
}

#[test]
fn it_is_opened_and_left() {
    let body = json("201 Created", &open(r#"{"kind":"company"}"#));
    let (opened, seen) = asked(body, |portal, session| portal.begin_legal(session));
    assert_eq!(
        (opened.unwrap().step, seen.line.as_str()),
        (LegalStep::Company, "POST /v1/legal-certification HTTP/1.1")
    );
    let (left, seen) = asked(gone(), |portal, session| portal.leave_legal(session));
    assert_eq!((left, seen.line.as_str()), (Ok(()), "DELETE /v1/legal-certification HTTP/1.1"));
}

#[test]
fn the_steps_go_to_their_places() {
    let body = || json("200 OK", &open(r#"{"kind":"legal_representative"}"#));
    let (_, seen) = asked(body(), |portal, session| portal.legal_company(session, &company()));
    assert_eq!(seen.line, "PUT /v1/legal-certification/company HTTP/1.1");
    assert!(seen.body.contains(r#""document":{"kind":"id_card","number":"11010519491231002X"}"#));
    let (_, seen) = asked(body(), |portal, session| portal.legal_person(session, &by_id_card()));
    assert_eq!(seen.line, "PUT /v1/legal-certification/legal-representative HTTP/1.1");
    assert_eq!(seen.body, r#"{"by":"id_card","validity":{"from":"20160425","until":"00000000"}}"#);
    let code =
        CodeEntered { id: RequestId::parse(ID).unwrap(), code: VerificationCode::parse("000123").unwrap() };
    let check = PersonCheck::BankCard { card: card(), code };
    let holder = LegalHolder { name: PersonName::parse("Li Hai").unwrap(), document: None, check };
    let (_, seen) = asked(body(), |portal, session| portal.legal_holder(session, &holder));
    assert_eq!(seen.line, "PUT /v1/legal-certification/holder HTTP/1.1");
    assert!(
        seen.body.contains(r#""check":{"by":"bank_card","card":{"number":"6212345678901234569""#),
        "{}",
        seen.body
    );
}

#[test]
fn what_stands_against_a_step_is_told() {
    let refused = |reason: Refusal| {
        problem("422 No", "", &format!("\"code\":\"data_refused\",\"reason\":\"{reason}\""))
    };
    for reason in [Refusal::ValidityMismatch, Refusal::NotInCtid, Refusal::SmsTooMany] {
        let (outcome, _) =
            asked(refused(reason), |portal, session| portal.legal_person(session, &by_id_card()));
        assert_eq!(outcome, Err(Fault::DataRefused { reason }));
    }
    let (closed, _) = asked(gone(), |portal, session| portal.legal_company(session, &company()));
    assert_eq!(closed, Err(Fault::FlowNotThere));
    let slow = problem("429 Slow", "Retry-After: 41\r\n", "\"code\":\"too_often\"");
    let (sent, seen) = asked(slow, |portal, session| portal.legal_code(session, &card()));
    assert_eq!(sent, Err(Fault::TooOften { seconds: 41 }));
    assert_eq!(seen.line, "POST /v1/legal-certification/codes HTTP/1.1");
}

#[test]
fn a_step_whose_answer_was_lost_is_not_repeated_by_itself() {
    let server = Server::start(vec![Deed::Drop, Deed::Say(json("200 OK", &open(r#"{"kind":"holder"}"#)))]);
    let lost = HttpPortal::new().legal_person(&server.session(), &by_id_card());
    assert_eq!(lost, Err(Fault::PortalUnreachable));
    assert_eq!(server.seen().len(), 1);
}
