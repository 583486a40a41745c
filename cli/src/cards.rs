//! `tongguan cards` and `tongguan certifications`.

use crate::args::{CardTask, SignInArgs};
use crate::exit_code::Exit;
use crate::secret::invalid;
use crate::session;
use crate::show;
use crate::terminal::Terminal;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{BoundCard, Certification};

pub(crate) fn run(terminal: &mut Terminal, task: &CardTask) -> Result<Exit, Fault> {
    match task {
        CardTask::List(args) => session::within(terminal, args, |terminal, app| {
            let cards = fetch(app, Command::Cards {})?;
            list(terminal, &cards)
        }),
        CardTask::Unbind { sign_in, id, yes } => {
            session::within(terminal, sign_in, |terminal, app| unbind(terminal, app, id, *yes))
        }
    }
}

fn fetch(app: &App, command: Command) -> Result<Vec<BoundCard>, Fault> {
    match app.call(command)? {
        Answer::Cards(cards) => Ok(cards),
        _ => Err(Fault::Defect { place: "cli::cards".into() }),
    }
}

fn list(terminal: &mut Terminal, cards: &[BoundCard]) -> Result<Exit, Fault> {
    if cards.is_empty() {
        terminal.say("card.none", &[]);
    }
    for card in cards {
        show(terminal, card);
    }
    terminal.document(&cards)?;
    Ok(Exit::Ok)
}

fn show(terminal: &mut Terminal, card: &BoundCard) {
    let kind = terminal.words.value("card", &card.kind);
    terminal.line(&card.id.to_string());
    for (field, value) in [
        ("holder", card.holder.clone()),
        ("card_kind", kind),
        ("card_number", card.number.to_string()),
        ("bound_at", card.bound_at.to_string()),
    ] {
        show::field(terminal, field, &value);
    }
}

fn unbind(terminal: &mut Terminal, app: &App, id: &str, yes: bool) -> Result<Exit, Fault> {
    let cards = fetch(app, Command::Cards {})?;
    let card = cards.into_iter().find(|card| card.id.to_string() == id);
    let card = card.ok_or_else(|| invalid("card", "unknown"))?;
    show(terminal, &card);
    if !yes && !terminal.confirm("ask.unbind")? {
        return Err(Fault::Cancelled);
    }
    let Answer::CardsAfter(left) = app.call(Command::UnbindCard { id: card.id })? else {
        return Err(Fault::Defect { place: "cli::cards".into() });
    };
    terminal.say("card.unbound", &[]);
    match left {
        Some(left) => list(terminal, &left),
        // It cannot be read now; what was asked for is done.
        None => terminal.document(&left).map(|()| Exit::Ok),
    }
}

pub(crate) fn certifications(terminal: &mut Terminal, args: &SignInArgs) -> Result<Exit, Fault> {
    session::within(terminal, args, |terminal, app| {
        let Answer::Certifications(passed) = app.call(Command::Certifications {})? else {
            return Err(Fault::Defect { place: "cli::certifications".into() });
        };
        if passed.is_empty() {
            terminal.say("certification.none", &[]);
        }
        for certification in &passed {
            show_passed(terminal, certification);
        }
        terminal.document(&passed)?;
        Ok(Exit::Ok)
    })
}

fn show_passed(terminal: &mut Terminal, certification: &Certification) {
    let receipt = &certification.receipt;
    let method = terminal.words.value("method", &certification.method);
    let number = ("number", receipt.number.as_str());
    let at = receipt.accepted_at.to_string();
    terminal.say("certification.row", &[("at", &at), ("method", &method), number]);
    let level = show::level(&terminal.words, &receipt.level_after);
    let lines = [
        ("bank", receipt.bank.as_ref().map(|bank| bank.name.to_string())),
        ("level", Some(level)),
        ("expires_at", certification.expires_at.map(|at| at.date())),
    ];
    for (field, value) in lines {
        if let Some(value) = value {
            show::field(terminal, field, &value);
        }
    }
}
