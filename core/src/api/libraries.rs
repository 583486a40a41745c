//! The commands about vendors' libraries.

use super::View;
use super::app::{Desk, lock};
use crate::domain::{Library, LibraryPath};
use crate::fault::Fault;

impl Desk {
    pub(super) fn libraries(&self) -> Result<View, Fault> {
        let (banks, libraries) = (self.ports.libraries.banks(), self.ports.libraries.list());
        let faults = self.ports.libraries.faults();
        let mut state = lock(&self.state);
        state.banks = banks;
        state.catalogue_faults = faults;
        state.libraries = libraries;
        Ok(self.push(state))
    }

    pub(super) fn inspect_library(&self, path: String) -> Result<Library, Fault> {
        self.ports.libraries.inspect(path.trim())
    }

    pub(super) fn approve_library(&self, path: LibraryPath, sha256: String) -> Result<View, Fault> {
        self.ports.libraries.approve(&path, &sha256)?;
        self.libraries()
    }

    pub(super) fn withdraw_library(&self, path: LibraryPath) -> Result<View, Fault> {
        self.ports.libraries.withdraw(&path)?;
        self.libraries()
    }
}
