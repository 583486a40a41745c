//! Lists the descriptions of platforms for `src/platforms.rs`: a platform more is a file more.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let folder = variable("CARGO_MANIFEST_DIR")?.join("../../assets/platforms").canonicalize()?;
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let rows: String = files.iter().map(|file| row(file)).collect();
    fs::write(variable("OUT_DIR")?.join("platforms.in"), format!("&[{rows}]"))
}

fn row(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!("({name:?}, include_str!({:?})),", file.to_string_lossy())
}
