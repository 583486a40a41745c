//! What is asked of a file just before it is loaded.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use tongguan_core::domain::LoadOrder;
use tongguan_core::fault::{Fault, LibraryFlaw};

/// An absolute path to a file with the content that was approved, not in the program's own folder: what
/// lies there came with the program or was planted.
///
/// Whoever may write to the file can still change it between this look and the load; that is why the user
/// is told when others may.
pub(crate) fn check(order: &LoadOrder) -> Result<(), Fault> {
    let library = order.path.file_name().to_owned();
    let path = Path::new(order.path.as_str());
    let refuse = |reason| Err(Fault::LibraryRefused { library: library.clone(), reason });
    if !path.is_absolute() {
        return refuse(LibraryFlaw::NotAbsolute);
    }
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Fault::LibraryMissing { library });
        }
        Ok(metadata) if metadata.is_file() => {}
        _ => return refuse(LibraryFlaw::NotAFile),
    }
    if lies_beside_program(path) {
        return refuse(LibraryFlaw::BesideProgram);
    }
    match sha256(path) {
        Ok(found) if found == order.sha256 => Ok(()),
        Ok(_) => refuse(LibraryFlaw::Changed),
        Err(_) => refuse(LibraryFlaw::NotAFile),
    }
}

/// The link or what it leads to. Unknown folders count as the program's.
fn lies_beside_program(library: &Path) -> bool {
    let folder = |path: &Path| path.parent().and_then(|folder| folder.canonicalize().ok());
    let Some(own) = std::env::current_exe().ok().and_then(|program| folder(&program)) else { return true };
    let real = library.canonicalize().ok();
    [Some(library), real.as_deref()].into_iter().any(|path| path.and_then(folder).is_none_or(|f| f == own))
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = file.read(&mut buffer)?;
        match buffer.get(..length) {
            None | Some([]) => return Ok(hex::encode(hash.finalize())),
            Some(bytes) => hash.update(bytes),
        }
    }
}
