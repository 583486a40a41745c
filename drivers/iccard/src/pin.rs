//! How a card wants its PIN: reference, length, padding.

use crate::apdu::{Command, ins};
use crate::channel::Channel;
use crate::status;
use tongguan_core::domain::{Pin, PinState};
use tongguan_core::fault::Fault;
use zeroize::Zeroizing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PinRules {
    /// P2 of VERIFY.
    pub(crate) reference: u8,
    /// Characters.
    pub(crate) min: u8,
    pub(crate) max: u8,
    /// Length on the wire and what fills it up; none sends the PIN as long as it is.
    pub(crate) padded: Option<(u8, u8)>,
}

impl PinRules {
    /// Refuses a PIN that the card would refuse, before it costs a try.
    pub(crate) fn check(&self, pin: &Pin) -> Result<(), Fault> {
        let fits = (usize::from(self.min)..=usize::from(self.max)).contains(&pin.expose().len());
        if fits { Ok(()) } else { Err(Fault::PinFormat { min: self.min, max: self.max }) }
    }

    /// Asks for the tries that are left; no try is spent (ISO/IEC 7816-4 clause 11.5.6, absent data).
    pub(crate) fn state(&self, channel: &mut Channel<'_>) -> Result<PinState, Fault> {
        let response = channel.send(&Command::new(ins::VERIFY, 0, self.reference))?;
        Ok(status::pin_state(response.status))
    }

    pub(crate) fn verify(&self, pin: &Pin) -> Command {
        Command::new(ins::VERIFY, 0, self.reference).secret(self.encode(&[pin]))
    }

    pub(crate) fn change(&self, old: &Pin, new: &Pin) -> Command {
        Command::new(ins::CHANGE_REFERENCE_DATA, 0, self.reference).secret(self.encode(&[old, new]))
    }

    fn encode(&self, pins: &[&Pin]) -> Zeroizing<Vec<u8>> {
        // Sized at once: a buffer that grows leaves the PIN in the one before.
        let mut out = Zeroizing::new(Vec::with_capacity(pins.len() * usize::from(u8::MAX)));
        for pin in pins {
            out.extend_from_slice(pin.expose());
            if let Some((length, fill)) = self.padded {
                let missing = usize::from(length).saturating_sub(pin.expose().len());
                out.extend(std::iter::repeat_n(fill, missing));
            }
        }
        out
    }
}
