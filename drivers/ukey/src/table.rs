//! Which token is in which slot: pure bookkeeping, told from outside what the module says.

use crate::identities::Record;
use cryptoki::slot::Slot;
use cryptoki_sys::{CK_MECHANISM_TYPE, CKF_TOKEN_INITIALIZED};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tongguan_core::domain::{TokenId, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot};

/// How often a token that could not be read is read again without having been pulled.
const TRIES: u8 = 3;

/// So long after a call has found a token gone, the events of its pulling and of its coming back may still be on their
/// way.
const LATE: Duration = Duration::from_secs(1);

/// What a module says of the token in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) label: String,
    pub(crate) serial: [u8; 16],
    /// CKF_* of CK_TOKEN_INFO.
    pub(crate) flags: cryptoki_sys::CK_FLAGS,
}

impl Token {
    /// A slot that a module keeps for making a new token in it.
    pub(crate) fn is_blank(&self) -> bool {
        let bare = self.serial.iter().all(|b| matches!(b, b' ' | 0)) && self.label.is_empty();
        bare && self.flags & CKF_TOKEN_INITIALIZED == 0
    }
}

/// A slot with a token in it. `token` is none where C_GetTokenInfo fails: that alone hides no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) slot: Slot,
    pub(crate) description: String,
    pub(crate) token: Option<Token>,
}

/// A token that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) slot: Slot,
    /// Our own number of this insertion, never used twice.
    pub(crate) count: u64,
    pub(crate) reader: String,
    pub(crate) token: Option<Token>,
}

/// What was read of a token.
#[derive(Debug)]
pub(crate) struct Recognised {
    pub(crate) info: TokenInfo,
    pub(crate) slot: Slot,
    pub(crate) count: u64,
    pub(crate) serial: Option<[u8; 16]>,
    pub(crate) records: Vec<Record>,
    pub(crate) mechanisms: Option<Vec<CK_MECHANISM_TYPE>>,
}

#[derive(Debug)]
enum Content {
    Reading,
    Unusable(Fault),
    Token(Arc<Recognised>),
}

#[derive(Debug)]
struct Insertion {
    seen: Seen,
    count: u64,
    reader: String,
    tries: u8,
    content: Content,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    insertions: Vec<Insertion>,
    counts: u64,
    /// Where a call found a token gone before the event of it came.
    missed: Vec<(Slot, Instant)>,
    /// The module does not even tell its slots.
    fault: Option<Fault>,
}

impl Table {
    /// Takes over what is seen now; what has to be read comes back, and whether a token came or went. An
    /// event at a slot that shows the same token as before means that it was pulled and put back.
    pub(crate) fn observe(&mut self, seen: Vec<Seen>, events: &[Slot]) -> (Vec<Task>, bool) {
        self.fault = None;
        let names = names(&seen);
        let mut before = std::mem::take(&mut self.insertions);
        let mut tasks = Vec::new();
        let mut changed = false;
        for (seen, reader) in seen.into_iter().zip(names) {
            let at = before.iter().position(|old| old.seen.slot == seen.slot);
            let old = at.map(|at| before.swap_remove(at));
            let same = old.filter(|old| same_token(&old.seen, &seen));
            changed |= same.is_none();
            let mut insertion = match same.filter(|_| !events.contains(&seen.slot)) {
                // What was told once is remembered.
                Some(old) if seen.token.is_none() => Insertion { reader, ..old },
                Some(old) => Insertion { reader, seen, ..old },
                None => {
                    self.counts += 1;
                    let (count, content) = (self.counts, Content::Reading);
                    Insertion { seen, count, reader, tries: 0, content }
                }
            };
            if insertion.wants_reading() {
                insertion.tries += 1;
                tasks.push(insertion.task());
            }
            self.insertions.push(insertion);
        }
        (tasks, changed || !before.is_empty())
    }

    /// The module does not tell its slots: no token of it can be used.
    pub(crate) fn fail(&mut self, fault: Fault) {
        self.insertions.clear();
        self.fault = Some(fault);
    }

    /// Takes what reading a token gave, unless it is gone by now.
    pub(crate) fn finish(&mut self, count: u64, outcome: Result<Recognised, Fault>) {
        if outcome.as_ref().is_err_and(|fault| *fault == Fault::CardRemoved) {
            self.remove(count);
        }
        if let Some(insertion) = self.insertions.iter_mut().find(|insertion| insertion.count == count) {
            insertion.content = match outcome {
                Ok(recognised) => Content::Token(Arc::new(recognised)),
                Err(fault) => Content::Unusable(fault),
            };
        }
    }

    /// This insertion is over; whatever is in the slot when it is seen next is a new one.
    pub(crate) fn remove(&mut self, count: u64) {
        self.insertions.retain(|insertion| insertion.count != count);
    }

    /// The same, as a call has shown `now`.
    pub(crate) fn gone(&mut self, count: u64, now: Instant) {
        let slot = self.insertions.iter().find(|insertion| insertion.count == count);
        self.missed.extend(slot.map(|insertion| (insertion.seen.slot, now)));
        self.remove(count);
    }

    /// Those events that tell something new: whoever put a token back that was found gone, and uses it at once, shall
    /// not lose it to the events of what is known already.
    pub(crate) fn news(&mut self, events: &[Slot], now: Instant) -> Vec<Slot> {
        self.missed.retain(|(_, since)| now.saturating_duration_since(*since) < LATE);
        let is_news = |event: &&Slot| self.missed.iter().all(|(slot, _)| slot != *event);
        events.iter().filter(is_news).copied().collect()
    }

    pub(crate) fn has(&self, count: u64) -> bool {
        self.insertions.iter().any(|insertion| insertion.count == count)
    }

    /// Something may be different at the next look, though no event will say so.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.fault.is_some() || self.insertions.iter().any(Insertion::wants_reading)
    }

    /// `module` is the name of the reader that stands for a module which does not tell its slots.
    pub(crate) fn snapshot(&self, module: &str) -> Snapshot {
        let reader = |insertion: &Insertion| Reader {
            name: insertion.reader.clone(),
            library: None,
            state: match &insertion.content {
                Content::Reading => ReaderState::Reading,
                Content::Unusable(fault) => ReaderState::Unusable { fault: fault.clone() },
                Content::Token(recognised) => ReaderState::Token { token: recognised.info.clone() },
            },
        };
        let mut readers: Vec<Reader> = self.insertions.iter().map(reader).collect();
        if let Some(fault) = self.fault.clone() {
            readers.push(Reader {
                name: module.into(),
                library: None,
                state: ReaderState::Unusable { fault },
            });
        }
        Snapshot { service: None, readers }
    }

    /// What was read of a token that is still there.
    pub(crate) fn find(&self, token: &TokenId) -> Result<Arc<Recognised>, Fault> {
        let here = self.insertions.iter().find_map(|insertion| match &insertion.content {
            Content::Token(recognised) if recognised.info.id == *token => Some(Arc::clone(recognised)),
            _ => None,
        });
        here.ok_or(Fault::TokenGone)
    }
}

impl Insertion {
    fn wants_reading(&self) -> bool {
        match self.content {
            Content::Reading => self.tries == 0,
            Content::Unusable(_) => self.tries < TRIES,
            Content::Token(_) => false,
        }
    }

    fn task(&self) -> Task {
        let (slot, count) = (self.seen.slot, self.count);
        Task { slot, count, reader: self.reader.clone(), token: self.seen.token.clone() }
    }
}

/// A token that does not tell its serial number this time is taken for the one that did.
fn same_token(before: &Seen, now: &Seen) -> bool {
    match (&before.token, &now.token) {
        (Some(before), Some(now)) => before.serial == now.serial && before.label == now.label,
        _ => true,
    }
}

/// What the slots are called, each by a name of its own: description, else label, else number.
fn names(seen: &[Seen]) -> Vec<String> {
    let label = |seen: &Seen| seen.token.as_ref().map(|token| token.label.clone()).unwrap_or_default();
    let first = |seen: &Seen| match (seen.description.as_str(), label(seen)) {
        ("", label) if label.is_empty() => format!("slot {}", seen.slot.id()),
        ("", label) => label,
        (description, _) => description.into(),
    };
    let names: Vec<String> = seen.iter().map(first).collect();
    let twice = |name: &String, names: &[String]| names.iter().filter(|other| *other == name).count() > 1;
    seen.iter()
        .zip(&names)
        .map(
            |(seen, name)| {
                if twice(name, &names) { format!("{name} #{}", seen.slot.id()) } else { name.clone() }
            },
        )
        .collect()
}

/// `ukey:SLOT#COUNT`.
pub(crate) fn token_id(slot: Slot, count: u64) -> Result<TokenId, Fault> {
    TokenId::parse(&format!("ukey:{}#{count}", slot.id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongguan_core::domain::{Application, CardKind};

    fn slot(number: u64) -> Slot {
        Slot::try_from(number).unwrap()
    }

    fn seen(number: u64, serial: u8) -> Seen {
        let token = Token { label: "CCB".into(), serial: [serial; 16], flags: CKF_TOKEN_INITIALIZED };
        Seen { slot: slot(number), description: "Reader".into(), token: Some(token) }
    }

    fn read(task: &Task) -> Recognised {
        let info = TokenInfo {
            id: token_id(task.slot, task.count).unwrap(),
            reader: task.reader.clone(),
            label: "CCB".into(),
            application: Application::Pkcs11,
            kind: CardKind::BankUkey,
            library: None,
            pin_pad: false,
            identities: Vec::new(),
        };
        let (slot, count) = (task.slot, task.count);
        Recognised { info, slot, count, serial: None, records: Vec::new(), mechanisms: None }
    }

    /// Looks, reads what is new, and tells which insertions are there now.
    fn look(table: &mut Table, seen: Vec<Seen>, events: &[Slot]) -> Vec<String> {
        let (tasks, _) = table.observe(seen, events);
        for task in tasks {
            table.finish(task.count, Ok(read(&task)));
        }
        let id = |reader: Reader| match reader.state {
            ReaderState::Token { token } => token.id.to_string(),
            other => panic!("{other:?}"),
        };
        table.snapshot("lib.so").readers.into_iter().map(id).collect()
    }

    #[test]
    fn a_token_is_read_once_however_often_it_is_seen() {
        let mut table = Table::default();
        assert_eq!(look(&mut table, vec![seen(3, 1)], &[]), ["ukey:3#1"]);
        assert_eq!(table.observe(vec![seen(3, 1)], &[]), (vec![], false));
        assert!(!table.is_unsettled());
    }

    #[test]
    fn a_token_put_back_is_a_new_insertion() {
        let mut table = Table::default();
        let old = look(&mut table, vec![seen(3, 1)], &[]).remove(0);
        assert_eq!(look(&mut table, vec![], &[]), [""; 0]);
        assert_eq!(look(&mut table, vec![seen(3, 1)], &[]), ["ukey:3#2"]);
        assert_eq!(table.find(&TokenId::parse(&old).unwrap()).unwrap_err(), Fault::TokenGone);
    }

    #[test]
    fn another_serial_number_is_another_insertion() {
        let mut table = Table::default();
        look(&mut table, vec![seen(3, 1)], &[]);
        assert_eq!(look(&mut table, vec![seen(3, 2)], &[]), ["ukey:3#2"]);
    }

    #[test]
    fn an_event_tells_of_a_token_that_was_quickly_put_back() {
        let mut table = Table::default();
        look(&mut table, vec![seen(3, 1), seen(4, 1)], &[]);
        assert_eq!(look(&mut table, vec![seen(3, 1), seen(4, 1)], &[slot(4)]), ["ukey:3#1", "ukey:4#3"]);
    }

    #[test]
    fn events_that_come_late_take_no_token_away() {
        let mut table = Table::default();
        look(&mut table, vec![seen(3, 1), seen(4, 1)], &[]);
        let now = Instant::now();
        table.gone(1, now);
        assert_eq!(look(&mut table, vec![seen(3, 1), seen(4, 1)], &[]), ["ukey:3#3", "ukey:4#2"]);
        let news = table.news(&[slot(3), slot(4)], now + LATE / 2);
        assert_eq!(news, [slot(4)]);
        assert_eq!(look(&mut table, vec![seen(3, 1), seen(4, 1)], &news), ["ukey:3#3", "ukey:4#4"]);
        // Another token is another one without any event, and later an event counts again.
        assert_eq!(look(&mut table, vec![seen(3, 2), seen(4, 1)], &[]), ["ukey:3#5", "ukey:4#4"]);
        assert_eq!(table.news(&[slot(3)], now + LATE), [slot(3)]);
    }

    #[test]
    fn a_token_that_says_nothing_of_itself_is_still_the_same() {
        let mut table = Table::default();
        look(&mut table, vec![seen(3, 1)], &[]);
        let mute = Seen { token: None, ..seen(3, 1) };
        assert_eq!(look(&mut table, vec![mute.clone()], &[]), ["ukey:3#1"]);
        assert_eq!(look(&mut table, vec![seen(3, 2)], &[]), ["ukey:3#2"]);
        look(&mut table, vec![], &[]);
        // Also one that begins to tell.
        assert_eq!(look(&mut table, vec![mute], &[]), ["ukey:3#3"]);
        assert_eq!(look(&mut table, vec![seen(3, 1)], &[]), ["ukey:3#3"]);
        assert_eq!(look(&mut table, vec![seen(3, 2)], &[]), ["ukey:3#4"]);
    }

    #[test]
    fn a_late_answer_about_a_pulled_token_is_dropped() {
        let mut table = Table::default();
        let task = table.observe(vec![seen(3, 1)], &[]).0.remove(0);
        table.observe(vec![], &[]);
        table.finish(task.count, Ok(read(&task)));
        assert_eq!(table.snapshot("lib.so").readers, []);
    }

    #[test]
    fn a_token_that_cannot_be_read_is_read_three_times() {
        let mut table = Table::default();
        for _ in 0..3 {
            let (tasks, _) = table.observe(vec![seen(3, 1)], &[]);
            assert_eq!(tasks.len(), 1);
            table.finish(tasks[0].count, Err(Fault::CardMute));
        }
        assert!(!table.is_unsettled());
        assert_eq!(table.observe(vec![seen(3, 1)], &[]).0, []);
        let state = table.snapshot("lib.so").readers[0].state.clone();
        assert_eq!(state, ReaderState::Unusable { fault: Fault::CardMute });
    }

    #[test]
    fn readers_of_the_same_name_are_told_apart() {
        let bare = |number, label: &str| {
            let mut seen = Seen { description: String::new(), ..seen(number, 1) };
            seen.token.as_mut().unwrap().label = label.into();
            seen
        };
        let all = [seen(1, 1), seen(2, 1), bare(5, "CCB"), bare(6, "")];
        assert_eq!(names(&all), ["Reader #1", "Reader #2", "CCB", "slot 6"]);
    }

    #[test]
    fn a_module_that_does_not_tell_its_slots_is_a_reader_with_a_fault() {
        let mut table = Table::default();
        look(&mut table, vec![seen(3, 1)], &[]);
        table.fail(Fault::CardMute);
        let readers = table.snapshot("lib.so").readers;
        assert_eq!((readers.len(), readers[0].name.as_str()), (1, "lib.so"));
        assert!(table.is_unsettled());
        assert_eq!(look(&mut table, vec![seen(3, 1)], &[]), ["ukey:3#2"]);
    }
}
