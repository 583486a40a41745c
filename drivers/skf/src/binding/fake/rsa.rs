//! `SKF_RSASignData` in its dialects.

use super::super::container::Container;
use super::{Raw, library};
use crate::{sar, signature};
use std::ptr::null_mut;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
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

static ASKED: AtomicU32 = AtomicU32::new(0);

unsafe extern "system" fn never_right(_: Raw, _: *mut u8, _: u32, signature: *mut u8, _: *mut u32) -> u32 {
    ASKED.fetch_add(1, Ordering::SeqCst);
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

fn rsa(sign: unsafe extern "system" fn(Raw, *mut u8, u32, *mut u8, *mut u32) -> u32) -> Result<(), Fault> {
    let library = library(|entries| entries.rsa_sign_data = Some(sign));
    let container = Container::new(&library, null_mut());
    let signed = signature::make(&container, &RSA.1, b"statement")?;
    RSA.1.public_key().verify(RSA.1.algorithm(), b"statement", &signed)
}

#[test]
fn a_library_that_makes_the_digest_info_itself_gets_the_bare_hash() {
    assert_eq!(rsa(own_digest_info), Ok(()));
    assert_eq!(rsa(only_hashes), Ok(()));
}

#[test]
fn a_signature_that_does_not_verify_never_leaves_and_is_asked_for_twice_at_most() {
    assert_eq!(rsa(never_right), Err(Fault::SignatureInvalid));
    assert_eq!(ASKED.load(Ordering::SeqCst), 2);
}
