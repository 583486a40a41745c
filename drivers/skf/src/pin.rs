//! The user's PIN: what is known of it, and the one call that presents it.

use crate::binding::{Application, PinAnswer};
use crate::sar;
use tongguan_core::domain::{Pin, PinState};
use tongguan_core::fault::Fault;

/// Refuses a PIN that no token of the standard takes, before it costs a try. None is no PIN: no token of
/// this standard asks for it itself.
pub(crate) fn check(pin: Option<&Pin>) -> Result<&Pin, Fault> {
    let (min, max) = sar::PIN_LENGTH;
    let fits = |pin: &&Pin| (usize::from(min)..=usize::from(max)).contains(&pin.expose().len());
    pin.filter(fits).ok_or_else(sar::pin_format)
}

/// Asks for the tries that are left; none is spent.
pub(crate) fn state(application: &Application<'_>) -> Result<PinState, Fault> {
    match application.tries() {
        Ok(tries) => Ok(u8::try_from(tries).map_or(PinState::Unknown, PinState::from_tries)),
        Err(error) if error.is(sar::PIN_LOCKED) => Ok(PinState::Locked),
        Err(error) if error.is_unsupported() => Ok(PinState::Unknown),
        Err(error) => Err(error.into()),
    }
}

/// Presents the PIN. A login that is left over from before would make the token say yes to any PIN.
pub(crate) fn verify(application: &Application<'_>, pin: &Pin) -> Result<(), Fault> {
    forget(application);
    outcome(application.verify_pin(pin))
}

pub(crate) fn change(application: &Application<'_>, old: &Pin, new: &Pin) -> Result<(), Fault> {
    let changed = outcome(application.change_pin(old, new));
    forget(application);
    changed
}

/// Drops the login. A token that is gone took it with it, so an error says nothing that the user needs.
pub(crate) fn forget(application: &Application<'_>) {
    if let Err(error) = application.clear_secure_state() {
        tracing::debug!(?error, "security status was not dropped");
    }
}

/// Adds to a wrong PIN the tries that are left.
fn outcome(answer: PinAnswer) -> Result<(), Fault> {
    match answer.outcome.map_err(Fault::from) {
        Err(Fault::PinWrong { .. }) if answer.tries == Some(0) => Err(Fault::PinLocked),
        Err(Fault::PinWrong { .. }) => Err(Fault::PinWrong { tries_left: answer.tries }),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> Pin {
        Pin::parse(text.into()).unwrap()
    }

    #[test]
    fn a_pin_that_no_token_takes_is_refused_here() {
        let refused = Fault::PinFormat { min: 6, max: 16 };
        assert_eq!(check(None).err(), Some(refused.clone()));
        assert_eq!(check(Some(&pin("12345"))).err(), Some(refused));
        for good in ["123456", "0123456789abcdef"] {
            assert_eq!(check(Some(&pin(good))).unwrap().expose(), good.as_bytes());
        }
    }
}
