//! What the host needs of the program behind it.

use std::sync::Arc;
use tokio::sync::watch;

/// The JSON of a command's answer, or of its fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    Answer(Vec<u8>),
    Fault(Vec<u8>),
}

/// Commands in, whole views out, both as JSON text.
pub trait Programme: Send + Sync + 'static {
    /// `request` is `{"command": ...}`. Blocks; the host calls it off its own threads.
    fn call(&self, request: &[u8]) -> Answered;
    /// The view as it is, and again after every change. One line of JSON each.
    fn views(&self) -> watch::Receiver<Arc<str>>;
}
