//! Pictures of ID cards and letters.

use crate::drawn::{PLACE, clear_png, jpeg, jpeg_bomb, png, png_bomb, segment, with_exif};
use crate::{flaw, sent};
use image::{ImageFormat, RgbImage};
use proptest::prelude::*;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::Pictures as _;
use tongguan_picture::Pictures;

fn shown(file: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(file, ImageFormat::Jpeg).unwrap().into_rgb8()
}

fn is_red(picture: &RgbImage, x: u32, y: u32) -> bool {
    let [red, green, _] = picture.get_pixel(x, y).0;
    red > 150 && green < 90
}

#[test]
fn a_picture_is_sent_as_jpeg_and_no_larger_than_needed() {
    for file in [jpeg(3000, 1500), png(3000, 1500)] {
        let picture = shown(&sent(Slot::IdFront, &file));
        assert_eq!(picture.dimensions(), (2000, 1000));
        assert!(is_red(&picture, 20, 20) && !is_red(&picture, 1980, 20));
    }
    assert_eq!(shown(&sent(Slot::IdBack, &png(640, 400))).dimensions(), (640, 400), "small ones stay");
    assert_eq!(shown(&sent(Slot::Letter, &jpeg(400, 640))).dimensions(), (400, 640), "upright or lying");
}

#[test]
fn nothing_goes_on_that_stood_beside_the_picture() {
    let noted = segment(&with_exif(&jpeg(800, 600), 1), 0xFE, b"comment-canary-77");
    let noted = segment(&noted, 0xED, b"Photoshop 3.0\0author-canary-77");
    assert!(noted.windows(PLACE.len()).any(|part| part == PLACE));
    let picture = sent(Slot::IdFront, &noted);
    for beside in [PLACE, b"canary", b"Exif", b"Photoshop"] {
        assert!(!picture.windows(beside.len()).any(|part| part == beside));
    }
    let behind = [jpeg(800, 600), b"tail-canary-77".to_vec()].concat();
    assert!(!sent(Slot::IdFront, &behind).windows(6).any(|part| part == b"canary"));
}

#[test]
fn a_picture_stands_as_the_camera_was_held() {
    let corners =
        [(1, (20, 20)), (3, (780, 580)), (6, (580, 20)), (8, (20, 780)), (2, (780, 20)), (9, (20, 20))];
    for (orientation, (x, y)) in corners {
        let picture = shown(&sent(Slot::IdFront, &with_exif(&jpeg(800, 600), orientation)));
        let lies = !matches!(orientation, 6 | 8);
        assert_eq!(picture.dimensions(), if lies { (800, 600) } else { (600, 800) });
        assert!(is_red(&picture, x, y), "{orientation}");
    }
}

#[test]
fn ink_on_nothing_is_sent_on_white() {
    let picture = shown(&sent(Slot::Letter, &clear_png(800, 600)));
    assert!(picture.get_pixel(400, 100).0[0] > 240 && picture.get_pixel(400, 500).0[0] < 20);
}

#[test]
fn a_file_is_what_its_first_bytes_say() {
    assert_eq!(flaw(Slot::IdFront, b""), FileFlaw::Empty);
    assert_eq!(flaw(Slot::IdFront, b"This is a text, whatever its name ends with."), FileFlaw::Type);
    assert_eq!(flaw(Slot::IdFront, b"GIF89a"), FileFlaw::Type);
    assert_eq!(flaw(Slot::Letter, b"PK\x03\x04"), FileFlaw::Type);
    assert_eq!(flaw(Slot::IdFront, b"<svg xmlns='http://www.w3.org/2000/svg'/>"), FileFlaw::Type);
    assert_eq!(flaw(Slot::IdFront, b"%PDF-1.7\n%%EOF"), FileFlaw::Type, "letters alone are PDF");
    assert_eq!(flaw(Slot::IdFront, &[0xFF, 0xD8, 0xFF]), FileFlaw::Damaged);
}

#[test]
fn half_a_picture_is_damaged() {
    for whole in [jpeg(800, 600), with_exif(&jpeg(800, 600), 6), png(800, 600)] {
        for part in [whole.len() / 2, whole.len() - 20] {
            assert_eq!(flaw(Slot::IdFront, &whole[..part]), FileFlaw::Damaged);
        }
    }
    let preview = segment(&jpeg(800, 600), 0xE1, &[b"Exif\0\0", &jpeg(64, 48)[..]].concat());
    assert!(!sent(Slot::IdFront, &preview).is_empty());
    let cut = &preview[..preview.len() - 20];
    assert_eq!(flaw(Slot::IdFront, cut), FileFlaw::Damaged, "the end of the small picture is not its own");
}

#[test]
fn a_picture_is_measured_before_it_is_unpacked() {
    for bomb in [png_bomb(60_000, 60_000), png_bomb(7_072, 7_072), jpeg_bomb(65_000, 65_000)] {
        assert_eq!(flaw(Slot::IdFront, &bomb), FileFlaw::TooManyPixels);
    }
    for small in [png(639, 400), jpeg(640, 399), jpeg(399, 4000), png_bomb(0x7FFF_FFFF, 1)] {
        assert!(matches!(flaw(Slot::IdFront, &small), FileFlaw::TooSmall | FileFlaw::TooManyPixels));
    }
    assert_eq!(flaw(Slot::IdFront, &png(639, 400)), FileFlaw::TooSmall);
}

#[test]
fn fifty_megabytes_are_not_looked_at() {
    let mut file = jpeg(800, 600);
    file.resize(50_000_000, 0);
    assert_eq!(flaw(Slot::IdFront, &file), FileFlaw::TooLarge);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_picture_with_a_changed_byte_is_sent_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for mut file in [jpeg(640, 400), png(640, 400), with_exif(&jpeg(640, 400), 6)] {
            let at = at.index(file.len());
            file[at] = byte;
            if let Ok(picture) = Pictures.prepare(Slot::IdFront, &file) {
                prop_assert!(picture.starts_with(&[0xFF, 0xD8, 0xFF]));
            }
        }
    }

    #[test]
    fn whatever_is_picked_is_sent_or_refused(tail in prop::collection::vec(any::<u8>(), 0..600)) {
        for head in [&[0xFF, 0xD8, 0xFF][..], b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b""] {
            prop_assert!(Pictures.prepare(Slot::Letter, &[head, &tail].concat()).is_err());
        }
    }
}
