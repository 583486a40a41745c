//! Tokens that are pulled and put back, looked at and not watched.

use crate::loaded::{MESSAGE, Vendor, open, pin_of, tokens};
use tongguan_core::fault::Fault;
use tongguan_core::ports::TokenSource;
use tongguan_sandbox_ukey::Behaviour;

const P256: &str = "haihe-ccb-p256";

fn vendor() -> Vendor {
    Vendor::with(&Behaviour::default(), &[P256])
}

#[test]
fn an_old_id_opens_nothing_even_if_the_same_token_is_back() {
    let vendor = vendor();
    let ukeys = vendor.load();
    let old = tokens(ukeys.list()).remove(0).id;
    vendor.soft.unplug(P256).unwrap();
    assert_eq!(ukeys.open(&old).err(), Some(Fault::TokenGone));
    vendor.plug(P256);
    assert_eq!(ukeys.open(&old).err(), Some(Fault::TokenGone));
    let new = tokens(ukeys.list()).remove(0).id;
    assert_ne!(old, new);
    assert_eq!(ukeys.open(&old).err(), Some(Fault::TokenGone));
    assert!(ukeys.open(&new).is_ok());
}

#[test]
fn an_opened_token_that_was_pulled_stays_gone() {
    let vendor = vendor();
    let ukeys = vendor.load();
    let mut opened = open(&ukeys);
    vendor.soft.unplug(P256).unwrap();
    assert_eq!(opened.sign(Some(&pin_of(P256))), Err(Fault::CardRemoved));
    vendor.plug(P256);
    assert_eq!(opened.sign(Some(&pin_of(P256))), Err(Fault::CardRemoved));
    assert_eq!(opened.token.pin_state(&opened.key), Err(Fault::CardRemoved));
    assert_eq!(vendor.soft.verifies(P256).unwrap(), 0);
    open(&ukeys).must_sign(Some(&pin_of(P256)));
}

#[test]
fn a_token_exchanged_for_another_is_not_signed_with() {
    let vendor = vendor();
    let ukeys = vendor.load();
    let mut opened = open(&ukeys);
    let certificate = opened.certificate();
    vendor.soft.unplug(P256).unwrap();
    // The other one gets a slot of its own; the first one's is empty.
    vendor.plug("haihe-cmbc-p256");
    let key = opened.key.clone();
    let outcome = opened.token.sign(&key, &certificate, MESSAGE, Some(&pin_of(P256)));
    assert_eq!(outcome, Err(Fault::CardRemoved));
    assert_eq!(vendor.soft.verifies("haihe-cmbc-p256").unwrap(), 0);
}
