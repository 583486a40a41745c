//! One opened UKey. It is connected only while a call runs.

use crate::binding::{Application, Container, Device, Lock};
use crate::pin;
use crate::read::{Place, Recognised};
use crate::sar;
use crate::signature;
use crate::source::Shared;
use std::sync::Arc;
use tongguan_core::domain::{Certificate, KeyRef, Pin, PinState, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Token;

/// The token that the core gets.
pub(crate) struct Ukey {
    shared: Arc<Shared>,
    recognised: Recognised,
    /// The PIN's state as it was last told: what the user knows when he enters the PIN.
    told: Option<PinState>,
}

impl Ukey {
    pub(crate) fn new(shared: Arc<Shared>, recognised: Recognised) -> Self {
        Self { shared, recognised, told: None }
    }

    fn place(&self, key: &KeyRef) -> Result<Place, Fault> {
        let place = self.recognised.places.iter().find(|place| place.key == *key);
        place.cloned().ok_or(Fault::KeyMissing)
    }

    /// Runs `work` with the device connected and nobody else calling.
    fn connected<T>(&self, work: impl FnOnce(&Device<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let outcome = self.connect_and(work);
        if matches!(outcome, Err(Fault::CardRemoved)) {
            self.shared.nudge();
        }
        outcome
    }

    fn connect_and<T>(&self, work: impl FnOnce(&Device<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let calls = self.shared.library.lock();
        if self.shared.table().find(&self.recognised.info.id).is_err() {
            return Err(Fault::CardRemoved);
        }
        let outcome = match calls.connect(&self.recognised.device) {
            Ok(device) => work(&device),
            Err(error) => Err(error.into()),
        };
        // Many libraries have some other error for a device that was pulled.
        if matches!(outcome, Err(Fault::LibraryFailed { .. } | Fault::LibrarySilent { .. }))
            && calls.devices().is_ok_and(|devices| !devices.contains(&self.recognised.device))
        {
            return Err(Fault::CardRemoved);
        }
        outcome
    }

    fn lock<'d>(&self, device: &'d Device<'_>) -> Result<Lock<'d>, Fault> {
        device.lock().map_err(|error| {
            if error.is(sar::TIMEOUT) {
                return Fault::CardBusy { reader: self.recognised.info.reader.clone() };
            }
            error.into()
        })
    }

    fn sign_with(
        &self,
        place: &Place,
        expected: &Certificate,
        message: &[u8],
        entered: &Pin,
    ) -> Result<Vec<u8>, Fault> {
        self.connected(|device| {
            let _lock = self.lock(device)?;
            let application = device.application(&place.application)?;
            let container = application.container(&place.container)?;
            unchanged(&container, expected)?;
            self.login(&application, entered)?;
            let signature = signature::make(&container, expected, message, &self.recognised.rsa);
            // Also when signing failed: nobody else may sign with this PIN.
            pin::forget(&application);
            signature
        })
    }

    /// From here on nothing is tried again.
    fn login(&self, application: &Application<'_>, entered: &Pin) -> Result<(), Fault> {
        pin::state(application)?.refuse_to_spend(self.told)?;
        pin::verify(application, entered)
    }
}

/// The certificate as it stands on the token now is the one that the user saw.
fn unchanged(container: &Container<'_>, expected: &Certificate) -> Result<(), Fault> {
    let now = container.certificate()?;
    if now.is_some_and(|der| Certificate::without_filling(&der) == expected.der()) {
        Ok(())
    } else {
        Err(Fault::CardChanged)
    }
}

impl Token for Ukey {
    fn info(&self) -> &TokenInfo {
        &self.recognised.info
    }

    fn pin_state(&mut self, key: &KeyRef) -> Result<PinState, Fault> {
        let place = self.place(key)?;
        let state = self.connected(|device| pin::state(&device.application(&place.application)?))?;
        self.told = Some(state);
        Ok(state)
    }

    fn sign(
        &mut self,
        key: &KeyRef,
        expected: &Certificate,
        message: &[u8],
        pin: Option<&Pin>,
    ) -> Result<Vec<u8>, Fault> {
        let place = self.place(key)?;
        let entered = pin::check(pin)?;
        signature::supported(expected)?;
        let outcome = self.sign_with(&place, expected, message, entered);
        self.told = PinState::told_by(&outcome).or(self.told);
        outcome
    }

    fn change_pin(&mut self, key: &KeyRef, old: &Pin, new: &Pin) -> Result<(), Fault> {
        let place = self.place(key)?;
        let (old, new) = (pin::check(Some(old))?, pin::check(Some(new))?);
        let outcome = self.connected(|device| {
            let _lock = self.lock(device)?;
            let application = device.application(&place.application)?;
            pin::state(&application)?.refuse_to_spend(self.told)?;
            pin::change(&application, old, new)
        });
        self.told = PinState::told_by(&outcome).or(self.told);
        outcome
    }
}
