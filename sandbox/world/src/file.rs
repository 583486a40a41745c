//! The world on disk: `world.json`, readable for its owner alone, written whole or not at all.

use crate::{VERSION, World, WorldError};
use serde::Deserialize;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use tongguan_core::domain::Timestamp;

const NAME: &str = "world.json";

/// What a world file of any version says of itself.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    version: u32,
    seed: u64,
}

impl World {
    /// Reads `dir/world.json`, or makes the world as of now and writes it there. A file of an earlier
    /// version is made anew from its seed: people, codes, passwords and card keys stay, certificates do not.
    /// [`WorldError::OtherSeed`] or [`WorldError::OtherVersion`] if the file is of another seed or of a newer
    /// program: nothing is overwritten.
    pub fn open(dir: &Path, seed: u64) -> Result<Self, WorldError> {
        let path = dir.join(NAME);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let head: Head = serde_json::from_slice(&bytes)?;
                match head {
                    Head { seed: found, .. } if found != seed => {
                        Err(WorldError::OtherSeed { found, wanted: seed })
                    }
                    Head { version, .. } if version < VERSION => Self::make(dir, seed),
                    Head { version: found, .. } if found > VERSION => {
                        Err(WorldError::OtherVersion { found, known: VERSION })
                    }
                    _ => Ok(serde_json::from_slice(&bytes)?),
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(dir, seed),
            Err(source) => Err(WorldError::File { path, source }),
        }
    }

    fn make(dir: &Path, seed: u64) -> Result<Self, WorldError> {
        let world = Self::generate(seed, Timestamp::now())?;
        world.write(dir)?;
        Ok(world)
    }

    /// Writes `dir/world.json` through a file beside it, so that no reader sees half of it.
    pub fn write(&self, dir: &Path) -> Result<(), WorldError> {
        let path = dir.join(NAME);
        let bytes = serde_json::to_vec_pretty(self)?;
        store(dir, &path, &bytes).map_err(|source| WorldError::File { path, source })
    }
}

fn store(dir: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let beside = dir.join(format!("{NAME}.{}", std::process::id()));
    // A leftover of a process that died; its number came round again.
    let _ = std::fs::remove_file(&beside);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    File::open(dir)?.sync_all()
}
