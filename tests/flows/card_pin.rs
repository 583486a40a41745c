//! Changing a card's PIN, on the card.

use crate::answers::answer;
use tongguan_core::api::{Command, FlowView, View};
use tongguan_core::domain::{Pin, PinState, SealedPin, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_tests::Desk;

const CARD: &str = "haihe-operator-sm2";
const OTHER: &str = "24681357";
const WRONG: &str = "00000000";

fn change(desk: &Desk, token: &TokenInfo, old: &str, new: &str, last_try: bool) -> Result<View, Fault> {
    let pin = |text: &str| Pin::parse(text.as_bytes().to_vec()).unwrap();
    let key = &token.identities[0].key;
    desk.app.change_pin_with(&token.id, key, &pin(old), &pin(new), last_try)
}

#[test]
fn the_new_pin_signs_and_the_old_one_does_not() {
    let desk = Desk::open();
    let token = desk.insert(0, CARD);
    change(&desk, &token, desk.stage.pin(CARD), OTHER, false).unwrap();
    desk.sign_in();
    desk.begin(&token, 0);
    let FlowView::Consent { fault, .. } = desk.sign(desk.stage.pin(CARD), false) else { panic!("gone") };
    assert!(matches!(fault, Some(Fault::PinWrong { .. })), "{fault:?}");
    assert!(matches!(desk.sign(OTHER, false), FlowView::Done { .. }));
}

#[test]
fn each_entry_is_one_try_the_last_one_needs_a_second_yes_and_a_locked_pin_is_left_alone() {
    let desk = Desk::open();
    let token = desk.insert(0, CARD);
    for left in [4, 3, 2, 1] {
        let fault = change(&desk, &token, WRONG, OTHER, false).unwrap_err();
        assert_eq!(fault, Fault::PinWrong { tries_left: Some(left) });
    }
    // Not spent, however often it is asked without the second yes.
    for _ in 0..2 {
        assert_eq!(change(&desk, &token, WRONG, OTHER, false).unwrap_err(), Fault::PinLastTry);
    }
    assert_eq!(change(&desk, &token, WRONG, OTHER, true).unwrap_err(), Fault::PinLocked);
    assert_eq!(change(&desk, &token, desk.stage.pin(CARD), OTHER, true).unwrap_err(), Fault::PinLocked);
}

#[test]
fn how_the_pin_stands_is_told_before_it_is_typed_and_costs_nothing() {
    let desk = Desk::open();
    let token = desk.insert(0, CARD);
    let state = || {
        let key = token.identities[0].key.clone();
        answer!(desk.call(Command::CardPin { token: token.id.clone(), key }), Pin)
    };
    assert_eq!((state(), state()), (PinState::Ready { tries_left: 5 }, PinState::Ready { tries_left: 5 }));
    for _ in 0..4 {
        change(&desk, &token, WRONG, OTHER, false).unwrap_err();
    }
    assert_eq!(state(), PinState::LastTry);
    change(&desk, &token, WRONG, OTHER, true).unwrap_err();
    assert_eq!(state(), PinState::Locked);
}

#[test]
fn a_pin_that_the_card_does_not_take_spends_no_try() {
    let desk = Desk::open();
    let token = desk.insert(0, CARD);
    let fault = change(&desk, &token, desk.stage.pin(CARD), "1234", false).unwrap_err();
    assert!(matches!(fault, Fault::PinFormat { .. }), "{fault:?}");
    let fault = change(&desk, &token, WRONG, OTHER, false).unwrap_err();
    assert_eq!(fault, Fault::PinWrong { tries_left: Some(4) });
}

#[test]
fn it_waits_for_a_statement_that_is_being_read_and_names_a_token_that_is_gone() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, CARD);
    desk.begin(&token, 0);
    assert_eq!(change(&desk, &token, desk.stage.pin(CARD), OTHER, false).unwrap_err(), Fault::FlowBusy);
    desk.call(Command::Cancel {}).unwrap();
    desk.stage.remove(0).unwrap();
    assert_eq!(change(&desk, &token, desk.stage.pin(CARD), OTHER, false).unwrap_err(), Fault::TokenGone);
}

#[test]
fn a_pin_that_is_not_sealed_to_this_program_is_not_tried() {
    let desk = Desk::open();
    let token = desk.insert(0, CARD);
    let sealed = SealedPin { point: "AA".into(), nonce: "AA".into(), ciphertext: "AA".into() };
    let (key, new) = (token.identities[0].key.clone(), sealed.clone());
    let command = Command::ChangeCardPin { token: token.id.clone(), key, old: sealed, new, last_try: true };
    assert!(matches!(desk.call(command), Err(Fault::InputInvalid { .. })));
    assert_eq!(
        change(&desk, &token, WRONG, OTHER, false).unwrap_err(),
        Fault::PinWrong { tries_left: Some(4) }
    );
}
