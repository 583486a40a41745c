//! The answers of a walk, from a file of the user's own: for runs that nobody looks on at.

use super::ask::{Answers, Next, Walk};
use super::{files, people};
use crate::secret::invalid;
use crate::terminal::Terminal;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tongguan_core::domain::platform::{Fen, NoticeId, PersonRole, Slot, Values, WayId};
use tongguan_core::domain::{Document, DocumentKind, PersonName, PhoneNumber};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{DutyOf, FieldEntry, LetterState, NewParticipant, Payment, Stage, StepAnswer};
use zeroize::Zeroizing;

/// Longest file that is read, in bytes.
const LONGEST: u64 = 64 * 1024;
/// Mode bits of anybody but the owner (POSIX.1-2017, sys/stat.h).
const OTHERS: u32 = 0o077;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    /// By field; each form takes what it asks for.
    #[serde(default)]
    values: Values,
    /// By step.
    #[serde(default)]
    ways: BTreeMap<String, WayId>,
    /// Notices that were read and are agreed to.
    #[serde(default)]
    agreed: Vec<NoticeId>,
    #[serde(default)]
    files: BTreeMap<String, PathBuf>,
    /// Of a payment that arrived: `0.37`.
    amount: Option<String>,
    sms_to: Option<PhoneNumber>,
    #[serde(default)]
    people: Vec<PersonText>,
    /// What was done once: a file or an amount that was refused is not given again.
    #[serde(skip)]
    done: HashSet<String>,
    #[serde(skip)]
    tickets: Vec<DutyOf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonText {
    name: String,
    document: DocumentKind,
    number: String,
    role: PersonRole,
}

impl Sheet {
    /// # Errors
    /// [`Fault::InputInvalid`] for `answers`: `unreadable`, `readable_by_others`, `too_long`, or the line that is
    /// not as it should be.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let unreadable = |_| invalid("answers", "unreadable");
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.mode() & OTHERS != 0 {
            return Err(invalid("answers", "readable_by_others"));
        }
        if about.len() > LONGEST {
            return Err(invalid("answers", "too_long"));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        // What the parser says of an error quotes the file: only the line goes on.
        let sheet: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            invalid("answers", &format!("line {line}"))
        })?;
        sheet.amount.as_deref().map(Fen::parse).transpose()?;
        for name in sheet.files.keys() {
            files::slot(name).ok_or_else(|| invalid("file", "unknown"))?;
        }
        sheet.people.iter().try_for_each(|person| participant(person).map(drop))?;
        Ok(sheet)
    }

    fn once(&mut self, what: &str) -> bool {
        self.done.insert(what.to_owned())
    }
}

fn participant(text: &PersonText) -> Result<NewParticipant, Fault> {
    let document = Document::parse(text.document, &text.number)?;
    Ok(NewParticipant { name: PersonName::parse(&text.name)?, document, role: text.role })
}

impl Answers for Sheet {
    fn choose(&mut self, _: &mut Terminal, what: &str, _: &[String]) -> Result<usize, Fault> {
        Err(invalid(what, "missing"))
    }

    fn form(&mut self, _: &mut Walk<'_>, fields: &[FieldEntry]) -> Result<Values, Fault> {
        let mut values = Values::default();
        for entry in fields.iter().filter(|entry| !entry.fixed) {
            match self.values.get(entry.field).or(entry.value.as_deref()) {
                Some(value) => values.set(entry.field, value)?,
                None if entry.optional => {}
                None => return Err(invalid(entry.field.name(), "missing")),
            }
        }
        Ok(values)
    }

    /// Each by its name: a yes to anything is no yes.
    fn agree(&mut self, _: &mut Walk<'_>, notices: &[NoticeId]) -> Result<Vec<NoticeId>, Fault> {
        match notices.iter().find(|notice| !self.agreed.contains(notice)) {
            Some(_) => Err(invalid("agreed", "missing")),
            None => Ok(notices.to_vec()),
        }
    }

    fn way(
        &mut self,
        walk: &mut Walk<'_>,
        ways: &[WayId],
        default: Option<&WayId>,
    ) -> Result<StepAnswer, Fault> {
        let step = walk.step()?;
        let way = self.ways.get(step.as_str()).or(default).ok_or_else(|| invalid("ways", "missing"))?;
        if ways.contains(way) {
            return Ok(StepAnswer::Way { way: way.clone() });
        }
        Err(invalid("ways", "unknown"))
    }

    fn file(&mut self, walk: &mut Walk<'_>, slot: Slot) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let path = walk.picked.take(slot).or_else(|| self.files.remove(&slot.to_string()));
        files::read(slot, &path.ok_or_else(|| invalid(&slot.to_string(), "missing"))?)
    }

    fn amount(&mut self, _: &mut Walk<'_>) -> Result<Fen, Fault> {
        self.amount.take().map_or_else(|| Err(invalid("amount", "missing")), |amount| Fen::parse(&amount))
    }

    fn person(&mut self, walk: &mut Walk<'_>) -> Result<Option<NewParticipant>, Fault> {
        let there = |person: &NewParticipant| {
            let masked = person.document.masked();
            people::of(walk).iter().any(|known| known.name == person.name && known.document == masked)
        };
        let all: Result<Vec<_>, Fault> = self.people.iter().map(participant).collect();
        Ok(all?.into_iter().find(|person| !there(person)))
    }

    fn transfer(&mut self, walk: &mut Walk<'_>) -> Result<Next, Fault> {
        let Stage::Transfer { payment, letter } = walk.at.stage.clone() else { return Ok(Next::Wait) };
        let has_letter = self.files.contains_key("letter") || walk.picked.has(Slot::Letter);
        match letter {
            LetterState::Missing | LetterState::Refused { .. } if has_letter => return Ok(Next::SendLetter),
            LetterState::Refused { .. } => {
                return Err(Fault::DataRefused { reason: Refusal::LetterRefused });
            }
            LetterState::Missing if self.once("letter") => return Ok(Next::SaveLetter),
            LetterState::Missing => return Err(invalid("letter", "missing")),
            LetterState::Waiting { .. } | LetterState::Passed => {}
        }
        match payment {
            Payment::Forward { passed: false, paid_at: Some(_), .. } => {
                Ok(Next::Give(StepAnswer::Amount { amount: self.amount(walk)? }))
            }
            _ => Ok(Next::Wait),
        }
    }

    /// Whoever is not there is added; each duty gets a ticket; then it waits.
    fn people(&mut self, walk: &mut Walk<'_>) -> Result<Next, Fault> {
        if let Some(person) = self.person(walk)? {
            return Ok(Next::Give(StepAnswer::AddPerson { person }));
        }
        let open = people::missing(walk);
        if let Some(place) = open.iter().position(|duty| !self.tickets.contains(duty)) {
            self.tickets.extend(open.get(place).cloned());
            return Ok(Next::Ticket(place));
        }
        match &walk.at.stage {
            Stage::People { can_submit: true, .. } => Ok(Next::Give(StepAnswer::Submit)),
            _ => Ok(Next::Wait),
        }
    }

    fn sms(&mut self, _: &mut Walk<'_>) -> Result<Option<PhoneNumber>, Fault> {
        Ok(self.sms_to.clone())
    }

    /// What the file says does not change. A record that changed meanwhile is looked at again.
    fn mends(&mut self, _: &mut Walk<'_>, fault: &Fault) -> Result<bool, Fault> {
        Ok(*fault == Fault::RecordChanged && self.once("changed"))
    }
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sheet(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongguan_core::domain::platform::Field;

    #[test]
    fn what_is_not_right_is_told_by_its_line_without_a_quotation() {
        let fault = Sheet::parse("agreed = []\n[values]\nphone = \"canary-77\"\n").err().unwrap();
        let Fault::InputInvalid { field, reason } = fault else { panic!() };
        assert!(field == "answers" && reason.starts_with("line ") && !reason.contains("canary"));
        assert!(Sheet::parse("[files]\npassport = \"a.jpg\"\n").is_err());
        assert!(Sheet::parse("amount = \"0.371\"\n").is_err());
        assert!(Sheet::parse("anything = 1\n").is_err());
    }

    #[test]
    fn a_whole_file_is_read_and_nobody_sees_it_in_the_log() {
        let text = "agreed = [\"ningbo_service\"]\nsms_to = \"13800000001\"\namount = \"0.37\"\n[values]\n\
            name = \"Li Hai\"\n[ways]\nway = \"phone\"\n[files]\nid_front = \"a.jpg\"\n[[people]]\n\
            name = \"Li Hai\"\ndocument = \"id_card\"\nnumber = \"11010519491231002X\"\nrole = \"agent\"\n";
        let sheet = Sheet::parse(text).unwrap();
        assert_eq!(sheet.values.get(Field::Name), Some("Li Hai"));
        assert_eq!((sheet.people.len(), format!("{sheet:?}").as_str()), (1, "Sheet(..)"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(Sheet::read(file.path()).err(), Some(invalid("answers", "readable_by_others")));
    }
}
