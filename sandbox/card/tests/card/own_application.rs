//! The project's own application, as `docs/card.md` describes it.

use crate::common::*;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::Pkcs1v15Sign;
use tongguan_sandbox_card::Card;

const VERIFY: &str = "0020008108313233343536FFFF";
const WRONG: &str = "0020008108363534333231FFFF";
const STATE: &str = "00200081";

fn selected() -> Card {
    let mut card = card();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    card
}

fn sign(card: &mut Card, key: u8, algorithm: u8, input: &[u8]) -> Vec<u8> {
    assert_eq!(status(card, &format!("002241B6068001{algorithm:02X}8401{key:02X}")), "9000");
    assert_eq!(status(card, VERIFY), "9000");
    data(card, &with_data("002A9E9A", input))
}

#[test]
fn selecting_tells_label_kind_and_card_number() {
    let mut card = card();
    let (answer, word) = send(&mut card, SELECT_OWN);
    let label = hex::encode_upper("Legal person");
    let serial = hex::encode_upper("TG00000001");
    assert_eq!(word, "9000");
    assert_eq!(answer, format!("6F2C840AF0544F4E474755414E01A51E500C{label}9F6501015A0A{serial}"));
}

#[test]
fn the_key_list_names_every_key_and_its_algorithm() {
    let list = data(&mut selected(), "00CA010000");
    assert_eq!(hex::encode_upper(list), "E106830101800101E106830102800102E106830103800103");
}

#[test]
fn certificates_are_read_short_and_extended() {
    let mut card = selected();
    for key in &personalisation().keys {
        let short = data(&mut card, &format!("00CA02{:02X}00", key.reference));
        let extended = data(&mut card, &format!("00CA02{:02X}000000", key.reference));
        assert_eq!(short, key.certificate);
        assert_eq!(extended, key.certificate);
    }
    assert_eq!(status(&mut card, "00CA020900"), "6A88");
}

#[test]
fn wrong_pin_counts_down_and_locks() {
    let mut card = selected();
    for word in ["63C4", "63C3", "63C2", "63C1", "6983"] {
        assert_eq!(status(&mut card, WRONG), word);
    }
    assert_eq!(status(&mut card, VERIFY), "6983");
    assert_eq!(status(&mut card, STATE), "6983");
}

#[test]
fn right_pin_gives_all_tries_back() {
    let mut card = selected();
    assert_eq!(status(&mut card, WRONG), "63C4");
    assert_eq!(status(&mut card, VERIFY), "9000");
    assert_eq!(status(&mut card, STATE), "9000");
    card.reset();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, STATE), "63C5");
}

#[test]
fn malformed_pin_costs_no_try() {
    let mut card = selected();
    assert_eq!(status(&mut card, "0020008106313233343536"), "6700");
    assert_eq!(status(&mut card, "00200081083132333435FFFFFF"), "6A80");
    assert_eq!(status(&mut card, "0020008208313233343536FFFF"), "6A88");
    assert_eq!(status(&mut card, STATE), "63C5");
}

#[test]
fn sm2_signs_the_value_e() {
    let e = sha256(b"stands for e");
    let signature = sign(&mut selected(), 1, 1, &e);
    let signature = sm2::dsa::Signature::try_from(signature.as_slice()).unwrap();
    let key = sm2::dsa::VerifyingKey::new("1234567812345678", KEYS.sm2.public_key()).unwrap();
    key.verify_prehash(&e, &signature).unwrap();
}

#[test]
fn rsa_signs_a_digest_info() {
    let input = digest_info(b"statement");
    let signature = sign(&mut selected(), 2, 2, &input);
    KEYS.rsa.to_public_key().verify(Pkcs1v15Sign::new_unprefixed(), &input, &signature).unwrap();
}

#[test]
fn p256_signs_a_hash() {
    let hash = sha256(b"statement");
    let signature = sign(&mut selected(), 3, 3, &hash);
    let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    p256::ecdsa::VerifyingKey::from(KEYS.p256.public_key()).verify_prehash(&hash, &signature).unwrap();
}

#[test]
fn one_verification_is_worth_one_signature() {
    let mut card = selected();
    let hash = sha256(b"statement");
    sign(&mut card, 3, 3, &hash);
    assert_eq!(status(&mut card, &with_data("002A9E9A", &hash)), "6982");
    assert_eq!(status(&mut card, STATE), "63C5");
}

#[test]
fn selecting_or_reset_spends_the_verification() {
    let mut card = selected();
    assert_eq!(status(&mut card, VERIFY), "9000");
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, STATE), "63C5");
    assert_eq!(status(&mut card, VERIFY), "9000");
    card.reset();
    assert_eq!(status(&mut card, STATE), "6A88");
}

#[test]
fn signing_asks_for_key_pin_and_fitting_input() {
    let mut card = selected();
    assert_eq!(status(&mut card, &with_data("002A9E9A", &[0; 32])), "6985");
    assert_eq!(status(&mut card, "002241B606800101840109"), "6A88");
    assert_eq!(status(&mut card, "002241B606800102840101"), "6A80");
    assert_eq!(status(&mut card, "002241B606800102840102"), "9000");
    assert_eq!(status(&mut card, &with_data("002A9E9A", &digest_info(b""))), "6982");
    assert_eq!(status(&mut card, VERIFY), "9000");
    assert_eq!(status(&mut card, &with_data("002A9E9A", b"no digest info")), "6A80");
    assert_eq!(status(&mut card, STATE), "9000");
}

#[test]
fn changing_the_pin_needs_the_old_one() {
    let mut card = selected();
    let change = |old: &str, new: &str| format!("0024008110{old}{new}");
    assert_eq!(status(&mut card, &change(WRONG_BLOCK, "3131313131313131")), "63C4");
    assert_eq!(status(&mut card, &change(PIN_BLOCK, "31313131FFFFFFFF")), "6A80");
    assert_eq!(status(&mut card, STATE), "63C4");
    assert_eq!(status(&mut card, &change(PIN_BLOCK, "3131313131313131")), "9000");
    assert_eq!(status(&mut card, VERIFY), "63C4");
    assert_eq!(status(&mut card, "00200081083131313131313131"), "9000");
}

#[test]
fn instructions_of_other_applications_are_unknown() {
    let mut card = selected();
    assert_eq!(status(&mut card, "00CB3FFF035C017E00"), "6D00");
    assert_eq!(status(&mut card, "0087119C047C02820000"), "6A80");
    assert_eq!(status(&mut card, "0087119C067C048200810000"), "6D00");
}
