use tongguan_core::api::FlowView;
use tongguan_core::domain::{Application, PinState};
use tongguan_core::fault::Fault;
use tongguan_tests::{At, Desk};

const CARD: &str = "haihe-operator-sm2";
const WRONG: &str = "00000000";

#[test]
fn a_wrong_pin_counts_down_to_a_confirmed_last_try_and_locks() {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, CARD, At::Never);
    let FlowView::Consent { pin: PinState::Ready { tries_left }, .. } = desk.begin(&token, 0) else {
        panic!("{:?}", desk.view().flow)
    };
    for left in (1..tries_left).rev() {
        let FlowView::Consent { pin, fault, .. } = desk.sign(WRONG, false) else {
            panic!("{:?}", desk.view().flow)
        };
        assert_eq!(fault, Some(Fault::PinWrong { tries_left: Some(left) }));
        assert_eq!(pin, PinState::from_tries(left));
    }
    let spent = verifies.count();
    assert_eq!(spent, usize::from(tries_left) - 1);
    // The last try is not spent without a second yes.
    let FlowView::Consent { pin, fault, .. } = desk.sign(WRONG, false) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!((pin, fault), (PinState::LastTry, Some(Fault::PinLastTry)));
    assert_eq!(verifies.count(), spent);
    let FlowView::Failed { fault, .. } = desk.sign(WRONG, true) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Fault::PinLocked);
    assert_eq!(verifies.count(), spent + 1);
    // Locked is said before anybody is asked for a PIN.
    let FlowView::Failed { fault, .. } = desk.begin(&token, 0) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Fault::PinLocked);
    assert_eq!(verifies.count(), spent + 1);
}

#[test]
fn the_right_pin_after_a_wrong_one_certifies_and_gives_the_tries_back() {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, CARD, At::Never);
    desk.begin(&token, 0);
    desk.sign(WRONG, false);
    assert!(matches!(desk.sign(desk.stage.pin(CARD), false), FlowView::Done { .. }));
    assert_eq!(verifies.count(), 2);
    let FlowView::Consent { pin, .. } = desk.begin(&token, 0) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(pin, PinState::Ready { tries_left: 5 });
}

#[test]
fn the_tries_are_the_cards_whatever_application_spends_them() {
    let desk = Desk::with_order(&[Application::Piv]);
    desk.sign_in();
    let token = desk.insert(0, "haihe-all");
    desk.begin(&token, 0);
    let FlowView::Consent { fault, .. } = desk.sign(WRONG, false) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Some(Fault::PinWrong { tries_left: Some(4) }));
}

/// Another program spends tries while the user reads.
#[test]
fn a_last_try_that_nobody_was_told_of_is_not_spent() {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, CARD, At::Never);
    let FlowView::Consent { pin: PinState::Ready { tries_left: 5 }, .. } = desk.begin(&token, 0) else {
        panic!("{:?}", desk.view().flow)
    };
    burn_all_but_one(&desk);
    let FlowView::Consent { pin, fault, .. } = desk.sign(desk.stage.pin(CARD), false) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!((pin, fault), (PinState::LastTry, Some(Fault::PinLastTry)));
    assert_eq!(verifies.count(), 0);
    assert!(matches!(desk.sign(desk.stage.pin(CARD), true), FlowView::Done { .. }));
    assert_eq!(verifies.count(), 1);
}

fn burn_all_but_one(desk: &Desk) {
    let card = desk.stage.card(CARD).unwrap();
    let mut card = card.lock().unwrap();
    let select = [&[0x00, 0xa4, 0x04, 0x00, 0x0a], tongguan_sandbox_card::OWN_AID, &[0x00]].concat();
    card.transmit(&select);
    for left in (1..5).rev() {
        let wrong = [&[0x00, 0x20, 0x00, 0x81, 0x08], WRONG.as_bytes()].concat();
        assert_eq!(card.transmit(&wrong), [0x63, 0xc0 | left]);
    }
}

fn pulled(at: At, verifies_expected: usize) {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, CARD, at);
    let FlowView::Consent { .. } = desk.begin(&token, 0) else { panic!("{:?}", desk.view().flow) };
    let FlowView::Failed { fault, can_resubmit, .. } = desk.sign(desk.stage.pin(CARD), false) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!(fault, Fault::CardRemoved);
    assert!(!can_resubmit);
    // The PIN was sent once at the most, and nobody sends it again by himself.
    assert_eq!(verifies.count(), verifies_expected);
    assert!(desk.journal().is_empty());
    desk.stage.remove(0).unwrap();
    let (token, again) = desk.insert_counted(0, CARD, At::Never);
    assert_eq!(again.count(), 0);
    assert!(matches!(desk.certify(CARD, &token, 0), FlowView::Done { .. }));
}

#[test]
fn a_card_pulled_before_verify() {
    pulled(At::BeforeVerify, 1);
}

#[test]
fn a_card_pulled_during_verify() {
    pulled(At::DuringVerify, 1);
}

#[test]
fn a_card_pulled_after_verify() {
    pulled(At::AfterVerify, 1);
}

#[test]
fn a_card_swapped_between_consent_and_signing_is_refused() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, CARD);
    desk.begin(&token, 0);
    let (other, verifies) = desk.insert_counted(0, "haihe-legal-sm2", At::Never);
    assert_ne!(other.id, token.id);
    let FlowView::Failed { fault, .. } = desk
        .wait("the failure", |view| matches!(view.flow, FlowView::Failed { .. }).then(|| view.flow.clone()))
    else {
        unreachable!()
    };
    assert_eq!(fault, Fault::CardRemoved);
    assert_eq!(verifies.count(), 0);
    // The old name opens nothing, not even once the same card is back.
    desk.insert(0, CARD);
    let FlowView::Failed { fault, .. } = desk.begin(&token, 0) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Fault::TokenGone);
}
