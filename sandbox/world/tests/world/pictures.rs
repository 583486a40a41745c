//! The pictures of people, read again after what phones and programs do to them.

use crate::common::world;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use proptest::prelude::*;
use std::io::Cursor;
use tongguan_core::domain::DocumentKind;
use tongguan_core::fault::FileFlaw;
use tongguan_sandbox_world::Person;
use tongguan_sandbox_world::picture::{Content, Light, look, read};

fn person() -> &'static Person {
    &world().companies[0].legal_representative
}

fn other() -> &'static Person {
    &world().companies[0].operator
}

fn front(person: &Person) -> Content {
    Content::Front { number: person.document.number.clone(), name: person.name.clone() }
}

fn face(person: &Person) -> Content {
    Content::Face { number: person.document.number.clone() }
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality).encode_image(picture).unwrap();
    file
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn each_picture_says_what_it_shows() {
    assert_eq!(read(&person().front().unwrap()), Some(front(person())));
    assert_eq!(read(&person().back().unwrap()), Some(Content::Back(person().validity)));
    assert_eq!(read(&person().face().unwrap()), Some(face(person())));
    assert_ne!(read(&other().face().unwrap()), Some(face(person())));
    for file in [person().front(), person().back(), person().face()] {
        let seen = look(&file.unwrap()).unwrap();
        assert!(seen.light == Light::Good && seen.upright, "{seen:?}");
    }
}

#[test]
fn everybody_s_pictures_can_be_read() {
    for company in &world().companies {
        for person in [&company.legal_representative, &company.operator] {
            assert_eq!(read(&person.face().unwrap()), Some(face(person)));
            if person.document.kind == DocumentKind::IdCard {
                assert_eq!(read(&person.front().unwrap()), Some(front(person)));
                assert_eq!(read(&person.back().unwrap()), Some(Content::Back(person.validity)));
            }
        }
    }
}

#[test]
fn a_picture_is_read_after_turning_shrinking_and_packing() {
    for (file, content) in [
        (person().front().unwrap(), front(person())),
        (person().back().unwrap(), Content::Back(person().validity)),
        (person().face().unwrap(), face(person())),
    ] {
        let drawn = image::load_from_memory(&file).unwrap();
        for turned in [drawn.clone(), drawn.rotate90(), drawn.rotate180(), drawn.rotate270()] {
            let small = turned.thumbnail(700, 700);
            for picture in [jpeg(&turned, 60), jpeg(&small, 60), png(&small)] {
                let seen = look(&picture).unwrap();
                assert_eq!(seen.content.as_ref(), Some(&content));
                assert_eq!(seen.upright, turned == drawn);
            }
        }
    }
}

#[test]
fn light_is_measured() {
    let drawn = image::load_from_memory(&person().face().unwrap()).unwrap();
    assert_eq!(look(&jpeg(&drawn.brighten(-180), 90)).unwrap().light, Light::TooDark);
    assert_eq!(look(&jpeg(&drawn.brighten(220), 90)).unwrap().light, Light::TooBright);
}

#[test]
fn a_picture_of_something_else_shows_nothing() {
    let grey = DynamicImage::ImageRgb8(RgbImage::from_pixel(800, 600, image::Rgb([128; 3])));
    let seen = look(&jpeg(&grey, 80)).unwrap();
    assert!(seen.content.is_none() && !seen.upright);
}

#[test]
fn what_is_no_picture_is_refused_with_its_flaw() {
    let face = person().face().unwrap();
    assert_eq!(look(b""), Err(FileFlaw::Empty));
    assert_eq!(look(b"only text"), Err(FileFlaw::Type));
    assert_eq!(look(b"GIF89a\x01\x00\x01\x00"), Err(FileFlaw::Type));
    assert_eq!(look(&face[..200]), Err(FileFlaw::Damaged));
    let small = image::load_from_memory(&face).unwrap().thumbnail(399, 399);
    assert_eq!(look(&jpeg(&small, 90)), Err(FileFlaw::TooSmall));
    // 30 000 by 30 000 points in a few bytes: measured, not unpacked.
    let mut bomb = png(&DynamicImage::new_luma8(700, 500));
    bomb.splice(16..24, [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    assert!(matches!(look(&bomb), Err(FileFlaw::TooManyPixels | FileFlaw::Damaged)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        at in any::<prop::sample::Index>(),
        kind in 0usize..3,
    ) {
        let mut file = match kind {
            0 => Vec::new(),
            1 => b"\xff\xd8\xff\xe0".to_vec(),
            _ => person().front().unwrap(),
        };
        let at = at.index(file.len() + 1);
        file.splice(at..(at + bytes.len()).min(file.len()), bytes);
        let _ = look(&file);
    }

    #[test]
    fn no_noise_panics(seed in any::<u64>()) {
        let mut state = seed | 1;
        let noise = RgbImage::from_fn(660, 420, |_, _| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            image::Rgb([if state >> 63 == 0 { 0 } else { 255 }; 3])
        });
        prop_assert!(look(&png(&DynamicImage::ImageRgb8(noise))).unwrap().content.is_none());
    }
}
