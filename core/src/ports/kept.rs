//! What is remembered between two starts.

use super::Session;
use crate::domain::Origin;
use crate::fault::Fault;

/// The session. Its bearer is a secret: it lies in the keyring of the operating system, or nowhere.
pub trait Vault: Send + Sync {
    /// What an earlier start kept; `None` if there is nothing. A keyring that is not there keeps nothing.
    fn load(&self) -> Result<Option<Session>, Fault>;
    /// [`Fault::KeyringUnavailable`] where there is none: the session then lives in memory alone.
    fn keep(&self, session: &Session) -> Result<(), Fault>;
    fn forget(&self) -> Result<(), Fault>;
}

/// What a user set, in a file that anybody may read: nothing personal.
pub trait Settings: Send + Sync {
    /// The portal that was signed in at last.
    fn portal(&self) -> Option<Origin>;
    fn keep_portal(&self, portal: &Origin) -> Result<(), Fault>;
}
