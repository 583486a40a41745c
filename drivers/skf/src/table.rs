//! Which device holds what: pure bookkeeping, told from outside what the library sees.

use crate::names::Name;
use crate::read::Recognised;
use tongguan_core::domain::TokenId;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot};

/// A device that was just plugged in often fails at first; after this many readings it is left alone.
const READINGS: u8 = 3;

/// A device that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) device: Name,
    pub(crate) generation: u64,
    pub(crate) id: TokenId,
}

#[derive(Debug)]
enum Content {
    Reading,
    Unusable(Fault),
    Token(Box<Recognised>),
}

#[derive(Debug)]
struct Slot {
    device: Name,
    /// The number of this insertion: never used twice.
    generation: u64,
    readings: u8,
    content: Content,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    fault: Option<Fault>,
    slots: Vec<Slot>,
    generations: u64,
}

impl Table {
    /// Takes over which devices are there now, and which were pulled in between; what has to be read
    /// comes back.
    pub(crate) fn observe(&mut self, devices: Vec<Name>, pulled: &[Name]) -> Vec<Task> {
        self.fault = None;
        let mut before = std::mem::take(&mut self.slots);
        before.retain(|slot| !pulled.contains(&slot.device));
        let mut tasks = Vec::new();
        for device in devices {
            let known = before.iter().position(|slot| slot.device == device);
            let mut slot = match known {
                Some(at) => before.swap_remove(at),
                None => self.insertion(device),
            };
            if slot.wants_reading() {
                match token_id(&slot.device, slot.generation) {
                    Ok(id) => {
                        tasks.push(Task { device: slot.device.clone(), generation: slot.generation, id });
                        slot.readings += 1;
                        slot.content = Content::Reading;
                    }
                    Err(fault) => slot.content = Content::Unusable(fault),
                }
            }
            self.slots.push(slot);
        }
        tasks
    }

    fn insertion(&mut self, device: Name) -> Slot {
        self.generations += 1;
        Slot { device, generation: self.generations, readings: 0, content: Content::Reading }
    }

    /// The library does not tell which devices there are.
    pub(crate) fn stop(&mut self, fault: Fault) {
        self.fault = Some(fault);
        self.slots.clear();
    }

    /// Takes what reading a device gave, unless it was pulled by now.
    pub(crate) fn finish(&mut self, generation: u64, outcome: Result<Recognised, Fault>) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.generation == generation) {
            slot.content = match outcome {
                Ok(recognised) => Content::Token(Box::new(recognised)),
                Err(fault) => Content::Unusable(fault),
            };
        }
    }

    /// The devices, or under the name of the `library` why there are none.
    pub(crate) fn snapshot(&self, library: &str) -> Snapshot {
        let reader = |name: String, state| Reader { name, state, library: None };
        let fault = self.fault.clone().map(|fault| reader(library.into(), ReaderState::Unusable { fault }));
        let slots = self.slots.iter().map(|slot| {
            let state = match &slot.content {
                Content::Reading => ReaderState::Reading,
                Content::Unusable(fault) => ReaderState::Unusable { fault: fault.clone() },
                Content::Token(recognised) => ReaderState::Token { token: recognised.info.clone() },
            };
            reader(slot.device.text(), state)
        });
        Snapshot { service: None, readers: fault.into_iter().chain(slots).collect() }
    }

    /// What was read of a token that is still there.
    pub(crate) fn find(&self, token: &TokenId) -> Result<&Recognised, Fault> {
        let here = self.slots.iter().find_map(|slot| match &slot.content {
            Content::Token(recognised) if recognised.info.id == *token => Some(recognised.as_ref()),
            _ => None,
        });
        here.ok_or(Fault::TokenGone)
    }
}

impl Slot {
    fn wants_reading(&self) -> bool {
        match &self.content {
            Content::Reading => self.readings == 0,
            Content::Unusable(Fault::CardBusy { .. }) => true,
            Content::Unusable(_) => self.readings < READINGS,
            Content::Token(_) => false,
        }
    }
}

/// `skf:DEVICE#COUNT`; of the device's name what fits into an identifier.
fn token_id(device: &Name, generation: u64) -> Result<TokenId, Fault> {
    let name: String = device.text().chars().filter(char::is_ascii_graphic).take(200).collect();
    TokenId::parse(&format!("skf:{name}#{generation}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongguan_core::domain::{Application, CardKind, TokenInfo};

    fn key() -> Name {
        Name::from(c"KEY 1")
    }

    fn recognised(id: &TokenId) -> Recognised {
        let info = TokenInfo {
            id: id.clone(),
            reader: "KEY 1".into(),
            label: "label".into(),
            application: Application::Skf,
            kind: CardKind::BankUkey,
            identities: vec![],
            library: None,
            pin_pad: false,
        };
        Recognised { info, device: key(), places: vec![], rsa: Default::default() }
    }

    /// Plugs a device in and reads it.
    fn plug(table: &mut Table) -> TokenId {
        let task = table.observe(vec![key()], &[]).remove(0);
        table.finish(task.generation, Ok(recognised(&task.id)));
        task.id
    }

    fn state(table: &Table) -> ReaderState {
        table.snapshot("lib.so").readers[0].state.clone()
    }

    #[test]
    fn a_device_is_read_once_however_often_it_is_seen() {
        let mut table = Table::default();
        let id = plug(&mut table);
        assert_eq!(id.as_str(), "skf:KEY1#1");
        assert_eq!(table.observe(vec![key()], &[]), []);
        assert!(table.find(&id).is_ok());
    }

    #[test]
    fn a_device_put_back_is_a_new_token() {
        let mut table = Table::default();
        let first = plug(&mut table);
        assert_eq!(table.observe(vec![], &[]), []);
        assert_eq!(table.find(&first).err(), Some(Fault::TokenGone));
        let second = plug(&mut table);
        assert_ne!(first, second);
        assert_eq!(table.find(&first).err(), Some(Fault::TokenGone));
    }

    #[test]
    fn a_quick_exchange_is_noticed_by_its_event() {
        let mut table = Table::default();
        let first = plug(&mut table);
        assert_eq!(table.observe(vec![key()], &[key()]).len(), 1);
        assert_eq!(table.find(&first).err(), Some(Fault::TokenGone));
    }

    #[test]
    fn two_devices_whose_names_look_alike_are_two_tokens() {
        let mut table = Table::default();
        let alike = [Name::from(c"KEY 1"), Name::from(c"KEY1")];
        let tasks = table.observe(alike.to_vec(), &[]);
        assert_ne!(tasks[0].id, tasks[1].id);
    }

    #[test]
    fn a_late_answer_about_a_pulled_device_is_dropped() {
        let mut table = Table::default();
        let task = table.observe(vec![key()], &[]).remove(0);
        table.observe(vec![], &[]);
        table.finish(task.generation, Ok(recognised(&task.id)));
        assert_eq!(table.snapshot("lib.so"), Snapshot::default());
    }

    #[test]
    fn a_device_that_fails_is_read_again_but_not_for_ever() {
        let mut table = Table::default();
        for _ in 0..READINGS {
            let task = table.observe(vec![key()], &[]).remove(0);
            assert_eq!(state(&table), ReaderState::Reading);
            table.finish(task.generation, Err(Fault::KeyMissing));
        }
        assert_eq!(table.observe(vec![key()], &[]), []);
        assert_eq!(state(&table), ReaderState::Unusable { fault: Fault::KeyMissing });
    }

    #[test]
    fn a_library_that_tells_nothing_stands_in_the_list_itself() {
        let mut table = Table::default();
        let id = plug(&mut table);
        table.stop(Fault::CardMute);
        let snapshot = table.snapshot("lib.so");
        assert_eq!((snapshot.service, snapshot.readers.len()), (None, 1));
        assert_eq!(snapshot.readers[0].name, "lib.so");
        assert_eq!(table.find(&id).err(), Some(Fault::TokenGone));
        assert_ne!(plug(&mut table), id);
        assert_eq!(table.snapshot("lib.so").readers.len(), 1);
    }
}
