//! What the user said yes to: `approved.toml`, written by the program.

use crate::private;
use crate::sheet::Sheet;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tongguan_core::domain::{LibraryKind, LibraryPath, Timestamp};
use tongguan_core::fault::Fault;

const HEAD: &str =
    "# Libraries that the user agreed to load, each for one content. Written by the program.\n\n";

/// The user's yes to one file with one content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approval {
    pub(crate) path: LibraryPath,
    pub(crate) kind: LibraryKind,
    /// Lower-case hex.
    pub(crate) sha256: String,
    pub(crate) approved_at: Timestamp,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    approved: Vec<Approval>,
}

#[derive(Debug)]
pub(crate) struct Approvals {
    dir: PathBuf,
}

impl Approvals {
    /// `dir` is made (0700) with the first yes.
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    fn path(&self) -> PathBuf {
        self.dir.join("approved.toml")
    }

    pub(crate) fn read(&self) -> Result<Vec<Approval>, Fault> {
        match Sheet::own(&self.path())? {
            Some(sheet) => Ok(sheet.parse::<Document>()?.approved),
            None => Ok(Vec::new()),
        }
    }

    /// A file that cannot be read approves nothing.
    pub(crate) fn read_or_none(&self) -> Vec<Approval> {
        self.read().unwrap_or_else(|fault| {
            tracing::debug!(%fault, "no library counts as approved");
            Vec::new()
        })
    }

    /// Reads, changes and writes while no other program does.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<Approval>)) -> Result<(), Fault> {
        let unwritable = |error: std::io::Error| Fault::FileUnwritable { reason: error.to_string() };
        private::directory(&self.dir).map_err(unwritable)?;
        let _held = private::lock(&self.dir.join("approved.lock")).map_err(unwritable)?;
        let before = self.read_or_none();
        let mut approved = before.clone();
        change(&mut approved);
        if approved == before {
            return Ok(());
        }
        let text = toml::to_string(&Document { approved })
            .map_err(|error| Fault::FileUnwritable { reason: error.to_string() })?;
        private::replace(&self.path(), &format!("{HEAD}{text}")).map_err(unwritable)
    }
}
