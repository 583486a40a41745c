//! Commands in, whole answers out: GET RESPONSE, the right Le, chaining and extended length.

use crate::apdu::{Answer, Command, Form, Response, ins};
use crate::link::{Exchange, Protocol};
use crate::status;
use tongguan_core::fault::Fault;

/// The most that one answer may hold: no object on a card is longer.
const MOST: usize = 0x1_0000;
const BLOCK: usize = 255;
/// Bit 5 of CLA: not the last command of a chain (ISO/IEC 7816-4 clause 5.4.1).
const MORE: u8 = 0x10;

/// The card inside one transaction.
pub struct Channel<'a> {
    exchange: &'a mut dyn Exchange,
    form: Form,
}

impl std::fmt::Debug for Channel<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel").field("form", &self.form).finish_non_exhaustive()
    }
}

impl<'a> Channel<'a> {
    /// `form` is what the card announces; over T=0 it is always the short one.
    pub fn new(exchange: &'a mut dyn Exchange, form: Form) -> Self {
        let form = if exchange.protocol() == Protocol::T0 { Form::Short } else { form };
        Self { exchange, form }
    }

    /// The form in use by now: a card or reader that refuses the extended one is not asked again.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Sends a command until its answer is whole. One that presents a PIN goes out exactly once.
    ///
    /// # Errors
    /// What the link reports; [`Fault::CardMalformed`] for an answer that is too short or never ends. A
    /// status word is not an error here.
    pub fn send(&mut self, command: &Command) -> Result<Response, Fault> {
        if command.presents_pin() {
            return self.once(command, Form::Short);
        }
        let wants_extended = command.data.len() > BLOCK || command.answer == Answer::Long;
        if self.form == Form::Extended && wants_extended {
            let reads = matches!(command.ins, ins::READ_BINARY | ins::GET_DATA | ins::GET_DATA_BY_TAG);
            match self.once(command, Form::Extended) {
                // Wrong length: this card or reader cannot, so the command was not carried out.
                Ok(response) if response.status == 0x6700 => self.form = Form::Short,
                // Some readers fail instead. Reading again does no harm; anything else stays failed.
                Err(Fault::CardCommunication { .. }) if reads => self.form = Form::Short,
                outcome => return self.complete(command, outcome?),
            }
        }
        let response = self.chained(command)?;
        self.complete(command, response)
    }

    /// Sends, and makes of every status word but success the fault of this command.
    pub fn demand(&mut self, command: &Command) -> Result<Vec<u8>, Fault> {
        let response = self.send(command)?;
        let fault = if command.presents_pin() {
            status::of_pin(command.ins, response.status)
        } else {
            status::of_command(command.ins, response.status)
        };
        fault.map_or(Ok(response.data), Err)
    }

    fn once(&mut self, command: &Command, form: Form) -> Result<Response, Fault> {
        let bytes = command.encode(form, self.exchange.protocol())?;
        let response = Response::parse(self.exchange.transmit(&bytes)?)?;
        tracing::trace!(
            ins = format_args!("{:02X}", command.ins),
            sent = bytes.len(),
            received = response.data.len(),
            status = format_args!("{:04X}", response.status),
            "apdu"
        );
        Ok(response)
    }

    /// The short form, in blocks if the data need it.
    fn chained(&mut self, command: &Command) -> Result<Response, Fault> {
        let mut rest: &[u8] = &command.data;
        while let Some((block, after)) = rest.split_at_checked(BLOCK).filter(|(_, after)| !after.is_empty()) {
            let mut part = Command::new(command.ins, command.p1, command.p2).data(block);
            part.cla = command.cla | MORE;
            let response = self.once(&part, Form::Short)?;
            if !response.is_ok() {
                return Ok(response);
            }
            rest = after;
        }
        let mut last = Command::new(command.ins, command.p1, command.p2).data(rest).answer(command.answer);
        last.cla = command.cla;
        let response = self.once(&last, Form::Short)?;
        // 6Cxx: not carried out, and xx is the Le to ask with. Once: a card that says it twice is wrong.
        match response.status.to_be_bytes() {
            [0x6C, le] => self.once(&last.answer(Answer::Exactly(le)), Form::Short),
            _ => Ok(response),
        }
    }

    /// 61xx: carried out, and xx bytes (or more than 255, for 00) wait to be fetched.
    fn complete(&mut self, command: &Command, first: Response) -> Result<Response, Fault> {
        let mut response = first;
        while let [0x61, le] = response.status.to_be_bytes() {
            let mut fetch = Command::new(ins::GET_RESPONSE, 0, 0).answer(Answer::Exactly(le));
            fetch.cla = command.cla;
            let mut next = self.once(&fetch, Form::Short)?;
            if let [0x6C, le] = next.status.to_be_bytes() {
                next = self.once(&fetch.answer(Answer::Exactly(le)), Form::Short)?;
            }
            let more = next.status >> 8 == 0x61;
            if (more && next.data.is_empty()) || response.data.len() + next.data.len() > MOST {
                return Err(Fault::CardMalformed { object: "response".into(), reason: "never ends".into() });
            }
            response.data.append(&mut next.data);
            response.status = next.status;
        }
        Ok(response)
    }
}
