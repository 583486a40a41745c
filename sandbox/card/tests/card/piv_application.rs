//! PIV, as NIST SP 800-73-4 describes it and `docs/card.md` narrows it.

use crate::common::*;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::Pkcs1v15Sign;
use tongguan_sandbox_card::Card;

const VERIFY: &str = "0020008008313233343536FFFF";

fn selected() -> Card {
    let mut card = card();
    assert_eq!(status(&mut card, SELECT_PIV), "9000");
    card
}

fn template(input: &[u8]) -> Vec<u8> {
    match u8::try_from(input.len()).unwrap_or(0) {
        0 => {
            let head = [&[0x7C, 0x82, 0x01, 0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00], input];
            head.concat()
        }
        short => [&[0x7C, short + 4, 0x82, 0x00, 0x81, short], input].concat(),
    }
}

fn padded(digest_info: &[u8]) -> Vec<u8> {
    let mut block = vec![0x00, 0x01];
    block.resize(255 - digest_info.len(), 0xFF);
    block.push(0x00);
    block.extend(digest_info);
    block
}

#[test]
fn selecting_answers_the_property_template() {
    let (answer, word) = send(&mut card(), SELECT_PIV);
    assert_eq!(word, "9000");
    assert!(answer.starts_with("612A4F0600001000010079074F05A000000308"), "{answer}");
}

#[test]
fn the_discovery_object_names_the_application_pin() {
    let (answer, word) = send(&mut selected(), "00CB3FFF035C017E00");
    assert_eq!((answer.as_str(), word.as_str()), ("7E124F0BA0000003080000100001005F2F024000", "9000"));
}

#[test]
fn certificates_come_in_their_containers() {
    let mut card = selected();
    for (object, key) in [
        ("5FC105", crate::common::certificate::rsa(&KEYS.rsa)),
        ("5FC10A", crate::common::certificate::p256(&KEYS.p256)),
    ] {
        let container = data(&mut card, &format!("00CB3FFF055C03{object}00"));
        let at = container.windows(4).position(|start| start == &key[..4]).unwrap();
        assert_eq!(container[0], 0x53);
        assert_eq!(container[container.len() - 5..], [0x71, 0x01, 0x00, 0xFE, 0x00]);
        // Made twice, the certificates are the same: RFC 6979 leaves no chance in a signature.
        assert_eq!(container[at..container.len() - 5], key[..]);
    }
}

#[test]
fn holder_identifier_and_capabilities_are_there_and_other_objects_are_not() {
    let mut card = selected();
    for object in ["5FC102", "5FC107", "5FC10C"] {
        assert_eq!(data(&mut card, &format!("00CB3FFF055C03{object}00"))[0], 0x53);
    }
    assert_eq!(status(&mut card, "00CB3FFF055C035FC10600"), "6A82");
}

#[test]
fn authentication_key_signs_more_than_once() {
    let mut card = selected();
    let input = digest_info(b"statement");
    let block = template(&padded(&input));
    let command = format!("0087079A00{:04X}{}0000", block.len(), hex::encode_upper(&block));
    assert_eq!(status(&mut card, &command), "6982");
    assert_eq!(status(&mut card, VERIFY), "9000");
    for _ in 0..2 {
        let answer = data(&mut card, &command);
        assert_eq!(answer[..8], [0x7C, 0x82, 0x01, 0x04, 0x82, 0x82, 0x01, 0x00]);
        KEYS.rsa.to_public_key().verify(Pkcs1v15Sign::new_unprefixed(), &input, &answer[8..]).unwrap();
    }
}

#[test]
fn a_chained_command_signs_like_an_extended_one() {
    let mut card = selected();
    let input = digest_info(b"statement");
    let block = template(&padded(&input));
    assert_eq!(status(&mut card, VERIFY), "9000");
    let (first, last) = block.split_at(255);
    assert_eq!(status(&mut card, &format!("1087079AFF{}", hex::encode_upper(first))), "9000");
    let answer = data(&mut card, &with_data("0087079A", last));
    KEYS.rsa.to_public_key().verify(Pkcs1v15Sign::new_unprefixed(), &input, &answer[8..]).unwrap();
}

#[test]
fn signature_key_asks_for_the_pin_every_time() {
    let mut card = selected();
    let hash = sha256(b"statement");
    let command = with_data("0087119C", &template(&hash));
    assert_eq!(status(&mut card, VERIFY), "9000");
    let answer = data(&mut card, &command);
    let signature = p256::ecdsa::Signature::from_der(&answer[4..]).unwrap();
    p256::ecdsa::VerifyingKey::from(KEYS.p256.public_key()).verify_prehash(&hash, &signature).unwrap();
    assert_eq!(status(&mut card, &command), "6982");
}

#[test]
fn key_and_algorithm_have_to_fit() {
    let mut card = selected();
    assert_eq!(status(&mut card, VERIFY), "9000");
    assert_eq!(status(&mut card, &with_data("0087119A", &template(&[0; 32]))), "6A86");
    assert_eq!(status(&mut card, &with_data("00871182", &template(&[0; 32]))), "6A88");
    assert_eq!(status(&mut card, &with_data("0087119C", &template(&[0; 31]))), "6A80");
    let too_large = template(&[0xFF; 256]);
    let command = format!("0087079A00{:04X}{}", too_large.len(), hex::encode_upper(&too_large));
    assert_eq!(status(&mut card, &command), "6A80");
}

#[test]
fn pin_and_tries_are_shared_with_the_other_applications() {
    let mut card = selected();
    assert_eq!(status(&mut card, &format!("0020008008{WRONG_BLOCK}")), "63C4");
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    assert_eq!(status(&mut card, "00200081"), "63C4");
    assert_eq!(status(&mut card, "00200080"), "6A88");
    assert_eq!(status(&mut card, SELECT_PKCS15), "9000");
    assert_eq!(status(&mut card, &format!("0024008110{PIN_BLOCK}3131313131313131")), "9000");
    assert_eq!(status(&mut card, SELECT_PIV), "9000");
    assert_eq!(status(&mut card, VERIFY), "63C4");
    assert_eq!(status(&mut card, "00200080083131313131313131"), "9000");
    assert_eq!(status(&mut card, "0020FF80"), "9000");
    assert_eq!(status(&mut card, "00200080"), "63C5");
}
