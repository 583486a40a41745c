//! One world for all tests of a program: its keys cost seconds, and a test runner may start a process for
//! each test.

use crate::{World, WorldError};
use std::fs::File;
use std::path::Path;
use std::time::SystemTime;
use tongguan_core::domain::Timestamp;

impl World {
    /// The world of `seed` as of `made_at`, kept beside the running program. Another build of it makes its
    /// own, and so does another day. Whoever comes first makes it, the others wait.
    pub fn for_tests(seed: u64, made_at: Timestamp) -> Result<Self, WorldError> {
        let program = std::env::current_exe().map_err(|source| file(Path::new("program"), source))?;
        let built = program.metadata().and_then(|data| data.modified());
        let built = built.map_err(|source| file(&program, source))?;
        let built = built.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let dir = program.with_file_name(format!("world-{seed}-{}-{built}", made_at.date()));
        std::fs::create_dir_all(&dir).map_err(|source| file(&dir, source))?;
        let lock = dir.join("lock");
        let lock = File::create(&lock).and_then(|lock| lock.lock().map(|()| lock));
        let _lock = lock.map_err(|source| file(&dir, source))?;
        if !dir.join("world.json").exists() {
            Self::generate(seed, made_at)?.write(&dir)?;
        }
        Self::open(&dir, seed)
    }
}

fn file(path: &Path, source: std::io::Error) -> WorldError {
    WorldError::File { path: path.to_owned(), source }
}
