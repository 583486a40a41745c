//! Files are looked into by a process of its own: what goes wrong there is the end of that process and of nothing else.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw};
use tongguan_core::ports::Pictures;
use tongguan_picture::{Bounds, PicturesApart};
use tongguan_tests::program;

const DAMAGED: Fault = Fault::FileUnusable { slot: Slot::IdFront, reason: FileFlaw::Damaged };

fn drawn(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let points = vec![200; width as usize * height as usize * 3];
    PngEncoder::new(&mut file).write_image(&points, width, height, ExtendedColorType::Rgb8).unwrap();
    file
}

fn is_taken(pictures: &PicturesApart) {
    let sent = pictures.prepare(Slot::IdFront, &drawn(640, 400)).unwrap();
    assert!(sent.starts_with(&[0xFF, 0xD8, 0xFF]) && sent.ends_with(&[0xFF, 0xD9]), "a JPEG");
}

/// It aborts where it cannot get more, as it would in a decoder that asks for too much.
#[test]
fn a_picture_that_takes_too_much_ends_only_the_process_that_unpacks_it() {
    let bounds = Bounds { memory: 64 << 20, ..Bounds::default() };
    let pictures = PicturesApart::of(program(), bounds);
    is_taken(&pictures);
    let large = drawn(5_000, 5_000);
    assert_eq!(pictures.prepare(Slot::IdFront, &large).unwrap_err(), DAMAGED);
    is_taken(&pictures);
    let roomy = PicturesApart::of(program(), Bounds::default());
    assert!(roomy.prepare(Slot::IdFront, &large).is_ok(), "nothing else is wrong with it");
}

#[test]
fn a_process_that_says_nothing_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let silent = folder.path().join("silent");
    std::fs::write(&silent, "#!/bin/sh\nexec tail -f /dev/null\n").unwrap();
    std::fs::set_permissions(&silent, PermissionsExt::from_mode(0o700)).unwrap();
    let pictures = PicturesApart::of(silent, Bounds { time: Duration::from_millis(50), ..Bounds::default() });
    // More than a pipe holds: it is not even read.
    let file = [drawn(640, 400), vec![0; 1 << 20]].concat();
    assert_eq!(pictures.prepare(Slot::IdFront, &file).unwrap_err(), DAMAGED);
}

#[test]
fn what_another_program_says_is_not_taken_for_a_picture() {
    for other in ["/bin/cat", "/bin/false"] {
        let pictures = PicturesApart::of(other.into(), Bounds::default());
        assert_eq!(pictures.prepare(Slot::IdFront, &drawn(640, 400)).unwrap_err(), DAMAGED, "{other}");
    }
    let missing = PicturesApart::of("/nowhere".into(), Bounds::default());
    assert!(matches!(missing.prepare(Slot::IdFront, &drawn(640, 400)), Err(Fault::Defect { .. })));
}

#[test]
fn what_is_wrong_with_a_file_is_told_by_the_process_too() {
    let pictures = PicturesApart::of(program(), Bounds::default());
    let flaw = |slot, file: &[u8]| match pictures.prepare(slot, file) {
        Err(Fault::FileUnusable { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(flaw(Slot::IdFront, b""), FileFlaw::Empty);
    assert_eq!(flaw(Slot::IdFront, b"a text"), FileFlaw::Type);
    assert_eq!(flaw(Slot::Face, &drawn(300, 300)), FileFlaw::TooSmall);
    assert_eq!(flaw(Slot::Letter, b"%PDF-1.7\n/JavaScript\n%%EOF"), FileFlaw::ActiveContent);
    assert_eq!(flaw(Slot::IdBack, &vec![0xFF; 21 << 20]), FileFlaw::TooLarge);
}
