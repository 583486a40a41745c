//! Vendors' libraries: files that speak PKCS#11 or GM/T 0016 and run in a process of their own.

use super::text::{line, text_value};
use crate::fault::{Fault, LibraryFlaw};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

text_value!(
    /// Where a library lies: an absolute path, of a POSIX system or of Windows (drive or UNC).
    LibraryPath,
    |value| {
        line("library", value, 1024)?;
        if is_absolute(value) {
            return Ok(());
        }
        Err(Fault::LibraryRefused { library: file_name(value).into(), reason: LibraryFlaw::NotAbsolute })
    }
);

impl LibraryPath {
    /// The last part of the path; the name by which faults call a library.
    pub fn file_name(&self) -> &str {
        file_name(self.as_str())
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// One name for one file: a path that climbs (`..`) is not absolute in this sense.
fn is_absolute(path: &str) -> bool {
    let drive = matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let rooted = path.starts_with('/') || path.starts_with("\\\\") || drive;
    rooted && path.split(['/', '\\']).all(|part| part != "..")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LibraryKind {
    /// OASIS PKCS#11, entry point `C_GetFunctionList`.
    Pkcs11,
    /// GM/T 0016, entry points `SKF_*`.
    Skf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    X86,
    X8664,
    Aarch64,
    Other,
}

/// What a file says of itself. Nothing of it was loaded to know this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LibraryFacts {
    /// Over the whole file, lower-case hex.
    pub sha256: String,
    /// In bytes.
    #[ts(type = "number")]
    pub size: u64,
    pub architecture: Architecture,
    pub version: Option<String>,
    /// Somebody else than its owner may change the file or a folder that it lies in.
    pub writable_by_others: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LibrarySource {
    Catalogue,
    /// Picked by the user.
    Own,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LibraryState {
    /// Known to the catalogue, not on this machine.
    Absent,
    Unusable {
        facts: Option<LibraryFacts>,
        fault: Fault,
    },
    /// Waits for the user's yes; not loaded before.
    Found {
        facts: LibraryFacts,
    },
    /// Loaded in a process of its own. `fault` says why that is not up.
    Approved {
        facts: LibraryFacts,
        fault: Option<Fault>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Library {
    pub path: LibraryPath,
    pub kind: LibraryKind,
    /// The maker's name, or the file's.
    pub name: String,
    pub source: LibrarySource,
    pub state: LibraryState,
}

/// How a library differs from its standard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryProfile {
    /// What `C_Initialize` gets as its reserved argument.
    pub init_string: Option<String>,
    pub sm2: Option<Sm2Map>,
}

/// SM2 is not in PKCS#11: each vendor has numbers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sm2Map {
    /// CK_MECHANISM_TYPE.
    pub mechanism: u64,
    pub input: Sm2Input,
    pub output: Sm2Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sm2Input {
    /// The module computes SM3(Z || M) itself.
    Message,
    /// It takes those 32 bytes.
    Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sm2Output {
    /// r||s, 64 bytes.
    Raw,
    /// SEQUENCE of two INTEGERs.
    Der,
}

/// What a worker is told to load: this file with this content, and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadOrder {
    pub path: LibraryPath,
    pub kind: LibraryKind,
    pub sha256: String,
    pub profile: LibraryProfile,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_absolute_path_names_a_library() {
        for bad in
            ["", "libx.so", "./libx.so", "../libx.so", "/opt/../libx.so", "C:libx.dll", "x\\y.dll", "/a\n"]
        {
            assert!(LibraryPath::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["/opt/x/libx.so", "C:\\Windows\\System32\\x.dll", "\\\\server\\share\\x.dll"] {
            let path = LibraryPath::parse(good).unwrap();
            assert!(path.file_name().contains('x') && !path.file_name().contains(['/', '\\']));
        }
    }
}
