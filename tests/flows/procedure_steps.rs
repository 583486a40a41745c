//! Procedures as a desk walks them.

use crate::answers::{answer, phone, read_code};
use tongguan_core::api::{Command, FileContent, TicketView};
use tongguan_core::domain::platform::{
    Fen, Field, NoticeId, PathId, PlatformId, Slot, StepId, Values, WayId,
};
use tongguan_core::domain::{PhoneNumber, RequestId};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{
    AskTicket, Payment, PlatformState, Procedure, ProcedureReceipt, Stage, StepAnswer, StepMark,
};
use tongguan_tests::Desk;

pub(crate) fn open(desk: &Desk, platform: &str, path: &str) -> Procedure {
    let (platform, path) = (PlatformId::parse(platform).unwrap(), PathId::parse(path).unwrap());
    answer!(desk.call(Command::OpenProcedure { platform, path }), Procedure)
}

/// As it stands now.
pub(crate) fn look(desk: &Desk, id: &RequestId) -> Procedure {
    answer!(desk.call(Command::Procedure { id: id.clone() }), Procedure)
}

/// The step that is open.
pub(crate) fn step(at: &Procedure) -> StepId {
    let now = at.steps.iter().find(|step| step.state == StepMark::Now);
    now.unwrap_or_else(|| panic!("{at:?}")).step.clone()
}

/// To the step that is open now.
pub(crate) fn try_give(desk: &Desk, id: &RequestId, answer: StepAnswer) -> Result<Procedure, Fault> {
    let at = look(desk, id);
    let given = Command::AnswerStep { id: id.clone(), version: at.version, step: step(&at), answer };
    desk.call(given).map(|done| answer!(Ok::<_, Fault>(done), Procedure))
}

pub(crate) fn give(desk: &Desk, id: &RequestId, answer: StepAnswer) -> Procedure {
    try_give(desk, id, answer).unwrap()
}

pub(crate) fn values(given: &[(Field, &str)]) -> Values {
    let mut values = Values::default();
    for (field, value) in given {
        values.set(*field, value).unwrap();
    }
    values
}

fn notices(at: &Procedure) -> Vec<NoticeId> {
    match &at.stage {
        Stage::Form { notices, .. } | Stage::Code { notices, .. } => notices.clone(),
        other => panic!("{other:?}"),
    }
}

/// With every notice agreed to.
pub(crate) fn try_fill(desk: &Desk, id: &RequestId, given: &[(Field, &str)]) -> Result<Procedure, Fault> {
    let agreed = notices(&look(desk, id));
    try_give(desk, id, StepAnswer::Form { values: values(given), agreed })
}

pub(crate) fn fill(desk: &Desk, id: &RequestId, given: &[(Field, &str)]) -> Procedure {
    try_fill(desk, id, given).unwrap()
}

pub(crate) fn choose(desk: &Desk, id: &RequestId, way: &str) -> Procedure {
    give(desk, id, StepAnswer::Way { way: WayId::parse(way).unwrap() })
}

/// Has a code sent, reads it on this phone and enters it.
pub(crate) fn enter_code(desk: &Desk, id: &RequestId, to: &PhoneNumber) -> Procedure {
    let agreed = notices(&look(desk, id));
    let sent = answer!(desk.call(Command::SendStepCode { id: id.clone() }), CodeSent);
    let entered = read_code(desk, &phone(to.as_str()), &sent);
    give(desk, id, StepAnswer::Code { id: entered.id, code: entered.code, agreed })
}

pub(crate) fn ticket(desk: &Desk, id: &RequestId, asked: AskTicket) -> TicketView {
    answer!(desk.call(Command::OpenTicket { id: id.clone(), asked }), Ticket)
}

pub(crate) fn send(desk: &Desk, id: &RequestId, slot: Slot, file: &[u8]) -> Procedure {
    let content = FileContent::of(file);
    answer!(desk.call(Command::SendFile { id: id.clone(), slot, content }), Procedure)
}

/// What it was passed with.
pub(crate) fn receipt(at: &Procedure) -> &ProcedureReceipt {
    match &at.stage {
        Stage::Done { receipt } => receipt,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn ways(at: &Procedure) -> Vec<String> {
    receipt(at).ways.iter().map(ToString::to_string).collect()
}

pub(crate) fn payment(at: &Procedure) -> Payment {
    match &at.stage {
        Stage::Transfer { payment, .. } => payment.clone(),
        other => panic!("{other:?}"),
    }
}

/// How the account stands with a platform.
pub(crate) fn state(desk: &Desk, platform: &str) -> PlatformState {
    let platforms = answer!(desk.call(Command::Platforms {}), Platforms);
    platforms.states.into_iter().find(|state| state.platform.as_str() == platform).unwrap()
}

pub(crate) fn refused(outcome: Result<Procedure, Fault>) -> Refusal {
    match outcome.unwrap_err() {
        Fault::DataRefused { reason } => reason,
        other => panic!("{other:?}"),
    }
}

/// Another amount of less than a yuan.
pub(crate) fn other_amount(amount: Fen) -> Fen {
    Fen(if amount.0 == 1 { 2 } else { 1 })
}
