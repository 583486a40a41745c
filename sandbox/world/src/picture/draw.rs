//! What the pictures look like. An identity card is 85.6 by 54 mm.

use super::Content;
use super::canvas::{Canvas, Ink};
use image::{DynamicImage, Rgb};
use qrcode::QrCode;
use sha2::{Digest, Sha256};
use tongguan_core::domain::DocumentNumber;

const CARD: [u32; 2] = [1000, 630];
const PORTRAIT: [u32; 2] = [800, 1000];
const PAPER: Ink = Rgb([232, 238, 240]);
const PATTERN: Ink = Rgb([214, 226, 231]);
const PRINT: Ink = Rgb([40, 52, 60]);
const FADED: Ink = Rgb([148, 164, 172]);
const STAMP: Ink = Rgb([196, 72, 60]);
const EMBLEM: Ink = Rgb([186, 60, 48]);
const GOLD: Ink = Rgb([236, 190, 84]);
const WALL: Ink = Rgb([206, 218, 226]);

pub(super) fn picture(content: &Content, code: &QrCode) -> DynamicImage {
    let canvas = match content {
        Content::Front { number, .. } => front(number, code),
        Content::Back(validity) => back(&validity.from.to_string(), &validity.until.to_string(), code),
        Content::Face { number } => face(number, code),
    };
    DynamicImage::ImageRgb8(canvas.picture)
}

fn card() -> Canvas {
    let mut canvas = Canvas::new(CARD[0], CARD[1], PAPER);
    for band in 0..9 {
        canvas.ellipse([500, 20 + band * 74], [480 - band * 12, 8], PATTERN);
    }
    canvas
}

fn front(number: &DocumentNumber, code: &QrCode) -> Canvas {
    let mut canvas = card();
    // Where name, birth and address would stand.
    for (row, width) in (0..4).zip([220, 180, 330, 280]) {
        canvas.rectangle([60, 52 + row * 34], [width, 14], FADED);
    }
    canvas.code([50, 190], 8, code);
    canvas.rectangle([690, 60], [250, 330], WALL);
    bust(&mut canvas, number, [815, 220], 100);
    canvas.specimen([450, 230], 5, STAMP);
    canvas.text([430, 560], 4, number.as_str(), PRINT);
    canvas
}

fn back(from: &str, until: &str, code: &QrCode) -> Canvas {
    let mut canvas = card();
    canvas.ellipse([150, 150], [96, 96], EMBLEM);
    canvas.ellipse([150, 150], [80, 80], GOLD);
    canvas.ellipse([150, 150], [66, 66], EMBLEM);
    for (x, y) in [(150, 118), (112, 140), (188, 140), (128, 184), (172, 184)] {
        canvas.ellipse([x, y], [10, 10], GOLD);
    }
    canvas.rectangle([310, 80], [560, 30], PRINT);
    canvas.rectangle([360, 140], [460, 44], PRINT);
    canvas.specimen([90, 330], 5, STAMP);
    canvas.code([580, 230], 9, code);
    canvas.text([60, 560], 4, &format!("{from}-{until}"), PRINT);
    canvas
}

fn face(number: &DocumentNumber, code: &QrCode) -> Canvas {
    let mut canvas = Canvas::new(PORTRAIT[0], PORTRAIT[1], WALL);
    bust(&mut canvas, number, [400, 360], 210);
    canvas.specimen([40, 60], 4, STAMP);
    canvas.code([500, 700], 8, code);
    canvas
}

/// Head and shoulders; hair, skin and clothes follow from the number. `unit` is half the width of the head.
fn bust(canvas: &mut Canvas, number: &DocumentNumber, [x, y]: [i32; 2], unit: i32) {
    let [hair, skin, cloth, ..]: [u8; 32] = Sha256::digest(number.as_str()).into();
    let hair = Rgb([30 + hair % 60, 24 + hair % 40, 20 + hair % 30]);
    let skin = Rgb([224 + skin % 24, 186 + skin % 28, 156 + skin % 30]);
    let cloth = Rgb([50 + cloth % 90, 60 + cloth % 60, 84 + cloth % 100]);
    let part = |of: i32| unit * of / 100;
    canvas.ellipse([x, y + part(190)], [part(150), part(90)], cloth);
    canvas.rectangle([x - part(30), y + part(60)], [part(60), part(60)], skin);
    canvas.ellipse([x, y - part(26)], [part(80), part(96)], hair);
    canvas.ellipse([x, y + part(8)], [part(68), part(84)], skin);
    for side in [-1, 1] {
        canvas.ellipse([x + side * part(28), y - part(6)], [part(11), part(7)], Rgb([250; 3]));
        canvas.ellipse([x + side * part(28), y - part(6)], [part(6), part(6)], Rgb([34; 3]));
        canvas.rectangle([x + side * part(28) - part(14), y - part(24)], [part(28), part(5)], hair);
    }
    canvas.ellipse([x, y + part(22)], [part(6), part(12)], Rgb([212, 158, 132]));
    canvas.ellipse([x, y + part(52)], [part(22), part(6)], Rgb([186, 88, 84]));
}
