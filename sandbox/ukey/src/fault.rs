use std::io;

/// Why a software token did not do it.
#[derive(Debug, thiserror::Error)]
pub enum SoftFault {
    #[error("the token is not plugged in")]
    Absent,
    /// `left`: wrong PINs until it locks; never 0.
    #[error("wrong PIN, {left} tries left")]
    PinWrong { left: u8 },
    #[error("the PIN is locked")]
    PinLocked,
    /// No try was taken. See [`PIN_LENGTH`](crate::PIN_LENGTH).
    #[error("the PIN is too short or too long")]
    PinLength,
    #[error("the key cannot be read")]
    Key,
    /// The key does not sign this kind of input, or not this much of it.
    #[error("not an input for this key")]
    Input,
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl From<rustix::io::Errno> for SoftFault {
    fn from(errno: rustix::io::Errno) -> Self {
        Self::File(errno.into())
    }
}
