//! UKeys, and behind which library each is plugged in.

use super::softhsm::SoftHsm;
use super::{StageError, lock};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tongguan_sandbox_ukey::SoftLibrary;
use tongguan_sandbox_world::UkeyBlueprint;

/// The libraries on the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    /// The sandbox's own GM/T 0016 library: SM2 and RSA.
    Skf,
    /// The sandbox's own PKCS#11 module: SM2 by vendor mechanisms, and every bad manner on request.
    Pkcs11,
    /// SoftHSM2: RSA and P-256. Reads its tokens when it is loaded, so plug before.
    SoftHsm,
    /// OpenSC's module; its tokens are cards in the readers.
    OpenSc,
}

/// The state of all of them lies in one folder; the copies of the sandbox's own objects lie there too, for
/// nothing is loaded from a program's folder.
#[derive(Debug)]
pub(crate) struct Ukeys {
    dir: PathBuf,
    softhsm: Mutex<SoftHsm>,
}

impl Ukeys {
    pub(crate) fn new(dir: &Path) -> Result<Self, StageError> {
        std::fs::create_dir_all(dir)?;
        let ukeys =
            Self { dir: dir.canonicalize()?, softhsm: Mutex::new(SoftHsm::new(&dir.join("softhsm"))?) };
        for (name, built) in
            [("skf", "libtongguan_sandbox_skf.so"), ("pkcs11", "libtongguan_sandbox_pkcs11.so")]
        {
            let copy = ukeys.dir.join(format!("libtongguan-{name}.so"));
            // Beside and renamed: a process may have the earlier one mapped.
            let fresh = copy.with_extension("new");
            std::fs::copy(built_object(built)?, &fresh)?;
            std::fs::rename(fresh, copy)?;
        }
        Ok(ukeys)
    }

    pub(crate) fn library(&self, through: Through) -> Result<PathBuf, StageError> {
        let found = match through {
            Through::Skf => Some(self.dir.join("libtongguan-skf.so")),
            Through::Pkcs11 => Some(self.dir.join("libtongguan-pkcs11.so")),
            Through::SoftHsm => installed("softhsm/libsofthsm2.so"),
            Through::OpenSc => installed("opensc-pkcs11.so"),
        };
        found.ok_or(StageError::World("library"))
    }

    pub(crate) fn soft(&self, through: Through) -> Result<SoftLibrary, StageError> {
        Ok(SoftLibrary::at(&self.library(through)?))
    }

    pub(crate) fn plug(&self, ukey: &UkeyBlueprint, through: Through) -> Result<(), StageError> {
        match through {
            Through::Skf | Through::Pkcs11 => Ok(self.soft(through)?.plug_blueprint(ukey)?),
            Through::SoftHsm => lock(&self.softhsm).add(ukey, &self.library(through)?),
            Through::OpenSc => Err(StageError::World("UKey for a card reader")),
        }
    }

    pub(crate) fn unplug(&self, name: &str, through: Through) -> Result<(), StageError> {
        Ok(self.soft(through)?.unplug(name)?)
    }

    /// As on the first day.
    pub(crate) fn reset(&self) -> Result<(), StageError> {
        for through in [Through::Skf, Through::Pkcs11] {
            let soft = self.soft(through)?;
            soft.behave_normally()?;
            for name in soft.names()?.into_iter().chain(soft.names_in_drawer()?) {
                soft.forget(&name)?;
            }
        }
        Ok(())
    }

    /// What a process needs in its environment to find these tokens.
    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        vec![("SOFTHSM2_CONF".into(), lock(&self.softhsm).configuration().into_os_string())]
    }
}

/// Debian puts libraries below the triplet of the machine, or beside it.
fn installed(name: &str) -> Option<PathBuf> {
    let triplet = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    [triplet.as_str(), "/usr/lib"].iter().map(|dir| Path::new(dir).join(name)).find(|path| path.is_file())
}

/// A shared object of this workspace: beside this program, or beside the folder of its tests.
fn built_object(name: &str) -> Result<PathBuf, StageError> {
    let program = std::env::current_exe()?;
    let found = program.ancestors().skip(1).take(2).map(|dir| dir.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| StageError::NotBuilt(name.to_owned()))
}
