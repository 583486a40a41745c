use tongguan_core::fault::Fault;

/// Why a portal cannot start.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    #[error("the state directory: {0}")]
    Directory(#[from] std::io::Error),
    #[error("the store: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("the store is of version {found}, this program knows {known}")]
    StoreVersion { found: i64, known: i64 },
    #[error("the store refers to rows that are not there")]
    StoreBroken,
    #[error("a certificate of an authority: {0}")]
    Anchor(#[from] Fault),
    #[error("a revocation list is not usable: {0}")]
    RevocationList(&'static str),
    #[error("the thread of the notices: {0}")]
    Thread(std::io::Error),
    #[error("no randomness")]
    Randomness,
    #[error("a platform's description: {0}")]
    Platform(Fault),
    #[error("Argon2")]
    PasswordHash,
}
