//! The process itself, before it does anything: a log, folders for what it keeps, no core dumps.

use std::io;
use std::path::PathBuf;
use tongguan_core::fault::Fault;
use tracing_subscriber::EnvFilter;

/// Writes to standard error what `TONGGUAN_LOG` asks for (`debug`, `tongguan_iccard=trace`); warnings by default.
pub fn start_log() {
    let filter = EnvFilter::try_from_env("TONGGUAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
}

/// `TONGGUAN_STATE` if set, else `tongguan` in the user's data folder (XDG, Known Folder, Application Support).
///
/// # Errors
/// [`Fault::JournalUnavailable`] where the system names no such folder.
pub fn state_dir() -> Result<PathBuf, Fault> {
    own_place()
        .or_else(|| dirs::data_dir().map(|data| data.join("tongguan")))
        .ok_or_else(|| Fault::JournalUnavailable { reason: "no data folder for this user".into() })
}

/// Where signed statements are kept on the user's wish: among the documents, or beside the journal when the
/// state has a place of its own.
///
/// # Errors
/// As [`state_dir`].
pub fn proof_dir() -> Result<PathBuf, Fault> {
    match dirs::document_dir().filter(|_| own_place().is_none()) {
        Some(documents) => Ok(documents.join("tongguan")),
        None => Ok(state_dir()?.join("statements")),
    }
}

fn own_place() -> Option<PathBuf> {
    std::env::var_os("TONGGUAN_STATE").filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether the session may be kept in the system's keyring: not with `TONGGUAN_KEYRING=none`.
pub fn may_use_keyring() -> bool {
    std::env::var_os("TONGGUAN_KEYRING").is_none_or(|value| value != "none")
}

/// A crash must not write a PIN to disk (getrlimit(2), RLIMIT_CORE).
#[cfg(unix)]
pub fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(reason) = setrlimit(Resource::Core, none) {
        tracing::warn!(%reason, "core dumps stay as they are");
    }
}

#[cfg(not(unix))]
pub fn forbid_core_dumps() {}
