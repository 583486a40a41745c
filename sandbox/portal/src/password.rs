//! Passwords: Argon2id with the parameters of the OWASP password storage cheat sheet.

use crate::error::PortalError;
use crate::problem::Problem;
use argon2::{Algorithm, Argon2, Params, Version};

/// 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_LENGTH: usize = 32;

/// A password as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredPassword {
    pub(crate) salt: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

impl StoredPassword {
    pub(crate) fn new(password: &str) -> Result<Self, PortalError> {
        let salt = crate::random::<16>().map_err(|_| PortalError::Randomness)?;
        Ok(Self { salt: salt.to_vec(), hash: derive(password, &salt)? })
    }

    /// One that somebody chose: 8 to 64 characters.
    pub(crate) fn chosen(password: &str) -> Result<Self, Problem> {
        if !(8..=64).contains(&password.chars().count()) {
            return Err(Problem::input("password", "length"));
        }
        Self::new(password).map_err(|_| Problem::Internal)
    }

    /// Stands in for an account that there is not: costs the same and never matches.
    pub(crate) fn of_nobody() -> Self {
        Self { salt: vec![0; 16], hash: Vec::new() }
    }

    pub(crate) fn matches(&self, password: &str) -> bool {
        let Ok(derived) = derive(password, &self.salt) else { return false };
        same(&derived, &self.hash)
    }
}

/// Every byte is looked at, whatever the first ones are.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
thread_local! {
    /// How often this thread has derived a hash: the whole cost of a password.
    pub(crate) static DERIVED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

fn derive(password: &str, salt: &[u8]) -> Result<Vec<u8>, PortalError> {
    #[cfg(test)]
    DERIVED.set(DERIVED.get() + 1);
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_LENGTH)).map_err(|_| PortalError::PasswordHash)?;
    let mut hash = vec![0; HASH_LENGTH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .map_err(|_| PortalError::PasswordHash)?;
    Ok(hash)
}
