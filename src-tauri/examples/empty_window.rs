//! A window with one empty page in it, for `./dev bench`: what the framework itself costs.

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>empty</title><p>empty";

fn main() {
    let run = tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| Response::new(PAGE.as_bytes().to_vec()))
        .setup(|app| {
            let page = "empty://localhost".parse().map(WebviewUrl::CustomProtocol)?;
            WebviewWindowBuilder::new(app, "empty", page).inner_size(1100.0, 760.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(reason) = run {
        tracing::error!(%reason, "no window");
    }
}
