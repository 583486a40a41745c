//! No try is spent that the user did not give.

use crate::loaded::{MESSAGE, Vendor, WRONG, open, pin, pin_of, soft_token};
use tongguan_core::domain::{Certificate, KeyRef, PinState};
use tongguan_core::fault::Fault;
use tongguan_sandbox_ukey::Behaviour;

const RSA: &str = "haihe-ccb-rsa";

fn vendor() -> Vendor {
    Vendor::with(&Behaviour::default(), &[RSA])
}

/// Wrong PINs that another program enters.
fn burn(vendor: &Vendor, tries: u8) {
    for _ in 0..tries {
        vendor.soft.verify_pin(RSA, WRONG.as_bytes()).unwrap_err();
    }
}

#[test]
fn wrong_pins_count_down_as_far_as_the_token_tells() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    let wrong = |tries_left| Err(Fault::PinWrong { tries_left });
    for _ in 0..4 {
        assert_eq!(opened.sign(Some(&pin(WRONG))), wrong(None));
    }
    assert_eq!(opened.token.pin_state(&opened.key).unwrap(), PinState::Unknown);
    assert_eq!(opened.sign(Some(&pin(WRONG))), wrong(Some(1)));
    assert_eq!(opened.token.pin_state(&opened.key).unwrap(), PinState::LastTry);
    assert_eq!(opened.sign(Some(&pin(WRONG))), Err(Fault::PinLocked));
    assert_eq!(opened.token.pin_state(&opened.key).unwrap(), PinState::Locked);
    // A locked PIN is not tried, not even the right one.
    assert_eq!(opened.sign(Some(&pin_of(RSA))), Err(Fault::PinLocked));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 6);
}

#[test]
fn a_last_try_that_nobody_was_told_of_is_not_spent() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    assert_eq!(opened.token.pin_state(&opened.key).unwrap(), PinState::Unknown);
    burn(&vendor, 5);
    assert_eq!(opened.sign(Some(&pin_of(RSA))), Err(Fault::PinLastTry));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 5);
    // The next call is the user's yes.
    opened.must_sign(Some(&pin_of(RSA)));
}

#[test]
fn a_last_try_that_was_told_is_the_users_to_spend() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    burn(&vendor, 5);
    assert_eq!(opened.token.pin_state(&opened.key).unwrap(), PinState::LastTry);
    opened.must_sign(Some(&pin_of(RSA)));
}

#[test]
fn a_module_that_does_not_tell_why_is_never_taken_for_a_wrong_pin() {
    let behaviour = Behaviour { wrong_pin_is_general_error: true, ..Behaviour::default() };
    let vendor = Vendor::with(&behaviour, &[RSA]);
    let mut opened = open(&vendor.load());
    let (call, answer) = ("C_Login".into(), "CKR_GENERAL_ERROR".into());
    let silent = Fault::LibrarySilent { library: "libvendor.so".into(), call, answer };
    assert_eq!(opened.sign(Some(&pin(WRONG))), Err(silent));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 1);
    opened.must_sign(Some(&pin_of(RSA)));
}

#[test]
fn a_pin_of_the_wrong_length_or_none_at_all_is_not_tried() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    let format = Err(Fault::PinFormat { min: 6, max: 16 });
    assert_eq!(opened.sign(Some(&pin("1234"))), format);
    assert_eq!(opened.sign(None), format);
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 0);
}

#[test]
fn a_changed_pin_is_the_pin_from_then_on() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    let (old, new) = (pin_of(RSA), pin("8642097531"));
    let key = opened.key.clone();
    assert_eq!(opened.token.change_pin(&key, &pin(WRONG), &new), Err(Fault::PinWrong { tries_left: None }));
    assert_eq!(opened.token.change_pin(&key, &old, &pin("1234")), Err(Fault::PinFormat { min: 6, max: 16 }));
    opened.token.change_pin(&key, &old, &new).unwrap();
    opened.must_sign(Some(&new));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 3);
}

#[test]
fn a_changed_pin_spends_no_last_try_either() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    burn(&vendor, 5);
    let key = opened.key.clone();
    let change = opened.token.change_pin(&key, &pin_of(RSA), &pin("864209"));
    assert_eq!(change, Err(Fault::PinLastTry));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 5);
}

#[test]
fn another_certificate_on_the_token_costs_no_try() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    // The same token by all it says of itself, with another certificate under the same id.
    let mut other = soft_token(RSA);
    other.keys[0].certificate = soft_token("second-ccb-rsa").keys[0].certificate.clone();
    vendor.soft.forget(RSA).unwrap();
    vendor.soft.plug(&other).unwrap();
    assert_eq!(opened.sign(Some(&pin_of(RSA))), Err(Fault::CardChanged));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 0);
}

#[test]
fn another_certificate_than_the_one_shown_costs_no_try() {
    let vendor = vendor();
    let mut opened = open(&vendor.load());
    let shown = Certificate::parse(&soft_token("second-ccb-rsa").keys[0].certificate).unwrap();
    let key = opened.key.clone();
    assert_eq!(opened.token.sign(&key, &shown, MESSAGE, Some(&pin_of(RSA))), Err(Fault::CardChanged));
    let unknown = KeyRef::parse("00.1234").unwrap();
    assert_eq!(opened.token.sign(&unknown, &shown, MESSAGE, Some(&pin_of(RSA))), Err(Fault::KeyMissing));
    assert_eq!(opened.token.pin_state(&unknown), Err(Fault::KeyMissing));
    assert_eq!(vendor.soft.verifies(RSA).unwrap(), 0);
}
