//! Listing, signing, PINs.

use crate::stage::{RSA, SM2, Stage, TEXT, infos, key, pin, token, wrong};
use tongguan_core::domain::{Algorithm, Application, CardKind, Pin, PinState};
use tongguan_core::fault::Fault;
use tongguan_core::ports::TokenSource;

#[test]
fn a_token_is_listed_with_its_label_and_its_certificate() {
    let stage = Stage::with(&[SM2]);
    let (info, soft) = (stage.info(), token(SM2));
    assert_eq!((info.label, info.reader), (soft.label.clone(), SM2.to_owned()));
    assert_eq!((info.application, info.kind), (Application::Skf, CardKind::BankUkey));
    assert_eq!((info.library, info.pin_pad), (None, false));
    assert_eq!(info.identities.len(), 1);
    assert_eq!(info.identities[0].certificate.der(), soft.keys[0].certificate);
    assert_eq!(stage.verifies(SM2), 0);
}

#[test]
fn several_tokens_and_several_containers_are_told_apart() {
    let stage = Stage::with(&[SM2, "haihe-ccb-two"]);
    let found = infos(&stage.tokens.list());
    assert_eq!(found.iter().map(|info| info.identities.len()).collect::<Vec<_>>(), [1, 2]);
    let two = &found[1].identities;
    assert_ne!(two[0].key, two[1].key);
    let mut opened = stage.tokens.open(&found[1].id).unwrap();
    for identity in two {
        let signed = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin("haihe-ccb-two")));
        let certificate = &identity.certificate;
        certificate.public_key().verify(certificate.algorithm(), TEXT, &signed.unwrap()).unwrap();
    }
}

#[test]
fn a_container_for_encipherment_is_left_out() {
    let stage = Stage::with(&["haihe-ccb-mixed"]);
    let identities = stage.info().identities;
    assert_eq!(identities.len(), 1);
    assert!(identities[0].certificate.may_sign());
}

#[test]
fn the_keys_of_a_token_keep_their_names_while_it_is_in() {
    let stage = Stage::with(&["haihe-ccb-two"]);
    let first = stage.info();
    assert_eq!(stage.info(), first);
}

#[test]
fn sm2_signs_64_bytes_that_verify() {
    let stage = Stage::with(&[SM2]);
    let signed = stage.sign(&pin(SM2)).unwrap();
    let certificate = &stage.info().identities[0].certificate;
    assert_eq!((signed.len(), certificate.algorithm()), (64, Algorithm::Sm2Sm3));
    certificate.public_key().verify(Algorithm::Sm2Sm3, TEXT, &signed).unwrap();
    assert_eq!(stage.verifies(SM2), 1);
}

#[test]
fn rsa_signs_as_many_bytes_as_its_modulus_and_they_verify() {
    let stage = Stage::with(&[RSA]);
    let signed = stage.sign(&pin(RSA)).unwrap();
    let certificate = &stage.info().identities[0].certificate;
    assert_eq!((signed.len(), certificate.algorithm()), (256, Algorithm::RsaSha256));
    certificate.public_key().verify(Algorithm::RsaSha256, TEXT, &signed).unwrap();
    assert_eq!(stage.verifies(RSA), 1);
}

#[test]
fn wrong_pin_counts_down() {
    let stage = Stage::with(&[SM2]);
    let tries = token(SM2).max_tries;
    let (mut opened, identity) = stage.open();
    assert_eq!(opened.pin_state(&identity.key), Ok(PinState::Ready { tries_left: tries }));
    for left in [tries - 1, tries - 2] {
        let fault = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&wrong())).err();
        assert_eq!(fault, Some(Fault::PinWrong { tries_left: Some(left) }));
    }
    assert_eq!(opened.pin_state(&identity.key), Ok(PinState::Ready { tries_left: tries - 2 }));
    assert!(opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2))).is_ok());
    assert_eq!(opened.pin_state(&identity.key), Ok(PinState::Ready { tries_left: tries }));
    assert_eq!(stage.verifies(SM2), 3);
}

#[test]
fn the_last_try_is_spent_only_by_somebody_who_knows_of_it() {
    let stage = Stage::with_tries(SM2, 2);
    let (mut opened, identity) = stage.open();
    assert_eq!(opened.pin_state(&identity.key), Ok(PinState::Ready { tries_left: 2 }));
    // Another program's wrong entry.
    assert!(stage.library.verify_pin(SM2, b"0000000").is_err());
    let before = stage.verifies(SM2);
    let fault = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2))).err();
    assert_eq!((fault, stage.verifies(SM2)), (Some(Fault::PinLastTry), before));
    assert!(opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2))).is_ok());
}

#[test]
fn who_was_told_of_the_last_try_by_a_wrong_entry_is_not_asked_again() {
    let stage = Stage::with_tries(SM2, 2);
    let (mut opened, identity) = stage.open();
    let mut enter = |pin: &Pin| opened.sign(&identity.key, &identity.certificate, TEXT, Some(pin)).err();
    assert_eq!(enter(&wrong()), Some(Fault::PinWrong { tries_left: Some(1) }));
    assert_eq!(enter(&wrong()), Some(Fault::PinLocked));
}

#[test]
fn a_locked_pin_is_not_presented() {
    let stage = Stage::with_tries(RSA, 0);
    let (mut opened, identity) = stage.open();
    assert_eq!(opened.pin_state(&identity.key), Ok(PinState::Locked));
    let fault = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(RSA))).err();
    assert_eq!(fault, Some(Fault::PinLocked));
    assert_eq!(opened.change_pin(&identity.key, &pin(RSA), &wrong()), Err(Fault::PinLocked));
    assert_eq!(stage.verifies(RSA), 0);
}

#[test]
fn no_pin_and_a_short_one_are_refused_without_a_try() {
    let stage = Stage::with(&[SM2]);
    let (mut opened, identity) = stage.open();
    let short = Pin::parse(b"1234".to_vec()).unwrap();
    for pin in [None, Some(&short)] {
        let fault = opened.sign(&identity.key, &identity.certificate, TEXT, pin).err();
        assert_eq!(fault, Some(Fault::PinFormat { min: 6, max: 16 }));
    }
    assert_eq!(stage.verifies(SM2), 0);
}

#[test]
fn another_certificate_than_was_shown_is_not_signed_with() {
    let stage = Stage::with(&[SM2]);
    let shown = Stage::with(&["haihe-abc-sm2"]).info().identities[0].certificate.clone();
    let (mut opened, identity) = stage.open();
    let fault = opened.sign(&identity.key, &shown, TEXT, Some(&pin(SM2))).err();
    assert_eq!((fault, stage.verifies(SM2)), (Some(Fault::CardChanged), 0));
}

#[test]
fn a_key_that_is_not_on_the_token_is_missing() {
    let stage = Stage::with(&[SM2]);
    let (mut opened, identity) = stage.open();
    let fault = opened.sign(&key("9.9"), &identity.certificate, TEXT, Some(&pin(SM2))).err();
    assert_eq!(fault, Some(Fault::KeyMissing));
}

#[test]
fn a_changed_pin_is_the_new_one() {
    let stage = Stage::with(&[SM2]);
    let (mut opened, identity) = stage.open();
    let new = Pin::parse(b"13571357".to_vec()).unwrap();
    assert_eq!(opened.change_pin(&identity.key, &pin(SM2), &new), Ok(()));
    let mut enter = |pin: &Pin| opened.sign(&identity.key, &identity.certificate, TEXT, Some(pin)).err();
    assert!(matches!(enter(&pin(SM2)), Some(Fault::PinWrong { .. })));
    assert_eq!(enter(&new), None);
}

#[test]
fn a_wrong_old_pin_costs_one_try_and_changes_nothing() {
    let stage = Stage::with(&[SM2]);
    let left = Some(token(SM2).max_tries - 1);
    let (mut opened, identity) = stage.open();
    let fault = opened.change_pin(&identity.key, &wrong(), &pin(RSA));
    assert_eq!(fault, Err(Fault::PinWrong { tries_left: left }));
    assert!(opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2))).is_ok());
}

#[test]
fn the_login_does_not_outlive_the_signature() {
    let stage = Stage::with(&[SM2]);
    let (mut opened, identity) = stage.open();
    assert!(opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2))).is_ok());
    let fault = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&wrong())).err();
    assert!(matches!(fault, Some(Fault::PinWrong { .. })));
}

#[test]
fn a_device_that_another_program_holds_is_busy() {
    let stage = Stage::with(&[SM2]);
    let held = stage.library.lock_device(SM2).unwrap();
    assert_eq!(stage.sign(&pin(SM2)), Err(Fault::CardBusy { reader: SM2.into() }));
    assert_eq!(stage.verifies(SM2), 0);
    drop(held);
    assert!(stage.sign(&pin(SM2)).is_ok());
}
