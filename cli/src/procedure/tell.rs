//! How a procedure looks on a terminal.

use crate::show;
use crate::terminal::Terminal;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Fact, LetterState, Participant, Payment, Procedure, Stage, StepMark};

/// What has passed, what is now, and what was met elsewhere.
pub(super) fn stands(terminal: &mut Terminal, at: &Procedure) {
    for step in &at.steps {
        let mark = match step.state {
            StepMark::Passed => "procedure.step.passed",
            StepMark::Now => "procedure.step.now",
            StepMark::Ahead => "procedure.step.ahead",
        };
        let word = terminal.words.value("step", &step.step);
        terminal.say(mark, &[("step", &word)]);
    }
    if let Some(reason) = at.refused {
        terminal.say_fault(&Fault::DataRefused { reason });
    }
    stage(terminal, &at.stage);
}

/// How to go on with it.
pub(super) fn stays(terminal: &mut Terminal, at: &Procedure) {
    if !at.is_over() {
        let until = at.expires_at.to_string();
        let text = terminal.words.say("procedure.stays", &[("id", at.id.as_str()), ("until", &until)]);
        terminal.warn(&text);
    }
}

fn stage(terminal: &mut Terminal, stage: &Stage) {
    match stage {
        Stage::Confirm { facts, .. } | Stage::Signature { facts } => self::facts(terminal, facts),
        Stage::Transfer { payment, letter } => {
            self::payment(terminal, payment);
            self::letter(terminal, letter);
        }
        Stage::People { matter, people, .. } => {
            let kind = terminal.words.value("matter_kind", &matter.kind);
            terminal.say("procedure.matter", &[("title", &matter.title), ("kind", &kind)]);
            people.iter().enumerate().for_each(|(place, person)| self::person(terminal, place, person));
        }
        Stage::Done { receipt } => {
            let at = receipt.accepted_at.to_string();
            let values = [("number", receipt.number.as_str()), ("name", &receipt.name), ("at", &at)];
            terminal.say("procedure.done", &values);
        }
        Stage::Closed { reason } => {
            let reason = terminal.words.value("closed", reason);
            terminal.say("procedure.closed", &[("reason", &reason)]);
        }
        _ => {}
    }
}

fn facts(terminal: &mut Terminal, facts: &[Fact]) {
    for fact in facts {
        let value = value_of(terminal, fact);
        show::field(terminal, fact.field.name(), &value);
    }
}

/// A word of a closed list in the user's language.
fn value_of(terminal: &Terminal, fact: &Fact) -> String {
    super::fields::list_of(fact.field).map_or_else(
        || fact.value.clone(),
        |(list, _)| terminal.words.plain(&format!("{list}.{}", fact.value)),
    )
}

fn payment(terminal: &mut Terminal, payment: &Payment) {
    match payment {
        Payment::Forward { account, branch, bank, paid_at, tries_left, payments_left, passed } => {
            show::field(terminal, "account_number", &account.to_string());
            show::field(terminal, "branch", &format!("{bank} ({branch})"));
            let (tries, payments) = (tries_left.to_string(), payments_left.to_string());
            match (passed, paid_at) {
                (true, _) => terminal.say("transfer.passed", &[]),
                (false, None) => terminal.say("transfer.not_paid", &[]),
                (false, Some(at)) => {
                    let at = at.to_string();
                    let values = [("at", at.as_str()), ("tries", &tries), ("payments", &payments)];
                    terminal.say("transfer.paid", &values);
                }
            }
        }
        Payment::Reverse { payee, amount, passed } => {
            let amount = amount.to_string();
            let values = [("name", payee.name.as_str()), ("account", &payee.account), ("bank", &payee.bank)];
            let rest = [("branch", payee.branch.as_str()), ("amount", &amount)];
            terminal.say("transfer.payee", &[&values[..], &rest].concat());
            terminal.say(if *passed { "transfer.passed" } else { "transfer.not_arrived" }, &[]);
        }
    }
}

fn letter(terminal: &mut Terminal, letter: &LetterState) {
    match letter {
        LetterState::Missing => terminal.say("letter.missing", &[]),
        LetterState::Waiting { since } => terminal.say("letter.waiting", &[("since", &since.to_string())]),
        LetterState::Refused { reason } => terminal.say("letter.refused", &[("reason", reason)]),
        LetterState::Passed => terminal.say("letter.passed", &[]),
    }
}

fn person(terminal: &mut Terminal, place: usize, person: &Participant) {
    let words = &terminal.words;
    let state = |at: Option<_>| words.plain(if at.is_some() { "duty.done" } else { "duty.missing" });
    let (role, document) =
        (words.value("role_in", &person.role), crate::person::shown(words, &person.document));
    let (number, signed, certified) =
        ((place + 1).to_string(), state(person.signed_at), state(person.certified_at));
    let values = [("number", number.as_str()), ("name", person.name.as_str()), ("document", &document)];
    let rest = [("role", role.as_str()), ("signed", &signed), ("certified", &certified)];
    let void = person.void_at.is_some();
    terminal.say("procedure.person", &[&values[..], &rest].concat());
    if void {
        terminal.say("procedure.void", &[]);
    }
}
