//! `GET /`: what can be opened on a phone that has no QR code before it.

use crate::look::{Look, doors};
use crate::page::{Page, both};
use crate::words::said;
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_sandbox_pages::{Markup, fill};

const START: &str = include_str!("../pages/start.html");
const DOOR: &str = include_str!("../pages/door.html");

/// Short addresses, and the key of what each looks like.
fn all() -> impl Iterator<Item = (&'static str, String)> {
    let walks = doors().filter_map(|(name, to)| Some((name, to.strip_prefix("/w/")?.to_owned())));
    ["ctid", "wallet"].map(|name| (name, name.to_owned())).into_iter().chain(walks)
}

pub(crate) async fn show() -> Response {
    let door = |(name, key): (&'static str, String)| {
        let Look { app: [app, app_english], title, .. } = Look::named(&key);
        let parts = [("name", Markup::own(name)), ("app", app), ("app_english", app_english)];
        both(DOOR, title, &parts)
    };
    let [how, how_english] = said("start.how");
    let parts = [("how", how), ("how_english", how_english), ("doors", all().map(door).collect())];
    let body = fill(START, &parts);
    Page { body, ..Page::default() }.show(&Look::named("start"), StatusCode::OK)
}
