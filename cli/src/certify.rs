//! `tongguan certify`: the same steps as the window, one question after the other.

use crate::args::CertifyArgs;
use crate::choice::{self, Choice};
use crate::exit_code::Exit;
use crate::interrupt;
use crate::outside;
use crate::secret;
use crate::show;
use crate::terminal::Terminal;
use serde_json::json;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tongguan_core::api::{Answer, App, Command, FlowView, View};
use tongguan_core::domain::{Means, Pin, PinState};
use tongguan_core::fault::Fault;
use tongguan_core::flow::certify_token::Ports;
use tongguan_core::ports::{ReaderState, Snapshot};

/// How long readers and cards may take to be read before the choice is made among what is there.
const SETTLING: Duration = Duration::from_secs(10);

pub(crate) fn ic_card(terminal: &mut Terminal, args: &CertifyArgs) -> Result<Exit, Fault> {
    let (app, arrivals) = start(outside::ports()?)?;
    terminal.say("certify.step.tokens", &[]);
    let mut snapshot = settled(&arrivals)?;
    snapshot.readers.retain(|reader| reader.library.is_none());
    if let Some(fault) = snapshot.service {
        return Err(fault);
    }
    with_token(terminal, &app, args, Means::IcCard, &snapshot)
}

/// The application, and every view that it pushes. Ctrl-C cancels what is under way.
pub(crate) fn start(ports: Ports) -> Result<(Arc<App>, Receiver<View>), Fault> {
    let (views, arrivals) = mpsc::channel();
    let on_view = move |view: &View| {
        if views.send(view.clone()).is_err() {
            tracing::debug!("a view after the end");
        }
    };
    let app = App::start(ports, None, Box::new(on_view))?;
    cancel_on_interrupt(&app)?;
    Ok((app, arrivals))
}

/// From the choice among these tokens to the receipt.
pub(crate) fn with_token(
    terminal: &mut Terminal,
    app: &App,
    args: &CertifyArgs,
    means: Means,
    snapshot: &Snapshot,
) -> Result<Exit, Fault> {
    let Choice::Made { token, identity } = choice::make(terminal, snapshot, args)? else {
        return Ok(Exit::ChoiceNeeded);
    };
    terminal.say("certify.token", &[("label", &token.label), ("reader", &token.reader)]);
    show::certificate(terminal, identity.certificate.facts());
    sign_in(terminal, app, args)?;
    let exit = certify(terminal, app, args, Command::Begin { means, token: token.id, key: identity.key });
    sign_out(app);
    exit
}

pub(crate) fn sign_out(app: &App) {
    if let Err(fault) = app.call(Command::SignOut {}) {
        tracing::warn!(%fault, "the session was not ended");
    }
}

/// From the statement to the receipt, in a session.
fn certify(terminal: &mut Terminal, app: &App, args: &CertifyArgs, begin: Command) -> Result<Exit, Fault> {
    let consent = ask(app, begin)?;
    agree(terminal, &consent.flow, args)?;
    let last_try = last_try(terminal, &consent.flow, args)?;
    let pin = pin(terminal, &consent.flow, args)?;
    interrupt::check()?;
    terminal.say("certify.step.sign", &[]);
    let view = app.sign_with(pin, last_try)?;
    finish(terminal, app, &view, args)
}

fn cancel_on_interrupt(app: &Arc<App>) -> Result<(), Fault> {
    let app: Weak<App> = Arc::downgrade(app);
    interrupt::listen(move || {
        if let Some(Err(fault)) = app.upgrade().map(|app| app.call(Command::Cancel {})) {
            tracing::warn!(%fault, "not cancelled");
        }
    })
}

/// The first picture in which no card is still being read.
fn settled(arrivals: &Receiver<View>) -> Result<Snapshot, Fault> {
    let until = Instant::now() + SETTLING;
    let mut latest = Snapshot { service: None, readers: Vec::new() };
    loop {
        interrupt::check()?;
        let Ok(view) = arrivals.recv_timeout(until.saturating_duration_since(Instant::now())) else {
            return Ok(latest);
        };
        latest = view.tokens;
        if !latest.readers.iter().any(|reader| reader.state == ReaderState::Reading) {
            return Ok(latest);
        }
    }
}

/// Typed here, unless the token asks for it itself.
fn pin(terminal: &mut Terminal, flow: &FlowView, args: &CertifyArgs) -> Result<Option<Pin>, Fault> {
    if matches!(flow, FlowView::Consent { token, .. } if token.pin_pad) {
        terminal.say("certify.on_pad", &[]);
        return Ok(None);
    }
    secret::pin(terminal, args.pin_fd).map(Some)
}

pub(crate) fn sign_in(terminal: &mut Terminal, app: &App, args: &CertifyArgs) -> Result<(), Fault> {
    let password = secret::password(terminal, args.password_fd, &args.account)?;
    interrupt::check()?;
    terminal.say("certify.step.sign_in", &[("portal", &args.portal)]);
    let (portal, account) = (args.portal.clone(), args.account.clone());
    let view = ask(app, Command::SignIn { portal, account, password })?;
    let session = view.session.ok_or(Fault::SessionEnded)?;
    let company = &session.profile.company;
    terminal.say(
        "certify.signed_in",
        &[
            ("portal", session.origin.as_str()),
            ("account", session.profile.account.as_str()),
            ("company", company.name.as_str()),
            ("uscc", company.uscc.as_str()),
        ],
    );
    Ok(())
}

/// A command whose answer is the view; a flow that failed is a fault here.
pub(crate) fn ask(app: &App, command: Command) -> Result<View, Fault> {
    match app.call(command)? {
        Answer::View(view) => match view.flow {
            FlowView::Failed { fault, .. } => Err(fault),
            _ => Ok(view),
        },
        _ => Err(Fault::Defect { place: "cli::ask".into() }),
    }
}

/// Shows the statement word for word and takes a typed yes, unless it was given beforehand.
fn agree(terminal: &mut Terminal, flow: &FlowView, args: &CertifyArgs) -> Result<(), Fault> {
    let FlowView::Consent { statement, differences, .. } = flow else { return Err(Fault::Cancelled) };
    terminal.line("");
    terminal.say("certify.statement", &[]);
    terminal.line("");
    show::statement(terminal, &statement.text);
    terminal.line("");
    for difference in differences {
        let field = terminal.words.plain(&format!("difference.{}", difference.field));
        let (statement, account) = (difference.statement.as_str(), difference.account.as_str());
        let values = [("field", field.as_str()), ("statement", statement), ("account", account)];
        terminal.say("certify.difference", &values);
    }
    if args.consent || terminal.confirm("ask.consent")? { Ok(()) } else { Err(Fault::Cancelled) }
}

/// Tells the state of the PIN; on the last try, whether the user says yes to that.
fn last_try(terminal: &mut Terminal, flow: &FlowView, args: &CertifyArgs) -> Result<bool, Fault> {
    let FlowView::Consent { pin, .. } = flow else { return Err(Fault::Cancelled) };
    match pin {
        PinState::Unknown => terminal.say("certify.pin_state.unknown", &[]),
        PinState::Ready { tries_left } => {
            terminal.say("certify.pin_state.ready", &[("tries", &tries_left.to_string())]);
        }
        PinState::LastTry => terminal.say("certify.pin_state.last_try", &[]),
        PinState::Locked => terminal.say("certify.pin_state.locked", &[]),
    }
    match pin {
        PinState::Unknown | PinState::Ready { .. } => Ok(false),
        PinState::Locked => Err(Fault::PinLocked),
        PinState::LastTry if args.last_try || terminal.confirm("ask.last_try")? => Ok(true),
        PinState::LastTry => Err(Fault::PinLastTry),
    }
}

fn finish(terminal: &mut Terminal, app: &App, view: &View, args: &CertifyArgs) -> Result<Exit, Fault> {
    let FlowView::Done { receipt, statement, certificate, journal_row, journal_fault, timings, .. } =
        &view.flow
    else {
        return Err(match &view.flow {
            FlowView::Failed { fault, .. } | FlowView::Consent { fault: Some(fault), .. } => fault.clone(),
            _ => Fault::Cancelled,
        });
    };
    show::receipt(terminal, receipt);
    let kept = args.out.as_deref().map(|file| outside::keep(file, &app.proof().unwrap_or_default()));
    // The portal has accepted: what fails from here on is told beside the receipt, not instead of it.
    let (path, fault) = match kept.transpose() {
        Ok(path) => (path, journal_fault.clone()),
        Err(fault) => (None, Some(fault)),
    };
    terminal.document(&json!({
        "receipt": receipt,
        "statement": statement,
        "certificate": certificate,
        "journal_row": journal_row,
        "timings": timings,
        "out": path,
        "fault": fault,
    }))?;
    if let Some(path) = &path {
        terminal.say("certify.kept", &[("path", path)]);
    }
    Ok(fault.map_or(Exit::Ok, |fault| {
        let text = terminal.words.fault(&fault);
        terminal.line(&text);
        Exit::of(&fault)
    }))
}
