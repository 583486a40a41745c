//! Codes that are sent to a phone or an e-mail address.

use crate::secret;
use crate::terminal::Terminal;
use serde_json::json;
use tongguan_core::domain::VerificationCode;
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{CodeEntered, CodeSent};

/// Has a code sent, takes it from the terminal or the descriptor, and hands it on. On the terminal, what was
/// mistyped may be typed again, and an empty line asks for another code.
pub(crate) fn with_code<T>(
    terminal: &mut Terminal,
    descriptor: Option<u32>,
    send: impl Fn() -> Result<CodeSent, Fault>,
    mut confirm: impl FnMut(&mut Terminal, CodeEntered) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut sent = send()?;
    tell(terminal, &sent)?;
    loop {
        let typed = secret::answer(terminal, descriptor, "code_fd", "ask.code")?;
        if descriptor.is_none() && typed.is_empty() {
            match send() {
                Ok(again) => {
                    sent = again;
                    tell(terminal, &sent)?;
                }
                Err(fault @ Fault::TooOften { .. }) => terminal.say_fault(&fault),
                Err(fault) => return Err(fault),
            }
            continue;
        }
        let outcome = VerificationCode::parse(&typed)
            .and_then(|code| confirm(terminal, CodeEntered { id: sent.id.clone(), code }));
        match outcome {
            Err(fault) if descriptor.is_none() && is_typing_error(&fault) => terminal.say_fault(&fault),
            outcome => return outcome,
        }
    }
}

fn is_typing_error(fault: &Fault) -> bool {
    match fault {
        Fault::InputInvalid { field, .. } => field == "code",
        Fault::DataRefused { reason } => *reason == Refusal::SmsWrong,
        _ => false,
    }
}

fn tell(terminal: &mut Terminal, sent: &CodeSent) -> Result<(), Fault> {
    terminal.document(&json!({ "ask": "code", "code": sent }))?;
    terminal.say("code.sent", &[("to", sent.to.as_str())]);
    Ok(())
}
