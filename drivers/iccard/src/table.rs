//! What is in which reader: pure bookkeeping, told from outside what PC/SC sees.

use crate::card::Recognised;
use tongguan_core::domain::TokenId;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot};

/// One reader as PC/SC sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) reader: String,
    /// Insertions and removals so far, where the platform counts them.
    pub(crate) count: u32,
    pub(crate) presence: Presence,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Presence {
    Empty,
    Mute,
    /// `held`: another program has the card for itself.
    Card {
        atr: Vec<u8>,
        held: bool,
    },
}

/// A card that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) reader: String,
    pub(crate) count: u32,
    pub(crate) generation: u64,
    pub(crate) id: TokenId,
}

#[derive(Debug)]
enum Content {
    Empty,
    Reading,
    Unusable(Fault),
    Token(Box<Recognised>),
}

#[derive(Debug)]
struct Slot {
    seen: Seen,
    /// Our own number of this insertion: never used twice, also where the platform does not count.
    generation: u64,
    content: Content,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    service: Option<Fault>,
    slots: Vec<Slot>,
    generations: u64,
}

impl Table {
    /// Takes over what is seen now; what has to be read comes back.
    pub(crate) fn observe(&mut self, seen: Vec<Seen>) -> Vec<Task> {
        self.service = None;
        let mut before = std::mem::take(&mut self.slots);
        let mut tasks = Vec::new();
        for seen in seen {
            let known = before.iter().position(|slot| slot.seen.reader == seen.reader);
            let known = known.map(|at| before.swap_remove(at)).filter(|slot| still_good(slot, &seen));
            if let Some(slot) = known {
                self.slots.push(Slot { seen, ..slot });
                continue;
            }
            self.generations += 1;
            let generation = self.generations;
            let content = match seen.presence {
                Presence::Empty => Content::Empty,
                Presence::Mute => Content::Unusable(Fault::CardMute),
                Presence::Card { .. } => match token_id(&seen, generation) {
                    Ok(id) => {
                        let (reader, count) = (seen.reader.clone(), seen.count);
                        tasks.push(Task { reader, count, generation, id });
                        Content::Reading
                    }
                    Err(fault) => Content::Unusable(fault),
                },
            };
            self.slots.push(Slot { seen, generation, content });
        }
        tasks
    }

    /// The service is gone, and every card with it.
    pub(crate) fn stop(&mut self, fault: Fault) {
        self.service = Some(fault);
        self.slots.clear();
    }

    /// Takes what reading a card gave, unless that card is gone by now.
    pub(crate) fn finish(&mut self, generation: u64, outcome: Result<Recognised, Fault>) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.generation == generation) {
            slot.content = match outcome {
                Ok(recognised) => Content::Token(Box::new(recognised)),
                Err(fault) => Content::Unusable(fault),
            };
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let reader = |slot: &Slot| Reader {
            name: slot.seen.reader.clone(),
            library: None,
            state: match &slot.content {
                Content::Empty => ReaderState::Empty,
                Content::Reading => ReaderState::Reading,
                Content::Unusable(fault) => ReaderState::Unusable { fault: fault.clone() },
                Content::Token(recognised) => ReaderState::Token { token: recognised.info.clone() },
            },
        };
        Snapshot { service: self.service.clone(), readers: self.slots.iter().map(reader).collect() }
    }

    /// Reader, count and what was read of a token that is still there.
    pub(crate) fn find(&self, token: &TokenId) -> Result<(String, u32, Recognised), Fault> {
        let here = self.slots.iter().find_map(|slot| match &slot.content {
            Content::Token(recognised) if recognised.info.id == *token => {
                Some((slot.seen.reader.clone(), slot.seen.count, recognised.as_ref().clone()))
            }
            _ => None,
        });
        here.ok_or(Fault::TokenGone)
    }
}

/// The same insertion as before, and nothing to try again about it.
fn still_good(slot: &Slot, now: &Seen) -> bool {
    let same_card = match (&slot.seen.presence, &now.presence) {
        (Presence::Card { atr: before, .. }, Presence::Card { atr, .. }) => before == atr,
        (before, now) => before == now,
    };
    // A card that another program held or reset in the middle is read again once nobody holds it.
    let passing = matches!(&slot.content, Content::Unusable(Fault::CardBusy { .. } | Fault::CardReset));
    let held = matches!(now.presence, Presence::Card { held: true, .. });
    same_card && slot.seen.count == now.count && (!passing || held)
}

/// `iccard:READER#COUNT.GENERATION`; of the reader's name what fits into an identifier.
fn token_id(seen: &Seen, generation: u64) -> Result<TokenId, Fault> {
    let name: String = seen.reader.chars().filter(char::is_ascii_graphic).take(200).collect();
    TokenId::parse(&format!("iccard:{name}#{}.{generation}", seen.count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(count: u32) -> Seen {
        Seen { reader: "R 1".into(), count, presence: Presence::Card { atr: vec![0x3B], held: false } }
    }

    fn empty(count: u32) -> Seen {
        Seen { presence: Presence::Empty, ..card(count) }
    }

    fn state(table: &Table) -> ReaderState {
        table.snapshot().readers[0].state.clone()
    }

    #[test]
    fn a_card_is_read_once_however_often_it_is_seen() {
        let mut table = Table::default();
        assert_eq!(table.observe(vec![card(1)]).len(), 1);
        assert_eq!(state(&table), ReaderState::Reading);
        assert_eq!(table.observe(vec![card(1)]), []);
    }

    #[test]
    fn a_card_put_back_is_a_new_token() {
        let mut table = Table::default();
        let first = table.observe(vec![card(1)]).remove(0).id;
        table.observe(vec![empty(2)]);
        assert_eq!(state(&table), ReaderState::Empty);
        let second = table.observe(vec![card(3)]).remove(0).id;
        assert_ne!(first, second);
    }

    #[test]
    fn a_card_put_back_is_a_new_token_where_nobody_counts() {
        let mut table = Table::default();
        let first = table.observe(vec![card(0)]).remove(0).id;
        table.observe(vec![empty(0)]);
        let second = table.observe(vec![card(0)]).remove(0).id;
        assert_ne!(first, second);
    }

    #[test]
    fn a_quick_exchange_is_noticed_by_the_count() {
        let mut table = Table::default();
        table.observe(vec![card(1)]);
        assert_eq!(table.observe(vec![card(3)]).len(), 1);
    }

    #[test]
    fn a_late_answer_about_a_pulled_card_is_dropped() {
        let mut table = Table::default();
        let task = table.observe(vec![card(1)]).remove(0);
        table.observe(vec![empty(2)]);
        table.finish(task.generation, Err(Fault::CardRemoved));
        assert_eq!(state(&table), ReaderState::Empty);
    }

    #[test]
    fn a_card_that_was_held_is_read_when_it_is_free() {
        let mut table = Table::default();
        let task = table.observe(vec![card(1)]).remove(0);
        table.finish(task.generation, Err(Fault::CardBusy { reader: "R 1".into() }));
        let held = Seen { presence: Presence::Card { atr: vec![0x3B], held: true }, ..card(1) };
        assert_eq!(table.observe(vec![held]), []);
        assert_eq!(table.observe(vec![card(1)]).len(), 1);
    }

    #[test]
    fn an_unknown_card_is_not_asked_again() {
        let mut table = Table::default();
        let task = table.observe(vec![card(1)]).remove(0);
        table.finish(task.generation, Err(Fault::CardUnknown { atr: "3B".into() }));
        assert_eq!(table.observe(vec![card(1)]), []);
    }

    #[test]
    fn no_token_survives_the_service() {
        let mut table = Table::default();
        table.observe(vec![card(1)]);
        table.stop(Fault::CardServiceStopped);
        let expected = Snapshot { service: Some(Fault::CardServiceStopped), readers: vec![] };
        assert_eq!(table.snapshot(), expected);
        assert_eq!(table.observe(vec![card(1)]).len(), 1);
        assert_eq!(table.snapshot().service, None);
    }
}
