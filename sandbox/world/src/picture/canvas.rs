//! Shapes on a picture. What lies outside of it is not drawn.

use image::{Rgb, RgbImage};
use qrcode::{Color, QrCode};

pub(super) type Ink = Rgb<u8>;

/// Characters of five by seven points; each number is a row, its highest of five bits the left one.
const GLYPHS: [(char, [u8; 7]); 19] = [
    ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]),
    ('2', [14, 17, 1, 2, 4, 8, 31]),
    ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]),
    ('5', [31, 16, 30, 1, 1, 17, 14]),
    ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]),
    ('8', [14, 17, 17, 14, 17, 17, 14]),
    ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('C', [14, 17, 16, 16, 16, 17, 14]),
    ('E', [31, 16, 16, 30, 16, 16, 31]),
    ('I', [14, 4, 4, 4, 4, 4, 14]),
    ('M', [17, 27, 21, 21, 17, 17, 17]),
    ('N', [17, 17, 25, 21, 19, 17, 17]),
    ('P', [30, 17, 17, 30, 16, 16, 16]),
    ('S', [15, 16, 16, 14, 1, 1, 30]),
    ('X', [17, 17, 10, 4, 10, 17, 17]),
    ('-', [0, 0, 0, 14, 0, 0, 0]),
];

/// 样本 in strokes, in a square of 16 each.
const SPECIMEN: [[f32; 4]; 19] = [
    [1.0, 5.0, 6.5, 5.0],
    [3.7, 1.0, 3.7, 15.0],
    [3.7, 5.5, 1.0, 10.5],
    [3.7, 6.0, 6.2, 9.0],
    [8.8, 1.0, 10.0, 3.2],
    [14.2, 1.0, 12.9, 3.2],
    [7.8, 4.2, 15.2, 4.2],
    [8.6, 7.8, 14.4, 7.8],
    [7.2, 11.4, 15.6, 11.4],
    [11.5, 4.2, 11.5, 15.2],
    [18.0, 5.0, 31.0, 5.0],
    [24.5, 1.0, 24.5, 15.2],
    [24.5, 5.0, 18.0, 12.0],
    [24.5, 5.0, 31.0, 12.0],
    [21.5, 12.0, 27.5, 12.0],
    // A frame around both.
    [-2.0, -1.5, 34.0, -1.5],
    [34.0, -1.5, 34.0, 17.5],
    [34.0, 17.5, -2.0, 17.5],
    [-2.0, 17.5, -2.0, -1.5],
];

pub(super) struct Canvas {
    pub(super) picture: RgbImage,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, ground: Ink) -> Self {
        Self { picture: RgbImage::from_pixel(width, height, ground) }
    }

    fn dot(&mut self, x: i32, y: i32, ink: Ink) {
        if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
            && let Some(point) = self.picture.get_pixel_mut_checked(x, y)
        {
            *point = ink;
        }
    }

    pub(super) fn rectangle(&mut self, [x, y]: [i32; 2], [width, height]: [i32; 2], ink: Ink) {
        for row in y..y + height {
            for column in x..x + width {
                self.dot(column, row, ink);
            }
        }
    }

    pub(super) fn ellipse(&mut self, [x, y]: [i32; 2], [a, b]: [i32; 2], ink: Ink) {
        let square = |of: i32| i64::from(of) * i64::from(of);
        for row in -b..=b {
            for column in -a..=a {
                if square(column) * square(b) + square(row) * square(a) <= square(a) * square(b) {
                    self.dot(x + column, y + row, ink);
                }
            }
        }
    }

    /// A line with round ends.
    fn line(&mut self, [x, y, to_x, to_y]: [f32; 4], thick: i32, ink: Ink) {
        let steps = (to_x - x).abs().max((to_y - y).abs()).max(1.0);
        let mut done = 0.0;
        while done <= steps {
            let share = done / steps;
            let near = |from: f32, to: f32| rounded(from + (to - from) * share);
            self.ellipse([near(x, to_x), near(y, to_y)], [thick, thick], ink);
            done += 1.0;
        }
    }

    /// 样本 and SPECIMEN, `scale` points to a unit.
    pub(super) fn specimen(&mut self, [x, y]: [i32; 2], scale: i32, ink: Ink) {
        let place = |at: i32, unit: f32| unit.mul_add(scale_of(scale), scale_of(at));
        for [a, b, c, d] in SPECIMEN {
            self.line([place(x, a), place(y, b), place(x, c), place(y, d)], scale / 2, ink);
        }
        self.text([x, y + 20 * scale], (scale * 2 / 3).max(1), "SPECIMEN", ink);
    }

    /// Characters that have no shape here are left out.
    pub(super) fn text(&mut self, [x, y]: [i32; 2], scale: i32, text: &str, ink: Ink) {
        for (at, c) in (0..).zip(text.chars()) {
            let Some((_, rows)) = GLYPHS.iter().find(|(known, _)| *known == c) else { continue };
            for (row, bits) in (0..).zip(rows) {
                for column in (0..5).filter(|column| bits & (16 >> column) != 0) {
                    let corner = [x + (at * 6 + column) * scale, y + row * scale];
                    self.rectangle(corner, [scale, scale], ink);
                }
            }
        }
    }

    /// With the quiet zone of four modules that ISO/IEC 18004 asks for; the width of all.
    pub(super) fn code(&mut self, [x, y]: [i32; 2], module: i32, code: &QrCode) -> i32 {
        let width = i32::try_from(code.width()).unwrap_or(0);
        let whole = (width + 8) * module;
        self.rectangle([x, y], [whole, whole], Rgb([255; 3]));
        for (at, color) in (0..).zip(code.to_colors()) {
            if color == Color::Dark {
                let corner = [x + (4 + at % width) * module, y + (4 + at / width) * module];
                self.rectangle(corner, [module, module], Rgb([0; 3]));
            }
        }
        whole
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a place in a picture of a thousand points")]
fn rounded(place: f32) -> i32 {
    place.round() as i32
}

#[allow(clippy::cast_precision_loss, reason = "a place in a picture of a thousand points")]
fn scale_of(place: i32) -> f32 {
    place as f32
}
