//! Lengths, chains, GET RESPONSE, and bytes that are no command at all.

use crate::common::*;
use proptest::prelude::*;

#[test]
fn unknown_instruction_and_class_are_answered() {
    let mut card = card();
    assert_eq!(status(&mut card, "00120000"), "6D00");
    assert_eq!(status(&mut card, "80A40000"), "6E00");
    assert_eq!(status(&mut card, "00"), "6700");
    assert_eq!(status(&mut card, ""), "6700");
}

#[test]
fn long_answers_wait_for_get_response() {
    let mut card = card();
    let certificate = crate::common::certificate::rsa(&KEYS.rsa);
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    let (none, word) = send(&mut card, "00CA0202");
    assert_eq!((none.as_str(), word.as_str()), ("", "6100"));
    let (first, word) = send(&mut card, "00C0000000");
    let left = certificate.len() - 256;
    assert_eq!(word, format!("61{:02X}", u8::try_from(left).unwrap_or(0)));
    let rest = data(&mut card, &format!("00C00000{}", &word[2..]));
    assert_eq!(format!("{first}{}", hex::encode_upper(rest)), hex::encode_upper(certificate));
}

#[test]
fn get_response_names_the_exact_length_and_forgets_after_another_command() {
    let mut card = card();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "00C0000000"), "6985");
    assert_eq!(send(&mut card, "00CA010010"), ("E106830101800101E106830102800102".into(), "6108".into()));
    assert_eq!(status(&mut card, "00C0000009"), "6C08");
    assert_eq!(send(&mut card, "00C0000008"), ("E106830103800103".into(), "9000".into()));
    assert_eq!(status(&mut card, "00CA010010"), "6108");
    assert_eq!(status(&mut card, "00200081"), "63C5");
    assert_eq!(status(&mut card, "00C0000008"), "6985");
}

#[test]
fn a_command_outside_the_chain_ends_the_chain() {
    let mut card = card();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "102000810431323334"), "9000");
    assert_eq!(status(&mut card, "00200081043536FFFF"), "9000");
    assert_eq!(status(&mut card, "102000810431323334"), "9000");
    assert_eq!(status(&mut card, "00CA010000"), "9000");
    assert_eq!(status(&mut card, "00200081043536FFFF"), "6700");
}

#[test]
fn an_endless_chain_is_cut() {
    let mut card = card();
    let link = format!("1020008180{}", "31".repeat(128));
    let words: Vec<String> = (0..33).map(|_| status(&mut card, &link)).collect();
    assert!(words[..32].iter().all(|word| word == "9000"));
    assert_eq!(words[32], "6A84");
}

/// Bytes that look like a command often enough to get behind the parser.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let class = prop_oneof![9 => Just(0x00u8), 2 => Just(0x10), 1 => any::<u8>()];
    let known = [0x20u8, 0x22, 0x24, 0x2A, 0x87, 0xA4, 0xB0, 0xC0, 0xCA, 0xCB];
    let instruction = prop_oneof![9 => proptest::sample::select(known.to_vec()), 1 => any::<u8>()];
    let parameter = || prop_oneof![3 => any::<u8>(), 1 => proptest::sample::select(&[0x00u8, 0x41, 0x80, 0x81, 0x9A, 0x9C, 0x9E, 0xB6, 0xFF][..])];
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        proptest::collection::vec(any::<u8>(), 1..40).prop_map(|data| {
            let mut body = vec![u8::try_from(data.len()).unwrap()];
            body.extend(data);
            body
        }),
    ];
    (class, instruction, parameter(), parameter(), body).prop_map(|(class, instruction, p1, p2, body)| {
        let mut bytes = vec![class, instruction, p1, p2];
        bytes.extend(body);
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_sequence_of_bytes_gets_a_status_word(
        application in proptest::sample::select(&[SELECT_OWN, SELECT_PKCS15, SELECT_PIV, "00A4000000"][..]),
        commands in proptest::collection::vec(prop_oneof![4 => command(), 1 => proptest::collection::vec(any::<u8>(), 0..300)], 1..20),
    ) {
        thread_local!(static CARD: std::cell::RefCell<tongguan_sandbox_card::Card> = card().into());
        CARD.with_borrow_mut(|card| {
            card.reset();
            card.transmit(&hex::decode(application).unwrap());
            for bytes in &commands {
                let answer = card.transmit(bytes);
                prop_assert!(answer.len() >= 2);
                prop_assert!(matches!(answer[answer.len() - 2], 0x61..=0x6F | 0x90), "{answer:02X?}");
            }
            Ok(())
        })?;
    }
}
