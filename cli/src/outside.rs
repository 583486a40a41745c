//! The drivers behind the core's ports.

use std::path::Path;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Ports;
use tongguan_core::ports::ProofShelf;
use tongguan_store::{FileShelf, SqliteJournal};
use tongguan_wiring::Devices;

pub(crate) fn ports() -> Result<Ports, Fault> {
    tongguan_wiring::ports(&tongguan_program::state_dir()?, &tongguan_program::proof_dir()?)
}

/// What is plugged in and how it is reached: no journal is opened for a look.
pub(crate) fn devices() -> Result<Devices, Fault> {
    tongguan_wiring::devices(&tongguan_program::state_dir()?)
}

pub(crate) fn journal() -> Result<SqliteJournal, Fault> {
    SqliteJournal::open(&tongguan_program::state_dir()?)
}

/// Writes `content` under the name of `file`, beside a file of that name rather than over it; the path it has
/// now, which ends in `suffix`. `field` names the argument in the fault.
pub(crate) fn keep(file: &Path, suffix: &'static str, content: &[u8], field: &str) -> Result<String, Fault> {
    let name =
        file.file_name().ok_or_else(|| Fault::InputInvalid { field: field.into(), reason: "name".into() })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    FileShelf::of_kind(folder, suffix).save(&name.to_string_lossy(), content)
}
