//! The card in a virtual reader: the protocol of vsmartcard's vpcd, in which the reader listens and the card calls.
//!
//! Every message is its length in two bytes, high byte first, and that many bytes. A message of one byte steers the
//! card (0 power off, 1 power on, 2 reset, 4 asks for the answer to reset), a longer one is a command APDU.

use std::{
    fmt,
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use socket2::SockRef;
use zeroize::Zeroizing;

use crate::Card;

/// What happens to a command on its way: a hand at the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The card executes it and answers.
    Answer,
    /// The card is pulled before it executes the command.
    PullBefore,
    /// The card executes the command and is pulled before it answers.
    PullAfter,
}

/// Sees every command APDU before the card does.
pub type Hook = Box<dyn FnMut(&[u8]) -> Act + Send>;

/// A card in a reader. Dropping it pulls the card.
pub struct Inserted {
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
}

/// Puts a card into the virtual reader that listens on `reader`, without power until the reader gives it.
///
/// # Errors
/// When nothing listens there, or the thread cannot start.
pub fn insert(reader: SocketAddr, card: Arc<Mutex<Card>>, hook: Hook) -> io::Result<Inserted> {
    let stream = TcpStream::connect(reader)?;
    stream.set_nodelay(true)?;
    let slot = Slot { stream: stream.try_clone()?, card, hook };
    let thread = thread::Builder::new().name("card".into()).spawn(move || slot.run())?;
    Ok(Inserted { stream, thread: Some(thread) })
}

impl Inserted {
    /// Pulls the card; returns when it has stopped.
    pub fn remove(self) {
        drop(self);
    }

    /// Returns when the reader has closed, or a [`Hook`] has pulled the card.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic in a test's hook has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        // An error says that the connection is closed already.
        let _ = self.stream.shutdown(Shutdown::Both);
        self.join();
    }
}

impl fmt::Debug for Inserted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inserted").field("stream", &self.stream).finish_non_exhaustive()
    }
}

struct Slot {
    stream: TcpStream,
    card: Arc<Mutex<Card>>,
    hook: Hook,
}

impl Slot {
    fn run(mut self) {
        self.card().reset();
        // Any error of the connection means that the card is out; the loop has no other end.
        while let Ok(true) = self.serve() {}
        self.card().reset();
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// One message; `false` when the card was pulled.
    fn serve(&mut self) -> io::Result<bool> {
        let message = self.receive()?;
        match message.as_slice() {
            [] => {}
            [0..=2] => self.card().reset(),
            [4] => {
                let atr = self.card().atr().to_vec();
                self.send(&atr)?;
            }
            apdu => return self.execute(apdu),
        }
        Ok(true)
    }

    fn execute(&mut self, apdu: &[u8]) -> io::Result<bool> {
        let act = (self.hook)(apdu);
        if act == Act::PullBefore {
            return Ok(false);
        }
        let answer = self.card().transmit(apdu);
        if act == Act::PullAfter {
            return Ok(false);
        }
        self.send(&answer)?;
        Ok(true)
    }

    /// A test that panicked with the card in hand leaves a card that still works.
    fn card(&self) -> MutexGuard<'_, Card> {
        self.card.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut length = [0; 2];
        self.read(&mut length)?;
        let mut message = Zeroizing::new(vec![0; u16::from_be_bytes(length).into()]);
        self.read(&mut message)?;
        Ok(message)
    }

    /// vpcd writes the length and the message apart and waits for the acknowledgement in between: a delayed one
    /// would cost 40 ms for each command. The kernel forgets the setting, so it is renewed for each read.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        SockRef::from(&self.stream).set_tcp_quickack(true)?;
        self.stream.read_exact(bytes)
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidData)?;
        self.stream.write_all(&[&length.to_be_bytes(), message].concat())
    }
}
