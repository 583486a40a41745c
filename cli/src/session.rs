//! The session that a task works in: the kept one, or one of this run alone.

use crate::args::SignInArgs;
use crate::captcha;
use crate::exit_code::Exit;
use crate::interrupt;
use crate::outside;
use crate::secret;
use crate::terminal::Terminal;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Weak};
use tongguan_core::api::{Answer, App, Command, FlowView, SessionView, View};
use tongguan_core::domain::{AccountName, Origin};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{CaptchaAnswer, Ports, Session};
use tongguan_wiring::MemoryVault;

/// How often a captcha that was answered wrongly on the terminal is asked anew; each costs a waiting portal.
const CAPTCHAS: usize = 3;

/// Whether the session outlives the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stay {
    Kept,
    ThisRun,
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

fn cancel_on_interrupt(app: &Arc<App>) -> Result<(), Fault> {
    let app: Weak<App> = Arc::downgrade(app);
    interrupt::listen(move || {
        if let Some(Err(fault)) = app.upgrade().map(|app| app.call(Command::Cancel {})) {
            tracing::warn!(%fault, "not cancelled");
        }
    })
}

/// The drivers for a task of this account: what is kept is neither used nor touched if it is not for this task.
pub(crate) fn ports(args: &SignInArgs) -> Result<Ports, Fault> {
    let ports = outside::ports()?;
    let kept = ports.vault.load().unwrap_or_else(|fault| {
        tracing::info!(%fault, "no session can be kept");
        None
    });
    let portal = args.portal.as_deref().map(Origin::from_input).transpose()?;
    let serves = |session: &Session| {
        args.account.is_none() && portal.as_ref().is_none_or(|portal| *portal == session.origin)
    };
    if kept.as_ref().is_some_and(serves) {
        return Ok(ports);
    }
    Ok(Ports { vault: Arc::new(MemoryVault), ..ports })
}

/// Runs `work` in a session, and ends the session if it is of this run alone.
pub(crate) fn within(
    terminal: &mut Terminal,
    args: &SignInArgs,
    work: impl FnOnce(&mut Terminal, &App) -> Result<Exit, Fault>,
) -> Result<Exit, Fault> {
    within_app(terminal, args, |terminal, app| work(terminal, app))
}

/// The same, for work that calls from several threads.
pub(crate) fn within_app(
    terminal: &mut Terminal,
    args: &SignInArgs,
    work: impl FnOnce(&mut Terminal, &Arc<App>) -> Result<Exit, Fault>,
) -> Result<Exit, Fault> {
    let (app, _views) = start(ports(args)?)?;
    let stay = enter(terminal, &app, args)?;
    let exit = work(terminal, &app);
    leave(&app, stay);
    exit
}

/// Into the kept session, or into one of this run.
pub(crate) fn enter(terminal: &mut Terminal, app: &App, args: &SignInArgs) -> Result<Stay, Fault> {
    if let Some(session) = app.resume()?.session {
        tell(terminal, &session);
        return Ok(Stay::Kept);
    }
    let session = sign_in(terminal, app, args)?;
    tell(terminal, &session);
    Ok(Stay::ThisRun)
}

pub(crate) fn leave(app: &App, stay: Stay) {
    if stay == Stay::ThisRun
        && let Err(fault) = app.call(Command::SignOut {})
    {
        tracing::warn!(%fault, "the session was not ended");
    }
}

/// By password and captcha.
pub(crate) fn sign_in(terminal: &mut Terminal, app: &App, args: &SignInArgs) -> Result<SessionView, Fault> {
    let portal = portal(app, args)?;
    let account = account(terminal, args)?;
    let password = secret::password(terminal, args.password_fd, &account)?;
    for last in (0..CAPTCHAS).rev().map(|left| left == 0) {
        interrupt::check()?;
        let captcha: CaptchaAnswer = captcha::answer(terminal, app, &portal, args)?;
        interrupt::check()?;
        terminal.say("certify.step.sign_in", &[("portal", &portal)]);
        let (portal, account, password) = (portal.clone(), account.clone(), password.clone());
        match ask(app, Command::SignIn { portal, account, password, captcha }) {
            Err(fault @ Fault::CaptchaWrong) if !last && args.captcha_fd.is_none() => {
                terminal.say_fault(&fault);
            }
            outcome => return outcome?.session.ok_or(Fault::SessionEnded),
        }
    }
    Err(Fault::CaptchaWrong)
}

/// The named one, or the one that was signed in at last.
pub(crate) fn portal(app: &App, args: &SignInArgs) -> Result<String, Fault> {
    if let Some(portal) = &args.portal {
        return Ok(portal.clone());
    }
    let last = view(app)?.portal.ok_or_else(|| secret::invalid("portal", "missing"))?;
    Ok(last.to_string())
}

fn account(terminal: &mut Terminal, args: &SignInArgs) -> Result<String, Fault> {
    let account = match &args.account {
        Some(account) => account.clone(),
        // Without a terminal, what is missing is the argument.
        None => terminal.ask("ask.account", &[]).map_err(|fault| match fault {
            Fault::InputInvalid { reason, .. } => secret::invalid("account", &reason),
            other => other,
        })?,
    };
    // Refused here, before a password is asked for.
    AccountName::parse(account.trim()).map(|account| account.to_string())
}

fn tell(terminal: &mut Terminal, session: &SessionView) {
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
}

pub(crate) fn view(app: &App) -> Result<View, Fault> {
    ask_view(app, Command::View {})
}

/// A command whose answer is the view; a flow that failed is a fault here.
pub(crate) fn ask(app: &App, command: Command) -> Result<View, Fault> {
    let view = ask_view(app, command)?;
    match view.flow {
        FlowView::Failed { fault, .. } => Err(fault),
        _ => Ok(view),
    }
}

fn ask_view(app: &App, command: Command) -> Result<View, Fault> {
    match app.call(command)? {
        Answer::View(view) => Ok(view),
        _ => Err(Fault::Defect { place: "cli::session".into() }),
    }
}
