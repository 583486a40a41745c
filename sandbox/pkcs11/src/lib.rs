//! The sandbox's own PKCS#11 module, Cryptoki v2.40, over software UKeys: SM2 by a vendor's mechanism, and every
//! bad manner of real modules at will.
//!
//! Copy the shared object somewhere, and [`SoftLibrary::at`](tongguan_sandbox_ukey::SoftLibrary::at) plugs tokens
//! in beside the copy. The way of one call: C (`entry`) → `border` (misbehaviour, panics) → `module` (slots and
//! sessions in memory, tokens on disk). No PIN and no key is kept between calls.

mod border;
mod entry;
mod event;
mod mechanism;
mod module;
mod object;
mod pointer;
mod session;
mod sign;
mod slot;
mod token;

pub use entry::C_GetFunctionList;

/// What a call answers: CKR_OK, or another value of CK_RV.
type Answer<T = ()> = Result<T, cryptoki_sys::CK_RV>;
