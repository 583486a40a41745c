//! Passwords: Argon2id. Each takes memory and a whole core, so each is derived behind a [`Gate`].

use crate::error::PortalError;
use crate::gate::Gate;
use crate::problem::Problem;
use argon2::{Algorithm, Argon2, Params, Version};

const LANES: u32 = 1;
const HASH_LENGTH: usize = 32;

/// What it takes to derive one hash, in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB
    memory: u32,
    passes: u32,
}

impl PasswordCost {
    /// 19 MiB, two passes: the OWASP password storage cheat sheet.
    pub const OWASP: Self = Self { memory: 19 * 1024, passes: 2 };
    /// The least that Argon2 takes (RFC 9106, 3.1): for tests, each of which enters a whole population. It protects
    /// no password.
    pub const LEAST: Self = Self { memory: 8, passes: 1 };
}

/// Derives hashes, as many at once as there are cores.
pub(crate) struct Hashing {
    cost: PasswordCost,
    gate: Gate,
}

impl Hashing {
    pub(crate) fn at(cost: PasswordCost) -> Self {
        Self { cost, gate: Gate::of_cores() }
    }

    fn derive(&self, password: &str, salt: &[u8]) -> Result<Vec<u8>, PortalError> {
        #[cfg(test)]
        DERIVED.set(DERIVED.get() + 1);
        let PasswordCost { memory, passes } = self.cost;
        let params =
            Params::new(memory, passes, LANES, Some(HASH_LENGTH)).map_err(|_| PortalError::PasswordHash)?;
        let mut hash = vec![0; HASH_LENGTH];
        let _place = self.gate.enter();
        #[cfg(test)]
        tests::begin();
        let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
            password.as_bytes(),
            salt,
            &mut hash,
        );
        #[cfg(test)]
        tests::end();
        derived.map_err(|_| PortalError::PasswordHash)?;
        Ok(hash)
    }
}

/// A password as it is stored. `Debug` is not there.
#[derive(Clone)]
pub(crate) struct StoredPassword {
    pub(crate) salt: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

impl StoredPassword {
    pub(crate) fn new(password: &str, hashing: &Hashing) -> Result<Self, PortalError> {
        let salt = crate::random::<16>().map_err(|_| PortalError::Randomness)?;
        Ok(Self { salt: salt.to_vec(), hash: hashing.derive(password, &salt)? })
    }

    /// One that somebody chose: 8 to 64 characters.
    pub(crate) fn chosen(password: &str, hashing: &Hashing) -> Result<Self, Problem> {
        may_be_chosen(password)?;
        Self::new(password, hashing).map_err(|_| Problem::Internal)
    }

    /// Stands in for an account that there is not: costs the same and never matches.
    pub(crate) fn of_nobody() -> Self {
        Self { salt: vec![0; 16], hash: Vec::new() }
    }

    pub(crate) fn matches(&self, password: &str, hashing: &Hashing) -> bool {
        let Ok(derived) = hashing.derive(password, &self.salt) else { return false };
        same(&derived, &self.hash)
    }
}

/// What is asked of a password that somebody chooses; costs nothing.
pub(crate) fn may_be_chosen(password: &str) -> Result<(), Problem> {
    if (8..=64).contains(&password.chars().count()) {
        Ok(())
    } else {
        Err(Problem::input("password", "length"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    pub(super) fn begin() {
        MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    }

    pub(super) fn end() {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }

    #[test]
    fn only_as_many_are_derived_at_once_as_there_are_cores() {
        let hashing = &Hashing::at(PasswordCost::OWASP);
        let stored = &StoredPassword::new("the right one", hashing).unwrap();
        let right = std::thread::scope(|scope| {
            let tries: Vec<_> =
                (0..24).map(|_| scope.spawn(|| stored.matches("the right one", hashing))).collect();
            tries.into_iter().map(|tried| tried.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(right.into_iter().all(|right| right));
        let cores = std::thread::available_parallelism().unwrap().get();
        assert!((1..=cores).contains(&MOST.load(Ordering::SeqCst)), "{MOST:?}");
    }
}
