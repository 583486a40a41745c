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
use tongguan_core::ports::PlatformState;

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
    for receipt in state.map_or(&[][..], |state| state.certified.as_slice()) {
        let (at, subject) =
            (receipt.accepted_at.to_string(), terminal.words.value("subject", &receipt.subject));
        let values = [("subject", subject.as_str()), ("name", &receipt.name), ("number", &receipt.number)];
        terminal.say("platform.certified", &[&values[..], &[("at", at.as_str())]].concat());
    }
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
}
