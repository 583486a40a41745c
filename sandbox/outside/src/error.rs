use tongguan_core::fault::{Fault, Register};

/// Why the registers cannot be opened, looked at or changed.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    #[error("the state directory: {0}")]
    Directory(#[from] std::io::Error),
    #[error("the registers: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("the registers are of version {found}, this program knows {known}")]
    StoreVersion { found: i64, known: i64 },
    #[error("no randomness")]
    Randomness,
    #[error("a record breaks its rule: {0}")]
    Value(#[from] Fault),
    #[error("the {0} register has no such record")]
    NoRecord(Register),
    #[error("no such letter waits")]
    NoLetter,
    #[error("the {0} register cannot fail in this way")]
    NoSuchFailure(Register),
}

/// A register gave no answer. Whoever asked knows nothing more than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {register} register did not answer: {why}")]
pub struct Unavailable {
    pub register: Register,
    pub why: Silence,
}

impl Unavailable {
    pub(crate) fn broken(register: Register) -> Self {
        Self { register, why: Silence::Broken }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    Timeout,
    /// Asked too often, says the register.
    RateLimit,
    /// It is out of order itself.
    Broken,
}

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Timeout => "timeout",
            Self::RateLimit => "rate limit",
            Self::Broken => "out of order",
        })
    }
}
