//! The PIN: tries that no crash gives back.

use crate::{SoftFault, SoftLibrary, SoftToken};
use std::ops::RangeInclusive;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Bytes of a PIN; others are refused and cost no try.
pub const PIN_LENGTH: RangeInclusive<usize> = 6..=16;

impl SoftLibrary {
    /// Shows a PIN to the token. The try is taken, and stored, before the comparison: pulling the token or killing
    /// the process at any moment never gives it back.
    pub fn verify_pin(&self, name: &str, pin: &[u8]) -> Result<(), SoftFault> {
        let _lock = self.lock()?;
        let mut token = self.token(name)?;
        self.verify(&mut token, pin)
    }

    /// Replaces the PIN when `old` is right; a wrong `old` costs one try like any wrong PIN.
    pub fn change_pin(&self, name: &str, old: &[u8], new: &[u8]) -> Result<(), SoftFault> {
        let new = std::str::from_utf8(new).map_err(|_| SoftFault::PinLength)?;
        if !PIN_LENGTH.contains(&new.len()) {
            return Err(SoftFault::PinLength);
        }
        let _lock = self.lock()?;
        let mut token = self.token(name)?;
        self.verify(&mut token, old)?;
        token.pin.zeroize();
        token.pin.push_str(new);
        self.store(&token)
    }

    fn verify(&self, token: &mut SoftToken, pin: &[u8]) -> Result<(), SoftFault> {
        token.verifies = token.verifies.saturating_add(1);
        if token.tries_left == 0 || !PIN_LENGTH.contains(&pin.len()) {
            self.store(token)?;
            return Err(if token.tries_left == 0 { SoftFault::PinLocked } else { SoftFault::PinLength });
        }
        token.tries_left = token.tries_left.saturating_sub(1);
        self.store(token)?;
        if bool::from(token.pin.as_bytes().ct_eq(pin)) {
            token.tries_left = token.max_tries;
            return self.store(token);
        }
        Err(match token.tries_left {
            0 => SoftFault::PinLocked,
            left => SoftFault::PinWrong { left },
        })
    }
}
