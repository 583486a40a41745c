//! `tongguan libraries`: vendors' libraries, shown before any of them is loaded.

use crate::args::{LibrariesArgs, LibraryTask};
use crate::exit_code::Exit;
use crate::outside;
use crate::terminal::Terminal;
use crate::words::word_of;
use tongguan_core::domain::{Library, LibraryFacts, LibraryPath, LibraryState};
use tongguan_core::fault::{Fault, LibraryFlaw};
use tongguan_core::ports::Libraries;

pub(crate) fn run(terminal: &mut Terminal, args: &LibrariesArgs) -> Result<Exit, Fault> {
    let devices = outside::devices()?;
    let libraries = devices.libraries.as_ref();
    match &args.task {
        None => list(terminal, libraries)?,
        Some(LibraryTask::Inspect { path }) => {
            let library = libraries.inspect(path)?;
            show(terminal, &library);
            terminal.document(&library)?;
        }
        Some(LibraryTask::Allow { path, sha256 }) => {
            let library = allow(terminal, libraries, path, sha256.as_deref())?;
            terminal.document(&library)?;
        }
        Some(LibraryTask::Forget { path }) => {
            let path = LibraryPath::parse(path)?;
            libraries.withdraw(&path)?;
            terminal.say("library.forgotten", &[("path", path.as_str())]);
            terminal.document(&libraries.list())?;
        }
    }
    Ok(Exit::Ok)
}

fn list(terminal: &mut Terminal, libraries: &dyn Libraries) -> Result<(), Fault> {
    for fault in libraries.faults() {
        let text = terminal.words.fault(&fault);
        terminal.warn(&text);
    }
    let found = libraries.list();
    if found.is_empty() {
        terminal.say("library.none", &[]);
    }
    for library in &found {
        show(terminal, library);
    }
    terminal.document(&found)
}

/// Shows the file, then takes the yes: typed, or as the hash that was known beforehand.
pub(crate) fn allow(
    terminal: &mut Terminal,
    libraries: &dyn Libraries,
    path: &str,
    sha256: Option<&str>,
) -> Result<Library, Fault> {
    let library = libraries.inspect(path)?;
    show(terminal, &library);
    let facts = match &library.state {
        LibraryState::Approved { .. } => return Ok(library),
        LibraryState::Found { facts } => facts,
        LibraryState::Absent => {
            return Err(Fault::LibraryMissing { library: library.path.file_name().into() });
        }
        // What the user agreed to once may be agreed to anew; nothing else stands aside.
        LibraryState::Unusable { facts: Some(facts), fault: Fault::LibraryRefused { reason, .. } }
            if *reason == LibraryFlaw::Changed =>
        {
            facts
        }
        LibraryState::Unusable { fault, .. } => return Err(fault.clone()),
    };
    let refused = |reason| Fault::LibraryRefused { library: library.path.file_name().into(), reason };
    match sha256 {
        Some(known) if known.eq_ignore_ascii_case(&facts.sha256) => {}
        Some(_) => return Err(refused(LibraryFlaw::Changed)),
        None if terminal.confirm("ask.module")? => {}
        None => return Err(refused(LibraryFlaw::NotApproved)),
    }
    libraries.approve(&library.path, &facts.sha256)?;
    terminal.say("library.allowed", &[("path", library.path.as_str())]);
    libraries.inspect(library.path.as_str())
}

fn show(terminal: &mut Terminal, library: &Library) {
    let path = ("path", library.path.as_str());
    terminal.say("library.row", &[path]);
    terminal.say("library.name", &[("value", &library.name)]);
    terminal.say("library.kind", &[("value", &word_of(&library.kind))]);
    match &library.state {
        LibraryState::Absent => terminal.say("library.state.absent", &[]),
        LibraryState::Unusable { facts, fault } => {
            show_facts(terminal, facts.as_ref());
            let text = terminal.words.fault(fault);
            terminal.say("library.state.unusable", &[("fault", &text)]);
        }
        LibraryState::Found { facts } => {
            show_facts(terminal, Some(facts));
            terminal.say("library.state.found", &[path]);
        }
        LibraryState::Approved { facts, fault } => {
            show_facts(terminal, Some(facts));
            match fault {
                None => terminal.say("library.state.approved", &[]),
                Some(fault) => {
                    let text = terminal.words.fault(fault);
                    terminal.say("library.state.failed", &[("fault", &text)]);
                }
            }
        }
    }
}

fn show_facts(terminal: &mut Terminal, facts: Option<&LibraryFacts>) {
    let Some(facts) = facts else { return };
    terminal.say("library.sha256", &[("value", &facts.sha256)]);
    if let Some(version) = &facts.version {
        terminal.say("library.version", &[("value", version)]);
    }
    terminal.say("library.architecture", &[("value", &word_of(&facts.architecture))]);
    if facts.writable_by_others {
        terminal.say("library.writable", &[]);
    }
}
