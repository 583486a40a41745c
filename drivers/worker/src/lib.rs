//! A vendor library in a process of its own, which may hang or die.
//!
//! No vendor's code runs in the program itself: the program starts its own executable again with
//! [`ARGUMENT`], which loads one library and serves a [`TokenSource`](tongguan_core::ports::TokenSource) over
//! frames ([`serve`], called first thing in `main`). On the other side [`Workers`] is a `TokenSource` over
//! all libraries. Every call has a deadline; a worker that misses it, dies or answers what cannot be is
//! killed and reaped, the call ends with a clear fault, and another worker stands in its place.
//!
//! A PIN crosses once, from its own buffer into one system call, and is read into a buffer that is wiped.
//! What the kernel keeps of it in the socket's buffers is out of reach.

mod checks;
mod frame;
mod hosted;
mod message;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod platform;
mod process;
mod serve;
mod settings;
mod token;
mod watch;
mod workers;

pub use serve::{ARGUMENT, serve};
pub use settings::{Deadlines, Settings};
pub use workers::Workers;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thread that failed while it held the lock left nothing half done that matters here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
