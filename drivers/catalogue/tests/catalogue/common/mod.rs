//! A state folder and a folder of libraries, each of its own.

pub(crate) mod fixture;

use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tongguan_catalogue::Catalogue;
use tongguan_core::domain::{Library, LibraryFacts, LibraryPath, LibraryState};

pub(crate) struct Place {
    pub(crate) state: TempDir,
    pub(crate) vendor: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { state: tempfile::tempdir().unwrap(), vendor: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn open(&self) -> Catalogue {
        Catalogue::open(self.state.path()).unwrap()
    }

    /// Writes a vendor's file and gives its path.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.vendor.path().canonicalize().unwrap().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes one of the user's own files.
    pub(crate) fn own(&self, name: &str, text: &str) {
        std::fs::write(self.state.path().join(name), text).unwrap();
    }
}

pub(crate) fn inspect(catalogue: &Catalogue, path: &Path) -> Library {
    catalogue.inspect(path.to_str().unwrap()).unwrap()
}

pub(crate) fn facts(library: &Library) -> LibraryFacts {
    match &library.state {
        LibraryState::Found { facts } | LibraryState::Approved { facts, .. } => facts.clone(),
        LibraryState::Unusable { facts, .. } => facts.clone().unwrap(),
        LibraryState::Absent => panic!("{} is absent", library.path),
    }
}

pub(crate) fn approve(catalogue: &Catalogue, path: &Path) -> LibraryPath {
    let library = inspect(catalogue, path);
    catalogue.approve(&library.path, &facts(&library).sha256).unwrap();
    library.path
}

/// The one of the list that lies at `path`.
pub(crate) fn listed(catalogue: &Catalogue, path: &Path) -> Library {
    let mut list = catalogue.libraries();
    list.retain(|library| Path::new(library.path.as_str()) == path);
    assert_eq!(list.len(), 1, "{} is listed {} times", path.display(), list.len());
    list.remove(0)
}
