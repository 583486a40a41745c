//! `SKF_RSASignData` in its dialects.

use super::super::container::Container;
use super::{Raw, library};
use crate::sar;
use crate::signature::{self, Learned, RsaInput};
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::LazyLock;
use tongguan_core::domain::{Certificate, Timestamp};
use tongguan_core::fault::Fault;
use tongguan_sandbox_ukey::{Input, SoftKey};
use tongguan_sandbox_world::World;

static RSA: LazyLock<(SoftKey, Certificate)> = LazyLock::new(|| {
    let world = World::for_tests(3, Timestamp::from_unix(1_790_000_000).unwrap()).unwrap();
    let key = SoftKey::from(&world.ukey("haihe-ccb-rsa").unwrap().keys[0]);
    let certificate = Certificate::parse(&key.certificate).unwrap();
    (key, certificate)
});

/// A library that makes the DigestInfo itself, and so a useless signature of one.
unsafe extern "system" fn own_digest_info(
    _: Raw,
    data: *mut u8,
    length: u32,
    signature: *mut u8,
    size: *mut u32,
) -> u32 {
    // SAFETY: the caller's own bytes.
    let data = unsafe { std::slice::from_raw_parts(data, usize::try_from(length).unwrap()) };
    let input = if data.len() == 32 { Input::Digest(data) } else { Input::Message(data) };
    let signed = RSA.0.sign(input).unwrap();
    // SAFETY: a modulus fits into the caller's buffer.
    unsafe {
        signature.copy_from_nonoverlapping(signed.as_ptr(), signed.len());
        size.write(u32::try_from(signed.len()).unwrap());
    }
    sar::OK
}

thread_local! {
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "system" fn never_right(_: Raw, _: *mut u8, _: u32, signature: *mut u8, _: *mut u32) -> u32 {
    ASKED.set(ASKED.get() + 1);
    // SAFETY: the caller's own buffer.
    unsafe { signature.write(1) };
    sar::OK
}

unsafe extern "system" fn only_hashes(
    raw: Raw,
    data: *mut u8,
    length: u32,
    signature: *mut u8,
    size: *mut u32,
) -> u32 {
    if length != 32 {
        return sar::IN_DATA_LENGTH;
    }
    // SAFETY: as the caller wants it.
    unsafe { own_digest_info(raw, data, length, signature, size) }
}

type Sign = unsafe extern "system" fn(Raw, *mut u8, u32, *mut u8, *mut u32) -> u32;

fn made(sign: Sign, learned: &Learned) -> Result<Vec<u8>, Fault> {
    let library = library(|entries| entries.rsa_sign_data = Some(sign));
    signature::make(&Container::new(&library, null_mut()), &RSA.1, b"statement", learned)
}

fn verifies(signed: &[u8]) -> Result<(), Fault> {
    RSA.1.public_key().verify(RSA.1.algorithm(), b"statement", signed)
}

#[test]
fn a_library_that_makes_the_digest_info_itself_gets_the_bare_hash() {
    for sign in [own_digest_info as Sign, only_hashes] {
        let learned = Learned::new();
        assert_eq!(made(sign, &learned).and_then(|signed| verifies(&signed)), Ok(()));
        assert_eq!(learned.get(), Some(&RsaInput::Hash));
        assert_eq!(made(sign, &learned).and_then(|signed| verifies(&signed)), Ok(()));
    }
}

#[test]
fn a_library_that_is_never_right_is_asked_twice_at_most_and_teaches_nothing() {
    let learned = Learned::new();
    assert_eq!(made(never_right, &learned), Err(Fault::SignatureInvalid));
    assert_eq!((ASKED.get(), learned.get()), (2, None));
}

#[test]
fn what_was_learned_is_asked_for_once_and_what_comes_is_the_cores_to_verify() {
    for input in [RsaInput::DigestInfo, RsaInput::Hash] {
        ASKED.set(0);
        let signed = made(never_right, &Learned::from(input)).unwrap();
        assert_eq!((ASKED.get(), verifies(&signed)), (1, Err(Fault::SignatureInvalid)));
    }
}
