//! One step, by its kind.

use super::ask::{Answers, Walk};
use super::{files, people, ticket, transfer};
use crate::code::with_code;
use std::cell::Cell;
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::platform::NoticeId;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{CodeSent, Stage, StepAnswer};

pub(super) fn one(walk: &mut Walk<'_>, answers: &mut dyn Answers) -> Result<(), Fault> {
    match walk.at.stage.clone() {
        Stage::Form { fields, notices } => {
            let values = answers.form(walk, &fields)?;
            let agreed = answers.agree(walk, &notices)?;
            walk.give(StepAnswer::Form { values, agreed })
        }
        Stage::Choose { ways, default } => {
            let chosen = answers.way(walk, &ways, default.as_ref())?;
            walk.give(chosen)
        }
        Stage::Code { sent, notices, .. } => {
            let agreed = answers.agree(walk, &notices)?;
            code(walk, sent, &agreed)
        }
        Stage::Scan { sms, .. } => ticket::pass(walk, answers, sms),
        Stage::Pictures { slots } => files::pictures(walk, answers, &slots),
        Stage::Transfer { payment, letter } => transfer::pass(walk, answers, &payment, &letter),
        Stage::People { .. } => people::pass(walk, answers),
        Stage::Confirm { notices, .. } => {
            let agreed = answers.agree(walk, &notices)?;
            walk.give(StepAnswer::Confirm { agreed })
        }
        // Of a phone's path, which no account opens.
        Stage::Face { .. } | Stage::Pending { .. } | Stage::Signature { .. } => Err(Fault::NotAllowed),
        Stage::Done { .. } | Stage::Closed { .. } => Err(Fault::FlowNotThere),
    }
}

/// The one that was sent last may still be entered.
fn code(walk: &mut Walk<'_>, sent: Option<CodeSent>, agreed: &[NoticeId]) -> Result<(), Fault> {
    let (app, id) = (walk.app.clone(), walk.at.id.clone());
    let sent = Cell::new(sent);
    let send = || match sent.take() {
        Some(sent) => Ok(sent),
        None => match app.call(Command::SendStepCode { id: id.clone() })? {
            Answer::CodeSent(sent) => Ok(sent),
            _ => Err(Fault::Defect { place: "cli::procedure".into() }),
        },
    };
    let at = walk.at.clone();
    let (picked, code_fd, app) = (std::mem::take(&mut walk.picked), walk.code_fd, walk.app.clone());
    let after = with_code(walk.terminal, code_fd, send, |terminal, code| {
        let picked = super::files::Picked::default();
        let mut walk = Walk { terminal, app: app.clone(), at: at.clone(), picked, code_fd };
        // A code that was sent meanwhile made another version of it.
        walk.look()?;
        walk.give(StepAnswer::Code { id: code.id, code: code.code, agreed: agreed.to_vec() })?;
        Ok(walk.at)
    });
    walk.picked = picked;
    walk.at = after?;
    Ok(())
}
