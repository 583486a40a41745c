//! The border to the page: one command in, one event out.

use crate::window;
use std::path::Path;
use std::sync::Arc;
use tauri::{AppHandle, Emitter, State};
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::Origin;
use tongguan_core::fault::Fault;

/// The event that carries every new view.
const VIEW: &str = "view";

/// Puts the drivers into the core. Every view goes to the window.
pub(crate) fn start(handle: &AppHandle, state: &Path) -> Result<Arc<App>, Fault> {
    let ports = tongguan_wiring::ports(state, &tongguan_program::proof_dir()?)?;
    let handle = handle.clone();
    let push = move |view: &_| {
        if let Err(reason) = handle.emit_to(window::LABEL, VIEW, view) {
            tracing::warn!(%reason, "a view did not reach the window");
        }
    };
    let app = App::start(ports, offered_portal(), Box::new(push))?;
    tongguan_wiring::resume_meanwhile(&app);
    Ok(app)
}

/// `TONGGUAN_PORTAL`, if it is an address. The user may type another one.
fn offered_portal() -> Option<Origin> {
    let named = std::env::var("TONGGUAN_PORTAL").ok().filter(|value| !value.is_empty())?;
    Origin::from_input(&named).inspect_err(|fault| tracing::warn!(%fault, "TONGGUAN_PORTAL")).ok()
}

/// Everything the page may ask. Cards and networks block, so it runs off the window's thread.
#[tauri::command]
pub(crate) async fn call(app: State<'_, Arc<App>>, command: Command) -> Result<Answer, Fault> {
    let app = Arc::clone(&app);
    tauri::async_runtime::spawn_blocking(move || app.call(command))
        .await
        .unwrap_or_else(|_| Err(Fault::Defect { place: "desktop::call".into() }))
}
