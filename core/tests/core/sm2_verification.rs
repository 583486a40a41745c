//! Our verification of SM2 signatures says what the library's own, slower one says.

use proptest::prelude::*;
use sm2::dsa::signature::Signer;
use sm2::dsa::signature::hazmat::PrehashVerifier;
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use tongguan_core::domain::{Algorithm, PublicKey, SM2_USER_ID};

fn key(secret: [u8; 32]) -> Option<SigningKey> {
    SigningKey::from_slice(SM2_USER_ID, &secret).ok()
}

/// What both say, which must be the same.
fn verified(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    let ours = PublicKey::Sm2(sm2::PublicKey::from_affine(*key.as_affine()).unwrap());
    let digest = Algorithm::Sm2Sm3.digest(&ours, message);
    let theirs = Signature::from_slice(signature).is_ok_and(|s| key.verify_prehash(&digest, &s).is_ok());
    let ours = ours.verify(Algorithm::Sm2Sm3, message, signature).is_ok();
    assert_eq!(ours, theirs);
    ours
}

proptest! {
    #[test]
    fn a_signature_passes_and_its_neighbours_do_not(
        secret: [u8; 32], message: Vec<u8>, bit in 0_usize..512
    ) {
        let key = key(secret);
        prop_assume!(key.is_some());
        let key = key.unwrap();
        let signature: Signature = key.sign(&message);
        let mut bytes = signature.to_bytes();
        prop_assert!(verified(key.verifying_key(), &message, &bytes));
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!verified(key.verifying_key(), &message, &bytes));
    }

    #[test]
    fn r_and_s_out_of_the_air_do_not_pass(secret: [u8; 32], r: [u8; 32], s: [u8; 32]) {
        let key = key(secret);
        prop_assume!(key.is_some());
        prop_assert!(!verified(key.unwrap().verifying_key(), b"statement", &[r, s].concat()));
    }
}
