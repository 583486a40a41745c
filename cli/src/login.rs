//! `tongguan login`, `logout` and `whoami`.

use crate::args::{LoginArgs, LogoutArgs};
use crate::certify;
use crate::exit_code::Exit;
use crate::outside;
use crate::session;
use crate::show;
use crate::terminal::Terminal;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};
use tongguan_core::api::{App, Command, SessionView};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Ports, Session, Snapshot, Vault};

/// A session that cannot be kept is ended again: nothing of it would remain after this run.
pub(crate) fn login(terminal: &mut Terminal, args: &LoginArgs) -> Result<Exit, Fault> {
    let ports = outside::ports()?;
    let vault = Arc::new(Keeping { vault: Arc::clone(&ports.vault), fault: Mutex::default() });
    let cards = args.card.then(|| certify::cards(terminal, ports.tokens.as_ref())).transpose()?;
    let (app, _views) = session::start(Ports { vault: Arc::<Keeping>::clone(&vault), ..ports })?;
    let session = if let Some(cards) = cards {
        by_card(terminal, &app, args, &cards)?
    } else {
        // Whoever is signed in leaves first, as with a card.
        session::ask(&app, Command::SignOut {})?;
        Some(session::sign_in(terminal, &app, &args.sign_in)?)
    };
    let Some(session) = session else { return Ok(Exit::ChoiceNeeded) };
    if let Some(fault) = vault.fault() {
        session::leave(&app, session::Stay::ThisRun);
        return Err(fault);
    }
    show(terminal, &session);
    terminal.document(&json!({ "session": session }))?;
    Ok(Exit::Ok)
}

/// The vault, and why it did not keep the session.
struct Keeping {
    vault: Arc<dyn Vault>,
    fault: Mutex<Option<Fault>>,
}

impl Keeping {
    fn fault(&self) -> Option<Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Vault for Keeping {
    fn load(&self) -> Result<Option<Session>, Fault> {
        self.vault.load()
    }

    fn keep(&self, session: &Session) -> Result<(), Fault> {
        let kept = self.vault.keep(session);
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = kept.clone().err();
        kept
    }

    fn forget(&self) -> Result<(), Fault> {
        self.vault.forget()
    }
}

/// From the choice of the card to the session; `None` where the user has to name a card or key first.
fn by_card(
    terminal: &mut Terminal,
    app: &App,
    args: &LoginArgs,
    cards: &Snapshot,
) -> Result<Option<SessionView>, Fault> {
    let portal = session::portal(app, &args.sign_in)?;
    let Some((token, identity)) = certify::chosen(terminal, cards, &args.token.which)? else {
        return Ok(None);
    };
    let begin = Command::BeginCardSignIn { portal, token: token.id, key: identity.key };
    let view = certify::sign(terminal, app, &args.token, begin)?;
    view.session.map(Some).ok_or(Fault::SessionEnded)
}

/// What is kept here is forgotten even where the portal cannot be told.
pub(crate) fn logout(terminal: &mut Terminal, args: &LogoutArgs) -> Result<Exit, Fault> {
    let ports = outside::ports()?;
    // Without a keyring nobody is signed in.
    let signed_in = ports.vault.load().is_ok_and(|kept| kept.is_some());
    if args.everywhere && !signed_in {
        return Err(Fault::SessionEnded);
    }
    let (app, _views) = session::start(ports)?;
    let command = if args.everywhere { Command::SignOutEverywhere {} } else { Command::SignOut {} };
    session::ask(&app, command)?;
    terminal.document(&json!({ "signed_out": signed_in }))?;
    let key = match (args.everywhere, signed_in) {
        (true, _) => "login.out_everywhere",
        (false, true) => "login.out",
        (false, false) => "login.nobody",
    };
    terminal.say(key, &[]);
    Ok(Exit::Ok)
}

pub(crate) fn whoami(terminal: &mut Terminal) -> Result<Exit, Fault> {
    let (app, _views) = session::start(outside::ports()?)?;
    let session = app.resume()?.session;
    terminal.document(&json!({ "session": session }))?;
    let Some(session) = session else {
        terminal.say("login.nobody", &[]);
        return Ok(Exit::NotSignedIn);
    };
    show(terminal, &session);
    Ok(Exit::Ok)
}

fn show(terminal: &mut Terminal, session: &SessionView) {
    let profile = &session.profile;
    let rights: Vec<String> =
        profile.rights.iter().map(|right| terminal.words.value("right", right)).collect();
    let lines = [
        ("portal", session.origin.to_string()),
        ("account", profile.account.to_string()),
        ("role", terminal.words.value("role", &profile.role)),
        ("rights", rights.join(", ")),
        ("company_name", profile.company.name.to_string()),
        ("uscc", profile.company.uscc.to_string()),
        ("level", show::level(&terminal.words, &profile.level)),
        ("idle_ends_at", profile.idle_ends_at.to_string()),
    ];
    for (field, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        show::field(terminal, field, value);
    }
    if profile.sign_in_again {
        terminal.say("record.sign_in_again", &[]);
    }
}
