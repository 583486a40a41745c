//! The browser host: the page and the commands of the desktop window over loopback HTTP, for tests
//! and for looking.
//!
//! It listens on 127.0.0.1 only, and it answers only a request whose `Host` is its own address, whose
//! `Origin` (if any) is its own, and which carries the token of this start. A web page elsewhere in the
//! same browser has none of the three, and a rebound DNS name fails at the first.

mod guard;
mod host;
mod page;
mod programme;

pub use guard::StartToken;
pub use host::BrowserHost;
pub use page::Page;
pub use programme::{Answered, Programme};
