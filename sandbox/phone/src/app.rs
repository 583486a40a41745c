//! `GET /app/PLATFORM/SYSTEM`: where a platform's own app is had. Here the app is these pages: nothing is installed.

use crate::look::Look;
use crate::page::{Page, both};
use crate::routes::stopped;
use crate::trouble::Trouble;
use crate::words::said;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_core::domain::platform::{PathId, PlatformId};

/// `PLATFORM TAB SYSTEM TAB PATH`: which path the app walks.
pub(crate) const APPS: &str = include_str!("../pages/apps.txt");
const APP: &str = include_str!("../pages/app.html");

fn look(platform: &str, system: &str) -> Option<Look> {
    let path = APPS.lines().find_map(|line| line.strip_prefix(&format!("{platform}\t{system}\t")))?;
    Some(Look::of(&PlatformId::parse(platform).ok()?, &PathId::parse(path).ok()?))
}

pub(crate) async fn show(Path((platform, system)): Path<(String, String)>) -> Response {
    let Some(look) = look(&platform, &system) else { return stopped(&Trouble::Missing) };
    let [system, system_english] = said(&format!("system.{system}"));
    let [title, title_english] = look.title.clone();
    let parts = [
        ("system", system),
        ("system_english", system_english),
        ("title", title),
        ("title_english", title_english),
    ];
    let body = both(APP, said("app.here"), &parts);
    Page { body, ..Page::default() }.show(&Look { title: said("app"), ..look }, StatusCode::OK)
}
