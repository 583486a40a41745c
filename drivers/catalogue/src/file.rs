//! A library's file as it lies on this machine: read, hashed and parsed, never loaded.

use crate::examine::{Examined, Machine, examine};
use crate::private;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;
use tongguan_core::domain::{LibraryFacts, LibraryKind, LibraryPath};
use tongguan_core::fault::{Fault, LibraryFlaw};

/// No vendor's library comes near this.
const SIZE_MAX: u64 = 256 * 1024 * 1024;

/// A shared library with the entry points of at least one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LibraryFile {
    /// With every link followed.
    pub(crate) path: LibraryPath,
    pub(crate) facts: LibraryFacts,
    /// Not empty.
    pub(crate) kinds: Vec<LibraryKind>,
    /// Why this program cannot load it.
    pub(crate) flaw: Option<LibraryFlaw>,
}

#[derive(Debug)]
pub(crate) struct Files {
    /// The folder that this program lies in.
    program: Option<PathBuf>,
    /// What was read once is read again when the file is another one.
    read: Mutex<HashMap<PathBuf, (Stamp, Content)>>,
}

/// Tells a file from what was there before without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Device, file number and the time of the last change of any kind, which nobody can set.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
}

#[derive(Debug, Clone)]
struct Content {
    sha256: String,
    size: u64,
    examined: Option<Examined>,
}

impl Files {
    pub(crate) fn new() -> Self {
        let program = std::env::current_exe().and_then(|exe| exe.canonicalize()).ok();
        Self { program: program.and_then(|exe| exe.parent().map(Path::to_owned)), read: Mutex::default() }
    }

    /// # Errors
    /// [`Fault::LibraryMissing`], or [`Fault::LibraryRefused`] for what cannot be a library of any kind.
    pub(crate) fn look(&self, path: &str) -> Result<LibraryFile, Fault> {
        let path = LibraryPath::parse(path)?;
        let refused = |reason| Fault::LibraryRefused { library: path.file_name().to_owned(), reason };
        if !Path::new(path.as_str()).is_absolute() {
            return Err(refused(LibraryFlaw::NotAbsolute));
        }
        let real = Path::new(path.as_str()).canonicalize().map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                Fault::LibraryMissing { library: path.file_name().to_owned() }
            }
            _ => refused(LibraryFlaw::NotAFile),
        })?;
        if self.program.as_deref().is_some_and(|program| real.parent() == Some(program)) {
            return Err(refused(LibraryFlaw::BesideProgram));
        }
        let content = self.content(&real).map_err(refused)?;
        let real_path = named(&real)?;
        let examined = content.examined.ok_or_else(|| refused(LibraryFlaw::NotALibrary))?;
        let flaw = examined.flaw(Machine::THIS);
        if examined.kinds.is_empty() {
            return Err(refused(flaw.unwrap_or(LibraryFlaw::NoEntryPoints)));
        }
        let facts = LibraryFacts {
            sha256: content.sha256,
            size: content.size,
            architecture: examined.architecture,
            version: examined.version,
            writable_by_others: writable_by_others(&real),
        };
        Ok(LibraryFile { path: real_path, facts, kinds: examined.kinds, flaw })
    }

    fn content(&self, path: &Path) -> Result<Content, LibraryFlaw> {
        let metadata = path.metadata().map_err(|_| LibraryFlaw::NotAFile)?;
        if !metadata.is_file() {
            return Err(LibraryFlaw::NotAFile);
        }
        let stamp = Stamp::of(&metadata);
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some((_, content)) = known.filter(|(seen, _)| *seen == stamp) {
            return Ok(content);
        }
        let content = read(path)?;
        // Changed while it was read: what was read is the truth of this moment, and is not kept.
        if path.metadata().is_ok_and(|now| Stamp::of(&now) == stamp) {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            read.insert(path.to_owned(), (stamp, content.clone()));
        }
        Ok(content)
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// In one piece: hash and facts are of the same bytes, and nobody can cut them short under the parser.
fn read(path: &Path) -> Result<Content, LibraryFlaw> {
    let bytes = match private::read(path, SIZE_MAX) {
        Ok(Some(bytes)) => bytes,
        Err(error) if error.kind() == ErrorKind::FileTooLarge => return Err(LibraryFlaw::NotALibrary),
        Ok(None) | Err(_) => return Err(LibraryFlaw::NotAFile),
    };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    Ok(Content {
        sha256: hex::encode(Sha256::digest(&bytes)),
        size: bytes.len() as u64,
        examined: examine(name, &bytes, Machine::THIS),
    })
}

/// The path as people write it: Windows puts `\\?\` before a canonical one.
fn named(path: &Path) -> Result<LibraryPath, Fault> {
    let encoding = || Fault::InputInvalid { field: "library".into(), reason: "encoding".into() };
    let text = path.to_str().ok_or_else(encoding)?;
    match text.strip_prefix(r"\\?\UNC\") {
        Some(share) if cfg!(windows) => LibraryPath::parse(&format!(r"\\{share}")),
        None if cfg!(windows) => LibraryPath::parse(text.strip_prefix(r"\\?\").unwrap_or(text)),
        _ => LibraryPath::parse(text),
    }
}

/// By the modes of the file and of every folder above it. The superuser's group is not others, and in a
/// sticky folder nobody replaces what is not his.
#[cfg(unix)]
fn writable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    const STICKY: u32 = 0o1000;
    path.ancestors().any(|part| {
        part.metadata().is_ok_and(|metadata| {
            let group = metadata.mode() & 0o020 != 0 && metadata.gid() != 0;
            let sticky = metadata.is_dir() && metadata.mode() & STICKY != 0;
            (group || metadata.mode() & 0o002 != 0) && !sticky
        })
    })
}

/// Access lists are not read here; folders of the system and of installed programs have sound ones.
#[cfg(not(unix))]
fn writable_by_others(_path: &Path) -> bool {
    false
}
