//! Signatures made by real electronic-port keys of both generations verify, and fail when one bit changes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tongguan_core::domain::{Algorithm, PublicKey};

struct Vector {
    key: PublicKey,
    algorithm: Algorithm,
    message: Vec<u8>,
    signature: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let file: Value = serde_json::from_str(include_str!("vectors/eport-device-signatures.json")).unwrap();
    file["vectors"].as_array().unwrap().iter().map(vector).collect()
}

fn vector(value: &Value) -> Vector {
    let text = |name: &str| value[name].as_str().unwrap();
    let pem: String = text("public_key_spki_pem").lines().filter(|line| !line.starts_with("-----")).collect();
    let key = PublicKey::from_spki(&STANDARD.decode(pem).unwrap()).unwrap();
    let algorithm = if matches!(key, PublicKey::Sm2(_)) { Algorithm::Sm2Sm3 } else { Algorithm::RsaSha1 };
    let signature = STANDARD.decode(text("signature_base64")).unwrap();
    Vector { key, algorithm, message: text("message_utf8").as_bytes().to_vec(), signature }
}

#[test]
fn real_device_signatures_verify() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 2);
    for v in vectors {
        v.key.verify(v.algorithm, &v.message, &v.signature).unwrap();
    }
}

#[test]
fn every_flipped_bit_of_a_signature_is_noticed() {
    for v in vectors() {
        for bit in 0..v.signature.len() * 8 {
            let mut changed = v.signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(v.key.verify(v.algorithm, &v.message, &changed).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn a_flipped_bit_of_the_message_is_noticed() {
    for v in vectors() {
        for byte in (0..v.message.len()).step_by(7) {
            let mut changed = v.message.clone();
            changed[byte] ^= 1;
            assert!(v.key.verify(v.algorithm, &changed, &v.signature).is_err(), "byte {byte}");
        }
    }
}

#[test]
fn another_algorithm_does_not_verify() {
    for v in vectors() {
        assert!(v.key.verify(Algorithm::RsaSha256, &v.message, &v.signature).is_err());
        assert!(v.key.verify(Algorithm::EcdsaP256Sha256, &v.message, &v.signature).is_err());
    }
}
