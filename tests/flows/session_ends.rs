//! The portal ends a session while something is under way in it: that is over, the reason stays to be read, and
//! signing in is the way on.

use crate::answers::{company, view};
use crate::bank_page::{await_bank, fill_in, opened, visit};
use crate::between::Between;
use tongguan_core::api::{Command, FlowView};
use tongguan_core::domain::TokenInfo;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Outcome;
use tongguan_sandbox::stage::Through;
use tongguan_sandbox_card::Act;
use tongguan_sandbox_ukey::{Behaviour, Misbehaviour};
use tongguan_tests::{At, Desk, Gate};
use tongguan_wiring::Deadlines;

const CARD: &str = "haihe-operator-sm2";
const UKEY: &str = "haihe-ccb-sm2";
/// VERIFY of ISO 7816-4; with a PIN it is longer than its head.
const VERIFY: u8 = 0x20;

/// The account ends all its sessions from elsewhere; this program learns it with its next question.
fn end(desk: &Desk) {
    let other = desk.other_machine();
    other.sign_in();
    end_from(&other, desk);
}

fn end_from(other: &Desk, desk: &Desk) {
    view(other.call(Command::SignOutEverywhere {}));
    assert_eq!(desk.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    is_told(desk);
}

fn is_told(desk: &Desk) {
    let view = desk.view();
    assert!(view.session.is_none() && view.certifying.is_none() && desk.drawer.session().is_none());
    let FlowView::Failed { fault: Fault::SessionEnded, can_resubmit: false, .. } = view.flow else {
        panic!("{:?}", view.flow)
    };
}

/// What ended hinders nothing.
fn goes_on(desk: &Desk) {
    desk.sign_in();
    assert!(matches!(desk.view().flow, FlowView::Idle));
    company(desk);
}

/// A signed-in desk with the statement of a card before it, which stops at the gate with the PIN in hand.
fn reading() -> (Desk, TokenInfo, Gate) {
    let desk = Desk::open();
    let gate = Gate::default();
    let at = gate.clone();
    let hook = move |command: &[u8]| {
        if command.get(1) == Some(&VERIFY) && command.len() > 5 {
            at.pass();
        }
        Act::Answer
    };
    desk.stage.insert_with(0, CARD, Box::new(hook)).unwrap();
    let token = desk.token(0);
    desk.sign_in();
    assert!(matches!(desk.begin(&token, 0), FlowView::Consent { .. }));
    (desk, token, gate)
}

#[test]
fn with_nothing_under_way() {
    let desk = Desk::open();
    desk.sign_in();
    end(&desk);
    assert!(matches!(view(desk.call(Command::Dismiss {})).flow, FlowView::Idle));
    goes_on(&desk);
}

#[test]
fn while_a_challenge_is_fetched() {
    let desk = Desk::open();
    let token = desk.insert(0, CARD);
    let between = Between::holding(&desk.stage.portal_origin(), "POST /v1/challenges");
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    between.gate.close();
    std::thread::scope(|scope| {
        scope.spawn(|| desk.begin(&token, 0));
        between.gate.wait();
        end(&desk);
        between.gate.open();
    });
    is_told(&desk);
    goes_on(&desk);
}

#[test]
fn while_a_statement_is_read() {
    let (desk, token, verifies) = {
        let desk = Desk::open();
        let (token, verifies) = desk.insert_counted(0, CARD, At::Never);
        (desk, token, verifies)
    };
    desk.sign_in();
    desk.begin(&token, 0);
    end(&desk);
    assert_eq!(desk.app.sign_with(None, false).unwrap_err(), Fault::SessionEnded);
    goes_on(&desk);
    assert_eq!(verifies.count(), 0);
}

#[test]
fn while_a_card_signs() {
    let (desk, token, gate) = reading();
    // It looks at the same reader, so it is there before the card is held up.
    let other = desk.other_machine();
    other.sign_in();
    gate.close();
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| desk.sign(desk.stage.pin(CARD), false));
        gate.wait();
        end_from(&other, &desk);
        gate.open();
        signing.join().unwrap();
    });
    is_told(&desk);
    // What the card signed nevertheless did not leave this machine.
    let journal = desk.journal();
    let [left, signed] = journal.as_slice() else { panic!("{journal:?}") };
    assert_eq!(signed.entry.outcome, Outcome::Signed);
    assert_eq!(left.entry.outcome, Outcome::Failed { code: Fault::Cancelled.code() });
    goes_on(&desk);
    assert!(matches!(desk.certify(CARD, &token, 0), FlowView::Done { .. }));
}

#[test]
fn while_a_library_that_hangs_signs() {
    let patience = std::time::Duration::from_secs(600); // nobody but the end of the session ends the call
    let desk = Desk::with_deadlines(Deadlines { sign: patience, ..Deadlines::default() });
    desk.approve(Through::Skf);
    let token = desk.plug(UKEY, Through::Skf);
    desk.sign_in();
    desk.begin_at("ccb", &token, 0);
    let soft = desk.stage.soft(Through::Skf).unwrap();
    soft.behave(&Behaviour::striking("SKF_ECCSignData", Misbehaviour::Hang, Some(1))).unwrap();
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| desk.sign(desk.stage.pin(UKEY), false));
        desk.wait("the signing", |view| matches!(view.flow, FlowView::Working { .. }).then_some(()));
        end(&desk);
        signing.join().unwrap();
    });
    is_told(&desk);
    goes_on(&desk);
}

#[test]
fn while_a_proof_is_out() {
    let (desk, _, _) = reading();
    desk.accepted.close();
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| desk.sign(desk.stage.pin(CARD), false));
        desk.accepted.wait();
        end(&desk);
        desk.accepted.open();
        signing.join().unwrap();
    });
    is_told(&desk);
    // The portal had accepted: the journal knows.
    assert!(matches!(desk.journal()[0].entry.outcome, Outcome::Accepted { .. }));
    goes_on(&desk);
}

#[test]
fn after_a_proof_did_not_arrive() {
    let (desk, _, _) = reading();
    desk.stage.portal_down();
    let FlowView::Failed { can_resubmit: true, .. } = desk.sign(desk.stage.pin(CARD), false) else {
        panic!("{:?}", desk.view().flow)
    };
    desk.stage.portal_up().unwrap();
    end(&desk);
    assert_eq!(desk.call(Command::Resubmit {}).unwrap_err(), Fault::FlowNotThere);
    goes_on(&desk);
}

#[test]
fn beside_a_receipt() {
    let (desk, _, _) = reading();
    assert!(matches!(desk.sign(desk.stage.pin(CARD), false), FlowView::Done { .. }));
    end(&desk);
    goes_on(&desk);
}

#[test]
fn while_the_user_is_at_the_bank() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    end(&desk);
    assert_eq!(desk.call(Command::AwaitBank {}).unwrap_err(), Fault::FlowNotThere);
    goes_on(&desk);
    visit(&desk, "ccb");
    let (page, state) = opened(&desk);
    fill_in(&page, &state, UKEY, desk.stage.pin(UKEY));
    assert!(matches!(await_bank(&desk), FlowView::DoneAtBank { .. }));
    end(&desk);
    goes_on(&desk);
}

#[test]
fn the_wait_for_the_bank_itself_learns_it() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    let other = desk.other_machine();
    other.sign_in();
    view(other.call(Command::SignOutEverywhere {}));
    await_bank(&desk);
    is_told(&desk);
    goes_on(&desk);
}
