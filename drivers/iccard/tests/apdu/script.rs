//! A card that knows its lines: every command must be the next one, byte for byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tongguan_core::domain::{Application, Certificate, KeyRef, Pin, TokenId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Token;
use tongguan_iccard::link::{Exchange, Link, Protocol, Work};
use tongguan_iccard::{DEFAULT_ORDER, recognise};

/// T=1, card capabilities 73 C0 01 C0: chaining and extended length.
pub(crate) const EXTENDED: &str = "3B8580018073C001C005";
/// T=1, no historical bytes.
pub(crate) const SHORT: &str = "3B80800101";

pub(crate) const RSA: &[u8] = include_bytes!("fixtures/rsa.der");
pub(crate) const P256: &[u8] = include_bytes!("fixtures/p256.der");
pub(crate) const SM2: &[u8] = include_bytes!("fixtures/sm2.der");
pub(crate) const OTHER: &[u8] = include_bytes!("fixtures/other.der");

struct Step {
    says: &'static str,
    command: String,
    answer: Result<Vec<u8>, Fault>,
}

#[derive(Default)]
struct Stage {
    steps: VecDeque<Step>,
    /// Commands that presented a PIN.
    presented: usize,
    inside: bool,
}

/// The lines, shared between the test and the link that plays them.
#[derive(Clone)]
pub(crate) struct Script {
    stage: Arc<Mutex<Stage>>,
    protocol: Protocol,
    atr: Vec<u8>,
}

impl Script {
    pub(crate) fn new(atr: &str, protocol: Protocol) -> Self {
        Self { stage: Arc::default(), protocol, atr: hex::decode(atr).unwrap() }
    }

    /// One exchange: what it is for, the command and the answer in hex.
    pub(crate) fn step(&self, says: &'static str, command: &str, answer: &str) -> &Self {
        let answer = hex::decode(answer).unwrap_or_else(|error| panic!("{says}: {error}"));
        self.push(says, command, Ok(answer))
    }

    /// One exchange that the reader does not bring back.
    pub(crate) fn fails(&self, says: &'static str, command: &str, fault: Fault) -> &Self {
        self.push(says, command, Err(fault))
    }

    fn push(&self, says: &'static str, command: &str, answer: Result<Vec<u8>, Fault>) -> &Self {
        self.stage.lock().unwrap().steps.push_back(Step { says, command: command.to_uppercase(), answer });
        self
    }

    pub(crate) fn link(&self) -> Box<dyn Link> {
        Box::new(self.clone())
    }

    /// Every line was spoken; so many commands presented a PIN.
    pub(crate) fn presented(&self) -> usize {
        let stage = self.stage.lock().unwrap();
        let left: Vec<_> = stage.steps.iter().map(|step| step.says).collect();
        assert!(left.is_empty(), "not asked for: {left:?}");
        stage.presented
    }

    pub(crate) fn recognise(&self) -> Result<Box<dyn Token>, Fault> {
        self.recognise_as(&DEFAULT_ORDER)
    }

    pub(crate) fn recognise_as(&self, order: &[Application]) -> Result<Box<dyn Token>, Fault> {
        recognise(self.link(), "reader", TokenId::parse("iccard:reader#1.1").unwrap(), order)
    }
}

impl Link for Script {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        assert!(
            !std::mem::replace(&mut self.stage.lock().unwrap().inside, true),
            "transaction in a transaction"
        );
        let end = work(&mut Player(self));
        self.stage.lock().unwrap().inside = false;
        end
    }
}

struct Player<'a>(&'a Script);

impl Exchange for Player<'_> {
    fn protocol(&self) -> Protocol {
        self.0.protocol
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut stage = self.0.stage.lock().unwrap();
        let command_hex = hex::encode_upper(command);
        if matches!(command[1], 0x20 | 0x24) && command.len() > 5 {
            stage.presented += 1;
        }
        let Some(step) = stage.steps.pop_front() else { panic!("after the last line: {command_hex}") };
        assert_eq!(command_hex, step.command, "{}", step.says);
        step.answer
    }
}

pub(crate) fn ok(data: &[u8]) -> String {
    format!("{}9000", hex::encode_upper(data))
}

/// DER or BER-TLV: tag in hex, parts one after the other.
pub(crate) fn tlv(tag: &str, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let mut out = hex::decode(tag).unwrap();
    let [.., high, low] = value.len().to_be_bytes();
    match value.len() {
        0..=0x7F => out.push(low),
        0x80..=0xFF => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    out.extend(value);
    out
}

pub(crate) fn pin(text: &str) -> Pin {
    Pin::parse(text.into()).unwrap()
}

pub(crate) fn key(name: &str) -> KeyRef {
    KeyRef::parse(name).unwrap()
}

pub(crate) fn certificate(der: &[u8]) -> Certificate {
    Certificate::parse(der).unwrap()
}

/// Hash of [`MESSAGE`] as the certificate's algorithm wants it, in hex.
pub(crate) fn digest(der: &[u8]) -> String {
    let certificate = certificate(der);
    hex::encode_upper(certificate.algorithm().digest(certificate.public_key(), MESSAGE))
}

pub(crate) fn digest_info(der: &[u8]) -> String {
    let digest = hex::decode(digest(der)).unwrap();
    hex::encode_upper(certificate(der).algorithm().digest_info(&digest))
}

pub(crate) const MESSAGE: &[u8] = b"statement";
/// "123456" filled with FF.
pub(crate) const PIN_BLOCK: &str = "313233343536FFFF";
