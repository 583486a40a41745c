//! `GET /population/NUMBER/face.jpg`, `front.jpg`, `back.jpg`: what this person holds into a camera.

use crate::page::Trouble;
use crate::routes::{Desk, blocking};
use crate::{Citizen, Outside, OutsideError};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tongguan_core::domain::DocumentKind;
use tongguan_core::fault::Register;
use tongguan_sandbox_world::picture::Content;

pub(crate) async fn show(State(desk): State<Desk>, Path((number, side)): Path<(String, String)>) -> Response {
    blocking(Register::Population, move || {
        let citizen = desk.outside.citizen(&number)?.ok_or(Trouble::Record)?;
        let content = content(&desk.outside, &citizen, &side)?.ok_or(Trouble::Missing)?;
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
fn content(outside: &Outside, citizen: &Citizen, side: &str) -> Result<Option<Content>, OutsideError> {
    let number = citizen.document.number.clone();
    let card = citizen.document.kind == DocumentKind::IdCard;
    Ok(match side {
        "face.jpg" => Some(Content::Face { number }),
        "front.jpg" if card => Some(Content::Front { number, name: citizen.name.clone() }),
        "back.jpg" if card => {
            let found = outside.identities(number.as_str(), 1)?.pop();
            found.map(|entry| Content::Back(entry.record.validity))
        }
        _ => None,
    })
}
