//! Doing it.

use crate::{Misbehaviour, SoftLibrary};
use rustix::process::{Signal, getpid, kill_process};

/// Looks like text to a terminal and like a frame of half a gigabyte to whoever reads frames.
const GARBAGE: &[u8] = b"\x20\x00\x00\x00 vendor debug: \x1b[31mhello\x1b[0m \xff\xfe\x00\n";

impl SoftLibrary {
    /// Every entry point of a library begins with it. What any library can do wrong happens here, or does not
    /// return; what needs the function's own knowledge comes back: [`Misbehaviour::Lie`], `GeneralError` and
    /// `Unplug`.
    pub fn enter(&self, call: &str) -> Option<Misbehaviour> {
        let misbehaviour = self.strike(call).ok().flatten()?;
        match misbehaviour {
            Misbehaviour::Hang => loop {
                std::thread::park();
            },
            Misbehaviour::Crash => loop {
                // The runtime's own handler takes the first and steps aside; the next one kills.
                let _ = kill_process(getpid(), Signal::SEGV);
            },
            Misbehaviour::Abort => std::process::abort(),
            Misbehaviour::Exit => std::process::exit(0),
            Misbehaviour::Noise => {
                for descriptor in [rustix::stdio::stdout(), rustix::stdio::stderr()] {
                    let _ = rustix::io::write(descriptor, &GARBAGE.repeat(8));
                }
                None
            }
            Misbehaviour::UnlinkSelf => {
                let _ = self.remove();
                None
            }
            Misbehaviour::Lie(_) | Misbehaviour::GeneralError | Misbehaviour::Unplug => Some(misbehaviour),
        }
    }
}
