//! Lists of names, well and badly given.

use super::{library, lied};
use crate::names::Name;
use crate::sar;
use std::sync::atomic::{AtomicU32, Ordering};
use tongguan_core::fault::Fault;

/// What `SKF_EnumDev` of such a library comes to.
fn devices(enum_dev: unsafe extern "system" fn(u32, *mut u8, *mut u32) -> u32) -> Result<Vec<String>, Fault> {
    let library = library(|entries| entries.enum_dev = enum_dev);
    let names = library.lock().devices()?;
    Ok(names.iter().map(Name::text).collect())
}

#[test]
fn a_size_that_no_list_has_is_a_lie() {
    unsafe extern "system" fn huge(_: u32, _: *mut u8, size: *mut u32) -> u32 {
        // SAFETY: the caller's own number.
        unsafe { size.write(u32::MAX) };
        sar::OK
    }
    assert_eq!(devices(huge), Err(lied("SKF_EnumDev")));
}

#[test]
fn a_length_beyond_the_buffer_is_a_lie() {
    unsafe extern "system" fn longer(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        // SAFETY: the caller's own number.
        unsafe { size.write(if names.is_null() { 4 } else { 5 }) };
        sar::OK
    }
    assert_eq!(devices(longer), Err(lied("SKF_EnumDev")));
}

#[test]
fn a_write_beyond_the_buffer_is_a_lie_and_harms_nobody() {
    unsafe extern "system" fn wild(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        // SAFETY: the caller's own number, and the room behind a buffer that this crate promises.
        unsafe {
            size.write(4);
            if !names.is_null() {
                names.write_bytes(b'x', 100);
            }
        }
        sar::OK
    }
    assert_eq!(devices(wild), Err(lied("SKF_EnumDev")));
}

#[test]
fn a_list_without_an_end_is_a_lie() {
    unsafe extern "system" fn endless(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        // SAFETY: the caller's own number and buffer.
        unsafe {
            size.write(4);
            if !names.is_null() {
                names.write_bytes(b'x', 4);
            }
        }
        sar::OK
    }
    assert_eq!(devices(endless), Err(lied("SKF_EnumDev")));
}

/// Says "one", and with `T` for a ULONG.
unsafe fn one<T: From<u32>>(names: *mut u8, size: *mut T) {
    let list = b"one\0\0";
    // SAFETY: the caller's own number and buffer.
    unsafe {
        size.write(T::from(5));
        if !names.is_null() {
            names.copy_from_nonoverlapping(list.as_ptr(), list.len());
        }
    }
}

#[test]
fn a_list_that_grew_meanwhile_is_asked_for_again() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    unsafe extern "system" fn growing(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        if CALLS.fetch_add(1, Ordering::SeqCst) == 1 {
            return sar::BUFFER_TOO_SMALL;
        }
        // SAFETY: as the caller wants it.
        unsafe { one(names, size) };
        sar::OK
    }
    assert_eq!(devices(growing), Ok(vec!["one".into()]));
    assert_eq!(CALLS.load(Ordering::SeqCst), 4);
}

#[test]
fn a_list_that_always_grows_is_a_lie() {
    unsafe extern "system" fn growing(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        if !names.is_null() {
            return sar::BUFFER_TOO_SMALL;
        }
        // SAFETY: as the caller wants it.
        unsafe { one(names, size) };
        sar::OK
    }
    assert_eq!(devices(growing), Err(lied("SKF_EnumDev")));
}

#[test]
fn a_library_that_calls_no_buffer_too_small_is_understood() {
    unsafe extern "system" fn strict(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        // SAFETY: as the caller wants it.
        unsafe { one(names, size) };
        if names.is_null() { sar::BUFFER_TOO_SMALL } else { sar::OK }
    }
    assert_eq!(devices(strict), Ok(vec!["one".into()]));
}

#[test]
fn a_library_with_long_numbers_of_64_bits_is_understood() {
    unsafe extern "system" fn wide(_: u32, names: *mut u8, size: *mut u32) -> u32 {
        // SAFETY: the room behind a number that this crate promises.
        unsafe { one::<Unaligned>(names, size.cast()) };
        sar::OK
    }
    #[repr(C, packed)]
    struct Unaligned(u64);
    impl From<u32> for Unaligned {
        fn from(number: u32) -> Self {
            Self(number.into())
        }
    }
    assert_eq!(devices(wide), Ok(vec!["one".into()]));
}
