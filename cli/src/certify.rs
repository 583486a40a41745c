//! `tongguan certify`: the same steps as the window, one question after the other.

use crate::args::{CertifyArgs, KeyArgs, TokenArgs};
use crate::choice::{self, Choice};
use crate::exit_code::Exit;
use crate::interrupt;
use crate::outside;
use crate::secret;
use crate::session;
use crate::show;
use crate::terminal::Terminal;
use serde_json::json;
use tongguan_core::api::{App, Command, FlowView, View};
use tongguan_core::domain::{Identity, Means, Pin, PinState, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot, TokenSource};

pub(crate) fn ic_card(terminal: &mut Terminal, args: &CertifyArgs) -> Result<Exit, Fault> {
    let ports = session::ports(&args.sign_in)?;
    let snapshot = cards(terminal, ports.tokens.as_ref())?;
    let (app, _views) = session::start(ports)?;
    with_token(terminal, &app, args, Means::IcCard, &snapshot)
}

/// The cards and the electronic port's UKeys that are in. Where there is none, what else is in stays, to be told
/// why it will not do. Asked before anything watches: this waits for every library, and a watch tells of each as
/// it comes.
pub(crate) fn cards(terminal: &mut Terminal, tokens: &dyn TokenSource) -> Result<Snapshot, Fault> {
    terminal.say("certify.step.tokens", &[]);
    let mut snapshot = tokens.list();
    if snapshot.readers.iter().any(is_of_the_port) {
        snapshot.readers.retain(is_of_the_port);
    } else {
        snapshot.readers.retain(|reader| matches!(reader.state, ReaderState::Token { .. }));
    }
    let service = snapshot.service.take().filter(|_| snapshot.readers.is_empty());
    service.map_or(Ok(snapshot), Err)
}

/// A card that cannot be used counts: what stands against it is what the user has to know.
fn is_of_the_port(reader: &Reader) -> bool {
    match &reader.state {
        ReaderState::Token { token } => token.is_of_the_port(),
        ReaderState::Unusable { .. } => reader.library.is_none(),
        ReaderState::Empty | ReaderState::Reading => false,
    }
}

/// The token and key that the arguments name, or the only ones; shown.
pub(crate) fn chosen(
    terminal: &mut Terminal,
    snapshot: &Snapshot,
    args: &KeyArgs,
) -> Result<Option<(TokenInfo, Identity)>, Fault> {
    let Choice::Made { token, identity } = choice::make(terminal, snapshot, args)? else {
        return Ok(None);
    };
    terminal.say("certify.token", &[("label", &token.label), ("reader", &token.reader)]);
    show::certificate(terminal, identity.certificate.facts());
    Ok(Some((token, *identity)))
}

/// From the choice among these tokens to the receipt.
pub(crate) fn with_token(
    terminal: &mut Terminal,
    app: &App,
    args: &CertifyArgs,
    means: Means,
    snapshot: &Snapshot,
) -> Result<Exit, Fault> {
    let Some((token, identity)) = chosen(terminal, snapshot, &args.token.which)? else {
        return Ok(Exit::ChoiceNeeded);
    };
    let stay = session::enter(terminal, app, &args.sign_in)?;
    let begin = Command::Begin { means, token: token.id, key: identity.key };
    let exit = sign(terminal, app, &args.token, begin).and_then(|view| finish(terminal, app, &view, args));
    session::leave(app, stay);
    exit
}

/// From the statement to what the portal made of the signature.
pub(crate) fn sign(
    terminal: &mut Terminal,
    app: &App,
    args: &TokenArgs,
    begin: Command,
) -> Result<View, Fault> {
    let consent = session::ask(app, begin)?;
    agree(terminal, &consent.flow, args)?;
    let last_try = last_try(terminal, &consent.flow, &args.which)?;
    let pin = pin(terminal, &consent.flow, &args.which)?;
    interrupt::check()?;
    terminal.say("certify.step.sign", &[]);
    let view = app.sign_with(pin, last_try)?;
    match view.flow {
        FlowView::Failed { fault, .. } | FlowView::Consent { fault: Some(fault), .. } => Err(fault),
        _ => Ok(view),
    }
}

/// Typed here, unless the token asks for it itself.
fn pin(terminal: &mut Terminal, flow: &FlowView, args: &KeyArgs) -> Result<Option<Pin>, Fault> {
    if matches!(flow, FlowView::Consent { token, .. } if token.pin_pad) {
        terminal.say("certify.on_pad", &[]);
        return Ok(None);
    }
    secret::pin(terminal, args.pin_fd).map(Some)
}

/// Shows the statement word for word and takes a typed yes, unless it was given beforehand.
fn agree(terminal: &mut Terminal, flow: &FlowView, args: &TokenArgs) -> Result<(), Fault> {
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
fn last_try(terminal: &mut Terminal, flow: &FlowView, args: &KeyArgs) -> Result<bool, Fault> {
    let FlowView::Consent { pin, .. } = flow else { return Err(Fault::Cancelled) };
    last_try_of(terminal, pin, args)
}

/// The same for a PIN that is not asked for a signature.
pub(crate) fn last_try_of(terminal: &mut Terminal, pin: &PinState, args: &KeyArgs) -> Result<bool, Fault> {
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
        return Err(Fault::Cancelled);
    };
    show::receipt(terminal, receipt);
    let proof = app.proof().unwrap_or_default();
    let kept = args.out.as_deref().map(|file| outside::keep(file, ".p7s", &proof, "out"));
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
