use std::sync::Arc;
use tongguan_core::api::App;

/// Goes on in the session that was kept, in the background: neither a keyring nor a portal that is slow holds up
/// the start.
pub fn resume_meanwhile(app: &Arc<App>) {
    let app = Arc::downgrade(app);
    let resume = move || {
        if let Some(Err(fault)) = app.upgrade().map(|app| app.resume()) {
            tracing::warn!(%fault, "the kept session was not gone on in");
        }
    };
    // Without it, the first command that needs the session does this.
    if let Err(reason) = std::thread::Builder::new().name("resume".into()).spawn(resume) {
        tracing::warn!(%reason, "no thread to look for the kept session");
    }
}
