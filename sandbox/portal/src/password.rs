//! Passwords: Argon2id with the parameters of the OWASP password storage cheat sheet. Each takes memory and a
//! whole core, so each is derived behind the portal's [`Gate`].

use crate::error::PortalError;
use crate::gate::Gate;
use crate::problem::Problem;
use argon2::{Algorithm, Argon2, Params, Version};

/// 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_LENGTH: usize = 32;

/// A password as it is stored. `Debug` is not there.
#[derive(Clone)]
pub(crate) struct StoredPassword {
    pub(crate) salt: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

impl StoredPassword {
    pub(crate) fn new(password: &str, gate: &Gate) -> Result<Self, PortalError> {
        let salt = crate::random::<16>().map_err(|_| PortalError::Randomness)?;
        Ok(Self { salt: salt.to_vec(), hash: derive(password, &salt, gate)? })
    }

    /// One that somebody chose: 8 to 64 characters.
    pub(crate) fn chosen(password: &str, gate: &Gate) -> Result<Self, Problem> {
        may_be_chosen(password)?;
        Self::new(password, gate).map_err(|_| Problem::Internal)
    }

    /// Stands in for an account that there is not: costs the same and never matches.
    pub(crate) fn of_nobody() -> Self {
        Self { salt: vec![0; 16], hash: Vec::new() }
    }

    pub(crate) fn matches(&self, password: &str, gate: &Gate) -> bool {
        let Ok(derived) = derive(password, &self.salt, gate) else { return false };
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

fn derive(password: &str, salt: &[u8], gate: &Gate) -> Result<Vec<u8>, PortalError> {
    #[cfg(test)]
    DERIVED.set(DERIVED.get() + 1);
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_LENGTH)).map_err(|_| PortalError::PasswordHash)?;
    let mut hash = vec![0; HASH_LENGTH];
    let _place = gate.enter();
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
        let gate = &Gate::of_cores();
        let stored = &StoredPassword::new("the right one", gate).unwrap();
        let right = std::thread::scope(|scope| {
            let tries: Vec<_> =
                (0..24).map(|_| scope.spawn(|| stored.matches("the right one", gate))).collect();
            tries.into_iter().map(|tried| tried.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(right.into_iter().all(|right| right));
        let cores = std::thread::available_parallelism().unwrap().get();
        assert!((1..=cores).contains(&MOST.load(Ordering::SeqCst)), "{MOST:?}");
    }
}
