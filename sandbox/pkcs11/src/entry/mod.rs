//! The functions as C calls them. Names, parameters and their order are those of PKCS#11 v2.40, chapter 5.
#![allow(unsafe_code, reason = "C calls these functions")]
#![allow(non_snake_case, reason = "the standard's names")]

mod list;
mod object;
mod session;
mod sign;
mod slot;
mod unsupported;

pub use list::C_GetFunctionList;
pub(crate) use list::VERSION;
