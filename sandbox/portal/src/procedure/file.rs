//! What was sent, as far as its bytes tell: its name and its sender are not asked.

use image::{ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;
use tongguan_picture::check_letter;
pub(super) use tongguan_sandbox_outside::Media;

/// More points are not unpacked.
const MOST_POINTS: u64 = 50_000_000;
/// Nor more than so many bytes: four to a point.
const MOST_BYTES: u64 = 4 * MOST_POINTS;
/// The longer and the shorter side, in points.
const LEAST: (u32, u32) = (640, 400);
/// Behind the end of a JPEG some cameras write a little more.
const BEHIND: usize = 4_096;

/// So many first bytes tell.
pub(super) const HEAD: usize = 8;

/// By its first bytes.
pub(super) fn media(slot: Slot, file: &[u8]) -> Result<Media, FileFlaw> {
    match file {
        [] => Err(FileFlaw::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(Media::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Media::Png),
        [b'%', b'P', b'D', b'F', b'-', ..] if slot == Slot::Letter => Ok(Media::Pdf),
        _ => Err(FileFlaw::Type),
    }
}

/// The whole of it.
pub(super) fn inspect(slot: Slot, file: &[u8]) -> Result<Media, FileFlaw> {
    let media = media(slot, file)?;
    match media {
        Media::Jpeg => {
            ends(file)?;
            picture(file, ImageFormat::Jpeg)?;
        }
        Media::Png => picture(file, ImageFormat::Png)?,
        Media::Pdf => check_letter(file)?,
    }
    Ok(media)
}

/// The decoder draws what is missing in grey and says nothing.
fn ends(file: &[u8]) -> Result<(), FileFlaw> {
    let tail = file.len().saturating_sub(BEHIND);
    let there = file.get(tail..).is_some_and(|tail| tail.windows(2).any(|two| two == [0xff, 0xd9]));
    if there { Ok(()) } else { Err(FileFlaw::Damaged) }
}

/// Measured before it is unpacked.
fn picture(file: &[u8], format: ImageFormat) -> Result<(), FileFlaw> {
    let reader = || ImageReader::with_format(Cursor::new(file), format);
    let mut measured = reader();
    measured.no_limits();
    let (width, height) = measured.into_dimensions().map_err(|_| FileFlaw::Damaged)?;
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(FileFlaw::TooManyPixels);
    }
    if width.max(height) < LEAST.0 || width.min(height) < LEAST.1 {
        return Err(FileFlaw::TooSmall);
    }
    let mut unpacked = reader();
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    unpacked.limits(limits);
    unpacked.decode().map(drop).map_err(|error| match error {
        ImageError::Limits(_) => FileFlaw::TooManyPixels,
        _ => FileFlaw::Damaged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, GrayImage};
    use proptest::prelude::*;

    fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let picture = GrayImage::from_fn(width, height, |x, y| image::Luma([(x * y % 251).to_le_bytes()[0]]));
        DynamicImage::ImageLuma8(picture).write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn a_picture_is_what_its_bytes_are() {
        for (format, media) in [(ImageFormat::Jpeg, Media::Jpeg), (ImageFormat::Png, Media::Png)] {
            let file = drawn(640, 400, format);
            assert_eq!(inspect(Slot::IdFront, &file), Ok(media));
            assert_eq!(inspect(Slot::IdFront, &drawn(400, 640, format)), Ok(media));
            assert_eq!(inspect(Slot::IdFront, &drawn(640, 399, format)), Err(FileFlaw::TooSmall));
            assert_eq!(inspect(Slot::IdFront, &drawn(639, 639, format)), Err(FileFlaw::TooSmall));
            for cut in [file.len() - 40, file.len() / 2, 60, 12] {
                assert_eq!(inspect(Slot::IdFront, &file[..cut]), Err(FileFlaw::Damaged), "{cut}");
            }
        }
        assert_eq!(inspect(Slot::Face, b"GIF89a"), Err(FileFlaw::Type));
        assert_eq!(inspect(Slot::Face, b"front.jpg: a text"), Err(FileFlaw::Type));
        assert_eq!(inspect(Slot::Face, b""), Err(FileFlaw::Empty));
        assert_eq!(inspect(Slot::IdBack, b"%PDF-1.7\n"), Err(FileFlaw::Type));
    }

    #[test]
    fn a_picture_bomb_is_not_unpacked() {
        // The size stands in the header (ISO/IEC 15948 11.2.1), with its checksum behind it.
        let mut file = drawn(640, 400, ImageFormat::Png);
        for (width, height) in [(50_001_u32, 1_000_u32), (0x7fff_ffff, 0x7fff_ffff)] {
            file[16..20].copy_from_slice(&width.to_be_bytes());
            file[20..24].copy_from_slice(&height.to_be_bytes());
            let sum = checksum(&file[12..29]);
            file[29..33].copy_from_slice(&sum.to_be_bytes());
            assert_eq!(inspect(Slot::IdFront, &file), Err(FileFlaw::TooManyPixels));
        }
    }

    /// ISO/IEC 15948 annex D.
    fn checksum(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 }
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn nothing_panics(head in 0_usize..4, tail in proptest::collection::vec(any::<u8>(), 0..400)) {
            let heads: [&[u8]; 4] = [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n"];
            let file = [heads[head], &tail].concat();
            for slot in Slot::ALL {
                let _ = inspect(slot, &file);
            }
        }
    }
}
