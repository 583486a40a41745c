//! Which card and which key: never chosen for the user if there is more than one.

use crate::args::KeyArgs;
use crate::show;
use crate::terminal::Terminal;
use crate::tokens::show_token;
use serde_json::json;
use tongguan_core::domain::{Identity, KeyRef, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Snapshot};

/// What the user's arguments and what is plugged in lead to.
pub(crate) enum Choice {
    Made {
        token: TokenInfo,
        identity: Box<Identity>,
    },
    /// Shown to the user; he has to name one.
    Needed,
}

pub(crate) fn make(terminal: &mut Terminal, snapshot: &Snapshot, args: &KeyArgs) -> Result<Choice, Fault> {
    let tokens = tokens(snapshot);
    let chosen = match &args.token {
        Some(named) => {
            let is_it = |token: &TokenInfo| token.id.as_str() == named || token.reader == *named;
            tokens.into_iter().find(is_it).ok_or(Fault::TokenGone)?
        }
        None if tokens.len() > 1 => return offer_tokens(terminal, &tokens),
        None => tokens.into_iter().next().ok_or_else(|| nothing_to_use(snapshot))?,
    };
    identity(terminal, chosen, args)
}

fn identity(terminal: &mut Terminal, token: TokenInfo, args: &KeyArgs) -> Result<Choice, Fault> {
    if let Some(named) = &args.key {
        let named = KeyRef::parse(named)?;
        let identity = token.identities.iter().find(|identity| identity.key == named).cloned();
        let identity = identity.ok_or(Fault::KeyMissing)?;
        return Ok(Choice::Made { token, identity: Box::new(identity) });
    }
    let mut able = token.identities.iter().filter(|identity| identity.certificate.may_sign());
    match (able.next().cloned(), able.next()) {
        (None, _) => Err(Fault::CertificateUsage),
        (Some(identity), None) => Ok(Choice::Made { token, identity: Box::new(identity) }),
        (Some(_), Some(_)) => offer_keys(terminal, &token),
    }
}

fn tokens(snapshot: &Snapshot) -> Vec<TokenInfo> {
    let readers = snapshot.readers.iter();
    readers
        .filter_map(|reader| match &reader.state {
            ReaderState::Token { token } => Some(token.clone()),
            _ => None,
        })
        .collect()
}

/// What stands against the only card that is there says more than "no card".
fn nothing_to_use(snapshot: &Snapshot) -> Fault {
    let unusable = snapshot.readers.iter().find_map(|reader| match &reader.state {
        ReaderState::Unusable { fault } => Some(fault.clone()),
        _ => None,
    });
    unusable.unwrap_or(Fault::TokenGone)
}

fn offer_tokens(terminal: &mut Terminal, tokens: &[TokenInfo]) -> Result<Choice, Fault> {
    terminal.document(&json!({ "choice": "token", "tokens": tokens }))?;
    terminal.say("choice.token", &[]);
    for token in tokens {
        terminal.say("certify.token", &[("label", &token.label), ("reader", &token.reader)]);
        show_token(terminal, token);
    }
    Ok(Choice::Needed)
}

fn offer_keys(terminal: &mut Terminal, token: &TokenInfo) -> Result<Choice, Fault> {
    terminal.document(&json!({ "choice": "key", "identities": token.identities }))?;
    terminal.say("choice.key", &[]);
    for identity in token.identities.iter().filter(|identity| identity.certificate.may_sign()) {
        terminal.say("certificate.key", &[("value", identity.key.as_str())]);
        show::certificate(terminal, identity.certificate.facts());
    }
    Ok(Choice::Needed)
}
