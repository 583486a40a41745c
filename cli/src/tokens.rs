//! `tongguan tokens`: readers, cards, UKeys and whose they are.

use crate::args::TokensArgs;
use crate::exit_code::Exit;
use crate::interrupt;
use crate::show;
use crate::terminal::Terminal;
use std::sync::mpsc;
use std::time::Duration;
use tongguan_core::domain::TokenInfo;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot, TokenSource};

pub(crate) fn run(
    terminal: &mut Terminal,
    source: &dyn TokenSource,
    args: &TokensArgs,
) -> Result<Exit, Fault> {
    if args.watch {
        return watch(terminal, source);
    }
    let snapshot = source.list();
    if let (Some(fault), true) = (&snapshot.service, snapshot.readers.is_empty()) {
        return Err(fault.clone());
    }
    show(terminal, &snapshot)?;
    Ok(Exit::Ok)
}

/// Every change until Ctrl-C. A stopped service is a change like any other: it may come back.
fn watch(terminal: &mut Terminal, source: &dyn TokenSource) -> Result<Exit, Fault> {
    let (changes, arrivals) = mpsc::channel();
    let guard = source.watch(Box::new(move |snapshot| {
        if changes.send(snapshot).is_err() {
            tracing::debug!("a change after the end");
        }
    }))?;
    while !interrupt::happened() {
        match arrivals.recv_timeout(Duration::from_millis(200)) {
            Ok(snapshot) => show(terminal, &snapshot)?,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    drop(guard);
    Ok(Exit::Ok)
}

fn show(terminal: &mut Terminal, snapshot: &Snapshot) -> Result<(), Fault> {
    if terminal.is_json() {
        return terminal.document(snapshot);
    }
    if let Some(fault) = &snapshot.service {
        let text = terminal.words.fault(fault);
        terminal.line(&text);
    }
    if snapshot.service.is_none() && snapshot.readers.is_empty() {
        terminal.say("reader.none", &[]);
    }
    for reader in &snapshot.readers {
        show_reader(terminal, reader);
    }
    Ok(())
}

fn show_reader(terminal: &mut Terminal, reader: &Reader) {
    let name = ("reader", reader.name.as_str());
    match &reader.state {
        ReaderState::Empty => terminal.say("reader.empty", &[name]),
        ReaderState::Reading => terminal.say("reader.reading", &[name]),
        ReaderState::Unusable { fault } => {
            let text = terminal.words.fault(fault);
            terminal.say("reader.unusable", &[name, ("fault", &text)]);
        }
        ReaderState::Token { token } => {
            terminal.say("reader.token", &[name, ("label", &token.label)]);
            show_token(terminal, token);
        }
    }
}

/// The token's name for `--token`, and each key with its certificate.
pub(crate) fn show_token(terminal: &mut Terminal, token: &TokenInfo) {
    terminal.say("reader.token_id", &[("value", token.id.as_str())]);
    for identity in &token.identities {
        terminal.say("certificate.key", &[("value", identity.key.as_str())]);
        show::certificate(terminal, identity.certificate.facts());
    }
}
