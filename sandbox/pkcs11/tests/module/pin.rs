use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use tongguan_sandbox_ukey::Behaviour;

use crate::desk::*;

/// Low, final try, locked.
fn flags(module: &Pkcs11) -> [bool; 3] {
    let info = module.get_token_info(slot(module)).unwrap();
    [info.user_pin_count_low(), info.user_pin_final_try(), info.user_pin_locked()]
}

#[test]
fn wrong_pins_count_down_to_the_lock() {
    let desk = Desk::new();
    let module = desk.load();
    let session = session(&module);
    assert_eq!(flags(&module), [false, false, false]);
    for left in (1..TRIES).rev() {
        assert_eq!(refused(login(&session, WRONG)), RvError::PinIncorrect);
        assert_eq!(desk.tries_left(), left);
        assert_eq!(flags(&module), [true, left == 1, false]);
    }
    assert_eq!(refused(login(&session, WRONG)), RvError::PinLocked);
    assert_eq!(flags(&module), [false, false, true]);
    assert_eq!(refused(login(&session, PIN)), RvError::PinLocked);
}

#[test]
fn the_right_pin_gives_the_tries_back() {
    let desk = Desk::new();
    let module = desk.load();
    let session = session(&module);
    login(&session, WRONG).unwrap_err();
    login(&session, PIN).unwrap();
    assert_eq!(desk.tries_left(), TRIES);
    assert_eq!(flags(&module), [false, false, false]);
    assert_eq!(refused(login(&session, PIN)), RvError::UserAlreadyLoggedIn);
}

#[test]
fn a_short_pin_costs_nothing() {
    let desk = Desk::new();
    let module = desk.load();
    assert_eq!(refused(login(&session(&module), "12345")), RvError::PinLenRange);
    assert_eq!(desk.tries_left(), TRIES);
}

#[test]
fn a_silent_module_does_not_say_that_the_pin_was_wrong() {
    let desk = Desk::behaving(&Behaviour { wrong_pin_is_general_error: true, ..Behaviour::default() });
    let module = desk.load();
    let session = session(&module);
    assert_eq!(refused(login(&session, WRONG)), RvError::GeneralError);
    assert_eq!(desk.tries_left(), TRIES - 1);
    login(&session, PIN).unwrap();
}

#[test]
fn a_pad_takes_the_pin_itself() {
    let desk = Desk::behaving(&Behaviour { pin_pad: true, ..Behaviour::default() });
    let module = desk.load();
    assert!(module.get_token_info(slot(&module)).unwrap().protected_authentication_path());
    let session = session(&module);
    assert_eq!(refused(login(&session, PIN)), RvError::ArgumentsBad);
    session.login(UserType::User, None).unwrap();
    assert_eq!(desk.library.verifies("one").unwrap(), 1);
}

#[test]
fn without_a_pad_there_is_no_login_without_pin() {
    let desk = Desk::new();
    let module = desk.load();
    assert!(!module.get_token_info(slot(&module)).unwrap().protected_authentication_path());
    let session = session(&module);
    assert_eq!(refused(session.login(UserType::User, None)), RvError::ArgumentsBad);
    assert_eq!(desk.library.verifies("one").unwrap(), 0);
}

#[test]
fn the_user_changes_his_pin() {
    let desk = Desk::new();
    let module = desk.load();
    let pin = |text: &str| AuthPin::new(text.into());
    let reading = session(&module);
    assert_eq!(refused(reading.set_pin(&pin(PIN), &pin("246802"))), RvError::SessionReadOnly);
    let session = module.open_rw_session(slot(&module)).unwrap();
    assert_eq!(refused(session.set_pin(&pin(WRONG), &pin("246802"))), RvError::PinIncorrect);
    session.set_pin(&pin(PIN), &pin("246802")).unwrap();
    login(&session, "246802").unwrap();
}

#[test]
fn the_last_session_takes_the_login_with_it() {
    let desk = Desk::new();
    let module = desk.load();
    let (first, second) = (at_work(&module), session(&module));
    assert_eq!(refused(login(&second, PIN)), RvError::UserAlreadyLoggedIn);
    drop(first);
    assert_eq!(refused(login(&second, PIN)), RvError::UserAlreadyLoggedIn);
    drop(second);
    login(&session(&module), PIN).unwrap();
}

#[test]
fn two_tokens_have_two_users() {
    let desk = Desk::new();
    desk.library.plug(&token("two")).unwrap();
    let module = desk.load();
    let slots = module.get_slots_with_token().unwrap();
    let sessions = [slots[0], slots[1]].map(|slot| module.open_ro_session(slot).unwrap());
    login(&sessions[0], PIN).unwrap();
    login(&sessions[1], PIN).unwrap();
    sessions[0].logout().unwrap();
    assert_eq!(refused(login(&sessions[1], PIN)), RvError::UserAlreadyLoggedIn);
}
