//! What the process needs before anything else: a log, a place for its state, no core dumps.

use std::io;
use std::path::PathBuf;
use tongguan_core::fault::Fault;
use tracing_subscriber::EnvFilter;

/// Writes to standard error what `TONGGUAN_LOG` asks for (`debug`, `tongguan_iccard=trace`); warnings by default.
pub(crate) fn start_log() {
    let filter = EnvFilter::try_from_env("TONGGUAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
}

/// `TONGGUAN_STATE` if set, else `tongguan` in the user's data folder (XDG, Known Folder, Application Support).
pub(crate) fn state_dir() -> Result<PathBuf, Fault> {
    let named = std::env::var_os("TONGGUAN_STATE").filter(|value| !value.is_empty()).map(PathBuf::from);
    named
        .or_else(|| dirs::data_dir().map(|data| data.join("tongguan")))
        .ok_or_else(|| Fault::JournalUnavailable { reason: "no data folder for this user".into() })
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
