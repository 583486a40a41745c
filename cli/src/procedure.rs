//! `tongguan procedure`: a walk through any platform, by the kinds of its steps. The portal keeps where it stands, so
//! a run begins where the last one ended.

mod ask;
mod fields;
mod files;
mod people;
mod sheet;
mod steps;
mod talk;
mod tell;
mod ticket;
mod transfer;

use crate::args::{GoArgs, OneArgs, OpenArgs, ProcedureTask};
use crate::exit_code::Exit;
use crate::platforms;
use crate::secret::invalid;
use crate::session;
use crate::terminal::Terminal;
use ask::{Answers, Walk};
use files::Picked;
use serde_json::json;
use sheet::Sheet;
use std::sync::Arc;
use talk::Talk;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{PathId, PlatformId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Procedure, Stage};

pub(crate) fn run(terminal: &mut Terminal, task: &ProcedureTask) -> Result<Exit, Fault> {
    match task {
        ProcedureTask::Open(args) => shown(terminal, &args.sign_in, |_, app| opened(app, args)),
        ProcedureTask::Show(args) => {
            let id = id(&args.id)?;
            shown(terminal, &args.sign_in, |_, app| fetch(app, Command::Procedure { id }))
        }
        ProcedureTask::Ticket(args) => ticket::run(terminal, args),
        ProcedureTask::Leave(args) => leave(terminal, args),
        ProcedureTask::Go(args) => go(terminal, args),
    }
}

fn shown(
    terminal: &mut Terminal,
    sign_in: &crate::args::SignInArgs,
    ask: impl FnOnce(&mut Terminal, &App) -> Result<Procedure, Fault>,
) -> Result<Exit, Fault> {
    session::within(terminal, sign_in, |terminal, app| {
        let at = ask(terminal, app)?;
        tell::stands(terminal, &at);
        tell::stays(terminal, &at);
        terminal.document(&json!({ "procedure": at }))?;
        Ok(Exit::Ok)
    })
}

fn leave(terminal: &mut Terminal, args: &OneArgs) -> Result<Exit, Fault> {
    let id = id(&args.id)?;
    session::within(terminal, &args.sign_in, |terminal, app| {
        session::ask(app, Command::LeaveProcedure { id })?;
        terminal.say("procedure.left", &[]);
        terminal.document(&json!({ "left": true }))?;
        Ok(Exit::Ok)
    })
}

/// Everything is read before anybody signs in: a file that is not usable costs nothing.
fn go(terminal: &mut Terminal, args: &GoArgs) -> Result<Exit, Fault> {
    let picked = Picked::parse(&args.file)?;
    let sheet = args.answers.as_deref().map(Sheet::read).transpose()?;
    let resume = args.resume.as_deref().map(id).transpose()?;
    session::within_app(terminal, &args.sign_in, |terminal, app| {
        let mut answers: Box<dyn Answers> = match sheet {
            Some(sheet) => Box::new(sheet),
            None => Box::new(Talk::default()),
        };
        let at = match resume {
            Some(id) => fetch(app, Command::Procedure { id })?,
            None => fetch(app, begin(terminal, app, args, answers.as_mut())?)?,
        };
        let walk = Walk { terminal, app: Arc::clone(app), at, picked, code_fd: args.code_fd };
        to_the_end(walk, answers.as_mut())
    })
}

fn begin(
    terminal: &mut Terminal,
    app: &App,
    args: &GoArgs,
    answers: &mut dyn Answers,
) -> Result<Command, Fault> {
    let platform = PlatformId::parse(args.platform.as_deref().unwrap_or_default())?;
    let known = platforms::fetch(app)?.platforms;
    let about = known.iter().find(|known| known.id == platform);
    let about = about.ok_or_else(|| invalid("platform", "unknown"))?;
    let paths: Vec<&PathId> = platforms::paths(about).map(|path| &path.id).collect();
    let path = match (&args.path, paths.as_slice()) {
        (Some(path), _) => PathId::parse(path)?,
        (None, [only]) => (*only).clone(),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|path| terminal.words.value("path", path)).collect();
            let at = answers.choose(terminal, "project", &names)?;
            several.get(at).map(|path| (*path).clone()).ok_or_else(|| invalid("project", "unknown"))?
        }
    };
    Ok(Command::OpenProcedure { platform, path })
}

/// Step by step, until nothing more can be done with it.
fn to_the_end(mut walk: Walk<'_>, answers: &mut dyn Answers) -> Result<Exit, Fault> {
    loop {
        tell::stands(walk.terminal, &walk.at);
        match &walk.at.stage {
            Stage::Done { receipt } => {
                walk.terminal.document(&json!({ "receipt": receipt }))?;
                return Ok(Exit::Ok);
            }
            Stage::Closed { .. } => {
                walk.terminal.document(&json!({ "procedure": walk.at }))?;
                return Ok(Exit::DataRefused);
            }
            _ => {}
        }
        if let Err(fault) = steps::one(&mut walk, answers) {
            let goes_on = answers.mends(&mut walk, &fault);
            if !goes_on.as_ref().is_ok_and(|goes_on| *goes_on) {
                tell::stays(walk.terminal, &walk.at);
                return Err(goes_on.err().unwrap_or(fault));
            }
            walk.look()?;
        }
    }
}

fn opened(app: &App, args: &OpenArgs) -> Result<Procedure, Fault> {
    let (platform, path) = (PlatformId::parse(&args.platform)?, PathId::parse(&args.path)?);
    fetch(app, Command::OpenProcedure { platform, path })
}

fn id(text: &str) -> Result<RequestId, Fault> {
    RequestId::parse(text).map_err(|_| invalid("id", "format"))
}

pub(crate) fn fetch(app: &App, command: Command) -> Result<Procedure, Fault> {
    match app.call(command)? {
        Answer::Procedure(at) => Ok(at),
        _ => Err(Fault::Defect { place: "cli::procedure".into() }),
    }
}
