//! The drivers, put into the core's ports: what every host starts with.

mod browser;
mod libraries;
mod resume;
mod tokens;

pub use browser::SystemBrowser;
pub use resume::resume_meanwhile;
pub use tongguan_iccard::IcCards;
pub use tongguan_worker::{Deadlines, Settings};

use libraries::VendorLibraries;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokens::AllTokens;
use tongguan_catalogue::{Catalogue, Platforms};
use tongguan_core::domain::{LibraryKind, LoadOrder};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Libraries, Ports, TokenSource, Vault};
use tongguan_picture::{Bounds, PicturesApart};
use tongguan_portal::HttpPortal;
use tongguan_skf::SkfTokens;
pub use tongguan_store::MemoryVault;
use tongguan_store::{FileSettings, FileShelf, KeyringVault, SqliteJournal, SystemClock};
use tongguan_ukey::Ukeys;
use tongguan_worker::Workers;

/// The first thing a host asks: whether it was started by itself to hold a vendor's library, or to look into a
/// file. Then that is done when this returns, and the process ends.
pub fn serve_worker() -> Option<ExitCode> {
    tongguan_picture::serve_pictures().or_else(|| tongguan_worker::serve(load))
}

fn load(order: &LoadOrder) -> Result<Box<dyn TokenSource>, Fault> {
    Ok(match order.kind {
        LibraryKind::Pkcs11 => Box::new(Ukeys::load(order)?),
        LibraryKind::Skf => Box::new(SkfTokens::load(order)?),
    })
}

/// Tokens, and the libraries that they are reached through.
pub struct Devices {
    pub tokens: Arc<dyn TokenSource>,
    pub libraries: Arc<dyn Libraries>,
}

/// The devices of this machine, for whoever needs nothing else. Catalogue and the user's yes to libraries lie
/// in `state`.
pub fn devices(state: &Path) -> Result<Devices, Fault> {
    devices_with(state, IcCards::new(), Settings::of_this_program()?)
}

fn devices_with(state: &Path, cards: IcCards, worker: Settings) -> Result<Devices, Fault> {
    let workers = Arc::new(Workers::new(worker));
    let libraries = VendorLibraries::new(Catalogue::open(state)?, Arc::clone(&workers));
    Ok(Devices { tokens: Arc::new(AllTokens::new(Arc::new(cards), workers)), libraries: Arc::new(libraries) })
}

impl std::fmt::Debug for Devices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Devices(..)")
    }
}

/// Everything outside, as this machine has it. Journal, settings, catalogue and the user's yes to libraries lie
/// in `state`, kept proofs in `proofs`; the session of this `state` lies in the system's keyring.
pub fn ports(state: &Path, proofs: &Path) -> Result<Ports, Fault> {
    ports_with(state, proofs, IcCards::new(), Settings::of_this_program()?)
}

/// The same with these cards, and workers started so.
pub fn ports_with(state: &Path, proofs: &Path, cards: IcCards, worker: Settings) -> Result<Ports, Fault> {
    let pictures = PicturesApart::of(worker.program.clone(), Bounds::default());
    let Devices { tokens, libraries } = devices_with(state, cards, worker)?;
    Ok(Ports {
        tokens,
        libraries,
        browser: Arc::new(SystemBrowser),
        portal: Arc::new(HttpPortal::new()),
        platforms: Arc::new(Platforms::built_in()?),
        pictures: Arc::new(pictures),
        journal: Arc::new(SqliteJournal::open(state)?),
        shelf: Arc::new(FileShelf::new(proofs)),
        vault: vault(state),
        settings: Arc::new(FileSettings::open(state)),
        clock: Arc::new(SystemClock),
    })
}

fn vault(state: &Path) -> Arc<dyn Vault> {
    if tongguan_program::may_use_keyring() {
        Arc::new(KeyringVault::of(state))
    } else {
        Arc::new(MemoryVault)
    }
}
