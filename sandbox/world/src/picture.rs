//! Pictures of generated people: both sides of an identity card, and the face. Each is drawn, says that it is a
//! specimen, and carries a QR code that says for machines what it shows: who looks at a picture finds out honestly.

mod canvas;
mod draw;

use crate::{Person, WorldError};
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use qrcode::{EcLevel, QrCode};
use rqrr::PreparedImage;
use std::io::Cursor;
use tongguan_core::domain::{DocumentNumber, PersonName, Validity};
use tongguan_core::fault::{FileFlaw, Refusal};

/// More is not unpacked.
const MOST_POINTS: u64 = 50_000_000;
/// The longer and the shorter side.
const LEAST: (u32, u32) = (640, 400);
/// Of 255, the mean of all points; what is drawn here has about 200.
const DARK: u8 = 70;
const GLARING: u8 = 248;

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Of an identity card, the side with the face.
    Front {
        number: DocumentNumber,
        name: PersonName,
    },
    Back(Validity),
    /// Of whoever has the document of this number.
    Face {
        number: DocumentNumber,
    },
}

/// A picture as a machine sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `None`: nothing can be read in it.
    pub content: Option<Content>,
    pub light: Light,
    /// As the code in it stands; `false` without one.
    pub upright: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    TooDark,
    Good,
    TooBright,
}

impl Content {
    /// The text of the code.
    fn text(&self) -> String {
        match self {
            Self::Front { number, name } => format!("TG1|front|{}|{name}", number.as_str()),
            Self::Back(validity) => format!("TG1|back|{}|{}", validity.from, validity.until),
            Self::Face { number } => format!("TG1|face|{}", number.as_str()),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("TG1|")?.splitn(3, '|');
        match (parts.next()?, parts.next()?, parts.next()) {
            ("front", number, Some(name)) => Some(Self::Front {
                number: DocumentNumber::parse(number).ok()?,
                name: PersonName::parse(name).ok()?,
            }),
            ("back", from, Some(until)) => Some(Self::Back(Validity::parse(from, until).ok()?)),
            ("face", number, None) => Some(Self::Face { number: DocumentNumber::parse(number).ok()? }),
            _ => None,
        }
    }

    /// As JPEG.
    pub fn draw(&self) -> Result<Vec<u8>, WorldError> {
        let code = QrCode::with_error_correction_level(self.text(), EcLevel::M)?;
        let picture = draw::picture(self, &code);
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Jpeg)?;
        Ok(file.into_inner())
    }
}

/// Looks at a JPEG or PNG picture.
///
/// # Errors
/// The flaw for which a picture is not taken, whatever it shows.
pub fn look(file: &[u8]) -> Result<Seen, FileFlaw> {
    let picture = unpack(file)?.into_luma8();
    let (content, upright) = find(&picture);
    let sum: u64 = picture.as_raw().iter().map(|point| u64::from(*point)).sum();
    let mean = sum / u64::try_from(picture.as_raw().len().max(1)).unwrap_or(u64::MAX);
    let light = match mean {
        mean if mean < u64::from(DARK) => Light::TooDark,
        mean if mean > u64::from(GLARING) => Light::TooBright,
        _ => Light::Good,
    };
    Ok(Seen { content, light, upright })
}

/// What it shows, if that can be read.
pub fn read(file: &[u8]) -> Option<Content> {
    look(file).ok()?.content
}

/// The same for whoever must know what it shows.
///
/// # Errors
/// `picture_quality` or `picture_unreadable`; a picture that is too dark to be read is too dark, not unreadable.
pub fn recognise(file: &[u8]) -> Result<Content, Refusal> {
    match look(file) {
        Ok(seen) if seen.light != Light::Good => Err(Refusal::PictureQuality),
        Ok(Seen { content: Some(content), .. }) => Ok(content),
        _ => Err(Refusal::PictureUnreadable),
    }
}

fn unpack(file: &[u8]) -> Result<DynamicImage, FileFlaw> {
    if file.is_empty() {
        return Err(FileFlaw::Empty);
    }
    let reader = || ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| FileFlaw::Damaged);
    let mut measured = reader()?;
    if !matches!(measured.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(FileFlaw::Type);
    }
    measured.no_limits();
    let (width, height) = measured.into_dimensions().map_err(|_| FileFlaw::Damaged)?;
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(FileFlaw::TooManyPixels);
    }
    if width.max(height) < LEAST.0 || width.min(height) < LEAST.1 {
        return Err(FileFlaw::TooSmall);
    }
    let mut unpacked = reader()?;
    unpacked.limits(Limits::default());
    unpacked.decode().map_err(|_| FileFlaw::Damaged)
}

/// Of the first code that can be read, and whether it stands upright.
fn find(picture: &image::GrayImage) -> (Option<Content>, bool) {
    let size = |side: u32| usize::try_from(side).unwrap_or(0);
    let (width, height) = (size(picture.width()), size(picture.height()));
    let points = picture.as_raw();
    let grey = |x: usize, y: usize| points.get(y * width + x).copied().unwrap_or(u8::MAX);
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, grey);
    for grid in prepared.detect_grids() {
        let Some(content) = grid.decode().ok().and_then(|(_, text)| Content::parse(&text)) else { continue };
        let [first, second, ..] = grid.bounds;
        let (right, down) = (second.x - first.x, second.y - first.y);
        return (Some(content), right > down.abs());
    }
    (None, false)
}

impl Person {
    /// The side of the identity card that has the face: JPEG.
    pub fn front(&self) -> Result<Vec<u8>, WorldError> {
        Content::Front { number: self.document.number.clone(), name: self.name.clone() }.draw()
    }

    pub fn back(&self) -> Result<Vec<u8>, WorldError> {
        Content::Back(self.validity).draw()
    }

    /// As a camera sees it.
    pub fn face(&self) -> Result<Vec<u8>, WorldError> {
        Content::Face { number: self.document.number.clone() }.draw()
    }
}
