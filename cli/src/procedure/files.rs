//! Pictures and letters: picked, made fit, and sent with what is known of their way.

use super::ask::{Answers, Walk};
use crate::secret::invalid;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use tongguan_core::api::{Answer, Command, FileContent};
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw};
use tongguan_core::ports::{FileFacts, SlotState, StepAnswer};
use zeroize::Zeroizing;

/// Bytes that are read at most: one more than may be looked at.
const LONGEST: u64 = (20 << 20) + 1;

/// Files that the arguments name, by what they are of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picked(BTreeMap<Slot, PathBuf>);

impl Picked {
    /// Of `id_front=FILE`.
    ///
    /// # Errors
    /// [`Fault::InputInvalid`] for `file`: `format`, `unknown` or `twice`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Fault> {
        let mut picked = BTreeMap::new();
        for argument in arguments {
            let (name, path) = argument.split_once('=').ok_or_else(|| invalid("file", "format"))?;
            let slot = slot(name).ok_or_else(|| invalid("file", "unknown"))?;
            if picked.insert(slot, PathBuf::from(path)).is_some() {
                return Err(invalid("file", "twice"));
            }
        }
        Ok(Self(picked))
    }

    pub(crate) fn has(&self, slot: Slot) -> bool {
        self.0.contains_key(&slot)
    }

    /// Once: what was refused is not sent again.
    pub(crate) fn take(&mut self, slot: Slot) -> Option<PathBuf> {
        self.0.remove(&slot)
    }
}

pub(super) fn slot(name: &str) -> Option<Slot> {
    Slot::ALL.into_iter().find(|slot| slot.to_string() == name)
}

pub(super) fn read(slot: Slot, path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let unreadable = |_| invalid(&slot.to_string(), "unreadable");
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut head = [0; 5];
    let is_pdf = file.read_exact_at(&mut head, 0).is_ok() && head == *b"%PDF-";
    // A PDF is sent as it is.
    if length >= LONGEST || (is_pdf && length > u64::from(FileFacts::LARGEST)) {
        return Err(Fault::FileUnusable { slot, reason: FileFlaw::TooLarge });
    }
    // As large as it becomes: a buffer that grows leaves copies of itself behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Each that is not kept yet; then all are judged.
pub(super) fn pictures(
    walk: &mut Walk<'_>,
    answers: &mut dyn Answers,
    slots: &[SlotState],
) -> Result<(), Fault> {
    for state in slots.iter().filter(|state| !state.kept) {
        let file = answers.file(walk, state.slot)?;
        send(walk, state.slot, &file)?;
    }
    walk.give(StepAnswer::Pictures)
}

/// Whether or not it could be sent; Ctrl-C ends it.
pub(super) fn send(walk: &mut Walk<'_>, slot: Slot, file: &[u8]) -> Result<(), Fault> {
    let id = walk.at.id.clone();
    let content = FileContent::of(file);
    let mut shown = None;
    let sent = walk.meanwhile(Command::SendFile { id: id.clone(), slot, content }, |walk| {
        progress(walk, slot, &mut shown)
    });
    if matches!(sent, Err(Fault::Cancelled)) {
        walk.app.call(Command::CancelSending { id, slot })?;
    }
    let Answer::Procedure(at) = sent? else {
        return Err(Fault::Defect { place: "cli::procedure".into() });
    };
    walk.at = at;
    let name = walk.terminal.words.value("slot", &slot);
    walk.terminal.say("procedure.sent", &[("what", &name)]);
    Ok(())
}

/// For somebody who looks on.
fn progress(walk: &mut Walk<'_>, slot: Slot, shown: &mut Option<u32>) -> Result<(), Fault> {
    if !io::stderr().is_terminal() {
        return Ok(());
    }
    let Answer::View(view) = walk.app.call(Command::View {})? else { return Ok(()) };
    let sending = view.sending.iter().find(|sending| sending.slot == slot && sending.procedure == walk.at.id);
    let percent = sending.map(|sending| u64::from(sending.sent) * 100 / u64::from(sending.size.max(1)));
    let percent = percent.and_then(|percent| u32::try_from(percent).ok());
    if percent.is_some() && percent != *shown {
        *shown = percent;
        let (name, percent) =
            (walk.terminal.words.value("slot", &slot), percent.unwrap_or_default().to_string());
        let text = walk.terminal.words.say("procedure.sending", &[("what", &name), ("percent", &percent)]);
        walk.terminal.warn(&text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_what_they_are_of() {
        let of = |arguments: &[&str]| {
            Picked::parse(&arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        let mut picked = of(&["id_front=a.jpg", "letter=b=c.pdf"]).unwrap();
        assert_eq!(picked.take(Slot::Letter), Some(PathBuf::from("b=c.pdf")));
        assert_eq!(picked.take(Slot::Letter), None);
        for (bad, reason) in
            [(&["a.jpg"][..], "format"), (&["passport=a"], "unknown"), (&["letter=a", "letter=b"], "twice")]
        {
            assert_eq!(of(bad).unwrap_err(), invalid("file", reason));
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(50_000_000).unwrap();
        let fault = Fault::FileUnusable { slot: Slot::IdBack, reason: FileFlaw::TooLarge };
        assert_eq!(read(Slot::IdBack, file.path()), Err(fault));
        let letter = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(letter.path(), b"%PDF-1.7\n").unwrap();
        letter.as_file().set_len(u64::from(FileFacts::LARGEST)).unwrap();
        assert!(read(Slot::Letter, letter.path()).is_ok());
        letter.as_file().set_len(u64::from(FileFacts::LARGEST) + 1).unwrap();
        let fault = Fault::FileUnusable { slot: Slot::Letter, reason: FileFlaw::TooLarge };
        assert_eq!(read(Slot::Letter, letter.path()), Err(fault));
        assert_eq!(read(Slot::IdBack, Path::new("/nowhere")), Err(invalid("id_back", "unreadable")));
    }
}
