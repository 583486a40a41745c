//! A picture on its way from a form to the platform.

use crate::portal::{Backend, Phone};
use crate::routes::{back, found, refused, stopped};
use crate::trouble::Trouble;
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::{Pictures as _, Stage};
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
    let Some(slot) = named(&slot) else {
        return stopped(&Trouble::Missing);
    };
    // What nobody asked for is not even read.
    if !asks_for(&procedure.stage, slot) {
        return back(&id);
    }
    match kept(&backend, &phone, slot, form).await {
        Ok(()) | Err(Trouble::Changed) => back(&id),
        Err(trouble) => refused(&procedure, &trouble),
    }
}

pub(crate) fn named(slot: &str) -> Option<Slot> {
    Slot::ALL.into_iter().find(|known| known.to_string() == slot)
}

/// Upright, without what is beside the picture, and at the platform.
async fn kept(backend: &Backend, phone: &Phone, slot: Slot, form: Multipart) -> Result<(), Trouble> {
    let file = file(form).await?;
    let file = in_turn(&backend.easel, move || Pictures.prepare(slot, &file)).await??;
    backend.upload(phone, slot, &file).await
}

fn asks_for(stage: &Stage, slot: Slot) -> bool {
    match stage {
        Stage::Pictures { slots } => slots.iter().any(|one| one.slot == slot),
        Stage::Face { .. } => slot == Slot::Face,
        _ => false,
    }
}

/// On a thread of its own, once there is room. A browser that goes away does not make room: the work goes on.
pub(crate) async fn in_turn<T: Send + 'static>(
    room: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    let taken = Arc::clone(room).acquire_owned().await.map_err(|_| Trouble::Portal)?;
    let work = move || {
        let _taken = taken;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Trouble::Portal)
}

pub(crate) async fn file(mut form: Multipart) -> Result<Vec<u8>, Trouble> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn a_picture_waits_until_there_is_room() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _inside = runtime.enter();
        let room = Arc::new(Semaphore::new(1));
        let taken = room.try_acquire().unwrap();
        let mut next = pin!(in_turn(&room, || 7));
        let look = &mut Context::from_waker(Waker::noop());
        assert!(matches!(next.as_mut().poll(look), Poll::Pending));
        drop(taken);
        assert_eq!(runtime.block_on(next), Ok(7));
        assert_eq!(room.available_permits(), 1);
    }

    #[test]
    fn who_goes_away_makes_no_room() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _inside = runtime.enter();
        let room = Arc::new(Semaphore::new(1));
        let (go, going) = std::sync::mpsc::channel::<()>();
        let (done, is_done) = std::sync::mpsc::channel();
        let mut work = Box::pin(in_turn(&room, move || done.send(going.recv().is_ok()).is_ok()));
        assert!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(work);
        assert_eq!(room.available_permits(), 0);
        go.send(()).unwrap();
        assert!(is_done.recv().unwrap());
        assert!(runtime.block_on(room.acquire()).is_ok());
    }
}
