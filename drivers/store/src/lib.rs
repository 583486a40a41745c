//! What this machine keeps: the journal in SQLite, signed statements as files. And its clock.

mod chain;
mod clock;
mod journal;
mod private;
mod schema;
mod shelf;

pub use clock::SystemClock;
pub use journal::SqliteJournal;
pub use shelf::FileShelf;
