use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;
use tongguan_core::domain::{AccountName, Origin, Password, wiped_json};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Session, Vault};
use zeroize::Zeroizing;

/// The name under which the system's own tools show the entry.
const SERVICE: &str = "tongguan";
/// A keyring may ask the user to unlock it first.
const PATIENCE: Duration = Duration::from_secs(60);

/// The keyring of the operating system: Keychain, Credential Manager, or whatever serves the Secret Service
/// of freedesktop.org. One entry for each folder of state, so that two of them do not share a session.
#[derive(Debug)]
pub struct KeyringVault {
    user: String,
}

/// Keeps nothing: where a session shall end with the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemoryVault;

/// What the entry holds, in JSON.
#[derive(Serialize, Deserialize)]
struct Kept {
    origin: Origin,
    account: AccountName,
    bearer: Password,
}

impl KeyringVault {
    /// Nothing is asked of the keyring yet.
    pub fn of(state: &Path) -> Self {
        let state = std::path::absolute(state).unwrap_or_else(|_| state.to_owned());
        Self { user: state.to_string_lossy().into_owned() }
    }

    /// On a thread of its own: a keyring may need an event loop that must not meet the caller's, and one that
    /// does not come back holds up nobody but itself.
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<Option<T>, Fault> {
        let (tell, told) = sync_channel(1);
        let user = self.user.clone();
        let ask = move || {
            let answer = keyring::Entry::new(SERVICE, &user).and_then(|entry| work(&entry));
            // The asker may have given up.
            tell.send(answer).ok();
        };
        std::thread::Builder::new().name("keyring".into()).spawn(ask).map_err(|_| unavailable("thread"))?;
        match told.recv_timeout(PATIENCE) {
            Ok(Ok(answer)) => Ok(Some(answer)),
            Ok(Err(keyring::Error::NoEntry)) => Ok(None),
            Ok(Err(error)) => Err(unavailable(reason(&error))),
            Err(RecvTimeoutError::Timeout) => Err(unavailable("no_answer")),
            Err(RecvTimeoutError::Disconnected) => Err(unavailable("defect")),
        }
    }
}

fn unavailable(reason: &str) -> Fault {
    Fault::KeyringUnavailable { reason: reason.into() }
}

/// A word for the kind: the error's own text may quote the entry.
fn reason(error: &keyring::Error) -> &'static str {
    match error {
        keyring::Error::NoDefaultStore => "absent",
        keyring::Error::NoStorageAccess(_) => "locked",
        keyring::Error::PlatformFailure(_) => "failing",
        keyring::Error::TooLong(..) => "too_long",
        keyring::Error::Ambiguous(_) => "ambiguous",
        _ => "other",
    }
}

impl Vault for KeyringVault {
    fn load(&self) -> Result<Option<Session>, Fault> {
        let Some(secret) = self.ask(|entry| entry.get_secret().map(Zeroizing::new))? else { return Ok(None) };
        let Ok(Kept { origin, account, bearer }) = serde_json::from_slice(&secret) else {
            tracing::warn!("the keyring's entry is not of this program: it is not used");
            return Ok(None);
        };
        Ok(Some(Session { origin, account, bearer }))
    }

    fn keep(&self, session: &Session) -> Result<(), Fault> {
        let Session { origin, account, bearer } = session.clone();
        let defect = |_| Fault::Defect { place: "vault".into() };
        let secret = wiped_json(&Kept { origin, account, bearer }).map_err(defect)?;
        self.ask(move |entry| entry.set_secret(&secret)).map(|_| ())
    }

    fn forget(&self) -> Result<(), Fault> {
        self.ask(keyring::Entry::delete_credential).map(|_| ())
    }
}

impl Vault for MemoryVault {
    fn load(&self) -> Result<Option<Session>, Fault> {
        Ok(None)
    }

    fn keep(&self, _session: &Session) -> Result<(), Fault> {
        Err(unavailable("not_wanted"))
    }

    fn forget(&self) -> Result<(), Fault> {
        Ok(())
    }
}
