//! The sandbox's SKF library: a GM/T 0016-2012 shared object over software UKeys.
//!
//! Loaded like a vendor's. Its tokens lie beside it (see `tongguan-sandbox-ukey`): one device for each token, in
//! it one application `TONGGUAN`, in that one container for each SM2 or RSA key; GM/T 0016 has no P-256. A handle
//! is a number in a table, good for one insertion of its token.
#![expect(unsafe_code, reason = "entry points in C, and the buffers that their callers hand over")]

mod application;
mod container;
mod device;
mod digest;
mod entry;
mod event;
mod memory;
mod status;
mod structure;
mod table;
