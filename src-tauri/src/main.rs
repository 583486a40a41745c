//! The desktop host: puts the drivers into the core and opens the one window. It decides nothing.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
mod window;

use std::alloc::System;
use std::process::ExitCode;
use tauri::Manager;
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of the heap as it is freed: what a copy of a secret leaves behind in a library
/// that knows nothing of secrets (serde, the IPC) is gone too.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    // Started by itself to hold a vendor's library: then it is that and nothing else.
    if let Some(end) = tongguan_wiring::serve_worker() {
        return end;
    }
    tongguan_program::start_log();
    tongguan_program::forbid_core_dumps();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            tracing::error!(%reason, "the window did not open");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let state = tongguan_program::state_dir()?;
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![bridge::call])
        .setup(move |app| {
            app.manage(bridge::start(app.handle(), &state)?);
            window::open(app, &state)?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
