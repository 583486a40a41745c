use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tongguan_core::fault::Fault;
use tongguan_iccard::link::{Exchange, Link, Protocol, Work};
use tongguan_sandbox::stage::open_card;
use tongguan_sandbox_card::Card;
use tongguan_sandbox_world::CardBlueprint;

/// The card itself as a link: no reader, no service.
pub struct InHand {
    card: Mutex<Card>,
    atr: Vec<u8>,
}

impl InHand {
    /// The card as `cards/NAME.json` keeps it, or a fresh one.
    pub fn new(cards: &Path, blueprint: &CardBlueprint) -> Self {
        let card = open_card(cards, blueprint).expect("a card");
        let atr = card.atr().to_vec();
        Self { card: Mutex::new(card), atr }
    }
}

impl Link for InHand {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        work(&mut Inside(&self.card))
    }
}

struct Inside<'a>(&'a Mutex<Card>);

impl Exchange for Inside<'_> {
    fn protocol(&self) -> Protocol {
        Protocol::T1
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).transmit(command))
    }
}

impl std::fmt::Debug for InHand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InHand(..)")
    }
}
