//! The answers of a walk, from the person at the terminal.

use super::ask::{Answers, Next, Walk};
use super::{fields, files, people};
use crate::legal::talk::{agrees, hidden, typed};
use crate::secret::invalid;
use crate::show;
use crate::terminal::Terminal;
use std::collections::HashSet;
use std::path::PathBuf;
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::platform::{Fen, NoticeId, Slot, StepId, Values, WayId};
use tongguan_core::domain::{Document, PersonName, PhoneNumber};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{FieldEntry, LetterState, NewParticipant, Payment, Stage, StepAnswer};
use zeroize::Zeroizing;

#[derive(Debug, Default)]
pub(crate) struct Talk {
    /// What was read and agreed to in this run.
    agreed: HashSet<NoticeId>,
}

impl Answers for Talk {
    fn choose(&mut self, terminal: &mut Terminal, what: &str, names: &[String]) -> Result<usize, Fault> {
        fields::choose(terminal, what, names)
    }

    fn form(&mut self, walk: &mut Walk<'_>, fields: &[FieldEntry]) -> Result<Values, Fault> {
        let Answer::Offers(offers) = walk.app.call(Command::Offers {})? else {
            return Err(Fault::Defect { place: "cli::procedure".into() });
        };
        let mut values = Values::default();
        for entry in fields {
            if entry.fixed {
                let value = entry.value.as_deref().unwrap_or_default();
                show::field(walk.terminal, entry.field.name(), value);
                continue;
            }
            let offer = offers.iter().find(|offer| offer.field == entry.field);
            if let Some(value) = fields::field(walk, entry, offer)? {
                values.set(entry.field, &value)?;
            }
        }
        Ok(values)
    }

    fn agree(&mut self, walk: &mut Walk<'_>, notices: &[NoticeId]) -> Result<Vec<NoticeId>, Fault> {
        for notice in notices.iter().filter(|notice| !self.agreed.contains(notice)) {
            let words = &walk.terminal.words;
            let title = words.plain(&format!("notice.{notice}.title"));
            let text = words.plain(&format!("notice.{notice}.text"));
            walk.terminal.line(&title);
            text.lines().for_each(|line| walk.terminal.line(&format!("  {line}")));
            if !walk.terminal.confirm("ask.agree")? {
                return Err(Fault::Cancelled);
            }
        }
        self.agreed.extend(notices.iter().cloned());
        Ok(notices.to_vec())
    }

    /// The first in the list is what an empty answer takes.
    fn way(
        &mut self,
        walk: &mut Walk<'_>,
        ways: &[WayId],
        default: Option<&WayId>,
    ) -> Result<StepAnswer, Fault> {
        let others = ways.iter().filter(|way| Some(*way) != default);
        let options = default.into_iter().chain(others).map(|way| {
            (walk.terminal.words.value("option", way), Next::Give(StepAnswer::Way { way: way.clone() }))
        });
        let options: Vec<_> = options.chain(returns(walk)).collect();
        match self.pick(walk, "way", options)? {
            Next::Give(answer) => Ok(answer),
            _ => Err(Fault::Defect { place: "cli::procedure".into() }),
        }
    }

    fn file(&mut self, walk: &mut Walk<'_>, slot: Slot) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if let Some(path) = walk.picked.take(slot) {
            return files::read(slot, &path);
        }
        let path = typed(walk.terminal, &slot.to_string(), None, |path| match path {
            "" => Err(invalid(&slot.to_string(), "empty")),
            path => Ok(PathBuf::from(path)),
        })?;
        files::read(slot, &path)
    }

    fn amount(&mut self, walk: &mut Walk<'_>) -> Result<Fen, Fault> {
        typed(walk.terminal, "amount", None, Fen::parse)
    }

    fn person(&mut self, walk: &mut Walk<'_>) -> Result<Option<NewParticipant>, Fault> {
        let Stage::People { roles, documents, .. } = walk.at.stage.clone() else { return Ok(None) };
        let name = typed(walk.terminal, "person_name", None, PersonName::parse)?;
        let names: Vec<String> =
            documents.iter().map(|kind| walk.terminal.words.value("document", kind)).collect();
        let place = self.choose(walk.terminal, "document_kind", &names)?;
        let kind = documents.get(place).copied().ok_or_else(defect)?;
        let masked = |document: &Document| document.masked().number.to_string();
        let parse = |typed: &str| Document::parse(kind, typed);
        let document = hidden(walk.terminal, "ask.document_number", parse, masked)?;
        let names: Vec<String> =
            roles.iter().map(|role| walk.terminal.words.value("role_in", role)).collect();
        let place = self.choose(walk.terminal, "role", &names)?;
        let role = roles.get(place).copied().ok_or_else(defect)?;
        Ok(Some(NewParticipant { name, document, role }))
    }

    fn transfer(&mut self, walk: &mut Walk<'_>) -> Result<Next, Fault> {
        let Stage::Transfer { payment, letter } = walk.at.stage.clone() else { return Ok(Next::Wait) };
        let mut options = Vec::new();
        let mut option = |walk: &Walk<'_>, key: &str, next: Next| {
            options.push((walk.terminal.words.plain(key), next));
        };
        if let Payment::Forward { passed: false, paid_at: Some(_), payments_left, .. } = payment {
            option(walk, "do.amount", Next::Give(StepAnswer::Amount { amount: Fen(0) }));
            if payments_left > 0 {
                option(walk, "do.new_payment", Next::Give(StepAnswer::NewPayment));
            }
        }
        if matches!(letter, LetterState::Missing | LetterState::Refused { .. }) {
            option(walk, "do.save_letter", Next::SaveLetter);
            option(walk, "do.send_letter", Next::SendLetter);
        }
        option(walk, "do.wait", Next::Wait);
        options.extend(returns(walk));
        match self.pick(walk, "next", options)? {
            Next::Give(StepAnswer::Amount { .. }) => {
                Ok(Next::Give(StepAnswer::Amount { amount: self.amount(walk)? }))
            }
            next => Ok(next),
        }
    }

    fn people(&mut self, walk: &mut Walk<'_>) -> Result<Next, Fault> {
        let can_submit = matches!(walk.at.stage, Stage::People { can_submit: true, .. });
        let words = |key: &str| walk.terminal.words.plain(key);
        let mut options = Vec::new();
        if can_submit {
            options.push((words("do.submit"), Next::Give(StepAnswer::Submit)));
        }
        for (place, open) in people::missing(walk).iter().enumerate() {
            let person = people::of(walk).iter().find(|person| person.id == open.person);
            let name = person.map(|person| person.name.to_string()).unwrap_or_default();
            let duty = walk.terminal.words.value("duty", &open.duty);
            let text = walk.terminal.words.say("do.ticket", &[("name", &name), ("duty", &duty)]);
            options.push((text, Next::Ticket(place)));
        }
        // What is added is asked for once this is chosen.
        let add = options.len();
        options.push((words("do.add_person"), Next::Wait));
        for person in people::of(walk) {
            let text = walk.terminal.words.say("do.remove_person", &[("name", person.name.as_str())]);
            options.push((text, Next::Give(StepAnswer::RemovePerson { id: person.id.clone() })));
        }
        options.push((words("do.wait"), Next::Wait));
        let names: Vec<String> = options.iter().map(|(name, _)| name.clone()).collect();
        let at = self.choose(walk.terminal, "next", &names)?;
        if at == add {
            let person = self.person(walk)?.ok_or_else(defect)?;
            return Ok(Next::Give(StepAnswer::AddPerson { person }));
        }
        options.into_iter().nth(at).map(|(_, next)| next).ok_or_else(defect)
    }

    fn sms(&mut self, walk: &mut Walk<'_>) -> Result<Option<PhoneNumber>, Fault> {
        let names = ["do.by_qr", "do.by_sms"].map(|key| walk.terminal.words.plain(key));
        if self.choose(walk.terminal, "next", &names)? == 0 {
            return Ok(None);
        }
        let masked = |phone: &PhoneNumber| phone.masked().to_string();
        hidden(walk.terminal, "ask.phone", PhoneNumber::parse, masked).map(Some)
    }

    fn mends(&mut self, walk: &mut Walk<'_>, fault: &Fault) -> Result<bool, Fault> {
        if *fault == Fault::RecordChanged {
            return Ok(true);
        }
        if !may_mend(fault) {
            return Ok(false);
        }
        walk.terminal.say_fault(fault);
        let earlier = returns(walk);
        if earlier.is_empty() {
            return agrees(walk.terminal, "ask.mend", &[]);
        }
        let words = |key: &str| walk.terminal.words.plain(key);
        let mut options = vec![(words("do.again"), Next::Wait)];
        options.extend(earlier);
        options.push((words("do.stop"), Next::SaveLetter));
        match self.pick(walk, "next", options)? {
            Next::Give(answer) => {
                walk.look()?;
                walk.give(answer)?;
                Ok(true)
            }
            next => Ok(matches!(next, Next::Wait)),
        }
    }
}

impl Talk {
    fn pick(&mut self, walk: &mut Walk<'_>, what: &str, options: Vec<(String, Next)>) -> Result<Next, Fault> {
        let names: Vec<String> = options.iter().map(|(name, _)| name.clone()).collect();
        let at = self.choose(walk.terminal, what, &names)?;
        options.into_iter().nth(at).map(|(_, next)| next).ok_or_else(defect)
    }
}

/// Back to each choice that may be made anew.
fn returns(walk: &Walk<'_>) -> Vec<(String, Next)> {
    let earlier = walk.at.steps.iter().filter(|step| step.may_return).map(|step| step.step.clone());
    let option = |to: StepId| {
        let name = walk.terminal.words.value("step", &to);
        (walk.terminal.words.say("do.return", &[("step", &name)]), Next::Give(StepAnswer::Return { to }))
    };
    earlier.map(option).collect()
}

/// Other values, another file or another try may help; and there is somebody to ask.
fn may_mend(fault: &Fault) -> bool {
    match fault {
        Fault::DataRefused { .. }
        | Fault::FileUnusable { .. }
        | Fault::TooOften { .. }
        | Fault::RegisterUnavailable { .. }
        | Fault::PortalUnreachable
        | Fault::PortalTimeout => true,
        Fault::InputInvalid { field, .. } => field != "terminal",
        _ => false,
    }
}

pub(super) fn defect() -> Fault {
    Fault::Defect { place: "cli::procedure".into() }
}
