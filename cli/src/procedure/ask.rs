//! A walk under way, and who answers its questions: a file, or the person at the terminal.

use super::fetch;
use super::files::Picked;
use crate::interrupt;
use crate::terminal::Terminal;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::platform::{Fen, NoticeId, Slot, StepId, Values, WayId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{FieldEntry, NewParticipant, Procedure, StepAnswer, StepMark};
use zeroize::Zeroizing;

/// How often a call that lasts is looked after.
const BEAT: Duration = Duration::from_millis(200);

pub(crate) struct Walk<'a> {
    pub(crate) terminal: &'a mut Terminal,
    pub(crate) app: Arc<App>,
    pub(crate) at: Procedure,
    pub(crate) picked: Picked,
    pub(crate) code_fd: Option<u32>,
}

/// What is done next where several things can be.
#[derive(Debug, Clone)]
pub(crate) enum Next {
    Give(StepAnswer),
    /// A ticket for the person and duty at this place of the list.
    Ticket(usize),
    SaveLetter,
    SendLetter,
    Wait,
}

pub(crate) trait Answers {
    /// The place in the list.
    fn choose(&mut self, terminal: &mut Terminal, what: &str, names: &[String]) -> Result<usize, Fault>;
    fn form(&mut self, walk: &mut Walk<'_>, fields: &[FieldEntry]) -> Result<Values, Fault>;
    fn agree(&mut self, walk: &mut Walk<'_>, notices: &[NoticeId]) -> Result<Vec<NoticeId>, Fault>;
    /// `default` is taken where nothing else is said.
    fn way(
        &mut self,
        walk: &mut Walk<'_>,
        ways: &[WayId],
        default: Option<&WayId>,
    ) -> Result<StepAnswer, Fault>;
    fn file(&mut self, walk: &mut Walk<'_>, slot: Slot) -> Result<Zeroizing<Vec<u8>>, Fault>;
    fn amount(&mut self, walk: &mut Walk<'_>) -> Result<Fen, Fault>;
    /// Somebody to be added to the matter, if there is anybody.
    fn person(&mut self, walk: &mut Walk<'_>) -> Result<Option<NewParticipant>, Fault>;
    /// Of the corporate payment.
    fn transfer(&mut self, walk: &mut Walk<'_>) -> Result<Next, Fault>;
    fn people(&mut self, walk: &mut Walk<'_>) -> Result<Next, Fault>;
    /// Where the link goes, if it goes by SMS.
    fn sms(&mut self, walk: &mut Walk<'_>) -> Result<Option<tongguan_core::domain::PhoneNumber>, Fault>;
    /// Whether the step begins anew after this.
    fn mends(&mut self, walk: &mut Walk<'_>, fault: &Fault) -> Result<bool, Fault>;
}

impl Walk<'_> {
    pub(crate) fn step(&self) -> Result<StepId, Fault> {
        let now = self.at.steps.iter().find(|step| step.state == StepMark::Now);
        now.map(|step| step.step.clone()).ok_or(Fault::FlowNotThere)
    }

    /// As it stands now.
    pub(crate) fn look(&mut self) -> Result<(), Fault> {
        self.at = fetch(&self.app, Command::Procedure { id: self.at.id.clone() })?;
        Ok(())
    }

    pub(crate) fn give(&mut self, answer: StepAnswer) -> Result<(), Fault> {
        interrupt::check()?;
        let (id, version, step) = (self.at.id.clone(), self.at.version, self.step()?);
        self.at = fetch(&self.app, Command::AnswerStep { id, version, step, answer })?;
        Ok(())
    }

    /// Until something changes, or for a while; Ctrl-C leaves it open.
    pub(crate) fn wait(&mut self) -> Result<(), Fault> {
        let asked = Command::AwaitProcedure { id: self.at.id.clone(), version: self.at.version };
        match self.meanwhile(asked, |_| Ok(()))? {
            Answer::Procedure(at) => self.at = at,
            _ => return Err(Fault::Defect { place: "cli::procedure".into() }),
        }
        Ok(())
    }

    /// Runs a command that lasts on a thread of its own, and `tick` meanwhile.
    pub(crate) fn meanwhile(
        &mut self,
        command: Command,
        mut tick: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<Answer, Fault> {
        let (app, (done, outcome)) = (Arc::clone(&self.app), mpsc::channel());
        std::thread::spawn(move || done.send(app.call(command)).is_ok());
        loop {
            match outcome.recv_timeout(BEAT) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Timeout) => {
                    interrupt::check()?;
                    tick(self)?;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::Defect { place: "cli::procedure".into() });
                }
            }
        }
    }
}
