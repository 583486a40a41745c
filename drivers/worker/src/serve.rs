//! The worker's side: one library, one call after the other, events whenever they come.

use crate::checks;
use crate::frame::{Frame, Kind};
use crate::message::{Answer, Call, Token as Packed, Tokens};
use crate::platform::{self, Bell, Desk};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use tongguan_core::domain::{Certificate, KeyRef, LoadOrder, Pin, TokenId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Token, TokenSource, WatchGuard};

/// The first argument of a worker.
pub const ARGUMENT: &str = "--library-worker";

/// Serves one library if this process was started as a worker, until the program that started it goes away.
/// `None` in any other process.
///
/// Called first thing in `main`: nothing may have been written to standard output before, and no thread
/// started. `load` gets an order whose file was found to be the approved one just before.
pub fn serve(load: impl Fn(&LoadOrder) -> Result<Box<dyn TokenSource>, Fault>) -> Option<ExitCode> {
    if std::env::args_os().nth(1).is_none_or(|argument| argument != ARGUMENT) {
        return None;
    }
    let Ok((desk, bell)) = platform::attach() else { return Some(ExitCode::FAILURE) };
    // A half-dead worker answers nobody: with a thread that panics everything ends, as in a release build.
    std::panic::set_hook(Box::new(|_| platform::end()));
    let mut worker = Worker { load, bell, source: None, guard: None, tokens: BTreeMap::new(), opened: 0 };
    worker.run(desk);
    platform::end()
}

struct Worker<L> {
    load: L,
    bell: Bell,
    source: Option<Box<dyn TokenSource>>,
    guard: Option<Box<dyn WatchGuard>>,
    tokens: BTreeMap<u32, Box<dyn Token>>,
    opened: u32,
}

/// What goes back: the answer, and its blobs.
type Reply = (Answer, Vec<Vec<u8>>);

impl<L: Fn(&LoadOrder) -> Result<Box<dyn TokenSource>, Fault>> Worker<L> {
    /// Until the program's end of the line is closed, or something comes that the program never sends.
    fn run(&mut self, mut desk: Desk) {
        while let Ok(frame) = desk.next() {
            let Some(call) = frame.meta().filter(|_| frame.kind == Kind::Call) else { return };
            if let Call::Close { token } = call {
                self.tokens.remove(&token);
                continue;
            }
            let (answer, blobs) =
                self.answer(call, &frame).unwrap_or_else(|fault| (Answer::Failed { fault }, Vec::new()));
            let id = frame.id;
            drop(frame); // with the PIN
            let Ok(meta) = serde_json::to_vec(&answer) else { return };
            let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
            if desk.answer(id, &meta, &blobs).is_err() {
                return;
            }
        }
    }

    fn answer(&mut self, call: Call, frame: &Frame) -> Result<Reply, Fault> {
        match call {
            Call::Load { order } => self.load(&order),
            Call::List => {
                let snapshot = self.source()?.list();
                let (tokens, blobs) = Tokens::pack(&snapshot);
                Ok((Answer::Listed { tokens }, blobs.into_iter().map(<[u8]>::to_vec).collect()))
            }
            Call::Watch => self.watch(),
            Call::Open { id } => self.open(&id),
            Call::PinState { token, key } => {
                Ok((Answer::PinState { state: self.token(token)?.pin_state(&key)? }, Vec::new()))
            }
            Call::Sign { token, key } => self.sign(token, &key, frame),
            Call::ChangePin { token, key } => {
                let (old, new) = (pin(frame, 0)?, pin(frame, 1)?);
                self.token(token)?.change_pin(&key, &old, &new)?;
                Ok((Answer::Done, Vec::new()))
            }
            Call::Close { .. } => Err(defect("close")),
        }
    }

    fn load(&mut self, order: &LoadOrder) -> Result<Reply, Fault> {
        if self.source.is_some() {
            return Err(defect("loaded twice"));
        }
        checks::check(order)?;
        platform::look_beside(Path::new(order.path.as_str()));
        self.source = Some((self.load)(order)?);
        Ok((Answer::Done, Vec::new()))
    }

    fn watch(&mut self) -> Result<Reply, Fault> {
        if self.guard.is_none() {
            let bell = self.bell.clone();
            let push = move |snapshot: tongguan_core::ports::Snapshot| {
                let (tokens, blobs) = Tokens::pack(&snapshot);
                let pushed = serde_json::to_vec(&tokens).ok().and_then(|meta| bell.push(&meta, &blobs).ok());
                if pushed.is_none() {
                    platform::end(); // nobody listens, or the library shows more than there can be
                }
            };
            self.guard = Some(self.source()?.watch(Box::new(push))?);
        }
        Ok((Answer::Done, Vec::new()))
    }

    fn open(&mut self, id: &TokenId) -> Result<Reply, Fault> {
        let token = self.source()?.open(id)?;
        let (info, blobs) = Packed::pack(token.info());
        let blobs = blobs.into_iter().map(<[u8]>::to_vec).collect();
        self.opened = self.opened.wrapping_add(1);
        self.tokens.insert(self.opened, token);
        Ok((Answer::Opened { token: self.opened, info }, blobs))
    }

    fn sign(&mut self, token: u32, key: &KeyRef, frame: &Frame) -> Result<Reply, Fault> {
        let (Some(expected), Some(message)) = (frame.blob(0), frame.blob(1)) else {
            return Err(defect("sign"));
        };
        let pin = frame.blob(2).map(|_| pin(frame, 2)).transpose()?;
        let token = self.token(token)?;
        // Almost always the one that is known already; parsing costs more than the whole way here.
        let known = token.info().identities.iter().find(|identity| identity.certificate.der() == expected);
        let expected = match known {
            Some(identity) => identity.certificate.clone(),
            None => Certificate::parse(expected)?,
        };
        let signature = token.sign(key, &expected, message, pin.as_ref())?;
        Ok((Answer::Signed, vec![signature]))
    }

    fn source(&self) -> Result<&dyn TokenSource, Fault> {
        self.source.as_deref().ok_or_else(|| defect("not loaded"))
    }

    fn token(&mut self, token: u32) -> Result<&mut (dyn Token + 'static), Fault> {
        self.tokens.get_mut(&token).map(AsMut::as_mut).ok_or(Fault::TokenGone)
    }
}

/// Copied once, into a buffer that is wiped.
fn pin(frame: &Frame, index: usize) -> Result<Pin, Fault> {
    Pin::parse(frame.blob(index).ok_or_else(|| defect("pin"))?.to_vec())
}

fn defect(place: &str) -> Fault {
    Fault::Defect { place: format!("worker: {place}") }
}
