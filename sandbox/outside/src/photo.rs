//! `GET /population/NUMBER/face.jpg`, `front.jpg`, `back.jpg`: what this person holds into a camera.

use crate::Citizen;
use crate::page::Trouble;
use crate::routes::{Desk, blocking};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tongguan_core::domain::DocumentKind;
use tongguan_core::fault::Register;
use tongguan_sandbox_world::picture::Content;

pub(crate) async fn show(State(desk): State<Desk>, Path((number, side)): Path<(String, String)>) -> Response {
    blocking(Register::Population, move || {
        let citizen = desk.outside.citizen(&number)?.ok_or(Trouble::Record)?;
        let content = content(&citizen, &side).ok_or(Trouble::Missing)?;
        let file = content.draw().map_err(|_| Trouble::Broken)?;
        let headers = [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        ];
        Ok((headers, file).into_response())
    })
    .await
}

/// Only identity cards have sides.
fn content(citizen: &Citizen, side: &str) -> Option<Content> {
    let number = citizen.document.number.clone();
    let card = citizen.document.kind == DocumentKind::IdCard;
    match side {
        "face.jpg" => Some(Content::Face { number }),
        "front.jpg" if card => Some(Content::Front { number, name: citizen.name.clone() }),
        "back.jpg" => citizen.validity.map(Content::Back),
        _ => None,
    }
}
