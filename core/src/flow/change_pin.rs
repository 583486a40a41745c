//! Change a token's PIN, on the token itself.

use super::signing;
use crate::domain::{KeyRef, Pin, PinState, TokenId};
use crate::fault::Fault;
use crate::ports::Ports;

/// At most one try is spent; none if the PIN is locked, or it is the last try and the user did not say yes to
/// that.
pub fn change_pin(
    ports: &Ports,
    token: &TokenId,
    key: &KeyRef,
    old: &Pin,
    new: &Pin,
    last_try: bool,
) -> Result<(), Fault> {
    let mut opened = signing::open(ports, token, key, |_, _| Ok(()))?;
    if opened.pin == PinState::LastTry && !last_try {
        return Err(Fault::PinLastTry);
    }
    opened.token.change_pin(key, old, new).map_err(signing::locked_by)
}

/// How the PIN stands; no try is spent.
pub fn pin_state(ports: &Ports, token: &TokenId, key: &KeyRef) -> Result<PinState, Fault> {
    ports.tokens.open(token)?.pin_state(key)
}
