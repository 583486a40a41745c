//! Bank UKeys over PKCS#11 (OASIS PKCS#11 2.40 and later), one module for each [`Ukeys`].
//!
//! Runs inside the worker process of its module: a call may hang or take the process down, and whoever
//! started the worker deals with that. Calls are made one at a time, only the wait for slot events stands
//! beside them.
//!
//! `cryptoki` does what does not depend on the module's honesty: loading, sessions, login. Where an answer
//! carries a length, a buffer is sized or an index is taken from it, so those calls are made in [`raw`]
//! with bounds of our own; it is also the only place with unsafe code.

mod bell;
pub mod ckr;
mod identities;
mod module;
mod raw;
mod signing;
mod source;
mod table;
mod text;
mod token;
mod visit;
mod watch;

pub use source::Ukeys;
