//! A PIN sealed by a page opens here once the page did as documented, and nowhere else.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point;
use sha2::Sha256;
use tongguan_core::domain::{SealedPin, SealingKey};
use tongguan_core::fault::Fault;

/// The page's side, as the documentation of the sealing says it.
fn seal(public: &str, pin: &[u8]) -> SealedPin {
    let ours = URL_SAFE_NO_PAD.decode(public).unwrap();
    let page = p256::SecretKey::from_slice(&[0x42; 32]).unwrap();
    let point = page.public_key().to_sec1_point(false).as_bytes().to_vec();
    let theirs = p256::PublicKey::from_sec1_bytes(&ours).unwrap();
    let shared = p256::ecdh::diffie_hellman(page.to_nonzero_scalar(), theirs.as_affine());
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(b"tongguan pin v1", &mut key).unwrap();
    let aad = [ours.as_slice(), &point].concat();
    let cipher = Aes256Gcm::new_from_slice(&key).unwrap();
    let ciphertext = cipher.encrypt(&Nonce::from([9; 12]), Payload { msg: pin, aad: &aad }).unwrap();
    SealedPin {
        point: URL_SAFE_NO_PAD.encode(point),
        nonce: URL_SAFE_NO_PAD.encode([9; 12]),
        ciphertext: URL_SAFE_NO_PAD.encode(ciphertext),
    }
}

#[test]
fn a_sealed_pin_opens() {
    let key = SealingKey::generate().unwrap();
    assert_eq!(key.open(&seal(&key.public(), b"13572468")).unwrap().expose(), b"13572468");
}

#[test]
fn an_empty_or_short_pin_never_comes_out() {
    let key = SealingKey::generate().unwrap();
    for pin in [&b""[..], b"1", b"123", b"12345678901234567", b"1234\n678"] {
        assert!(matches!(key.open(&seal(&key.public(), pin)), Err(Fault::PinFormat { .. })));
    }
}

#[test]
fn another_key_or_a_changed_message_does_not_open() {
    let key = SealingKey::generate().unwrap();
    let other = SealingKey::generate().unwrap();
    let sealed = seal(&key.public(), b"13572468");
    assert!(other.open(&sealed).is_err());
    let changes: [fn(&mut SealedPin); 5] = [
        |s| s.ciphertext.replace_range(0..1, if s.ciphertext.starts_with('A') { "B" } else { "A" }),
        |s| s.nonce = URL_SAFE_NO_PAD.encode([8; 12]),
        |s| s.nonce = "AAAA".into(),
        |s| s.point = URL_SAFE_NO_PAD.encode([4; 65]),
        |s| s.point = "not base64!".into(),
    ];
    for change in changes {
        let mut changed = sealed.clone();
        change(&mut changed);
        assert!(matches!(key.open(&changed), Err(Fault::InputInvalid { .. })));
    }
}

#[test]
fn nothing_prints_a_pin() {
    let key = SealingKey::generate().unwrap();
    let pin = key.open(&seal(&key.public(), b"13572468")).unwrap();
    assert_eq!(format!("{pin:?} {key:?}"), "Pin(..) SealingKey(..)");
}
