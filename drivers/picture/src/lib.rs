//! What the user picked, made fit to be sent. A file is a stranger's: its first bytes say what it is, it is measured
//! before it is unpacked, and of a picture nothing but the picture goes on.

mod apart;
mod letter;
mod picture;

pub use apart::{Bounds, PicturesApart, serve_pictures};
pub use letter::check_letter;

use image::ImageFormat;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw};
use tongguan_core::ports;
use zeroize::Zeroizing;

/// Bytes of what is looked at.
const LARGEST: usize = 20 << 20;

/// The port [`ports::Pictures`], in this very process: what a decoder does wrong, it does here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pictures;

impl ports::Pictures for Pictures {
    fn prepare(&self, slot: Slot, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let (bytes, kind) = (file.len(), Kind::of(file));
        let prepared = prepare(slot, kind, file);
        tracing::debug!(%slot, ?kind, bytes, flaw = ?prepared.as_ref().err(), "file");
        prepared.map_err(|reason| Fault::FileUnusable { slot, reason })
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Picture(ImageFormat),
    Pdf,
    Other,
}

impl Kind {
    /// JPEG (ITU-T T.81 section B.1.1.3), PNG (W3C PNG section 5.2), PDF (ISO 32000-1 section 7.5.2).
    fn of(file: &[u8]) -> Self {
        match file {
            [0xFF, 0xD8, 0xFF, ..] => Self::Picture(ImageFormat::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Self::Picture(ImageFormat::Png),
            _ if file.starts_with(b"%PDF-") => Self::Pdf,
            _ => Self::Other,
        }
    }
}

fn prepare(slot: Slot, kind: Kind, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, FileFlaw> {
    if file.is_empty() {
        return Err(FileFlaw::Empty);
    }
    if file.len() > LARGEST {
        return Err(FileFlaw::TooLarge);
    }
    match kind {
        Kind::Picture(format) => picture::prepare(format, file),
        Kind::Pdf if slot == Slot::Letter => {
            check_letter(file)?;
            Ok(Zeroizing::new(file.to_vec()))
        }
        Kind::Pdf | Kind::Other => Err(FileFlaw::Type),
    }
}
