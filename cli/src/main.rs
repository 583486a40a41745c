//! `tongguan`: every goal of the program from the terminal, with the same core as the window.

mod account;
mod args;
mod captcha;
mod card_pin;
mod cards;
mod certify;
mod change;
mod choice;
mod code;
mod company;
mod exit_code;
mod interrupt;
mod journal;
mod legal;
mod libraries;
mod login;
mod operators;
mod outside;
mod person;
mod platforms;
mod procedure;
mod secret;
mod session;
mod show;
mod terminal;
mod tokens;
mod trust;
mod ukey;
mod verify;
mod words;

use crate::args::{Arguments, CertifyTask, Task};
use crate::exit_code::Exit;
use crate::terminal::Terminal;
use crate::words::{Language, Words};
use clap::Parser;
use std::alloc::System;
use std::process::ExitCode;
use tongguan_core::fault::Fault;
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of the heap as it is freed: what a copy of a secret leaves behind in a library
/// that knows nothing of secrets is gone too.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    // Started by itself to hold a vendor's library: then it is that and nothing else.
    if let Some(end) = tongguan_wiring::serve_worker() {
        return end;
    }
    tongguan_program::start_log();
    tongguan_program::forbid_core_dumps();
    let arguments = Arguments::parse();
    let language =
        arguments.lang.unwrap_or_else(|| Language::from_environment(|name| std::env::var(name).ok()));
    let mut terminal = Terminal::new(Words::new(language), arguments.json);
    let exit = match run(&mut terminal, &arguments.command) {
        Ok(exit) => exit,
        Err(fault) => {
            tracing::info!(%fault, "ended with a fault");
            terminal.fault(&fault);
            Exit::of(&fault)
        }
    };
    exit.into()
}

fn run(terminal: &mut Terminal, task: &Task) -> Result<Exit, Fault> {
    match task {
        Task::Login(args) => login::login(terminal, args),
        Task::Logout(args) => login::logout(terminal, args),
        Task::Whoami => login::whoami(terminal),
        Task::Tokens(args) => {
            interrupt::listen(|| {})?;
            tokens::run(terminal, outside::devices()?.tokens.as_ref(), args)
        }
        Task::Certify(task) => match task.as_ref() {
            CertifyTask::IcCard(args) => certify::ic_card(terminal, args),
            CertifyTask::Ukey(args) => ukey::run(terminal, args),
            CertifyTask::Legal(args) => legal::run(terminal, args),
        },
        Task::Platforms(args) => platforms::run(terminal, args),
        Task::Procedure(task) => procedure::run(terminal, task),
        Task::Certifications(args) => cards::certifications(terminal, args),
        Task::Company(task) => company::run(terminal, task),
        Task::Account(task) => account::run(terminal, task),
        Task::Operators(task) => operators::run(terminal, task),
        Task::Cards(task) => cards::run(terminal, task),
        Task::Libraries(args) => libraries::run(terminal, args),
        Task::Verify(args) => verify::run(terminal, args),
        Task::Journal(args) => journal::run(terminal, &outside::journal()?, args),
        Task::ExitCodes => exit_codes(terminal),
    }
}

fn exit_codes(terminal: &mut Terminal) -> Result<Exit, Fault> {
    let words = |exit: Exit, terminal: &Terminal| terminal.words.plain(&format!("exit.{}", exit.number()));
    if terminal.is_json() {
        let list: Vec<_> = Exit::ALL
            .into_iter()
            .map(|exit| serde_json::json!({ "code": exit.number(), "meaning": words(exit, terminal) }))
            .collect();
        terminal.document(&list)?;
        return Ok(Exit::Ok);
    }
    for exit in Exit::ALL {
        let text = words(exit, terminal);
        terminal.line(&format!("{:>4}  {text}", exit.number()));
    }
    Ok(Exit::Ok)
}
