//! The hand at the desk, for tests in other languages: `POST /stage/...`, served by the browser host
//! behind its token.

use crate::{Stage, StageError};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Insert {
    slot: usize,
    card: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remove {
    slot: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    state: Run,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Run {
    Up,
    Down,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ahead {
    seconds: i64,
}

/// What a test needs to know of a card.
#[derive(Debug, Clone, Serialize)]
pub struct CardNote {
    pub pin: String,
    pub label: String,
}

/// All cards of the stage's world by name. Sandbox data: the PINs open nothing else.
pub fn card_notes(stage: &Stage) -> BTreeMap<String, CardNote> {
    let note = |card: &tongguan_sandbox_world::CardBlueprint| CardNote {
        pin: card.pin.expose().to_owned(),
        label: card.label.clone(),
    };
    stage.world().cards.iter().map(|card| (card.name.clone(), note(card))).collect()
}

/// 204 when done and seen by `pcscd`, 409 with the reason when not.
///
/// `insert {slot, card}`, `remove {slot}`, `portal {state: up|down}`, `pcscd {state: up|down}`,
/// `clock {seconds}`, `reset`; `GET cards` lists cards and PINs.
pub fn routes(stage: Arc<Stage>) -> Router {
    Router::new()
        .route("/insert", post(insert))
        .route("/remove", post(remove))
        .route("/portal", post(portal))
        .route("/pcscd", post(pcscd))
        .route("/clock", post(clock))
        .route("/reset", post(reset))
        .route("/cards", get(|State(stage): State<Arc<Stage>>| async move { Json(card_notes(&stage)) }))
        .with_state(stage)
}

async fn insert(State(stage): State<Arc<Stage>>, Json(wish): Json<Insert>) -> Response {
    on(stage, move |stage| stage.insert(wish.slot, &wish.card)).await
}

async fn remove(State(stage): State<Arc<Stage>>, Json(wish): Json<Remove>) -> Response {
    on(stage, move |stage| stage.remove(wish.slot)).await
}

async fn portal(State(stage): State<Arc<Stage>>, Json(wish): Json<Wanted>) -> Response {
    on(stage, move |stage| match wish.state {
        Run::Up => stage.portal_up(),
        Run::Down => {
            stage.portal_down();
            Ok(())
        }
    })
    .await
}

async fn pcscd(State(stage): State<Arc<Stage>>, Json(wish): Json<Wanted>) -> Response {
    on(stage, move |stage| match wish.state {
        Run::Up => stage.start_pcscd(),
        Run::Down => stage.stop_pcscd(),
    })
    .await
}

async fn clock(State(stage): State<Arc<Stage>>, Json(wish): Json<Ahead>) -> Response {
    on(stage, move |stage| {
        stage.advance_clock(wish.seconds);
        Ok(())
    })
    .await
}

async fn reset(State(stage): State<Arc<Stage>>) -> Response {
    on(stage, |stage| stage.reset()).await
}

/// The stage blocks until it is so.
async fn on(
    stage: Arc<Stage>,
    act: impl FnOnce(&Stage) -> Result<(), StageError> + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(move || act(&stage)).await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => (StatusCode::CONFLICT, error.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
