use std::path::PathBuf;
use tongguan_sandbox_card::CardFault;
use tongguan_sandbox_outside::OutsideError;
use tongguan_sandbox_portal::PortalError;
use tongguan_sandbox_ukey::SoftFault;
use tongguan_sandbox_world::WorldError;

/// Why the stage cannot be set, or a thing on it not be moved.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(
        "the stage needs a network and a /run/pcscd of its own: run it by ./dev, or as `tests/namespace COMMAND`"
    )]
    Namespace,
    #[error("the world has no {0}")]
    World(&'static str),
    #[error("there is no card {0}; `tongguan-sandbox world` lists them")]
    NoCard(String),
    #[error("there is no UKey {0}; `tongguan-sandbox world` lists them")]
    NoUkey(String),
    #[error("{0} is not built: run `cargo build --workspace`")]
    NotBuilt(String),
    #[error("{0}: {1}")]
    Tool(&'static str, String),
    #[error("catalogue: {0}")]
    Catalogue(#[from] tongguan_core::fault::Fault),
    #[error("UKey: {0}")]
    Ukey(#[from] SoftFault),
    #[error("there is no reader {0}")]
    NoSlot(usize),
    #[error("pcscd did not get ready; its last words: {0}")]
    ServiceStart(String),
    #[error("the reader did not see the card {0} within {1} s")]
    ReaderDeaf(&'static str, u64),
    #[error("PC/SC: {0}")]
    Pcsc(#[from] pcsc::Error),
    #[error("world: {0}")]
    WorldFile(#[from] WorldError),
    #[error("card: {0}")]
    Card(#[from] CardFault),
    #[error("portal: {0}")]
    Portal(#[from] PortalError),
    #[error("registers: {0}")]
    Outside(#[from] OutsideError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    System(#[from] rustix::io::Errno),
}
