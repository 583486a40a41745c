//! The cards, and which of them is in which reader.

use super::{SLOTS, StageError, lock, readers, service};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tongguan_core::domain;
use tongguan_sandbox_card::{self as card, Card, Hook, Inserted, Personalisation};
use tongguan_sandbox_world::{CardBlueprint, KeyAlgorithm};

/// Cards keep their tries in `DIR/NAME.json`.
#[derive(Debug)]
pub(crate) struct Deck {
    dir: PathBuf,
    cards: HashMap<String, Arc<Mutex<Card>>>,
    slots: [Option<Placed>; SLOTS],
}

/// A card in a reader; without power while `pcscd` does not run.
struct Placed {
    name: String,
    card: Arc<Mutex<Card>>,
    hook: Arc<Mutex<Hook>>,
    powered: Option<Inserted>,
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placed")
            .field("name", &self.name)
            .field("powered", &self.powered)
            .finish_non_exhaustive()
    }
}

impl Placed {
    fn power(&mut self, slot: usize) -> Result<(), StageError> {
        let reader = service::port(slot).ok_or(StageError::NoSlot(slot))?;
        let hook = Arc::clone(&self.hook);
        let inserted =
            card::insert(reader, Arc::clone(&self.card), Box::new(move |command| lock(&hook)(command)))?;
        self.powered = Some(inserted);
        readers::wait_until_in(slot)
    }
}

impl Deck {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir, cards: HashMap::new(), slots: std::array::from_fn(|_| None) }
    }

    /// The card as it was left, or fresh.
    pub(crate) fn card(&mut self, blueprint: &CardBlueprint) -> Result<Arc<Mutex<Card>>, StageError> {
        if let Some(card) = self.cards.get(&blueprint.name) {
            return Ok(Arc::clone(card));
        }
        let card = Arc::new(Mutex::new(open(&self.dir, blueprint)?));
        self.cards.insert(blueprint.name.clone(), Arc::clone(&card));
        Ok(card)
    }

    pub(crate) fn insert(
        &mut self,
        slot: usize,
        blueprint: &CardBlueprint,
        hook: Hook,
        running: bool,
    ) -> Result<(), StageError> {
        let card = self.card(blueprint)?;
        let elsewhere = self.slots.iter().position(|s| s.as_ref().is_some_and(|p| p.name == blueprint.name));
        for occupied in elsewhere.into_iter().chain([slot]) {
            self.remove(occupied, running)?;
        }
        let mut placed =
            Placed { name: blueprint.name.clone(), card, hook: Arc::new(Mutex::new(hook)), powered: None };
        if running {
            placed.power(slot)?;
        }
        *self.slots.get_mut(slot).ok_or(StageError::NoSlot(slot))? = Some(placed);
        Ok(())
    }

    pub(crate) fn remove(&mut self, slot: usize, running: bool) -> Result<(), StageError> {
        let place = self.slots.get_mut(slot).ok_or(StageError::NoSlot(slot))?;
        if place.take().is_some() && running {
            // A card that comes too soon after would look to pcscd as if it had never been out.
            readers::wait_until_out(slot)?;
        }
        Ok(())
    }

    /// `pcscd` goes: the cards lose power and stay.
    pub(crate) fn power_off(&mut self) {
        for placed in self.slots.iter_mut().flatten() {
            placed.powered = None;
        }
    }

    pub(crate) fn power_on(&mut self) -> Result<(), StageError> {
        self.slots.iter_mut().enumerate().try_for_each(|(slot, placed)| match placed {
            Some(placed) => placed.power(slot),
            None => Ok(()),
        })
    }

    /// All cards are fresh from now on. None must be in a reader.
    pub(crate) fn forget(&mut self) -> Result<(), StageError> {
        self.cards.clear();
        match std::fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// The card as `dir/NAME.json` keeps it, or a fresh one of the blueprint.
pub fn open(dir: &Path, blueprint: &CardBlueprint) -> Result<Card, StageError> {
    std::fs::create_dir_all(dir)?;
    let path = &dir.join(format!("{}.json", blueprint.name));
    Ok(if path.exists() { Card::open(path)? } else { Card::create(path, personalisation(blueprint))? })
}

fn personalisation(blueprint: &CardBlueprint) -> Personalisation {
    let keys = blueprint.keys.iter().filter_map(|key| {
        Some(card::CardKey {
            reference: key.reference,
            algorithm: algorithm(key.pair.algorithm)?,
            private_key: key.pair.private_key.expose().to_vec(),
            certificate: key.certificate.clone(),
        })
    });
    Personalisation {
        serial: blueprint.serial.clone(),
        label: blueprint.label.clone(),
        kind: match blueprint.kind {
            domain::CardKind::LegalPerson => card::CardKind::LegalPerson,
            _ => card::CardKind::Operator,
        },
        pin: blueprint.pin.expose().to_owned(),
        tries: blueprint.tries,
        keys: keys.collect(),
    }
}

/// The first generation's RSA-1024 keys are for certificates only; the software card has none.
fn algorithm(algorithm: KeyAlgorithm) -> Option<card::KeyAlgorithm> {
    match algorithm {
        KeyAlgorithm::Sm2 => Some(card::KeyAlgorithm::Sm2),
        KeyAlgorithm::Rsa2048 => Some(card::KeyAlgorithm::Rsa2048),
        KeyAlgorithm::P256 => Some(card::KeyAlgorithm::P256),
        KeyAlgorithm::Rsa1024Sha1 => None,
    }
}
