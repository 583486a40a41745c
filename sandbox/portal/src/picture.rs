//! The picture of a captcha: strokes of our own, each character turned, leaned, stretched and bent anew,
//! with lines and spots over them.

use crate::problem::Problem;
use crate::random;

/// None of those that look alike: no 0, 1, B, G, I, O, Q, S, Z.
pub(crate) const CHARACTERS: &str = "23456789ACDEFHJKLMNPRTUVWXY";
/// `CHARACTER STROKE ...`: the corners of each stroke, column 0 to 4 and row 0 to 6.
const GLYPHS: &str = include_str!("../data/glyphs.txt");
const WIDTH: u16 = 180;
const HEIGHT: u16 = 64;
/// Between two characters.
const STEP: f32 = 32.0;
const CURVES: u16 = 3;
const SPOTS: u16 = 40;
/// Half the breadth of a stroke, in pixels.
const PEN: f32 = 1.7;
const THIN_PEN: f32 = 0.9;

type Point = (f32, f32);

struct Line {
    from: Point,
    to: Point,
    pen: f32,
}

/// PNG, 8-bit grey.
pub(crate) fn draw(text: &str) -> Result<Vec<u8>, Problem> {
    let mut lines = Vec::new();
    for (character, place) in text.chars().zip(0u8..) {
        glyph(character, f32::from(place), &mut lines)?;
    }
    for _ in 0..CURVES {
        curve(&mut lines)?;
    }
    for _ in 0..SPOTS {
        let spot = (between(0.0, f32::from(WIDTH))?, between(0.0, f32::from(HEIGHT))?);
        lines.push(Line { from: spot, to: spot, pen: between(0.5, 1.4)? });
    }
    let mut grey = vec![255; usize::from(WIDTH) * usize::from(HEIGHT)];
    for line in &lines {
        trace(line, &mut grey);
    }
    encode(&grey).map_err(|_| Problem::Internal)
}

fn glyph(character: char, place: f32, lines: &mut Vec<Line>) -> Result<(), Problem> {
    let strokes = GLYPHS.lines().find_map(|line| line.strip_prefix(character));
    let (turn, lean) = (between(-0.35, 0.35)?, between(-0.25, 0.25)?);
    let (wide, high) = (between(4.6, 6.4)?, between(5.2, 7.0)?);
    let (bend, phase) = (between(1.0, 2.4)?, between(0.0, 6.0)?);
    let middle = (26.0 + place * STEP + between(-3.0, 3.0)?, f32::from(HEIGHT) / 2.0 + between(-5.0, 5.0)?);
    let (sine, cosine) = turn.sin_cos();
    let set = |(column, row): Point| {
        let (x, y) = ((column - 2.0) * wide + (row - 3.0) * lean * high, (row - 3.0) * high);
        let (x, y) = (middle.0 + x * cosine - y * sine, middle.1 + x * sine + y * cosine);
        (x + bend * (y / 7.0 + phase).sin(), y + bend * (x / 9.0 + phase).cos())
    };
    for stroke in strokes.ok_or(Problem::Internal)?.split_whitespace() {
        let corners: Vec<Point> = stroke.split('-').filter_map(corner).collect();
        for (from, to) in corners.iter().zip(corners.iter().skip(1)) {
            lines.push(Line { from: set(*from), to: set(*to), pen: PEN });
        }
    }
    Ok(())
}

fn corner(text: &str) -> Option<Point> {
    let mut digits = text.chars().filter_map(|c| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()));
    Some((digits.next()?.into(), digits.next()?.into()))
}

/// From edge to edge.
fn curve(lines: &mut Vec<Line>) -> Result<(), Problem> {
    let (base, high) = (between(14.0, f32::from(HEIGHT) - 14.0)?, between(5.0, 14.0)?);
    let (pace, phase) = (between(0.03, 0.08)?, between(0.0, 6.0)?);
    let point = |x: u16| (f32::from(x), base + high * (f32::from(x) * pace + phase).sin());
    for x in (0..WIDTH).step_by(6) {
        lines.push(Line { from: point(x), to: point(x + 6), pen: THIN_PEN });
    }
    Ok(())
}

/// Darkens the pixels that `line` can reach.
fn trace(line: &Line, grey: &mut [u8]) {
    let reach = line.pen + 1.0;
    let (left, right) = span(line.from.0, line.to.0, reach, WIDTH);
    let (top, bottom) = span(line.from.1, line.to.1, reach, HEIGHT);
    for y in top..bottom {
        for x in left..right {
            let ink = ink((f32::from(x), f32::from(y)), line);
            if let Some(pixel) = grey.get_mut(usize::from(y) * usize::from(WIDTH) + usize::from(x)) {
                *pixel = ink.min(*pixel);
            }
        }
    }
}

/// Pixels from the lesser end to the greater, inside the picture.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the picture's edge"
)]
fn span(one: f32, other: f32, reach: f32, edge: u16) -> (u16, u16) {
    let inside = |at: f32| at.clamp(0.0, f32::from(edge)) as u16;
    (inside(one.min(other) - reach), inside((one.max(other) + reach).ceil()))
}

/// 0 is black. The edge of a line is one pixel of grey.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 40 and 255")]
fn ink(at: Point, line: &Line) -> u8 {
    let cover = (line.pen + 0.5 - distance(at, line)).clamp(0.0, 1.0);
    (255.0 - 215.0 * cover) as u8
}

fn distance((x, y): Point, line: &Line) -> f32 {
    let (dx, dy) = (line.to.0 - line.from.0, line.to.1 - line.from.1);
    let length = dx * dx + dy * dy;
    let along = if length == 0.0 { 0.0 } else { ((x - line.from.0) * dx + (y - line.from.1) * dy) / length };
    let along = along.clamp(0.0, 1.0);
    (x - line.from.0 - along * dx).hypot(y - line.from.1 - along * dy)
}

fn encode(grey: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, WIDTH.into(), HEIGHT.into());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(grey)?;
    writer.finish()?;
    Ok(file)
}

fn between(low: f32, high: f32) -> Result<f32, Problem> {
    let share = f32::from(u16::from_le_bytes(random::<2>()?)) / f32::from(u16::MAX);
    Ok(low + share * (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_strokes_and_every_stroke_two_corners() {
        assert_eq!(GLYPHS.lines().count(), CHARACTERS.len());
        for character in CHARACTERS.chars() {
            let strokes = GLYPHS.lines().find_map(|line| line.strip_prefix(character)).unwrap();
            for stroke in strokes.split_whitespace() {
                assert!(
                    stroke.split('-').all(|text| text.len() == 2 && corner(text).is_some()),
                    "{character}"
                );
                assert!(stroke.split('-').count() >= 2, "{character}");
            }
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let (one, other) = (draw("2345A").unwrap(), draw("2345A").unwrap());
        assert_ne!(one, other);
        let mut reader = png::Decoder::new(std::io::Cursor::new(one)).read_info().unwrap();
        let mut grey = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut grey).unwrap();
        assert_eq!((info.width, info.height), (WIDTH.into(), HEIGHT.into()));
        let dark = grey.iter().filter(|grey| **grey < 128).count();
        assert!((600..4_000).contains(&dark), "{dark} dark pixels");
    }
}
