use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Pixel, Rgb, RgbImage};
use std::io::Cursor;
use tongguan_core::fault::FileFlaw;
use zeroize::{Zeroize, Zeroizing};

/// Points. A phone's camera has 12 to 50 million.
const MOST_POINTS: u64 = 50_000_000;
/// Bytes that the points may take: 50 million of eight, as 16 bits for each colour make them.
const MOST_MEMORY: u64 = 512 << 20;
/// Points of the longer and the shorter side: less, and the number on an ID card cannot be read.
const SMALLEST: (u32, u32) = (640, 400);
/// Points of the longer side of what is sent.
const SENT: u32 = 2000;
/// Of JPEG: edges of print stay clean, and a page is some hundred KiB.
const QUALITY: u8 = 85;

/// Upright, small, as JPEG; what stood beside the picture stays behind, for only its points are written again.
pub(crate) fn prepare(format: ImageFormat, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, FileFlaw> {
    if format == ImageFormat::Jpeg && !is_whole_jpeg(file) {
        return Err(FileFlaw::Damaged);
    }
    let mut picture = decode(format, file)?;
    if picture.width().max(picture.height()) > SENT {
        let small = picture.resize(SENT, SENT, FilterType::CatmullRom);
        wipe(std::mem::replace(&mut picture, small));
    }
    let points = flat(picture);
    // Larger than it becomes: a buffer that grows leaves copies of itself behind.
    let mut sent = Zeroizing::new(Vec::with_capacity(points.len() + 4096));
    let encoded = JpegEncoder::new_with_quality(&mut *sent, QUALITY).encode_image(&points);
    points.into_raw().zeroize();
    encoded.map(|()| sent).map_err(|_| FileFlaw::Damaged)
}

/// Measured, then unpacked, then turned as the camera was held (Exif 2.32, tag 0x0112).
fn decode(format: ImageFormat, file: &[u8]) -> Result<DynamicImage, FileFlaw> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| flaw(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(FileFlaw::TooManyPixels);
    }
    if width.max(height) < SMALLEST.0 || width.min(height) < SMALLEST.1 {
        return Err(FileFlaw::TooSmall);
    }
    // The decoders keep to it with what they need for themselves; the points are on top of that.
    limits.reserve(decoder.total_bytes()).map_err(|error| flaw(&error))?;
    let turned = decoder.orientation().map_err(|error| flaw(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| flaw(&error))?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn flaw(error: &ImageError) -> FileFlaw {
    match error {
        ImageError::Limits(_) => FileFlaw::TooManyPixels,
        _ => FileFlaw::Damaged,
    }
}

/// On white paper: a scan may be ink on nothing.
fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let over = picture.into_rgba8();
    let mut paper = RgbImage::from_pixel(over.width(), over.height(), Rgb([255; 3]));
    for (under, ink) in paper.pixels_mut().zip(over.pixels()) {
        let mut point = under.to_rgba();
        point.blend(ink);
        *under = point.to_rgb();
    }
    over.into_raw().zeroize();
    paper
}

/// Of pictures with eight bits for each colour, which cameras and scanners make, no copy stays.
fn wipe(picture: DynamicImage) {
    picture.into_bytes().zeroize();
}

/// Whether the end of the picture follows its points: a decoder paints what is missing grey (ITU-T T.81 section B.2).
fn is_whole_jpeg(file: &[u8]) -> bool {
    const POINTS: u8 = 0xDA;
    const END: [u8; 2] = [0xFF, 0xD9];
    let mut rest = file.get(2..).unwrap_or_default();
    // Segments in front of the points may hold a small picture with an end of its own.
    while let [0xFF, marker, high, low, ..] = rest {
        if *marker == POINTS {
            return rest.windows(2).any(|pair| pair == END);
        }
        // A marker may have any number of 0xFF in front.
        let length = if *marker == 0xFF { 1 } else { 2 + usize::from(u16::from_be_bytes([*high, *low])) };
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}
