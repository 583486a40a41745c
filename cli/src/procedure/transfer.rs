//! The corporate payment and its letter: both have to pass, in whatever order.

use super::ask::{Answers, Next, Walk};
use super::files;
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{LetterState, Payment};

/// One thing that is done for it, or the wait for what others do.
pub(super) fn pass(
    walk: &mut Walk<'_>,
    answers: &mut dyn Answers,
    payment: &Payment,
    letter: &LetterState,
) -> Result<(), Fault> {
    tracing::debug!(direction = ?payment.direction(), ?letter, "corporate payment");
    match answers.transfer(walk)? {
        Next::Give(answer) => walk.give(answer),
        Next::SaveLetter => save(walk),
        Next::SendLetter => {
            let file = answers.file(walk, Slot::Letter)?;
            files::send(walk, Slot::Letter, &file)
        }
        Next::Wait | Next::Ticket(_) => {
            walk.terminal.say("procedure.waiting", &[]);
            walk.wait()
        }
    }
}

fn save(walk: &mut Walk<'_>) -> Result<(), Fault> {
    let Answer::Saved(saved) = walk.app.call(Command::SaveLetter { id: walk.at.id.clone() })? else {
        return Err(Fault::Defect { place: "cli::procedure".into() });
    };
    walk.terminal.document(&serde_json::json!({ "ask": "letter", "path": saved.path }))?;
    walk.terminal.say("letter.saved", &[("path", &saved.path)]);
    Ok(())
}
