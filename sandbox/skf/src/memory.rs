//! Reading from and writing into the caller's memory.

use crate::status::Status;
use std::ffi::{CStr, c_char};
use tongguan_sandbox_ukey::Length;

/// What a lying library says a thing is long.
const HUGE: u32 = 0x7FFF_FFFF;
const BEYOND: u32 = 4096;

/// `names`, each with its NUL, and one more at the end.
pub(crate) fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut list = Vec::new();
    for name in names {
        list.extend_from_slice(name.as_ref().as_bytes());
        list.push(0);
    }
    list.push(0);
    list
}

/// Writes a value through a pointer that must not be NULL.
///
/// # Safety
/// `place` is NULL or may be written to; it need not be aligned.
pub(crate) unsafe fn put<T>(place: *mut T, value: T) -> Result<(), Status> {
    if place.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: not NULL, and the caller vouches for the rest.
    unsafe { place.write_unaligned(value) };
    Ok(())
}

/// GM/T 0016: without a buffer, tells the size; with one too small, tells the size and fails; else fills it and
/// tells how much it is.
///
/// # Safety
/// `size` is NULL or may be read and written; `buffer` is NULL or as long as `*size` says.
pub(crate) unsafe fn fill(
    data: &[u8],
    buffer: *mut u8,
    size: *mut u32,
    lie: Option<Length>,
) -> Result<(), Status> {
    let needed = u32::try_from(data.len()).map_err(|_| Status::FAIL)?;
    if size.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: not NULL, and the caller vouches for the rest.
    let capacity = unsafe { size.read_unaligned() };
    let told = match lie {
        Some(Length::Huge) => HUGE,
        Some(Length::BeyondBuffer) if !buffer.is_null() => capacity.saturating_add(BEYOND),
        _ => needed,
    };
    let fits = capacity >= needed;
    if !buffer.is_null() && fits {
        // SAFETY: the caller says that `buffer` has `capacity` bytes, and that is enough.
        unsafe { buffer.copy_from_nonoverlapping(data.as_ptr(), data.len()) };
    }
    // SAFETY: as above.
    unsafe { put(size, told)? };
    if buffer.is_null() || fits { Ok(()) } else { Err(Status::BUFFER_TOO_SMALL) }
}

/// A C string's bytes.
///
/// # Safety
/// `text` is NULL or ends with a NUL.
pub(crate) unsafe fn text<'a>(text: *const c_char) -> Result<&'a [u8], Status> {
    if text.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: not NULL, and the caller vouches for the rest.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// The caller's bytes; none when there are none.
///
/// # Safety
/// `bytes` is NULL or as long as `length` says.
pub(crate) unsafe fn bytes<'a>(bytes: *const u8, length: u32) -> Result<&'a [u8], Status> {
    if bytes.is_null() {
        return if length == 0 { Ok(&[]) } else { Err(Status::INVALID_PARAMETER) };
    }
    let length = usize::try_from(length).map_err(|_| Status::INPUT_LENGTH)?;
    // SAFETY: not NULL, and the caller vouches for the length.
    Ok(unsafe { std::slice::from_raw_parts(bytes, length) })
}
