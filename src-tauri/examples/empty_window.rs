//! A window with nothing in it, for `./dev bench`: what the framework itself costs.

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    let run = tauri::Builder::default()
        .setup(|app| {
            let nothing = "about:blank".parse().map(WebviewUrl::External)?;
            WebviewWindowBuilder::new(app, "empty", nothing).inner_size(1100.0, 760.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(reason) = run {
        tracing::error!(%reason, "no window");
    }
}
