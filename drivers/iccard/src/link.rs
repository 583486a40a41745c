//! The way to one card, as narrow as it can be: a transaction and bytes.

use std::sync::{Arc, Mutex, PoisonError};
use tongguan_core::fault::Fault;

/// Transmission protocol of ISO/IEC 7816-3. T=0 knows no extended length and no case 4 in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    T0,
    T1,
}

/// One card in one reader.
pub trait Link: Send {
    /// Answer to reset, 2 to 33 bytes.
    fn atr(&self) -> &[u8];
    /// Runs `work` while nobody else can speak to the card. The card is left as it is afterwards: never
    /// reset, never powered down, on no path.
    ///
    /// # Errors
    /// What `work` returned, or why no transaction could begin.
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Fault>;
}

/// What is done inside one transaction.
pub type Work<'a> = dyn FnMut(&mut dyn Exchange) -> Result<(), Fault> + 'a;

/// The card inside a transaction.
pub trait Exchange {
    fn protocol(&self) -> Protocol;
    /// One command APDU out, one response APDU (data, SW1, SW2) back. Never repeats by itself.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault>;
}

/// One exchange as it may be seen by anybody: no data, only what kind and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchanged {
    pub ins: u8,
    /// Bytes of the command APDU and of the response APDU.
    pub sent: usize,
    pub received: usize,
    /// Zero when no answer came.
    pub status: u16,
}

/// The exchanges of a [`Counting`] link so far, shared with it.
#[derive(Debug, Clone, Default)]
pub struct ApduLog(Arc<Mutex<Vec<Exchanged>>>);

impl ApduLog {
    /// Takes what was recorded and starts again from nothing.
    pub fn take(&self) -> Vec<Exchanged> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn push(&self, exchanged: Exchanged) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(exchanged);
    }
}

/// A link that counts what goes through it.
pub struct Counting {
    inner: Box<dyn Link>,
    log: ApduLog,
}

impl Counting {
    pub fn new(inner: Box<dyn Link>) -> (Self, ApduLog) {
        let log = ApduLog::default();
        (Self { inner, log: log.clone() }, log)
    }
}

impl std::fmt::Debug for Counting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counting").field("log", &self.log).finish_non_exhaustive()
    }
}

impl Link for Counting {
    fn atr(&self) -> &[u8] {
        self.inner.atr()
    }

    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        let log = self.log.clone();
        self.inner.transact(&mut |exchange| work(&mut CountingExchange { inner: exchange, log: &log }))
    }
}

struct CountingExchange<'a> {
    inner: &'a mut dyn Exchange,
    log: &'a ApduLog,
}

impl Exchange for CountingExchange<'_> {
    fn protocol(&self) -> Protocol {
        self.inner.protocol()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        let answer = self.inner.transmit(command);
        let bytes = answer.as_deref().unwrap_or_default();
        self.log.push(Exchanged {
            ins: command.get(1).copied().unwrap_or_default(),
            sent: command.len(),
            received: bytes.len(),
            status: bytes.last_chunk().map_or(0, |sw| u16::from_be_bytes(*sw)),
        });
        answer
    }
}
