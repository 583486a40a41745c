//! `tongguan certify ukey`: with the UKey of the company's bank, here or on the bank's own page.

use crate::args::UkeyArgs;
use crate::certify;
use crate::exit_code::Exit;
use crate::interrupt;
use crate::libraries;
use crate::session::{self, ask};
use crate::show;
use crate::terminal::Terminal;
use serde_json::json;
use std::time::Duration;
use tongguan_core::api::{App, Command, FlowView};
use tongguan_core::domain::{Bank, BankId, Means};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Ports;

/// After a question that nobody answered.
const PAUSE: Duration = Duration::from_secs(2);

pub(crate) fn run(terminal: &mut Terminal, args: &UkeyArgs) -> Result<Exit, Fault> {
    terminal.words.talk_of("ukey");
    let id = BankId::parse(&args.bank).map_err(|_| Fault::BankUnknown { bank: args.bank.clone() })?;
    let ports = session::ports(&args.certify.sign_in)?;
    let known = ports.libraries.banks().into_iter().find(|bank| bank.id == id);
    let bank = known.ok_or(Fault::BankUnknown { bank: args.bank.clone() })?;
    if args.at_bank { at_bank(terminal, args, ports, &bank) } else { here(terminal, args, ports, bank) }
}

fn here(terminal: &mut Terminal, args: &UkeyArgs, ports: Ports, bank: Bank) -> Result<Exit, Fault> {
    let module = match &args.module {
        Some(path) => {
            let sha256 = args.module_sha256.as_deref();
            Some(libraries::allow(terminal, ports.libraries.as_ref(), path, sha256)?.path)
        }
        None => None,
    };
    terminal.say("certify.step.tokens", &[]);
    // Asked before anything watches: this waits for every library, and a watch tells of each as it comes.
    let mut snapshot = ports.tokens.list();
    snapshot.readers.retain(|reader| match (&reader.library, &module) {
        (Some(library), Some(module)) => library == module,
        (library, None) => library.is_some(),
        (None, Some(_)) => false,
    });
    let (app, _views) = session::start(ports)?;
    certify::with_token(terminal, &app, &args.certify, Means::BankUkey { bank: bank.id }, &snapshot)
}

fn at_bank(terminal: &mut Terminal, args: &UkeyArgs, ports: Ports, bank: &Bank) -> Result<Exit, Fault> {
    let (app, _views) = session::start(ports)?;
    let stay = session::enter(terminal, &app, &args.certify.sign_in)?;
    let exit = visit(terminal, &app, bank);
    session::leave(&app, stay);
    exit
}

fn visit(terminal: &mut Terminal, app: &App, bank: &Bank) -> Result<Exit, Fault> {
    let view = ask(app, Command::VisitBank { bank: bank.id.clone() })?;
    if let FlowView::AtBank { address, opened, .. } = &view.flow {
        let key = if *opened { "certify.at_bank.opened" } else { "certify.at_bank.not_opened" };
        terminal.say(key, &[("bank", bank.name.as_str())]);
        terminal.say("certify.at_bank.address", &[("address", address)]);
    }
    loop {
        interrupt::check()?;
        match ask(app, Command::AwaitBank {})?.flow {
            FlowView::DoneAtBank { receipt } => {
                show::receipt(terminal, &receipt);
                terminal.document(&json!({ "receipt": receipt }))?;
                return Ok(Exit::Ok);
            }
            FlowView::AtBank { fault: Some(fault), .. } => {
                let text = terminal.words.fault(&fault);
                terminal.say("certify.at_bank.lost", &[("fault", &text)]);
                std::thread::park_timeout(PAUSE);
            }
            FlowView::AtBank { .. } => {}
            _ => return Err(Fault::Cancelled),
        }
    }
}
