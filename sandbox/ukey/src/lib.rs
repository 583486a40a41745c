//! A software UKey on disk, for the sandbox's own SKF and PKCS#11 libraries.
//!
//! Beside a shared object `/x/libfoo.so` lies the folder `/x/libfoo.so.d/`:
//! - `tokens/NAME.json`: a token that is plugged in,
//! - `drawer/NAME.json`: one that is not; it keeps its PIN and its tries,
//! - `behaviour.json`: how the library misbehaves, if it does,
//! - `lock` and `lock-NAME`: what keeps processes apart.
//!
//! The test plugs and unplugs, the loaded library reads; both use a [`SoftLibrary`]. Every write is a new file
//! of mode 0600 that takes the place of the old one. Linux only: device events are inotify events.

mod behaviour;
mod blueprint;
mod fault;
mod library;
mod misbehave;
mod pin;
mod sign;
mod store;
mod token;
mod watch;

pub use behaviour::{Behaviour, Length, Misbehaviour, Strike};
pub use fault::SoftFault;
pub use library::SoftLibrary;
pub use pin::PIN_LENGTH;
pub use sign::Input;
pub use token::{KeyAlgorithm, SoftKey, SoftToken};
pub use watch::{Canceller, Event, Watch};
