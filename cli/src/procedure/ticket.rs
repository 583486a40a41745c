//! Tickets: a QR code of half blocks, the address beside it, and the wait for the phone.

use super::ask::{Answers, Walk};
use super::{fetch, id};
use crate::args::{DutyArg, TicketArgs};
use crate::exit_code::Exit;
use crate::secret;
use crate::session;
use crate::terminal::Terminal;
use serde_json::json;
use std::io::{self, IsTerminal};
use tongguan_core::api::{Answer, App, Command, Qr, TicketView};
use tongguan_core::domain::{PhoneNumber, RequestId};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{AskTicket, Download, Duty, DutyOf, Procedure, Stage};

/// Light modules around the code (ISO/IEC 18004 section 6.3.8).
const QUIET: usize = 4;

pub(super) fn run(terminal: &mut Terminal, args: &TicketArgs) -> Result<Exit, Fault> {
    let procedure = id(&args.one.id)?;
    let person = args.person.as_deref().map(id).transpose()?;
    let duty = args.duty.map(|duty| match duty {
        DutyArg::Signature => Duty::Signature,
        DutyArg::Certification => Duty::Certification,
    });
    let duty = person.clone().zip(duty).map(|(person, duty)| DutyOf { person, duty });
    let sms_to = match args.sms_to_fd {
        Some(number) => Some(number_of(terminal, number)?),
        None => None,
    };
    session::within(terminal, &args.one.sign_in, |terminal, app| {
        if person.is_none() && sms_to.is_none() {
            let at = fetch(app, Command::Procedure { id: procedure.clone() })?;
            downloads(terminal, &at)?;
        }
        open(terminal, app, &procedure, AskTicket { duty, sms_to })?;
        Ok(Exit::Ok)
    })
}

fn number_of(terminal: &Terminal, descriptor: u32) -> Result<PhoneNumber, Fault> {
    let line = secret::hidden(terminal, Some(descriptor), "sms_to_fd", "ask.phone")?;
    PhoneNumber::parse(line.trim())
}

/// Asks for one and shows it.
pub(super) fn open(
    terminal: &mut Terminal,
    app: &App,
    id: &RequestId,
    asked: AskTicket,
) -> Result<(), Fault> {
    let by_sms = asked.sms_to.is_some();
    let duty = asked.duty.clone();
    let Answer::Ticket(ticket) = app.call(Command::OpenTicket { id: id.clone(), asked })? else {
        return Err(Fault::Defect { place: "cli::ticket".into() });
    };
    let shown = json!({ "address": ticket.address, "expires_at": ticket.expires_at, "duty": duty });
    terminal.document(&json!({ "ask": "ticket", "ticket": shown }))?;
    if by_sms {
        terminal.say("ticket.sms", &[]);
    } else {
        show(terminal, &ticket);
    }
    Ok(())
}

/// Where the app is had that reads the ticket, before the ticket itself.
pub(super) fn downloads(terminal: &mut Terminal, at: &Procedure) -> Result<(), Fault> {
    let Stage::Scan { downloads, .. } = &at.stage else { return Ok(()) };
    for Download { system, address } in downloads {
        let system = terminal.words.value("system", system);
        draw(terminal, &Qr::of(address.as_str())?);
        terminal.say("ticket.download", &[("system", &system), ("address", address.as_str())]);
    }
    if !downloads.is_empty() {
        let app = terminal.words.value("app", &at.platform);
        terminal.say("ticket.stores", &[("app", &app)]);
    }
    Ok(())
}

fn draw(terminal: &mut Terminal, qr: &Qr) {
    let in_colour = io::stdout().is_terminal() && !terminal.is_json();
    for line in blocks(qr) {
        // Dark on light, whatever the terminal's colours are: a camera wants it so.
        let line = if in_colour { format!("\u{1b}[38;5;16;48;5;231m{line}\u{1b}[0m") } else { line };
        terminal.line(&line);
    }
}

fn show(terminal: &mut Terminal, ticket: &TicketView) {
    draw(terminal, &ticket.qr);
    let until = ticket.expires_at.to_string();
    terminal.say("ticket.shown", &[("address", &ticket.address), ("until", &until)]);
}

/// Two rows of modules in each line of text.
fn blocks(qr: &Qr) -> Vec<String> {
    let width = qr.rows.first().map_or(0, String::len) + 2 * QUIET;
    let light = "0".repeat(width);
    let framed = qr.rows.iter().map(|row| format!("{0}{row}{0}", "0".repeat(QUIET)));
    let around = || std::iter::repeat_n(light.clone(), QUIET);
    let rows: Vec<String> = around().chain(framed).chain(around()).collect();
    let block = |(above, below)| match (above, below) {
        ('1', '1') => '\u{2588}',
        ('1', _) => '\u{2580}',
        (_, '1') => '\u{2584}',
        _ => ' ',
    };
    let line = |pair: &[String]| {
        let (above, below) = (pair.first().unwrap_or(&light), pair.get(1).unwrap_or(&light));
        above.chars().zip(below.chars()).map(block).collect()
    };
    rows.chunks(2).map(line).collect()
}

/// Until the phone has done its part.
pub(super) fn pass(walk: &mut Walk<'_>, answers: &mut dyn Answers, sms: bool) -> Result<(), Fault> {
    let sms_to = if sms { answers.sms(walk)? } else { None };
    downloads(walk.terminal, &walk.at)?;
    open(walk.terminal, &walk.app, &walk.at.id, AskTicket { duty: None, sms_to })?;
    let here = walk.step()?;
    walk.at = fetch(&walk.app, Command::Procedure { id: walk.at.id.clone() })?;
    let mut told = false;
    while walk.step().is_ok_and(|step| step == here) && !walk.at.is_over() {
        if let Some(reason) = walk.at.refused {
            return Err(Fault::DataRefused { reason });
        }
        let Stage::Scan { ticket, .. } = &walk.at.stage else { break };
        match ticket {
            None => return Err(Fault::DataRefused { reason: Refusal::TicketExpired }),
            Some(ticket) if ticket.opened && !told => {
                told = true;
                walk.terminal.say("ticket.opened", &[]);
            }
            Some(_) => {}
        }
        walk.wait()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_the_light_around_it() {
        let lines = blocks(&Qr { rows: vec!["10".into(), "11".into(), "01".into()] });
        assert_eq!(lines.len(), 6);
        assert!(lines.iter().all(|line| line.chars().count() == 10));
        assert_eq!(lines[2], format!("    {}    ", "\u{2588}\u{2584}"));
        assert_eq!(lines[3], format!("    {}    ", " \u{2580}"));
        assert!(lines[0].trim().is_empty() && lines[5].trim().is_empty());
    }
}
