//! Bank UKeys over GM/T 0016 (SKF) libraries: finds them by event, reads their certificates, signs with one
//! `SKF_VerifyPIN`.
//!
//! A vendor's library may hang, end the process or write where it must not, so this crate belongs into a
//! process of its own. What it can do itself: every size that a library names is bounded, every buffer that
//! it gets has room behind it, and a library that does not keep to its own figures is a
//! [`LibraryLied`](tongguan_core::fault::Fault::LibraryLied).
//!
//! Only `binding` holds unsafe code: the loading of the library and the calls.

#[cfg(feature = "bare")]
pub mod bare;
#[allow(unsafe_code, reason = "a shared library can be loaded and called in no other way")]
mod binding;
mod blob;
mod names;
mod pin;
mod read;
pub mod sar;
mod signature;
mod source;
mod table;
mod token;
mod watch;

pub use binding::REQUIRED;
pub use source::SkfTokens;
