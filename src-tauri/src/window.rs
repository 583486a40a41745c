//! The window. It shows the pages that are built into this program, and no other.

use std::path::Path;
use tauri::{App, Runtime, Url, WebviewWindowBuilder};

/// The label that `tauri.conf.json` and the capability name.
pub(crate) const LABEL: &str = "main";

/// Opens the window as `tauri.conf.json` describes it; what the web view stores lies under `state`.
pub(crate) fn open<R: Runtime>(app: &mut App<R>, state: &Path) -> tauri::Result<()> {
    let config = app.config().app.windows.iter().find(|window| window.label == LABEL);
    let config = config.ok_or(tauri::Error::WindowNotFound)?.clone();
    WebviewWindowBuilder::from_config(app, &config)?
        .data_directory(state.join("webview"))
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own_page)
        .build()?;
    Ok(())
}

/// Tauri serves the built-in pages as `tauri://localhost`, on Windows as `http://tauri.localhost`. A
/// build without them (`cargo build` alone) loads the development server of Vite instead.
fn is_own_page(url: &Url) -> bool {
    let origin = (url.scheme(), url.host_str(), url.port());
    let own = match origin {
        ("tauri", Some("localhost"), None) => true,
        ("http" | "https", Some("tauri.localhost"), None) => cfg!(windows),
        ("http", Some("127.0.0.1"), Some(5173)) => cfg!(dev),
        _ => false,
    };
    if !own {
        tracing::warn!(scheme = url.scheme(), "navigation refused");
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_foreign_page_is_loaded() {
        for foreign in [
            "https://portal.example.cn/",
            "http://127.0.0.1:8000/",
            "file:///etc/passwd",
            "about:blank",
            "tauri://evil/",
        ] {
            assert!(!is_own_page(&Url::parse(foreign).unwrap()), "{foreign}");
        }
        assert!(is_own_page(&Url::parse("tauri://localhost/index.html").unwrap()));
    }
}
