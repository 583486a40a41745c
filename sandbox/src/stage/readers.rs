//! What PC/SC says of the readers, by its events.

use super::{SLOTS, StageError, service};
use pcsc::{Context, ReaderState, Scope, State};
use std::ffi::CString;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// Returns when every reader answers.
pub(crate) fn wait_for_all() -> Result<(), StageError> {
    (0..SLOTS).try_for_each(|slot| wait(slot, "at all", |state| !state.contains(State::UNKNOWN)))
}

/// Returns when the card in the slot has been powered and has given its answer to reset.
pub(crate) fn wait_until_in(slot: usize) -> Result<(), StageError> {
    wait(slot, "come", |state| state.contains(State::PRESENT))
}

pub(crate) fn wait_until_out(slot: usize) -> Result<(), StageError> {
    wait(slot, "go", |state| state.contains(State::EMPTY))
}

fn wait(slot: usize, what: &'static str, wanted: impl Fn(State) -> bool) -> Result<(), StageError> {
    let name = CString::new(service::reader(slot)).map_err(|_| StageError::NoSlot(slot))?;
    let context = Context::establish(Scope::User)?;
    let mut states = [ReaderState::new(name, State::UNAWARE)];
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match context.get_status_change(left, &mut states) {
            Ok(()) => {}
            Err(pcsc::Error::Timeout) => return Err(StageError::ReaderDeaf(what, PATIENCE.as_secs())),
            Err(error) => return Err(error.into()),
        }
        for state in &mut states {
            if wanted(state.event_state()) {
                return Ok(());
            }
            state.sync_current_state();
        }
    }
}
