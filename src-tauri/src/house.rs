//! What the process needs before anything else: a log, a place for its state, no core dumps.

use std::io;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// Writes to standard error what `TONGGUAN_LOG` asks for (`debug`, `tongguan_iccard=trace`); warnings by default.
pub(crate) fn start_log() {
    let filter = EnvFilter::try_from_env("TONGGUAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
}

/// `TONGGUAN_STATE` if set, else `tongguan` in the user's data folder (XDG, Known Folder, Application Support).
pub(crate) fn state_dir() -> io::Result<PathBuf> {
    let named = std::env::var_os("TONGGUAN_STATE").filter(|value| !value.is_empty()).map(PathBuf::from);
    named
        .or_else(|| dirs::data_dir().map(|data| data.join("tongguan")))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no data folder for this user"))
}

/// Where signed statements are kept on the user's wish: among the documents, or beside the journal when the
/// state has a place of its own.
pub(crate) fn proof_dir(state: &Path) -> PathBuf {
    let own_place = std::env::var_os("TONGGUAN_STATE").is_some_and(|value| !value.is_empty());
    let documents = dirs::document_dir().filter(|_| !own_place);
    documents.map_or_else(|| state.join("statements"), |documents| documents.join("tongguan"))
}

/// A crash must not write a PIN to disk (getrlimit(2), RLIMIT_CORE).
#[cfg(unix)]
pub(crate) fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(reason) = setrlimit(Resource::Core, none) {
        tracing::warn!(%reason, "core dumps stay as they are");
    }
}

#[cfg(not(unix))]
pub(crate) fn forbid_core_dumps() {}
