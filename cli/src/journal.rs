//! `tongguan journal`: what was signed on this machine, newest first.

use crate::args::JournalArgs;
use crate::exit_code::Exit;
use crate::terminal::Terminal;
use crate::words::word_of;
use serde_json::json;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Journal, JournalRow, Outcome};

pub(crate) fn run(terminal: &mut Terminal, journal: &dyn Journal, args: &JournalArgs) -> Result<Exit, Fault> {
    let verified = if args.verify { Some(journal.verify()?) } else { None };
    let rows = journal.rows(None, args.limit)?;
    if terminal.is_json() {
        terminal.document(&json!({ "rows": rows, "verified_rows": verified }))?;
        return Ok(Exit::Ok);
    }
    if rows.is_empty() {
        terminal.say("journal.empty", &[]);
    } else {
        terminal.say("journal.columns", &[]);
    }
    for row in &rows {
        show(terminal, row);
    }
    if let Some(count) = verified {
        terminal.say("journal.whole", &[("rows", &count.to_string())]);
    }
    Ok(Exit::Ok)
}

fn show(terminal: &mut Terminal, row: &JournalRow) {
    let entry = &row.entry;
    let outcome = match &entry.outcome {
        Outcome::Signed => terminal.words.plain("outcome.signed"),
        Outcome::Accepted { receipt } => terminal.words.say("outcome.accepted", &[("receipt", receipt)]),
        Outcome::Failed { code } => terminal.words.say("outcome.failed", &[("code", code)]),
    };
    let values = [
        ("row", row.row.to_string()),
        ("at", entry.at.to_string()),
        ("purpose", word_of(&entry.purpose)),
        ("audience", entry.audience.to_string()),
        ("token", entry.token_label.clone()),
        ("outcome", outcome),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    terminal.say("journal.row", &values);
}
