//! What an edit would change: shown, agreed to, saved; and how it goes on if somebody else was first.

use crate::exit_code::Exit;
use crate::show;
use crate::terminal::Terminal;
use serde::Serialize;
use serde_json::json;
use tongguan_core::fault::Fault;

/// One value as it is and as it shall be, in the form in which it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    field: &'static str,
    before: String,
    after: String,
}

impl Change {
    /// Of a value whose old and new form look alike.
    pub(crate) fn of_hidden(field: &'static str, after: Option<String>) -> Self {
        let after = after.unwrap_or_default();
        Self { field, before: after.clone(), after }
    }

    pub(crate) fn is_of(&self, field: &str) -> bool {
        self.field == field
    }
}

/// Nothing is a change that leaves a value as it is.
pub(crate) fn change(
    field: &'static str,
    before: Option<impl ToString>,
    after: Option<impl ToString>,
) -> Option<Change> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let (before, after) = (text(before.map(|v| v.to_string())), text(after.map(|v| v.to_string())));
    (before != after).then_some(Change { field, before, after })
}

/// Shows the changes, takes the user's yes, and has them saved. Where somebody else has changed the record since
/// it was read, that is told beside the record as it is now, with the command to repeat: nothing is lost.
pub(crate) fn save<R: Serialize>(
    terminal: &mut Terminal,
    changes: &[Change],
    yes: bool,
    present: R,
    write: impl FnOnce() -> Result<R, Fault>,
    read: impl FnOnce() -> Result<R, Fault>,
    show_record: impl FnOnce(&mut Terminal, &R),
) -> Result<Exit, Fault> {
    if changes.is_empty() {
        terminal.say("change.none", &[]);
        terminal.document(&json!({ "changes": changes, "record": present }))?;
        return Ok(Exit::Ok);
    }
    agree(terminal, changes, yes)?;
    match write() {
        Ok(record) => {
            terminal.say("change.saved", &[]);
            show_record(terminal, &record);
            terminal.document(&json!({ "changes": changes, "record": record }))?;
            Ok(Exit::Ok)
        }
        Err(Fault::RecordChanged) => overtaken(terminal, &read()?, show_record),
        Err(fault) => Err(fault),
    }
}

pub(crate) fn agree(terminal: &mut Terminal, changes: &[Change], yes: bool) -> Result<(), Fault> {
    terminal.say("change.list", &[]);
    for change in changes {
        let field = terminal.words.field(change.field);
        let values = [("field", field.as_str()), ("before", &change.before), ("after", &change.after)];
        let key = if change.before.is_empty() { "change.new" } else { "change.line" };
        terminal.say(key, &values);
    }
    if yes || terminal.confirm("ask.change")? { Ok(()) } else { Err(Fault::Cancelled) }
}

fn overtaken<R: Serialize>(
    terminal: &mut Terminal,
    now: &R,
    show_record: impl FnOnce(&mut Terminal, &R),
) -> Result<Exit, Fault> {
    let fault = Fault::RecordChanged;
    let repeat: Vec<String> = std::env::args().collect();
    terminal.document(&json!({ "fault": fault, "record": now, "repeat": repeat }))?;
    terminal.say_fault(&fault);
    terminal.say("change.now", &[]);
    show_record(terminal, now);
    let command = repeat.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    terminal.say("change.repeat", &[("command", &command)]);
    Ok(Exit::of(&fault))
}

/// A word as a POSIX shell takes it (POSIX.1-2017, 2.2.2).
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The record's sentence at its end, where what was saved takes effect later.
pub(crate) fn takes_effect(terminal: &mut Terminal, sign_in_again: bool) {
    if sign_in_again {
        terminal.say("record.sign_in_again", &[]);
    }
}

/// The lines of a record; a value that is not there is said to be missing.
pub(crate) fn lines(terminal: &mut Terminal, fields: &[(&str, Option<String>)]) {
    let missing = terminal.words.plain("record.missing");
    for (name, value) in fields {
        show::field(terminal, name, value.as_deref().unwrap_or(&missing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_stays_is_no_change() {
        assert_eq!(change("name", Some("a"), Some("a")), None);
        assert_eq!(change("name", None::<&str>, None::<&str>), None);
        let new = change("address", None::<&str>, Some("b")).unwrap();
        assert_eq!((new.before.as_str(), new.after.as_str()), ("", "b"));
    }

    #[test]
    fn a_command_to_repeat_is_one_that_a_shell_takes() {
        assert_eq!(quoted("--name"), "--name");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
