//! The hand at the desk, for tests in other languages: `POST /stage/...`, served by the browser host
//! behind its token.

use crate::stage::Through;
use crate::{Stage, StageError};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tongguan_core::domain::RequestId;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;
use tongguan_sandbox_ukey::Behaviour;

/// So many of the newest are answered.
const MESSAGES: u32 = 100;

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
struct Plug {
    ukey: String,
    through: Through,
}

/// A UKey as a card, for the library that reads cards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InsertUkey {
    slot: usize,
    ukey: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Behave {
    through: Through,
    behaviour: Behaviour,
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

/// A whole register if no record is named; lifted if no failure is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFailure {
    register: Register,
    record: Option<String>,
    failure: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadMessages {
    /// In the address or the text.
    #[serde(default)]
    find: String,
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

/// The same for all UKeys.
pub fn ukey_notes(stage: &Stage) -> BTreeMap<String, CardNote> {
    let note = |ukey: &tongguan_sandbox_world::UkeyBlueprint| CardNote {
        pin: ukey.pin.expose().to_owned(),
        label: ukey.label.clone(),
    };
    stage.world().ukeys.iter().map(|ukey| (ukey.name.clone(), note(ukey))).collect()
}

/// Where the libraries lie that are on this machine.
pub fn library_paths(stage: &Stage) -> BTreeMap<&'static str, PathBuf> {
    let all = [
        ("skf", Through::Skf),
        ("pkcs11", Through::Pkcs11),
        ("soft_hsm", Through::SoftHsm),
        ("open_sc", Through::OpenSc),
    ];
    all.into_iter().filter_map(|(name, through)| Some((name, stage.library(through).ok()?))).collect()
}

/// 204 when done and seen by `pcscd`, 409 with the reason when not.
///
/// `insert {slot, card}`, `insert_ukey {slot, ukey}`, `remove {slot}`, `plug {ukey, through}`,
/// `unplug {ukey, through}`, `behave {through, behaviour}`, `portal {state: up|down}`, `pcscd {state: up|down}`,
/// `clock {seconds}`, `failure {register, record, failure}`, `reset`; `GET cards` lists cards and PINs,
/// `GET messages?find=` the newest messages that the portal sent, `GET captcha/ID` the answer to a captcha.
pub fn routes(stage: Arc<Stage>) -> Router {
    Router::new()
        .route("/insert", post(insert))
        .route("/insert_ukey", post(insert_ukey))
        .route("/remove", post(remove))
        .route("/plug", post(plug))
        .route("/unplug", post(unplug))
        .route("/behave", post(behave))
        .route("/portal", post(portal))
        .route("/pcscd", post(pcscd))
        .route("/clock", post(clock))
        .route("/failure", post(failure))
        .route("/messages", get(messages))
        .route("/captcha/{id}", get(captcha))
        .route("/reset", post(reset))
        .route("/cards", get(|State(stage): State<Arc<Stage>>| async move { Json(card_notes(&stage)) }))
        .with_state(stage)
}

/// `{"answer": ...}`, or 404 for a captcha that would not sign in any more.
async fn captcha(State(stage): State<Arc<Stage>>, Path(id): Path<RequestId>) -> Response {
    match tokio::task::spawn_blocking(move || stage.captcha_answer(&id)).await {
        Ok(Some(answer)) => Json(serde_json::json!({ "answer": answer })).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn insert(State(stage): State<Arc<Stage>>, Json(wish): Json<Insert>) -> Response {
    on(stage, move |stage| stage.insert(wish.slot, &wish.card)).await
}

async fn insert_ukey(State(stage): State<Arc<Stage>>, Json(wish): Json<InsertUkey>) -> Response {
    on(stage, move |stage| stage.insert_ukey(wish.slot, &wish.ukey)).await
}

async fn plug(State(stage): State<Arc<Stage>>, Json(wish): Json<Plug>) -> Response {
    on(stage, move |stage| stage.plug(&wish.ukey, wish.through)).await
}

async fn unplug(State(stage): State<Arc<Stage>>, Json(wish): Json<Plug>) -> Response {
    on(stage, move |stage| stage.unplug(&wish.ukey, wish.through)).await
}

async fn behave(State(stage): State<Arc<Stage>>, Json(wish): Json<Behave>) -> Response {
    on(stage, move |stage| Ok(stage.soft(wish.through)?.behave(&wish.behaviour)?)).await
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

async fn failure(State(stage): State<Arc<Stage>>, Json(wish): Json<SetFailure>) -> Response {
    let act = move |stage: &Stage| {
        Ok(stage.outside().set_failure(wish.register, wish.record.as_deref(), wish.failure)?)
    };
    on(stage, act).await
}

async fn messages(State(stage): State<Arc<Stage>>, Query(wish): Query<ReadMessages>) -> Response {
    match tokio::task::spawn_blocking(move || stage.outside().find_messages(&wish.find, MESSAGES)).await {
        Ok(Ok(messages)) => Json(messages).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
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
