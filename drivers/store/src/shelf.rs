use crate::private;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tongguan_core::fault::Fault;
use tongguan_core::ports::ProofShelf;

/// The most bytes of a name that are kept; file systems end at 255, and a number may follow.
const NAME_MAX: usize = 120;
/// How many files of one name there may be before something is wrong.
const COPIES: u32 = 1000;
const STATEMENT: &str = ".p7s";
const LETTER: &str = ".pdf";

/// Keeps files of few kinds in one folder: 0600, whole or not at all, never over another file.
#[derive(Debug, Clone)]
pub struct FileShelf {
    dir: PathBuf,
    /// A name that has none of them gets the first.
    suffixes: [&'static str; 2],
}

impl FileShelf {
    /// For signed statements, and letters to be stamped. `dir` is made (0700) with the first file.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), suffixes: [STATEMENT, LETTER] }
    }

    /// The same for files that end in `suffix`.
    pub fn of_kind(dir: &Path, suffix: &'static str) -> Self {
        Self { dir: dir.to_owned(), suffixes: [suffix, suffix] }
    }

    fn suffix_of(&self, name: &str) -> &'static str {
        let [usual, other] = self.suffixes;
        if name.ends_with(other) { other } else { usual }
    }

    fn write(&self, stem: &str, suffix: &str, cms: &[u8]) -> io::Result<PathBuf> {
        // The user's own folder keeps the rights it has; one that is made here is private.
        if !self.dir.is_dir() {
            private::directory(&self.dir)?;
        }
        let mut file = tempfile::Builder::new().prefix(".tongguan-").tempfile_in(&self.dir)?;
        file.write_all(cms)?;
        file.as_file().sync_all()?;
        for copy in 1..=COPIES {
            let path = self.dir.join(numbered(stem, copy, suffix));
            match file.persist_noclobber(&path) {
                Ok(_) => return private::sync_directory(&self.dir).map(|()| path),
                Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => file = refused.file,
                Err(refused) => return Err(refused.error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl ProofShelf for FileShelf {
    fn save(&self, name: &str, cms: &[u8]) -> Result<String, Fault> {
        let unwritable = |error: io::Error| Fault::FileUnwritable { reason: error.to_string() };
        let suffix = self.suffix_of(name);
        let path = self.write(&stem(name, suffix), suffix, cms).map_err(unwritable)?;
        Ok(path.to_string_lossy().into_owned())
    }
}

fn numbered(stem: &str, copy: u32, suffix: &str) -> String {
    if copy == 1 { format!("{stem}{suffix}") } else { format!("{stem}-{copy}{suffix}") }
}

/// A file name without its suffix out of any text: letters and digits of all scripts, `-`, `_` and inner
/// dots stay, everything else becomes `_`. No separator, no hidden file, no device name of Windows.
fn stem(name: &str, suffix: &str) -> String {
    let name = name.strip_suffix(suffix).unwrap_or(name);
    let keep = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut stem = String::new();
    for c in name.chars().map(|c| if keep(c) { c } else { '_' }) {
        if stem.len() + c.len_utf8() > NAME_MAX {
            break;
        }
        stem.push(c);
    }
    let stem = stem.trim_matches('.');
    if stem.is_empty() {
        return "statement".to_owned();
    }
    if is_device(stem) { format!("_{stem}") } else { stem.to_owned() }
}

fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |prefix| base.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n != "0");
    matches!(base.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_stays_inside_its_folder() {
        assert_eq!(stem("../../etc/passwd", STATEMENT), "_.._etc_passwd");
        assert_eq!(stem(".hidden", STATEMENT), "hidden");
        assert_eq!(stem("SW-2026-000017.p7s", STATEMENT), "SW-2026-000017");
        assert_eq!(stem("com1.p7s", STATEMENT), "_com1");
        assert_eq!(stem("...", STATEMENT), "statement");
    }

    proptest! {
        #[test]
        fn any_text_is_one_plain_file_name(name in any::<String>()) {
            let name = numbered(&stem(&name, STATEMENT), COPIES, STATEMENT);
            prop_assert!(name.len() < 255 && !name.starts_with('.'));
            prop_assert_eq!(Path::new(&name).components().count(), 1);
            prop_assert!(!name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | ':')));
        }
    }
}
