//! Company, account, people and cards, as they go over the wire.

use crate::common::{Deed, Seen, Server, answer, json, problem};
use tongguan_core::domain::{
    AccountName, CompanyName, Document, DocumentKind, OrganizationCode, Password, PersonName, PhoneNumber,
    RequestId, UnifiedSocialCreditCode, VerificationCode,
};
use tongguan_core::fault::{AnswerFlaw, Fault, Refusal};
use tongguan_core::ports::{
    AccountDesk, CodeEntered, CodeTarget, CompanyDesk, CompanyEdit, NewOperator, NotificationsSet,
    OperatorSet, PersonEdit, PreferencesSet, Right, Role, Session,
};
use tongguan_portal::HttpPortal;

const COMPANY: &str = r#"{"version":7,"identity":{"name":"Haihe Ltd.","organization_code":"34801880X",
    "uscc":"9113000034801880XB"},"legal_representative":{"name":"Li Hai","document":{"kind":"id_card",
    "number":"1101**********002X"},"validity":{"from":"20160425","until":"00000000"},"country":"CHN"},
    "address":null,"sign_in_again":true}"#;
const ACCOUNT: &str = r#"{"version":3,"account":"demo","role":"personal","rights":[],
    "holder":{"name":"Li Hai","document":null,"validity":null,"country":null},"phone":"19******01","email":null,
    "region":"13","notifications":{"sign_in":true,"certification":false,"expiry":true},
    "change_password":false,"sign_in_again":false}"#;
const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

fn id() -> RequestId {
    RequestId::parse(ID).unwrap()
}

/// What one call made of one answer, and what it had asked.
fn asked<T>(
    bytes: Vec<u8>,
    call: impl FnOnce(&HttpPortal, &Session) -> Result<T, Fault>,
) -> (Result<T, Fault>, Seen) {
    let server = Server::start(vec![Deed::Say(bytes)]);
    let outcome = call(&HttpPortal::new(), &server.session());
    let seen = server.seen().remove(0);
    assert_eq!(seen.header("authorization"), Some("Bearer bearer-canary-77"));
    (outcome, seen)
}

fn no_content() -> Vec<u8> {
    b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()
}

fn person(document: Option<Document>) -> PersonEdit {
    PersonEdit {
        version: 7,
        name: PersonName::parse("Li Hai").unwrap(),
        document,
        validity: None,
        country: None,
    }
}

#[test]
fn a_company_is_shown_and_edited_whole() {
    let (shown, seen) = asked(json("200 OK", COMPANY), |portal, session| portal.company(session));
    let shown = shown.unwrap();
    assert_eq!((shown.version, shown.sign_in_again), (7, true));
    assert_eq!(seen.line, "GET /v1/company HTTP/1.1");
    let uscc = UnifiedSocialCreditCode::parse("9113000034801880XB").unwrap();
    let edit = CompanyEdit {
        version: 7,
        name: CompanyName::parse("Haihe Ltd.").unwrap(),
        organization_code: OrganizationCode::parse("34801880X").unwrap(),
        uscc,
        legal_representative: PersonName::parse("Li Hai").unwrap(),
        address: None,
    };
    let changed = problem("409 Conflict", "", "\"code\":\"record_changed\"");
    let (refused, seen) = asked(changed, |portal, session| portal.edit_company(session, &edit));
    assert_eq!(refused, Err(Fault::RecordChanged));
    assert_eq!(seen.line, "PUT /v1/company HTTP/1.1");
    assert!(seen.body.starts_with("{\"version\":7,\"name\":\"Haihe Ltd.\""), "{}", seen.body);
    let refused = problem("422 No", "", "\"code\":\"data_refused\",\"reason\":\"legal_person_mismatch\"");
    let (refused, seen) =
        asked(refused, |portal, session| portal.edit_legal_representative(session, &person(None)));
    assert_eq!(refused, Err(Fault::DataRefused { reason: Refusal::LegalPersonMismatch }));
    assert_eq!(seen.line, "PUT /v1/company/legal-representative HTTP/1.1");
}

#[test]
fn a_record_that_is_none_is_refused() {
    for (from, to) in [
        ("\"version\":7", "\"version\":\"7\""),
        ("9113000034801880XB", "9113000034801880XA"),
        ("\"until\":\"00000000\"", "\"until\":\"20160101\""),
        ("\"id_card\"", "\"library_card\""),
        ("\"CHN\"", "\"China\""),
        ("Li Hai", "L"),
    ] {
        assert!(COMPANY.contains(from), "{from}");
        let lie = COMPANY.replace(from, to);
        let (shown, _) = asked(json("200 OK", &lie), |portal, session| portal.company(session));
        assert_eq!(shown.err(), Some(Fault::PortalAnswer { reason: AnswerFlaw::Malformed }), "{to}");
    }
}

#[test]
fn people_of_a_company_are_named_in_the_path_whatever_their_names_hold() {
    let set = OperatorSet { enabled: Some(false), rights: Some(vec![Right::Certify]) };
    for (name, path) in [
        ("haihe-clerk", "haihe-clerk"),
        ("a b/../c?d#e%2f", "a%20b%2F..%2Fc%3Fd%23e%252f"),
        ("\u{6d77}", "%E6%B5%B7"),
    ] {
        let account = AccountName::parse(name).unwrap();
        let (done, seen) =
            asked(no_content(), |portal, session| portal.set_operator(session, &account, &set));
        done.unwrap();
        assert_eq!(seen.line, format!("PUT /v1/operators/{path} HTTP/1.1"));
        assert_eq!(seen.body, "{\"enabled\":false,\"rights\":[\"certify\"]}");
        let (done, seen) =
            asked(no_content(), |portal, session| portal.decide_upgrade(session, &account, true));
        done.unwrap();
        assert_eq!(seen.line, format!("PUT /v1/upgrade-requests/{path} HTTP/1.1"));
        assert_eq!(seen.body, "{\"accept\":true}");
    }
}

#[test]
fn a_name_that_is_a_way_elsewhere_is_not_asked_about() {
    let server = Server::start(vec![Deed::Say(no_content())]);
    for name in [".", ".."] {
        let account = AccountName::parse(name).unwrap();
        let decided = HttpPortal::new().decide_upgrade(&server.session(), &account, true);
        assert!(matches!(decided, Err(Fault::InputInvalid { .. })), "{decided:?}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn operators_are_listed_added_and_asked_for() {
    let list = r#"[{"account":"haihe-clerk","name":"Li Hai","document":null,"phone":null,"role":"operator",
        "enabled":true,"rights":["certify","edit_company"],"asks_upgrade":false,"last_sign_in":null}]"#;
    let (listed, seen) = asked(json("200 OK", list), |portal, session| portal.operators(session));
    assert_eq!(listed.unwrap()[0].rights, [Right::Certify, Right::EditCompany]);
    assert_eq!(seen.line, "GET /v1/operators HTTP/1.1");
    let operator = NewOperator {
        account: AccountName::parse("haihe-new").unwrap(),
        name: PersonName::parse("Li Hai").unwrap(),
        document: Document::parse(DocumentKind::TaiwanPermit, "12345678").unwrap(),
        phone: PhoneNumber::parse("19900000001").unwrap(),
        rights: vec![],
        password: Password::from("first-password".to_owned()),
    };
    let taken = problem("422 No", "", "\"code\":\"data_refused\",\"reason\":\"name_taken\"");
    let (added, _) = asked(taken, |portal, session| portal.add_operator(session, &operator));
    assert_eq!(added, Err(Fault::DataRefused { reason: Refusal::NameTaken }));
    let created = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    let (added, seen) = asked(created, |portal, session| portal.add_operator(session, &operator));
    assert_eq!((added, seen.line.as_str()), (Ok(()), "POST /v1/operators HTTP/1.1"));
    assert!(seen.body.ends_with("\"password\":\"first-password\"}"), "{}", seen.body);
    let denied = problem("403 No", "", "\"code\":\"not_allowed\"");
    let (denied, seen) = asked(denied, |portal, session| portal.ask_upgrade(session));
    assert_eq!((denied, seen.line.as_str()), (Err(Fault::NotAllowed), "POST /v1/upgrade-request HTTP/1.1"));
}

#[test]
fn what_is_gone_meanwhile_was_changed_by_somebody() {
    let gone = || problem("404 Not Found", "", "\"code\":\"not_found\"");
    let clerk = AccountName::parse("haihe-clerk").unwrap();
    let set = OperatorSet { enabled: Some(true), rights: None };
    let (unbound, seen) = asked(gone(), |portal, session| portal.unbind_card(session, &id()));
    assert_eq!(unbound, Err(Fault::RecordChanged));
    assert_eq!(seen.line, format!("DELETE /v1/cards/{ID} HTTP/1.1"));
    assert_eq!(asked(gone(), |p, s| p.set_operator(s, &clerk, &set)).0, Err(Fault::RecordChanged));
    assert_eq!(asked(gone(), |p, s| p.decide_upgrade(s, &clerk, false)).0, Err(Fault::RecordChanged));
    // A 404 that the portal did not write is something else.
    let unexpected = Err(Fault::PortalAnswer { reason: AnswerFlaw::UnexpectedStatus });
    assert_eq!(asked(answer("404 Not Found", "", ""), |p, s| p.unbind_card(s, &id())).0, unexpected);
}

#[test]
fn cards_are_listed() {
    let list = format!(
        r#"[{{"id":"{ID}","number":"80******01","holder":"Li Hai","kind":"operator","bound_at":"2026-11-21T20:00:00+08:00"}}]"#
    );
    let (listed, seen) = asked(json("200 OK", &list), |portal, session| portal.cards(session));
    assert_eq!(listed.unwrap()[0].id, id());
    assert_eq!(seen.line, "GET /v1/cards HTTP/1.1");
}

#[test]
fn an_account_is_shown_with_its_preferences_beside_the_rest() {
    let (shown, seen) = asked(json("200 OK", ACCOUNT), |portal, session| portal.account(session));
    let shown = shown.unwrap();
    assert_eq!((shown.role, shown.preferences.notifications.certification), (Role::Personal, false));
    assert_eq!(seen.line, "GET /v1/account HTTP/1.1");
    let notifications = NotificationsSet { expiry: Some(false), ..NotificationsSet::default() };
    for (set, body) in [
        (
            PreferencesSet { notifications: Some(notifications), ..PreferencesSet::default() },
            r#"{"notifications":{"expiry":false}}"#,
        ),
        (PreferencesSet { region: Some(None), notifications: None }, r#"{"region":null}"#),
    ] {
        let (_, seen) =
            asked(json("200 OK", ACCOUNT), |portal, session| portal.set_preferences(session, &set));
        assert_eq!(seen.line, "PUT /v1/account/preferences HTTP/1.1");
        assert_eq!(seen.body, body);
        assert_eq!(serde_json::from_str::<PreferencesSet>(body).unwrap(), set);
    }
}

#[test]
fn of_an_operator_only_what_changes_is_sent() {
    let clerk = AccountName::parse("haihe-clerk").unwrap();
    for (set, body) in [
        (OperatorSet { enabled: Some(true), rights: None }, r#"{"enabled":true}"#),
        (OperatorSet { enabled: None, rights: Some(vec![]) }, r#"{"rights":[]}"#),
    ] {
        let (done, seen) = asked(no_content(), |portal, session| portal.set_operator(session, &clerk, &set));
        done.unwrap();
        assert_eq!(seen.body, body);
    }
}

#[test]
fn the_holder_and_the_password_are_changed() {
    let passport = Document::parse(DocumentKind::Passport, "E12345678").unwrap();
    let duplicate = problem("422 No", "", "\"code\":\"data_refused\",\"reason\":\"id_duplicate\"");
    let (edited, seen) =
        asked(duplicate, |portal, session| portal.edit_holder(session, &person(Some(passport))));
    assert_eq!(edited, Err(Fault::DataRefused { reason: Refusal::IdDuplicate }));
    assert_eq!(seen.line, "PUT /v1/account/holder HTTP/1.1");
    assert!(seen.body.contains(r#""document":{"kind":"passport","number":"E12345678"}"#), "{}", seen.body);
    let (old, new) = (Password::from("old".to_owned()), Password::from("new".to_owned()));
    let refused = problem("401 No", "", "\"code\":\"sign_in_refused\"");
    let (changed, seen) = asked(refused, |portal, session| portal.change_password(session, &old, &new));
    assert_eq!(changed, Err(Fault::SignInRefused));
    assert_eq!(
        (seen.line.as_str(), seen.body.as_str()),
        ("PUT /v1/account/password HTTP/1.1", r#"{"old":"old","new":"new"}"#)
    );
}

#[test]
fn a_code_is_sent_and_entered_by_its_id() {
    let sent = format!(
        r#"{{"id":"{ID}","to":"19******01","resend_at":"2026-11-21T20:01:00+08:00","expires_at":"2026-11-21T20:05:00+08:00"}}"#
    );
    let to = CodeTarget::Phone { phone: PhoneNumber::parse("19900000001").unwrap() };
    let (sent, seen) = asked(json("201 Created", &sent), |portal, session| portal.send_code(session, &to));
    assert_eq!((sent.unwrap().id, seen.line.as_str()), (id(), "POST /v1/account/codes HTTP/1.1"));
    assert_eq!(seen.body, r#"{"channel":"phone","phone":"19900000001"}"#);
    let code = CodeEntered { id: id(), code: VerificationCode::parse("123456").unwrap() };
    let over = problem("404 No", "", "\"code\":\"not_found\"");
    let (entered, seen) = asked(over, |portal, session| portal.confirm_code(session, &code));
    assert_eq!(entered, Err(Fault::DataRefused { reason: Refusal::SmsExpired }));
    assert_eq!(seen.line, format!("PUT /v1/account/codes/{ID} HTTP/1.1"));
    assert_eq!(seen.body, r#"{"code":"123456"}"#);
}

#[test]
fn certifications_are_listed() {
    let list = format!(
        r#"[{{"method":"legal_representative","receipt":{},"certificate":null,"expires_at":null}}]"#,
        crate::common::RECEIPT
    );
    let (listed, seen) = asked(json("200 OK", &list), |portal, session| portal.certifications(session));
    assert_eq!((listed.unwrap().len(), seen.line.as_str()), (1, "GET /v1/certifications HTTP/1.1"));
}
