//! A hand at the reader: counts the VERIFYs that carry a PIN, and pulls the card at a chosen one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tongguan_sandbox_card::{Act, Hook};

/// ISO 7816-4: INS of VERIFY, and of the commands that carry a reference to a signature.
const VERIFY: u8 = 0x20;

/// When the card is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Never,
    /// Before the card gets the PIN.
    BeforeVerify,
    /// The card has checked the PIN, its answer is lost.
    DuringVerify,
    /// VERIFY is answered; the card goes at the next command.
    AfterVerify,
}

/// How many VERIFYs with a PIN reached the reader.
#[derive(Debug, Clone, Default)]
pub struct Verifies(Arc<AtomicUsize>);

impl Verifies {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub fn hook(&self, pull: At) -> Hook {
        let counter = Arc::clone(&self.0);
        Box::new(move |command| {
            let seen = counter.load(Ordering::SeqCst);
            if !carries_pin(command) {
                return if seen > 0 && pull == At::AfterVerify { Act::PullBefore } else { Act::Answer };
            }
            counter.fetch_add(1, Ordering::SeqCst);
            match pull {
                At::BeforeVerify => Act::PullBefore,
                At::DuringVerify => Act::PullAfter,
                At::Never | At::AfterVerify => Act::Answer,
            }
        })
    }
}

/// A VERIFY without data asks for the state and spends nothing.
fn carries_pin(command: &[u8]) -> bool {
    command.get(1) == Some(&VERIFY) && command.len() > 5
}
