//! The C interface of GM/T 0016-2012: the only unsafe code of this crate.
//!
//! A handle is closed when it is dropped: a container before its application, that before its device. What a
//! library writes goes into buffers with room behind them, and is believed only as far as they reach.

mod api;
mod application;
mod calls;
mod container;
mod device;
mod event;
#[cfg(test)]
mod fake;
mod structs;

pub use api::REQUIRED;
pub(crate) use api::{CallError, Library};
pub(crate) use application::{Application, PinAnswer};
pub(crate) use calls::Calls;
pub(crate) use container::Container;
pub(crate) use device::{Device, Lock};
pub(crate) use event::Event;
pub(crate) use structs::{DevInfo, EccPublicKeyBlob, EccSignatureBlob, RsaPublicKeyBlob};
