//! The sandbox's software card.
//!
//! One card, one PIN, one try counter, three applications: the project's own application, PKCS#15
//! (ISO/IEC 7816-15) and PIV (NIST SP 800-73-4). `docs/card.md` is its full description. It is the project's own
//! card and not a copy of the electronic business licence card, whose interface is not public.
//!
//! The way of one command: bytes → `Apdu` → `Command` → execution → data and
//! [`Status`]. Every byte string gets an answer; none makes the card panic.
//!
//! Not here: readers, PC/SC and drivers. [`insert`] only plugs a card into the virtual reader of vsmartcard.

mod apdu;
mod atr;
mod card;
mod command;
mod exec;
mod fault;
mod file;
mod key;
mod memory;
mod own;
mod personalisation;
mod pin;
mod piv;
mod pkcs15;
mod reader;
mod session;
mod status;
mod tlv;

pub use atr::ATR;
pub use card::Card;
pub use fault::CardFault;
pub use own::AID as OWN_AID;
pub use personalisation::{CardKey, CardKind, KeyAlgorithm, Personalisation};
pub use piv::AID as PIV_AID;
pub use pkcs15::AID as PKCS15_AID;
pub use reader::{Act, Hook, Inserted, insert};
pub use status::Status;
