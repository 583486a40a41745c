//! The world on disk: `world.json`, readable for its owner alone, written whole or not at all.

use crate::{World, WorldError};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use tongguan_core::domain::Timestamp;

const NAME: &str = "world.json";

impl World {
    /// Reads `dir/world.json`, or makes the world as of now and writes it there.
    /// [`WorldError::OtherSeed`] if the file is of another seed: nothing is overwritten.
    pub fn open(dir: &Path, seed: u64) -> Result<Self, WorldError> {
        let path = dir.join(NAME);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let world: Self = serde_json::from_slice(&bytes)?;
                if world.seed == seed {
                    Ok(world)
                } else {
                    Err(WorldError::OtherSeed { found: world.seed, wanted: seed })
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let world = Self::generate(seed, Timestamp::now())?;
                world.write(dir)?;
                Ok(world)
            }
            Err(source) => Err(WorldError::File { path, source }),
        }
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
