//! From a card in a reader to a token: known applications only, nothing is guessed.

use crate::apdu::Form;
use crate::capability;
use crate::card::{Card, Found, Recognised, within};
use crate::channel::Channel;
use crate::link::Link;
use crate::{piv, pkcs15, softcard};
use tongguan_core::domain::{Application, Certificate, Identity, TokenId, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Token;

/// The order in which a card's applications are asked for; the first that it has is used. A card with
/// all of them is known after one SELECT.
pub const DEFAULT_ORDER: [Application; 3] = [Application::Tongguan, Application::Pkcs15, Application::Piv];

/// Reads the card behind `link` and makes a token of it.
///
/// # Errors
/// [`Fault::CardUnknown`] for a card with none of the applications in `order`; no VERIFY and no
/// proprietary command was sent to it. Otherwise what stands against reading it.
pub fn recognise(
    mut link: Box<dyn Link>,
    reader: &str,
    id: TokenId,
    order: &[Application],
) -> Result<Box<dyn Token>, Fault> {
    let recognised = read(link.as_mut(), reader, id, order)?;
    Ok(Box::new(Card::new(link, recognised)))
}

/// Reads the card in one transaction.
pub(crate) fn read(
    link: &mut dyn Link,
    reader: &str,
    id: TokenId,
    order: &[Application],
) -> Result<Recognised, Fault> {
    let atr = link.atr().to_vec();
    let announced = capability::length_form(&atr);
    let (found, form) = within(link, announced, |channel, _| {
        let found = find(channel, order)?;
        Ok((found, channel.form()))
    })?;
    let Some(found) = found else {
        let atr = atr.iter().map(|byte| format!("{byte:02X}")).collect();
        return Err(Fault::CardUnknown { atr });
    };
    recognised(found, reader, id, form)
}

fn find(channel: &mut Channel<'_>, order: &[Application]) -> Result<Option<Found>, Fault> {
    for application in order {
        let found = match application {
            Application::Tongguan => softcard::recognise(channel)?,
            Application::Pkcs15 => pkcs15::recognise(channel)?,
            Application::Piv => piv::recognise(channel)?,
            // Those are libraries' interfaces, not applications of a card.
            Application::Pkcs11 | Application::Skf => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// A certificate that cannot be used hides no other; if none can, its fault is the card's.
fn recognised(found: Found, reader: &str, id: TokenId, form: Form) -> Result<Recognised, Fault> {
    let mut identities = Vec::new();
    let mut flaw = None;
    for (key, der) in found.certificates {
        match Certificate::parse(&der) {
            Ok(certificate) => identities.push(Identity { key, certificate }),
            Err(fault) => {
                tracing::warn!(key = key.as_str(), code = fault.code(), "certificate left out");
                flaw = flaw.or(Some(fault));
            }
        }
    }
    if let (true, Some(flaw)) = (identities.is_empty(), flaw) {
        return Err(flaw);
    }
    let info = TokenInfo {
        id,
        reader: reader.into(),
        label: found.label,
        application: found.name,
        kind: found.kind,
        library: None,
        pin_pad: false,
        identities,
    };
    Ok(Recognised { info, application: found.application, form })
}
