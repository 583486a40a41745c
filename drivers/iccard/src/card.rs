//! One opened card: [`Token`] over any link and any of the card applications.

use crate::apdu::Form;
use crate::channel::Channel;
use crate::link::Link;
use crate::pin::PinRules;
use std::sync::Arc;
use tongguan_core::domain::{Application, CardKind, Certificate, KeyRef, Pin, PinState, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Token;

/// How one application of a card is spoken to. It holds what was read at insertion and nothing secret.
pub(crate) trait CardApplication: Send + Sync + std::fmt::Debug {
    /// Makes it the current application, which also drops its security status.
    fn select(&self, channel: &mut Channel<'_>) -> Result<(), Fault>;
    /// The certificate of `key` as it stands on the card now.
    fn certificate(&self, channel: &mut Channel<'_>, key: &KeyRef) -> Result<Vec<u8>, Fault>;
    /// The PIN that guards `key`.
    fn pin(&self, key: &KeyRef) -> Result<PinRules, Fault>;
    /// Goes where that PIN is known, if it is not known everywhere.
    fn reach_pin(&self, _channel: &mut Channel<'_>, _key: &KeyRef) -> Result<(), Fault> {
        Ok(())
    }
    /// One signature. The PIN was verified just now.
    fn signature(&self, channel: &mut Channel<'_>, signing: &Signing<'_>) -> Result<Vec<u8>, Fault>;
    /// Drops the security status without a reset. `signed`: a signature was made since the PIN was verified.
    fn leave(&self, channel: &mut Channel<'_>, key: &KeyRef, signed: bool) -> Result<(), Fault>;
}

/// What is signed, with which key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signing<'a> {
    pub(crate) key: &'a KeyRef,
    pub(crate) certificate: &'a Certificate,
    pub(crate) message: &'a [u8],
}

/// An application that was found on a card, with the certificates of its keys in the card's order.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) application: Arc<dyn CardApplication>,
    pub(crate) name: Application,
    pub(crate) label: String,
    pub(crate) kind: CardKind,
    pub(crate) certificates: Vec<(KeyRef, Vec<u8>)>,
}

/// A card that was read: kept from insertion, so that opening it costs no APDU.
#[derive(Debug, Clone)]
pub(crate) struct Recognised {
    pub(crate) info: TokenInfo,
    pub(crate) application: Arc<dyn CardApplication>,
    pub(crate) form: Form,
}

/// The token that the core gets.
pub(crate) struct Card {
    link: Box<dyn Link>,
    recognised: Recognised,
    /// The PIN's state as it was last told: what the user knows when he enters the PIN.
    told: Option<PinState>,
}

/// Runs `work` in one transaction. A card that another program reset before a PIN was presented
/// (`presented`) is asked once more from the start; after that never.
pub(crate) fn within<T>(
    link: &mut dyn Link,
    form: Form,
    mut work: impl FnMut(&mut Channel<'_>, &mut bool) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut presented = false;
    let mut again = true;
    loop {
        let mut outcome = None;
        let end = link.transact(&mut |exchange| {
            outcome = Some(work(&mut Channel::new(exchange, form), &mut presented)?);
            Ok(())
        });
        match end {
            Err(Fault::CardReset) if again && !presented => again = false,
            Err(fault) => return Err(fault),
            Ok(()) => return outcome.ok_or_else(|| Fault::Defect { place: "iccard::within".into() }),
        }
    }
}

impl Card {
    pub(crate) fn new(link: Box<dyn Link>, recognised: Recognised) -> Self {
        Self { link, recognised, told: None }
    }

    fn known(&self, key: &KeyRef) -> Result<(), Fault> {
        let here = self.recognised.info.identities.iter().any(|identity| identity.key == *key);
        if here { Ok(()) } else { Err(Fault::KeyMissing) }
    }
}

impl Token for Card {
    fn info(&self) -> &TokenInfo {
        &self.recognised.info
    }

    fn pin_state(&mut self, key: &KeyRef) -> Result<PinState, Fault> {
        self.known(key)?;
        let application = Arc::clone(&self.recognised.application);
        let rules = application.pin(key)?;
        let state = within(self.link.as_mut(), self.recognised.form, |channel, _| {
            application.select(channel)?;
            application.reach_pin(channel, key)?;
            rules.state(channel)
        })?;
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
        self.known(key)?;
        let application = Arc::clone(&self.recognised.application);
        let rules = application.pin(key)?;
        // A reader's own pad is not spoken to: without a PIN there is nothing to send.
        let pin = pin.ok_or(Fault::PinFormat { min: rules.min, max: rules.max })?;
        rules.check(pin)?;
        let signing = Signing { key, certificate: expected, message };
        let told = self.told;
        let outcome = within(self.link.as_mut(), self.recognised.form, |channel, presented| {
            application.select(channel)?;
            if application.certificate(channel, key)? != expected.der() {
                return Err(Fault::CardChanged);
            }
            application.reach_pin(channel, key)?;
            rules.state(channel)?.refuse_to_spend(told)?;
            // From here on nothing is tried again.
            *presented = true;
            channel.demand(&rules.verify(pin))?;
            let signature = application.signature(channel, &signing);
            // Also when signing failed: nobody else may sign with this PIN. A card that is gone took its
            // security status with it, so a fault here says nothing that the user needs.
            if let Err(fault) = application.leave(channel, key, signature.is_ok()) {
                tracing::warn!(code = fault.code(), "security status was not dropped");
            }
            signature
        });
        self.told = PinState::told_by(&outcome).or(told);
        outcome
    }

    fn change_pin(&mut self, key: &KeyRef, old: &Pin, new: &Pin) -> Result<(), Fault> {
        self.known(key)?;
        let application = Arc::clone(&self.recognised.application);
        let rules = application.pin(key)?;
        rules.check(old)?;
        rules.check(new)?;
        let told = self.told;
        let outcome = within(self.link.as_mut(), self.recognised.form, |channel, presented| {
            application.select(channel)?;
            application.reach_pin(channel, key)?;
            rules.state(channel)?.refuse_to_spend(told)?;
            *presented = true;
            channel.demand(&rules.change(old, new))?;
            if let Err(fault) = application.leave(channel, key, false) {
                tracing::warn!(code = fault.code(), "security status was not dropped");
            }
            Ok(())
        });
        self.told = PinState::told_by(&outcome).or(told);
        outcome
    }
}
