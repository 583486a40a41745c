//! One stage at a time in a namespace: its readers' ports and the path of `pcscd` are fixed.

use std::fs::File;
use std::io;

/// In the namespace's own folder, so that runs in other namespaces do not wait.
const LOCK: &str = "/run/pcscd/stage.lock";

/// Held by the stage; the next one may start, in this process or another, when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    // The lock lives as long as the file is open.
    _file: File,
}

impl Turn {
    pub(crate) fn take() -> io::Result<Self> {
        let file = File::options().create(true).truncate(false).write(true).open(LOCK)?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}
