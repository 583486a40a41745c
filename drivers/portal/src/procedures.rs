use crate::exchange::Request;
use crate::http_portal::{HttpPortal, within};
use crate::stream::{Heard, hear};
use crate::wire::OpenProcedure;
use reqwest::Method;
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{PathId, PlatformId, StepId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{
    AskTicket, Branch, CodeSent, FileFacts, PlatformState, Procedure, ProcedureDesk, Session, StepAnswer,
    Ticket, Upload,
};

const ALL: &str = "/v1/procedures";
/// Of a procedure or of all: the picture of a face in it, or a matter with some hundred people.
const LARGE: usize = 256 * 1024;
/// Of a letter: two pages with their fonts.
const LETTER: usize = 2 << 20;
/// With the bound of each exchange, enough for a part of a file over a line of 5 KiB/s.
const SLOW_LINE: Duration = Duration::from_secs(40);

/// A request about one procedure, or about something `below` it.
fn of<'a>(
    session: &'a Session,
    method: Method,
    id: &RequestId,
    below: &[&str],
) -> Result<Request<'a>, Fault> {
    let request = within(session, method, ALL)?.bounded(LARGE).below(id.as_str())?;
    below.iter().try_fold(request, |request, segment| request.below(segment))
}

impl HttpPortal {
    /// What a request about a procedure gives; one that is not there is over for this account.
    fn procedural<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, Fault> {
        let answer = self.ask(request)?;
        answer.found_or(Fault::FlowNotThere)?;
        answer.value()
    }

    fn listen(
        &self,
        session: &Session,
        id: &RequestId,
        version: u32,
        until: Instant,
    ) -> Result<Heard, Fault> {
        let request = of(session, Method::GET, id, &["events"])?.accept("text/event-stream");
        let stream = self.stream(&request);
        Ok(stream.map_or(Heard::Broken, |response| hear(response, version, until)))
    }
}

impl ProcedureDesk for HttpPortal {
    fn platforms(&self, session: &Session) -> Result<Vec<PlatformState>, Fault> {
        self.ask(&within(session, Method::GET, "/v1/platforms")?.bounded(LARGE))?.value()
    }

    fn open_procedure(
        &self,
        session: &Session,
        platform: &PlatformId,
        path: &PathId,
        key: &RequestId,
    ) -> Result<Procedure, Fault> {
        let request = within(session, Method::POST, ALL)?.bounded(LARGE).key(key);
        self.ask(&request.json(&OpenProcedure { platform, path })?)?.value()
    }

    fn procedure(&self, session: &Session, id: &RequestId) -> Result<Procedure, Fault> {
        self.procedural(&of(session, Method::GET, id, &[])?)
    }

    fn await_procedure(
        &self,
        session: &Session,
        id: &RequestId,
        version: u32,
        patience: Duration,
    ) -> Result<Procedure, Fault> {
        let until = Instant::now() + patience;
        let left = match self.listen(session, id, version, until)? {
            Heard::Broken => until.saturating_duration_since(Instant::now()),
            Heard::Changed | Heard::Nothing => Duration::ZERO,
        };
        // With the version it is a wait, which does not count as use of the session.
        let request = of(session, Method::GET, id, &[])?.query("version", &version.to_string());
        self.procedural(&request.waiting(left))
    }

    fn answer_step(
        &self,
        session: &Session,
        id: &RequestId,
        version: u32,
        step: &StepId,
        answer: &StepAnswer,
    ) -> Result<Procedure, Fault> {
        let request = of(session, Method::PUT, id, &["steps", step.as_str()])?;
        self.procedural(&request.seen_at(version).json(answer)?)
    }

    fn send_step_code(&self, session: &Session, id: &RequestId) -> Result<CodeSent, Fault> {
        self.procedural(&of(session, Method::POST, id, &["codes"])?)
    }

    fn open_ticket(&self, session: &Session, id: &RequestId, asked: &AskTicket) -> Result<Ticket, Fault> {
        self.procedural(&of(session, Method::POST, id, &["tickets"])?.json(asked)?)
    }

    fn begin_upload(&self, session: &Session, id: &RequestId, file: &FileFacts) -> Result<Upload, Fault> {
        self.procedural(&of(session, Method::POST, id, &["uploads"])?.json(file)?.harmless())
    }

    fn send_part(
        &self,
        session: &Session,
        id: &RequestId,
        upload: &Upload,
        part: &[u8],
    ) -> Result<Upload, Fault> {
        let request = of(session, Method::PATCH, id, &["uploads", upload.id.as_str()])?;
        self.procedural(&request.part(upload.offset, part).patient(SLOW_LINE))
    }

    fn letter(&self, session: &Session, id: &RequestId) -> Result<Vec<u8>, Fault> {
        let request = of(session, Method::GET, id, &["letter"])?.bounded(LETTER);
        let answer = self.ask(&request.accept("application/pdf, application/problem+json"))?;
        answer.found_or(Fault::FlowNotThere)?;
        answer.pdf()
    }

    fn branches(&self, session: &Session, find: &str) -> Result<Vec<Branch>, Fault> {
        self.ask(&within(session, Method::GET, "/v1/branches")?.query("find", find))?.value()
    }

    fn leave_procedure(&self, session: &Session, id: &RequestId) -> Result<(), Fault> {
        let answer = self.ask(&of(session, Method::DELETE, id, &[])?)?;
        if answer.is_absent() { Ok(()) } else { answer.done() }
    }
}
