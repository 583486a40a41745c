//! What this machine keeps: the journal in SQLite, signed statements and settings as files, the session in the
//! keyring. And its clock.

mod chain;
mod clock;
mod journal;
mod private;
mod schema;
mod settings;
mod shelf;
mod vault;

pub use clock::SystemClock;
pub use journal::SqliteJournal;
pub use settings::FileSettings;
pub use shelf::FileShelf;
pub use vault::{KeyringVault, MemoryVault};
