//! What outlives the process.

use std::os::unix::fs::PermissionsExt;

use crate::common::*;
use tongguan_sandbox_card::{Card, CardFault, Personalisation};

const WRONG: &str = "0020008108363534333231FFFF";

#[test]
fn tries_and_pin_outlive_the_card_value() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let mut card = Card::create(&file, personalisation()).unwrap();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, WRONG), "63C4");
    drop(card);

    let mut card = Card::open(&file).unwrap();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "00200081"), "63C4");
    assert_eq!(status(&mut card, &format!("0024008110{PIN_BLOCK}3131313131313131")), "9000");
    // Nothing is written when the value ends: what the file holds now counts.
    std::mem::forget(card);

    let mut card = Card::open(&file).unwrap();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "00200081"), "63C5");
    assert_eq!(status(&mut card, "00200081083131313131313131"), "9000");
}

#[test]
fn the_state_file_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    Card::create(&file, personalisation()).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_personalisation_is_the_state_of_a_fresh_card() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("card.json");
    std::fs::write(&file, serde_json::to_vec(&personalisation()).unwrap()).unwrap();
    let mut card = Card::open(&file).unwrap();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "00200081"), "63C5");
}

#[test]
fn a_try_that_cannot_be_stored_is_refused_before_it_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let mut card = Card::create(&file, personalisation()).unwrap();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    drop(folder);
    assert_eq!(status(&mut card, "0020008108313233343536FFFF"), "6581");
    assert_eq!(status(&mut card, "00200081"), "63C4");
}

#[test]
fn a_card_that_cannot_work_is_not_made() {
    let fault = |change: fn(&mut Personalisation)| {
        let mut owner = personalisation();
        change(&mut owner);
        Card::new(owner).unwrap_err()
    };
    assert!(matches!(fault(|owner| owner.pin = "12345".into()), CardFault::Pin));
    assert!(matches!(fault(|owner| owner.tries = 0), CardFault::Tries(0)));
    assert!(matches!(fault(|owner| owner.tries = 16), CardFault::Tries(16)));
    assert!(matches!(fault(|owner| owner.keys[1].reference = 1), CardFault::KeyReference(1)));
    assert!(matches!(fault(|owner| owner.keys[1].private_key.truncate(9)), CardFault::Key { reference: 2 }));
}

#[test]
fn debug_shows_neither_pin_nor_private_key() {
    let shown = format!("{:?} {:?}", personalisation(), card());
    assert!(!shown.contains(PIN));
    assert!(!shown.contains("private_key"));
}
