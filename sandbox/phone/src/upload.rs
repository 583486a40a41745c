//! A picture on its way from a form to the platform.

use crate::portal::{Backend, Phone};
use crate::routes::{back, found, refused, stopped};
use crate::trouble::Trouble;
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::Pictures as _;
use tongguan_picture::Pictures;

/// More is read to its end and refused with words, and not kept.
const LARGEST: usize = (20 << 20) + 1;

pub(crate) async fn picture(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Path((id, slot)): Path<(String, String)>,
    form: Multipart,
) -> Response {
    let (phone, procedure) = match found(&backend, &headers, &id).await {
        Ok(found) => found,
        Err(trouble) => return stopped(&trouble),
    };
    let Some(slot) = Slot::ALL.into_iter().find(|known| known.to_string() == slot) else {
        return stopped(&Trouble::Missing);
    };
    match kept(&backend, &phone, slot, form).await {
        Ok(()) | Err(Trouble::Changed) => back(&id),
        Err(trouble) => refused(&procedure, &trouble),
    }
}

/// Upright, without what is beside the picture, and at the platform.
async fn kept(backend: &Backend, phone: &Phone, slot: Slot, form: Multipart) -> Result<(), Trouble> {
    let file = file(form).await?;
    let prepared = tokio::task::spawn_blocking(move || Pictures.prepare(slot, &file)).await;
    let file = prepared.map_err(|_| Trouble::Portal)??;
    backend.upload(phone, slot, &file).await
}

async fn file(mut form: Multipart) -> Result<Vec<u8>, Trouble> {
    let damaged = |_| Trouble::File(FileFlaw::TooLarge);
    while let Some(mut field) = form.next_field().await.map_err(damaged)? {
        if field.name() != Some("file") {
            continue;
        }
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(damaged)? {
            if file.len() < LARGEST {
                file.extend_from_slice(&chunk);
            }
        }
        return Ok(file);
    }
    Err(Trouble::File(FileFlaw::Empty))
}
