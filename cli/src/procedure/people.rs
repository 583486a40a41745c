//! The people of a matter: who is missing, who comes and goes, and a ticket for each duty.

use super::ask::{Answers, Next, Walk};
use super::ticket;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{AskTicket, Duty, DutyOf, Participant, Stage};

pub(super) fn pass(walk: &mut Walk<'_>, answers: &mut dyn Answers) -> Result<(), Fault> {
    match answers.people(walk)? {
        Next::Give(answer) => walk.give(answer),
        Next::Ticket(place) => {
            let duty = missing(walk).get(place).cloned().ok_or(Fault::FlowNotThere)?;
            ticket::open(
                walk.terminal,
                &walk.app,
                &walk.at.id,
                AskTicket { duty: Some(duty), sms_to: None },
            )?;
            walk.look()
        }
        Next::Wait | Next::SaveLetter | Next::SendLetter => {
            walk.terminal.say("procedure.waiting", &[]);
            walk.wait()
        }
    }
}

pub(super) fn of<'a>(walk: &'a Walk<'_>) -> &'a [Participant] {
    match &walk.at.stage {
        Stage::People { people, .. } => people,
        _ => &[],
    }
}

/// What has not been done, in the order of the list.
pub(super) fn missing(walk: &Walk<'_>) -> Vec<DutyOf> {
    let duties = |person: &Participant| {
        let open = [(Duty::Signature, person.signed_at), (Duty::Certification, person.certified_at)];
        let open = open.into_iter().filter(|(_, done)| done.is_none());
        open.map(|(duty, _)| DutyOf { person: person.id.clone(), duty }).collect::<Vec<_>>()
    };
    of(walk).iter().flat_map(duties).collect()
}
