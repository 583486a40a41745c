//! How the values of the core look on a terminal.

use crate::terminal::Terminal;
use crate::words::{Words, word_of};
use serde::Serialize;
use tongguan_core::domain::{CertificateFacts, Receipt, Timestamp};

/// The text as it is signed, each line after a bar, so that it cannot be taken for words of ours.
pub(crate) fn statement(terminal: &mut Terminal, text: &str) {
    for line in text.split('\n') {
        terminal.line(format!("  | {line}").trim_end());
    }
}

pub(crate) fn certificate(terminal: &mut Terminal, facts: &CertificateFacts) {
    let organization = facts.organization_code.as_ref().map(ToString::to_string);
    let holder_id = facts.holder_id.as_ref().map(word_of);
    let algorithm = terminal.words.plain(&format!("algorithm.{}", word_of(&facts.algorithm)));
    let lines = [
        ("certificate.holder", Some(facts.holder.clone())),
        ("certificate.company", facts.company.clone()),
        ("certificate.organization", organization),
        ("certificate.card_number", facts.card_number.clone()),
        ("certificate.holder_id", holder_id),
        ("certificate.issuer", Some(facts.issuer.clone())),
        ("certificate.algorithm", Some(algorithm)),
    ];
    for (key, value) in lines {
        if let Some(value) = value {
            terminal.say(key, &[("value", &value)]);
        }
    }
    let days = facts.valid_until.days_since(Timestamp::now()).to_string();
    let (from, until) = (facts.valid_from.date(), facts.valid_until.date());
    terminal.say("certificate.validity", &[("from", &from), ("until", &until), ("days", &days)]);
    if !facts.may_sign {
        terminal.say("certificate.no_signing", &[]);
    }
}

pub(crate) fn receipt(terminal: &mut Terminal, receipt: &Receipt) {
    let (number, at) = (receipt.number.as_str(), receipt.accepted_at.to_string());
    terminal.say("certify.accepted", &[("number", number), ("at", &at)]);
    if let Some(bank) = &receipt.bank {
        terminal.say("certify.bank", &[("bank", bank.name.as_str())]);
    }
    let before = level(&terminal.words, &receipt.level_before);
    let after = level(&terminal.words, &receipt.level_after);
    terminal.say("certify.level", &[("before", &before), ("after", &after)]);
}

pub(crate) fn level(words: &Words, level: &impl Serialize) -> String {
    words.value("level", level)
}

/// One value of a record under its name.
pub(crate) fn field(terminal: &mut Terminal, name: &str, value: &str) {
    let label = terminal.words.field(name);
    terminal.say("record.line", &[("label", &label), ("value", value)]);
}
