//! An opened token on the program's side.

use crate::frame::Frame;
use crate::hosted::Hosted;
use crate::message::{Answer, Call};
use crate::process::{Ending, Process};
use crate::settings::Deadlines;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tongguan_core::domain::{Certificate, KeyRef, Pin, PinState, TokenId, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Interrupt, Token};

/// What no signature exceeds: RSA with 16384 bits has 2048 bytes.
const SIGNATURE: std::ops::RangeInclusive<usize> = 1..=2048;

pub(crate) struct RemoteToken {
    process: Arc<Process>,
    /// The worker's number for it.
    token: u32,
    info: TokenInfo,
    deadlines: Deadlines,
    under_way: Arc<UnderWay>,
}

/// A call of this token, for whoever wants to end it.
struct UnderWay {
    process: Weak<Process>,
    running: AtomicBool,
    cancelled: AtomicBool,
}

impl Interrupt for UnderWay {
    /// A cancel that comes just before its call counts for it, too.
    fn interrupt(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        if self.running.load(Ordering::SeqCst)
            && let Some(process) = self.process.upgrade()
        {
            process.end(Ending::Cancelled);
        }
    }
}

impl RemoteToken {
    pub(crate) fn open(
        hosted: &Hosted,
        start: u32,
        outer: &TokenId,
        id: TokenId,
        deadlines: Deadlines,
    ) -> Result<Self, Fault> {
        let process = hosted.process_of(start)?;
        let read = |answer, frame: Frame| {
            let Answer::Opened { token, info } = answer else { return None };
            let info = info.unpack(&hosted.origin(start), &mut frame.blobs());
            Some((token, info.filter(|info| info.id == *outer)?))
        };
        let opened = process.call(&Call::Open { id }, &[], deadlines.open, read);
        let (token, info) = settled(&process, opened)?;
        let under_way = UnderWay {
            process: Arc::downgrade(&process),
            running: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
        };
        Ok(Self { process, token, info, deadlines, under_way: Arc::new(under_way) })
    }

    fn call<T>(
        &self,
        call: &Call,
        blobs: &[&[u8]],
        time: Duration,
        read: impl FnOnce(Answer, Frame) -> Option<T>,
    ) -> Result<T, Fault> {
        let under_way = &self.under_way;
        under_way.running.store(true, Ordering::SeqCst);
        let answer = if under_way.cancelled.load(Ordering::SeqCst) {
            Err(Fault::Cancelled)
        } else {
            settled(&self.process, self.process.call(call, blobs, time, read))
        };
        under_way.running.store(false, Ordering::SeqCst);
        answer
    }
}

/// When the caller learns that a worker was ended, nothing of it is left.
fn settled<T>(process: &Process, answer: Result<T, Fault>) -> Result<T, Fault> {
    if answer.is_err() && !process.is_alive() {
        process.wait_until_gone();
    }
    answer
}

impl Token for RemoteToken {
    fn info(&self) -> &TokenInfo {
        &self.info
    }

    fn pin_state(&mut self, key: &KeyRef) -> Result<PinState, Fault> {
        let call = Call::PinState { token: self.token, key: key.clone() };
        self.call(&call, &[], self.deadlines.pin_state, |answer, _| match answer {
            Answer::PinState { state } => Some(state),
            _ => None,
        })
    }

    fn sign(
        &mut self,
        key: &KeyRef,
        expected: &Certificate,
        message: &[u8],
        pin: Option<&Pin>,
    ) -> Result<Vec<u8>, Fault> {
        let call = Call::Sign { token: self.token, key: key.clone() };
        let mut blobs = vec![expected.der(), message];
        blobs.extend(pin.map(Pin::expose));
        let time = if pin.is_some() { self.deadlines.sign } else { self.deadlines.sign_on_pad };
        self.call(&call, &blobs, time, |answer, frame| match (answer, frame.blob(0)) {
            (Answer::Signed, Some(signature)) if SIGNATURE.contains(&signature.len()) => {
                Some(signature.to_vec())
            }
            _ => None,
        })
    }

    fn change_pin(&mut self, key: &KeyRef, old: &Pin, new: &Pin) -> Result<(), Fault> {
        let call = Call::ChangePin { token: self.token, key: key.clone() };
        self.call(&call, &[old.expose(), new.expose()], self.deadlines.change_pin, Answer::done)
    }

    fn interrupt(&self) -> Arc<dyn Interrupt> {
        Arc::clone(&self.under_way) as Arc<dyn Interrupt>
    }
}

impl Drop for RemoteToken {
    fn drop(&mut self) {
        self.process.close(self.token);
    }
}
