//! `tongguan platforms`: what platforms there are, and how account, holder and company stand with each.

use crate::args::SignInArgs;
use crate::exit_code::Exit;
use crate::session;
use crate::terminal::Terminal;
use crate::words::Language;
use serde_json::json;
use tongguan_core::api::{Answer, App, Command, Platforms};
use tongguan_core::domain::platform::{Path, Platform, Subject};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{PlatformState, ProcedureReceipt};

pub(crate) fn run(terminal: &mut Terminal, args: &SignInArgs) -> Result<Exit, Fault> {
    session::within(terminal, args, |terminal, app| {
        let known = fetch(app)?;
        for platform in &known.platforms {
            show(terminal, platform, known.states.iter().find(|state| state.platform == platform.id));
        }
        terminal.document(&json!({ "platforms": known.states }))?;
        Ok(Exit::Ok)
    })
}

pub(crate) fn fetch(app: &App) -> Result<Platforms, Fault> {
    match app.call(Command::Platforms {})? {
        Answer::Platforms(platforms) => Ok(platforms),
        _ => Err(Fault::Defect { place: "cli::platforms".into() }),
    }
}

/// The paths that an account opens itself.
pub(crate) fn paths(platform: &Platform) -> impl Iterator<Item = &Path> {
    platform.paths.iter().filter(|path| path.subject != Subject::Phone)
}

fn show(terminal: &mut Terminal, platform: &Platform, state: Option<&PlatformState>) {
    let name = match terminal.words.language {
        Language::Zh => &platform.name,
        Language::En => &platform.english,
    };
    terminal.say("platform.title", &[("id", platform.id.as_str()), ("name", name)]);
    state.map_or(&[][..], |state| state.certified.as_slice()).iter().for_each(|one| certified(terminal, one));
    for open in state.map_or(&[][..], |state| state.open.as_slice()) {
        let step = terminal.words.value("step", &open.step);
        let until = open.expires_at.to_string();
        let values = [("id", open.id.as_str()), ("path", open.path.as_str()), ("step", &step)];
        terminal.say("platform.open", &[&values[..], &[("until", until.as_str())]].concat());
        if let Some(title) = &open.title {
            terminal.say("platform.matter", &[("title", title)]);
        }
    }
    for path in paths(platform) {
        let word = terminal.words.value("path", &path.id);
        let values = [("platform", platform.id.as_str()), ("path", path.id.as_str()), ("name", &word)];
        terminal.say("platform.path", &values);
    }
    advice(terminal, platform);
}

fn certified(terminal: &mut Terminal, receipt: &ProcedureReceipt) {
    let (at, subject) = (receipt.accepted_at.to_string(), terminal.words.value("subject", &receipt.subject));
    let document = receipt.document.as_ref().map(ToString::to_string);
    let values = [("subject", subject.as_str()), ("name", &receipt.name), ("number", &receipt.number)];
    let rest = [("at", at.as_str()), ("document", document.as_deref().unwrap_or_default())];
    let key = if document.is_some() { "platform.certified_as" } else { "platform.certified" };
    terminal.say(key, &[&values[..], &rest].concat());
}

/// Who must certify, and whose cards are best.
fn advice(terminal: &mut Terminal, platform: &Platform) {
    let between = terminal.words.plain("platform.between");
    for who in &platform.who {
        let roles: Vec<String> = who.roles.iter().map(|role| terminal.words.value("role_in", role)).collect();
        let company = terminal.words.value("company_kind", &who.company);
        terminal.say("platform.who", &[("company", &company), ("roles", &roles.join(&between))]);
    }
    let banks: Vec<String> =
        platform.banks.iter().map(|bank| terminal.words.value("card_bank", bank)).collect();
    if !banks.is_empty() {
        terminal.say("platform.banks", &[("banks", &banks.join(&between))]);
    }
}
