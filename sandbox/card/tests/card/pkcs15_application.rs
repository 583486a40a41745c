//! The file tree and PKCS#15.

use crate::common::*;
use p256::ecdsa::signature::hazmat::PrehashVerifier;

#[test]
fn the_directory_lists_three_applications() {
    let mut card = card();
    assert_eq!(send(&mut card, "00A40000022F0000").1, "9000");
    let directory = hex::encode_upper(data(&mut card, "00B0000000"));
    for aid in ["F0544F4E474755414E01", "A000000063504B43532D3135", "A000000308000010000100"] {
        assert!(directory.contains(aid), "{directory}");
    }
    assert!(directory.contains("51043F005015"));
}

#[test]
fn files_are_selected_by_name_identifier_and_path() {
    let mut card = card();
    assert_eq!(send(&mut card, "00A40000023F0000").0, "6F0A82013883023F008A0105");
    for way in ["00A40800045015440200", "00A40904045015440200", "00A40800063F005015440200"] {
        assert_eq!(status(&mut card, "00A4000C023F00"), "9000");
        let (answer, word) = send(&mut card, way);
        assert_eq!(word, "9000", "{way}");
        assert!(answer.contains("820101") && answer.contains("83024402"), "{answer}");
    }
    assert_eq!(status(&mut card, "00A4020C024403"), "9000");
    assert_eq!(status(&mut card, "00A4000002440400"), "6A82");
    assert_eq!(status(&mut card, "00A4030C"), "9000");
    assert_eq!(status(&mut card, "00A4020002440300"), "6A82");
    assert_eq!(status(&mut card, "00A4040005A00000000100"), "6A82");
}

#[test]
fn reading_knows_offsets_short_identifiers_and_the_end() {
    let mut card = card();
    assert_eq!(status(&mut card, "00B0000000"), "6986");
    assert_eq!(status(&mut card, SELECT_PKCS15), "9000");
    let by_short_id = data(&mut card, "00B0910000");
    let all = data(&mut card, "00B0000000");
    assert_eq!(by_short_id, all);
    assert_eq!(data(&mut card, "00B0000404"), all[4..8]);
    assert_eq!(data(&mut card, "00B0910404"), all[4..8]);
    assert_eq!(send(&mut card, "00B00000F0"), (String::new(), format!("6C{:02X}", all.len())));
    assert_eq!(status(&mut card, "00B07F0000"), "6B00");
    assert_eq!(status(&mut card, "00B09D0000"), "6A82");
}

#[test]
fn certificate_files_hold_the_certificates() {
    let mut card = card();
    let certificate = crate::common::certificate::rsa(&KEYS.rsa);
    assert_eq!(status(&mut card, "00A4080C0450154302"), "9000");
    let mut read = Vec::new();
    while read.len() < certificate.len() {
        read.extend(data(&mut card, &format!("00B0{:04X}00", read.len())));
    }
    assert_eq!(read, certificate);
    assert_eq!(data(&mut card, "00B00000000000"), certificate);
}

#[test]
fn verification_survives_signatures_and_file_selection() {
    let mut card = card();
    let hash = sha256(b"statement");
    assert_eq!(status(&mut card, SELECT_PKCS15), "9000");
    assert_eq!(status(&mut card, &format!("0020008108{PIN_BLOCK}")), "9000");
    for _ in 0..2 {
        assert_eq!(status(&mut card, "00A4080C025015"), "9000");
        assert_eq!(status(&mut card, "002241B603840103"), "9000");
        let signature = data(&mut card, &with_data("002A9E9A", &hash));
        let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
        p256::ecdsa::VerifyingKey::from(KEYS.p256.public_key()).verify_prehash(&hash, &signature).unwrap();
    }
    assert_eq!(status(&mut card, SELECT_PKCS15), "9000");
    assert_eq!(status(&mut card, "002241B603840103"), "9000");
    assert_eq!(status(&mut card, &with_data("002A9E9A", &hash)), "6982");
}
