//! Generates the permission of the one command and embeds the window's configuration.

use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = AppManifest::new().commands(&["call"]);
    tauri_build::try_build(Attributes::new().app_manifest(manifest))?;
    Ok(())
}
