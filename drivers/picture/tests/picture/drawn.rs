//! Files as cameras, scanners and attackers make them.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

pub(crate) const PLACE: &[u8] = b"39.9042N 116.4074E";

/// Dark in the left half, light in the right, with a red corner above on the left.
pub(crate) fn points(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 8 && y < height / 8, x < width / 2) {
        (true, _) => Rgb([220, 20, 20]),
        (_, true) => Rgb([30, 30, 30]),
        _ => Rgb([230, 230, 230]),
    })
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 90).encode_image(&points(width, height)).unwrap();
    file
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let points = points(width, height);
    PngEncoder::new(&mut file).write_image(&points, width, height, ExtendedColorType::Rgb8).unwrap();
    file
}

/// Black ink on nothing.
pub(crate) fn clear_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let points: Vec<u8> =
        (0..width * height).flat_map(|at| [0, 0, 0, if at < width * height / 2 { 0 } else { 255 }]).collect();
    PngEncoder::new(&mut file).write_image(&points, width, height, ExtendedColorType::Rgba8).unwrap();
    file
}

/// The picture with an Exif segment (CIPA DC-008 section 4.5.4): how the camera was held, and where.
pub(crate) fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let text = u32::try_from(PLACE.len()).unwrap();
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    // GPSMapDatum as it would lie behind a GPS directory.
    tiff.extend(entry(0x0012, 2, text, 38));
    tiff.extend([0; 4]);
    tiff.extend(PLACE);
    segment(jpeg, 0xE1, &[b"Exif\0\0", &tiff[..]].concat())
}

/// The picture with a segment in front of all others.
pub(crate) fn segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, content, &jpeg[2..]].concat()
}

/// A PNG of a few hundred bytes whose head says it is so large.
pub(crate) fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = png(640, 400);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let checked = crc(&file[12..29]).to_be_bytes();
    file[29..33].copy_from_slice(&checked);
    file
}

/// The same for JPEG: the frame header (ITU-T T.81 section B.2.2).
pub(crate) fn jpeg_bomb(width: u16, height: u16) -> Vec<u8> {
    let mut file = jpeg(640, 400);
    let at = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    file[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    file[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// W3C PNG, annex D.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}
