//! A session begins: only one is left of two, what nobody wants any more is ended at the portal, and what one
//! account is told is not shown to the next.

use crate::answers::{answer, company, edit_of, sign_in, view};
use crate::between::Between;
use crate::procedure_steps::{look, open, ticket};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{AccountName, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{AskTicket, CompanyEdit, Portal, Session};
use tongguan_portal::HttpPortal;
use tongguan_tests::{Desk, Phone};

/// Bound to the stage's account from the first day.
const BOUND: &str = "haihe-legal-sm2";
const SIGN_OUT: &str = "DELETE /v1/sessions/current";

fn enter(desk: &Desk, between: &Between) -> Result<Answer, Fault> {
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password())
}

fn is_over(session: &Session) -> bool {
    matches!(HttpPortal::new().profile(session), Err(Fault::SessionEnded))
}

fn with_card_statement() -> (Desk, TokenInfo) {
    let desk = Desk::open();
    let token = desk.insert(0, BOUND);
    let (portal, key) = (desk.stage.portal_origin(), token.identities[0].key.clone());
    let begun = view(desk.call(Command::BeginCardSignIn { portal, token: token.id.clone(), key }));
    assert!(matches!(begun.flow, FlowView::Consent { .. }), "{:?}", begun.flow);
    (desk, token)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_sign_in_that_was_left_before_the_keyring_answered_is_undone() {
    let desk = Desk::open();
    let between = Between::new(&desk.stage.portal_origin(), |_| {});
    desk.drawer.keeping.close();
    std::thread::scope(|scope| {
        let entering = scope.spawn(|| enter(&desk, &between));
        desk.drawer.keeping.wait();
        view(desk.call(Command::SignOut {}));
        desk.drawer.keeping.open();
        assert!(view(entering.join().unwrap()).session.is_none());
    });
    assert!(desk.view().session.is_none() && desk.drawer.session().is_none());
    assert_eq!(between.count(SIGN_OUT), 1);
    desk.sign_in();
}

#[test]
fn of_two_sign_ins_at_once_one_is_left() {
    let desk = Desk::open();
    let between = Between::new(&desk.stage.portal_origin(), |_| {});
    desk.drawer.keeping.close();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| enter(&desk, &between));
        desk.drawer.keeping.wait();
        let second = scope.spawn(|| enter(&desk, &between));
        desk.drawer.keeping.open();
        assert!(view(first.join().unwrap()).session.is_some());
        assert!(view(second.join().unwrap()).session.is_some());
    });
    company(&desk);
    assert!(!is_over(&desk.drawer.session().unwrap()), "what is kept is what was begun");
    assert_eq!(between.count(SIGN_OUT), 1);
}

#[test]
fn a_card_sign_in_that_was_left_while_the_proof_was_out_is_ended_at_the_portal() {
    let (desk, _) = with_card_statement();
    let log = Log::default();
    let lines = log.clone();
    desk.accepted.close();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let told = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false);
            let told = told.with_writer(move || lines.clone()).finish();
            tracing::subscriber::with_default(told, || desk.sign(desk.stage.pin(BOUND), false))
        });
        desk.accepted.wait();
        view(desk.call(Command::SignOut {}));
        desk.accepted.open();
    });
    assert!(desk.view().session.is_none() && desk.drawer.session().is_none());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ended = |line: &&str| line.contains("/v1/sessions/current") && line.contains("status=204");
    assert_eq!(log.lines().filter(ended).count(), 1, "{log}");
}

#[test]
fn a_password_ends_the_session_before() {
    let desk = Desk::open();
    desk.sign_in();
    let first = desk.drawer.session().unwrap();
    sign_in(&desk, "haihe-clerk");
    assert!(is_over(&first));
    assert_eq!(desk.drawer.session().unwrap().account.as_str(), "haihe-clerk");
}

#[test]
fn a_password_ends_the_session_that_was_kept_and_not_gone_on_in() {
    let desk = Desk::open();
    desk.sign_in();
    let first = desk.drawer.session().unwrap();
    desk.stage.portal_down();
    let next = desk.next_start();
    assert_eq!(next.call(Command::Company {}).unwrap_err(), Fault::PortalUnreachable);
    desk.stage.portal_up().unwrap();
    next.sign_in();
    assert!(is_over(&first));
    assert!(!is_over(&next.drawer.session().unwrap()));
}

#[test]
fn the_profile_comes_with_the_session() {
    let desk = Desk::open();
    let between = Between::new(&desk.stage.portal_origin(), |passed| {
        if passed.path == "/v1/profile" {
            passed.status = 500;
        }
    });
    let session = view(enter(&desk, &between)).session.unwrap();
    assert_eq!(session.profile.account.as_str(), desk.stage.account());
}

#[test]
fn a_card_signs_in_with_one_answer_of_the_portal() {
    let (desk, _) = with_card_statement();
    desk.accepted.close();
    std::thread::scope(|scope| {
        scope.spawn(|| desk.sign(desk.stage.pin(BOUND), false));
        desk.accepted.wait();
        desk.stage.portal_down();
        desk.accepted.open();
    });
    assert!(desk.view().session.is_some(), "{:?}", desk.view().flow);
}

#[test]
fn the_profile_of_one_account_is_not_shown_in_the_session_of_the_next() {
    let desk = Desk::open();
    let between = Between::holding(&desk.stage.portal_origin(), "GET /v1/profile");
    view(enter(&desk, &between));
    let edit = CompanyEdit { address: None, ..edit_of(&company(&desk)) };
    between.gate.close();
    std::thread::scope(|scope| {
        let editing = scope.spawn(|| desk.call(Command::EditCompany { edit }));
        between.gate.wait();
        sign_in(&desk, "haihe-clerk");
        between.gate.open();
        editing.join().unwrap().unwrap();
    });
    assert_eq!(desk.view().session.unwrap().profile.account.as_str(), "haihe-clerk");
}

#[test]
fn what_is_no_answer_of_the_portal_does_not_prolong_the_session() {
    let desk = Desk::open();
    let lies: Arc<Mutex<Option<u16>>> = Arc::default();
    let told = Arc::clone(&lies);
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        let lie = *told.lock().unwrap();
        if let Some(status) = lie.filter(|_| passed.path == "/v1/company") {
            (passed.status, passed.body) = (status, b"nothing".to_vec());
        }
    });
    view(enter(&desk, &between));
    let ends = || desk.view().session.unwrap().profile.idle_ends_at;
    let begun = ends();
    desk.clock.advance(60);
    for status in [200, 302, 418, 500, 502] {
        *lies.lock().unwrap() = Some(status);
        desk.call(Command::Company {}).unwrap_err();
        assert_eq!(ends(), begun, "{status}");
    }
    *lies.lock().unwrap() = None;
    company(&desk);
    assert!(ends().unix() >= begun.unix() + 60);
    // A refusal is an answer.
    let refused = ends();
    desk.clock.advance(60);
    let account = AccountName::parse("haihe-guest").unwrap();
    let nobody_asked = desk.call(Command::DecideUpgrade { account, accept: true });
    assert_eq!(nobody_asked.unwrap_err(), Fault::RecordChanged);
    assert!(ends().unix() >= refused.unix() + 60);
}

/// The notice that the session is about to end comes although a QR code is on the screen.
#[test]
fn waiting_for_a_phone_does_not_prolong_the_session() {
    let desk = Desk::open();
    desk.sign_in();
    let id = open(&desk, "beijing", "app").id;
    let ticket = ticket(&desk, &id, AskTicket::default());
    let version = look(&desk, &id).version;
    let ends = || desk.view().session.unwrap().profile.idle_ends_at;
    let begun = ends();
    desk.clock.advance(60);
    let _phone = Phone::scan(&desk.stage, &ticket.address);
    let waited = Command::AwaitProcedure { id: id.clone(), version };
    let after = answer!(desk.call(waited), Procedure);
    assert!(after.version > version);
    assert_eq!(ends(), begun);
    look(&desk, &id);
    assert!(ends().unix() >= begun.unix() + 60, "looking is use");
}
