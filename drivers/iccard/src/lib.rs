//! IC cards over PC/SC: finds them by event, reads their certificates, signs with one VERIFY.
//!
//! Three card applications are spoken: the project's own ([`softcard`]), ISO/IEC 7816-15 ([`pkcs15`]) and
//! NIST SP 800-73-4 ([`piv`]). Only `pcsc.rs` names the PC/SC library; everything else works over a
//! [`link::Link`], behind which a test puts a script or a software card.

pub mod apdu;
pub mod capability;
mod card;
pub mod channel;
mod file;
pub mod link;
mod pcsc;
mod pin;
pub mod piv;
pub mod pkcs15;
mod pkcs15_objects;
mod recognise;
pub mod scard;
mod service;
mod signature;
pub mod softcard;
mod source;
pub mod status;
mod table;
pub mod tlv;
mod watch;

pub use recognise::{DEFAULT_ORDER, recognise};
pub use source::IcCards;
