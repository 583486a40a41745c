//! What the caller's pointers point at. A liar's answers are written here too.
#![allow(unsafe_code, reason = "PKCS#11 speaks in pointers")]

use cryptoki_sys::{CK_ULONG, CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL};

use tongguan_sandbox_ukey::Length;

use crate::{Answer, border::Honesty};

/// The size that a liar asks for: more than any machine has.
const HUGE: CK_ULONG = CK_ULONG::MAX >> 2;
/// How much more than there is room for a liar claims to have written: far outside of any caller's memory.
const BEYOND: CK_ULONG = 0x1000_0000;

/// `length` items at `place`. NULL is right where there are none, else CKR_ARGUMENTS_BAD.
///
/// # Safety
/// `place` is NULL or has `length` items that live as long as the call.
pub(crate) unsafe fn items<'a, T>(place: *const T, length: CK_ULONG) -> Answer<&'a [T]> {
    let length = usize::try_from(length).map_err(|_| CKR_ARGUMENTS_BAD)?;
    match (place.is_null(), length) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(CKR_ARGUMENTS_BAD),
        // SAFETY: not NULL, and the caller vouches for the rest.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts(place, length) }),
    }
}

/// As [`items`], to be changed.
///
/// # Safety
/// As [`items`]; nothing else reads or writes the items meanwhile.
pub(crate) unsafe fn items_mut<'a, T>(place: *mut T, length: CK_ULONG) -> Answer<&'a mut [T]> {
    let length = usize::try_from(length).map_err(|_| CKR_ARGUMENTS_BAD)?;
    match (place.is_null(), length) {
        (_, 0) => Ok(&mut []),
        (true, _) => Err(CKR_ARGUMENTS_BAD),
        // SAFETY: not NULL, and the caller vouches for the rest.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts_mut(place, length) }),
    }
}

/// Writes one value; a NULL `place` is CKR_ARGUMENTS_BAD.
///
/// # Safety
/// `place` is NULL or has room for the value.
pub(crate) unsafe fn put<T>(place: *mut T, value: T) -> Answer {
    if place.is_null() {
        return Err(CKR_ARGUMENTS_BAD);
    }
    // SAFETY: not NULL, and the caller vouches for the room.
    unsafe { place.write(value) };
    Ok(())
}

/// Room for items of a number that the caller may first ask for (section 5.2 of the base specification).
#[derive(Debug)]
pub(crate) struct Buffer<T> {
    place: *mut T,
    room: CK_ULONG,
    length: *mut CK_ULONG,
    honesty: Honesty,
}

impl<T: Copy> Buffer<T> {
    /// By a pair of parameters such as `pSignature` and `pulSignatureLen`.
    ///
    /// # Safety
    /// `length` is NULL or says how many items `place` has room for; `place` may be NULL. Both live as long as
    /// the call.
    pub(crate) unsafe fn sized(place: *mut T, length: *mut CK_ULONG, honesty: Honesty) -> Answer<Self> {
        if length.is_null() {
            return Err(CKR_ARGUMENTS_BAD);
        }
        // SAFETY: not NULL, and the caller vouches for the rest.
        let room = unsafe { length.read() };
        Ok(Self { place, room, length, honesty })
    }

    /// Where the room is a parameter of its own, as in `C_FindObjects`.
    ///
    /// # Safety
    /// `place` has room for `room` items, `length` for one number.
    pub(crate) unsafe fn bounded(
        place: *mut T,
        room: CK_ULONG,
        length: *mut CK_ULONG,
        honesty: Honesty,
    ) -> Answer<Self> {
        if length.is_null() || place.is_null() {
            return Err(CKR_ARGUMENTS_BAD);
        }
        Ok(Self { place, room, length, honesty })
    }

    /// How many items fit; 0 for a caller who only asks for the size.
    pub(crate) fn room(&self) -> usize {
        if self.place.is_null() { 0 } else { usize::try_from(self.room).unwrap_or(usize::MAX) }
    }

    /// Only asks for the size.
    pub(crate) fn asks(&self) -> bool {
        self.place.is_null()
    }

    /// Says that `length` items are needed: an answer for who asks, CKR_BUFFER_TOO_SMALL for who wants them.
    pub(crate) fn need(&mut self, length: usize) -> Answer {
        let length = count(length);
        let told = if self.honesty == Honesty::Lying(Length::Huge) { HUGE } else { length };
        // SAFETY: by the contract of the constructors.
        unsafe { self.length.write(told) };
        if self.asks() { Ok(()) } else { Err(CKR_BUFFER_TOO_SMALL) }
    }

    /// Answers with these items, or with their number.
    pub(crate) fn fill(&mut self, items: &[T]) -> Answer {
        if self.asks() || items.len() > self.room() {
            return self.need(items.len());
        }
        let told = match self.honesty {
            Honesty::Lying(Length::BeyondBuffer) => self.room.saturating_add(BEYOND),
            Honesty::Truthful | Honesty::Lying(Length::Huge) => count(items.len()),
        };
        // SAFETY: they fit, and the constructors' contract covers the places.
        unsafe {
            self.place.copy_from_nonoverlapping(items.as_ptr(), items.len());
            self.length.write(told);
        }
        Ok(())
    }
}

/// A number of things in Cryptoki's type; 32 bits wide on Windows.
pub(crate) fn count(length: usize) -> CK_ULONG {
    CK_ULONG::try_from(length).unwrap_or(CK_ULONG::MAX)
}
