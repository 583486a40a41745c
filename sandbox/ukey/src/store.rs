//! Files that are never half, and the lock that makes read-change-write one step.

use crate::SoftFault;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// `None` when there is no such file.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, SoftFault> {
    match std::fs::read(file) {
        Ok(json) => Ok(Some(serde_json::from_slice(&Zeroizing::new(json))?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A new file of mode 0600 takes the place of the old one. `spool`: a folder of the same file system, in which
/// nobody looks for tokens.
pub(crate) fn write<T: Serialize>(spool: &Path, file: &Path, value: &T) -> Result<(), SoftFault> {
    let json = Zeroizing::new(serde_json::to_vec_pretty(value)?);
    let mut fresh = tempfile::NamedTempFile::new_in(spool)?;
    fresh.write_all(&json)?;
    fresh.persist(file).map_err(|fault| fault.error)?;
    Ok(())
}

/// Held by one process, and in it by one thread, until it is dropped. [`SoftFault::Absent`] without the folder:
/// there can be no token either.
pub(crate) fn lock(file: &Path) -> Result<File, SoftFault> {
    let file = lock_file(file)?;
    file.lock()?;
    Ok(file)
}

/// The same without waiting; `None` while somebody else holds it.
pub(crate) fn lock_if_free(file: &Path) -> Result<Option<File>, SoftFault> {
    let file = lock_file(file)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn lock_file(file: &Path) -> Result<File, SoftFault> {
    let opened = File::options().create(true).truncate(false).write(true).open(file);
    opened.map_err(|error| match error.kind() {
        ErrorKind::NotFound => SoftFault::Absent,
        _ => error.into(),
    })
}
