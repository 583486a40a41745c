use std::path::PathBuf;
use tongguan_core::fault::Fault;

/// Why a world cannot be made, read or written.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the world file is malformed: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the world file was made from seed {found}, not {wanted}")]
    OtherSeed { found: u64, wanted: u64 },
    #[error("the world file is of version {found}, this program knows {known}")]
    OtherVersion { found: u32, known: u32 },
    #[error("DER: {0}")]
    Encoding(#[from] der::Error),
    #[error("a list of the data set is too short: {0}")]
    Data(&'static str),
    #[error("key material is not usable: {0}")]
    Key(&'static str),
    #[error("a picture cannot be drawn: {0}")]
    Picture(#[from] image::ImageError),
    #[error("a picture cannot say what it shows: {0}")]
    Code(#[from] qrcode::types::QrError),
    #[error("a generated value breaks its rule: {0}")]
    Value(#[from] Fault),
}
