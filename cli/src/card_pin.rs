//! `tongguan account card-pin`: another PIN, changed on the card itself.

use crate::args::PinArgs;
use crate::certify;
use crate::exit_code::Exit;
use crate::outside;
use crate::secret;
use crate::session;
use crate::terminal::Terminal;
use serde_json::json;
use tongguan_core::api::{Answer, Command};
use tongguan_core::fault::Fault;

/// One run is at most one command to the card that can cost a try.
pub(crate) fn change(terminal: &mut Terminal, args: &PinArgs) -> Result<Exit, Fault> {
    let ports = outside::ports()?;
    let snapshot = certify::cards(terminal, ports.tokens.as_ref())?;
    let (app, _views) = session::start(ports)?;
    let Some((token, identity)) = certify::chosen(terminal, &snapshot, &args.which)? else {
        return Ok(Exit::ChoiceNeeded);
    };
    if !token.is_of_the_port() {
        return Err(Fault::CertificateNotPort { issuer: identity.certificate.issuer().into() });
    }
    // Asked before the PINs are: a locked one is not typed in vain.
    let ask = Command::CardPin { token: token.id.clone(), key: identity.key.clone() };
    let Answer::Pin(state) = app.call(ask)? else {
        return Err(Fault::Defect { place: "cli::card_pin".into() });
    };
    let last_try = certify::last_try_of(terminal, &state, &args.which)?;
    let old = secret::pin(terminal, args.which.pin_fd)?;
    let new = secret::new_pin(terminal, args.new_pin_fd)?;
    app.change_pin_with(&token.id, &identity.key, &old, &new, last_try)?;
    terminal.say("account.pin_changed", &[]);
    terminal.document(&json!({ "changed": "card_pin" }))?;
    Ok(Exit::Ok)
}
