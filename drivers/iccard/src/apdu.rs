//! Command and response APDUs (ISO/IEC 7816-3 clause 12, 7816-4 clause 5).

use crate::link::Protocol;
use tongguan_core::fault::Fault;
use zeroize::Zeroizing;

/// INS bytes of ISO/IEC 7816-4 and 7816-8 that are spoken here.
pub mod ins {
    pub const VERIFY: u8 = 0x20;
    pub const MANAGE_SECURITY_ENVIRONMENT: u8 = 0x22;
    pub const CHANGE_REFERENCE_DATA: u8 = 0x24;
    pub const PERFORM_SECURITY_OPERATION: u8 = 0x2A;
    pub const GENERAL_AUTHENTICATE: u8 = 0x87;
    pub const SELECT: u8 = 0xA4;
    pub const READ_BINARY: u8 = 0xB0;
    pub const GET_RESPONSE: u8 = 0xC0;
    pub const GET_DATA: u8 = 0xCA;
    pub const GET_DATA_BY_TAG: u8 = 0xCB;
}

/// How long the length fields are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Short,
    Extended,
}

/// What the command wants back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    None,
    /// Up to 256 bytes in one answer.
    Short,
    /// A whole object; in the extended form up to 65536 bytes in one answer.
    Long,
    /// Exactly so many bytes, as the card or an earlier answer said; 0 is 256 in the short form.
    Exactly(u8),
}

/// A command. Its data may be a PIN, so they are wiped on drop and never printed.
#[derive(Clone)]
pub struct Command {
    pub cla: u8,
    pub ins: u8,
    pub p1: u8,
    pub p2: u8,
    pub data: Zeroizing<Vec<u8>>,
    pub answer: Answer,
}

impl Command {
    pub fn new(ins: u8, p1: u8, p2: u8) -> Self {
        Self { cla: 0, ins, p1, p2, data: Zeroizing::default(), answer: Answer::None }
    }

    pub fn data(mut self, data: &[u8]) -> Self {
        self.data = Zeroizing::new(data.to_vec());
        self
    }

    pub fn secret(mut self, data: Zeroizing<Vec<u8>>) -> Self {
        self.data = data;
        self
    }

    pub fn answer(mut self, answer: Answer) -> Self {
        self.answer = answer;
        self
    }

    /// Presents a PIN: may be sent once and never again, whatever the card or the reader says.
    pub fn presents_pin(&self) -> bool {
        !self.data.is_empty() && matches!(self.ins, ins::VERIFY | ins::CHANGE_REFERENCE_DATA)
    }

    /// The bytes on the wire.
    ///
    /// # Errors
    /// [`Fault::Defect`] if the data do not fit the form: the channel chains before it comes here.
    pub fn encode(&self, form: Form, protocol: Protocol) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let too_long = |_| Fault::Defect { place: "iccard::apdu".into() };
        // Sized at once, so that no growth leaves a copy of a PIN behind.
        let mut out = Zeroizing::new(Vec::with_capacity(self.data.len() + 12));
        out.extend_from_slice(&[self.cla, self.ins, self.p1, self.p2]);
        match form {
            Form::Short => {
                if !self.data.is_empty() {
                    out.push(u8::try_from(self.data.len()).map_err(too_long)?);
                    out.extend_from_slice(&self.data);
                }
                self.short_le(&mut out, protocol);
            }
            Form::Extended => {
                out.push(0);
                if !self.data.is_empty() {
                    out.extend_from_slice(&u16::try_from(self.data.len()).map_err(too_long)?.to_be_bytes());
                    out.extend_from_slice(&self.data);
                }
                if let Some(le) = self.extended_le() {
                    out.extend_from_slice(&le);
                }
            }
        }
        Ok(out)
    }

    fn short_le(&self, out: &mut Vec<u8>, protocol: Protocol) {
        let le = match self.answer {
            Answer::None => None,
            Answer::Short | Answer::Long => Some(0),
            Answer::Exactly(le) => Some(le),
        };
        match (protocol, self.data.is_empty(), le) {
            // 7816-3, 12.2: over T=0 case 1 has P3 = 00, and case 4 goes without Le and is answered 61xx.
            (Protocol::T0, true, None) => out.push(0),
            (Protocol::T0, false, _) | (Protocol::T1, _, None) => {}
            (_, _, Some(le)) => out.push(le),
        }
    }

    fn extended_le(&self) -> Option<[u8; 2]> {
        match self.answer {
            Answer::None => None,
            Answer::Short | Answer::Long => Some([0, 0]),
            Answer::Exactly(0) => Some([1, 0]),
            Answer::Exactly(le) => Some([0, le]),
        }
    }
}

/// Only what may be seen.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Command({:02X}, {} bytes)", self.ins, self.data.len())
    }
}

/// What came back: data and status word.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    pub data: Vec<u8>,
    pub status: u16,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({} bytes, {:04X})", self.data.len(), self.status)
    }
}

impl Response {
    /// # Errors
    /// [`Fault::CardMalformed`] for fewer than two bytes.
    pub fn parse(mut bytes: Vec<u8>) -> Result<Self, Fault> {
        let Some(status) = bytes.last_chunk().map(|sw| u16::from_be_bytes(*sw)) else {
            return Err(Fault::CardMalformed { object: "response".into(), reason: "length".into() });
        };
        bytes.truncate(bytes.len().saturating_sub(2));
        Ok(Self { data: bytes, status })
    }

    pub fn is_ok(&self) -> bool {
        self.status == 0x9000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wire(command: &Command, form: Form, protocol: Protocol) -> String {
        hex::encode_upper(&*command.encode(form, protocol).unwrap())
    }

    #[test]
    fn the_four_cases_of_the_short_form() {
        let case1 = Command::new(ins::VERIFY, 0, 0x81);
        let case2 = Command::new(ins::READ_BINARY, 0, 0).answer(Answer::Long);
        let case3 = Command::new(ins::SELECT, 2, 12).data(&[0x50, 0x31]);
        let case4 = case3.clone().answer(Answer::Short);
        for (command, t1, t0) in [
            (case1, "00200081", "0020008100"),
            (case2, "00B0000000", "00B0000000"),
            (case3, "00A4020C025031", "00A4020C025031"),
            (case4, "00A4020C02503100", "00A4020C025031"),
        ] {
            assert_eq!(wire(&command, Form::Short, Protocol::T1), t1);
            assert_eq!(wire(&command, Form::Short, Protocol::T0), t0);
        }
    }

    #[test]
    fn extended_length_fields_have_one_zero_in_front() {
        let read = Command::new(ins::GET_DATA, 2, 1).answer(Answer::Long);
        assert_eq!(wire(&read, Form::Extended, Protocol::T1), "00CA0201000000");
        let both = Command::new(ins::GENERAL_AUTHENTICATE, 7, 0x9A).data(&[1, 2]).answer(Answer::Long);
        assert_eq!(wire(&both, Form::Extended, Protocol::T1), "0087079A00000201020000");
    }

    #[test]
    fn debug_shows_no_data() {
        let verify = Command::new(ins::VERIFY, 0, 0x81).data(b"123456");
        assert_eq!(format!("{verify:?}"), "Command(20, 6 bytes)");
    }

    proptest! {
        #[test]
        fn no_bytes_panic_the_response(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(Response::parse(bytes.clone()).is_ok(), bytes.len() >= 2);
        }

        #[test]
        fn every_command_fits_or_is_refused(
            data in proptest::collection::vec(any::<u8>(), 0..600), le in any::<u8>(), t0 in any::<bool>()
        ) {
            let command = Command::new(0, 0, 0).data(&data).answer(Answer::Exactly(le));
            let protocol = if t0 { Protocol::T0 } else { Protocol::T1 };
            prop_assert_eq!(command.encode(Form::Short, protocol).is_ok(), data.len() <= 255);
            prop_assert!(command.encode(Form::Extended, protocol).is_ok());
        }
    }
}
