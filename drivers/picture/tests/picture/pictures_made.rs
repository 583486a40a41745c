//! Pictures as another program wrote them (ImageMagick: progressive, subsampled, CMYK, grey, interlaced, 1 and 16 bits),
//! and what becomes of them when bytes change on the way.

use crate::drawn::crc;
use crate::sent;
use proptest::prelude::*;
use std::path::Path;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Pictures as _;
use tongguan_picture::Pictures;

const FILES: [&str; 7] =
    ["bits.png", "cmyk.jpg", "deep.png", "gray.jpg", "interlaced.png", "progressive.jpg", "sampled.jpg"];

fn picture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name)).unwrap()
}

#[test]
fn pictures_of_every_make_are_sent() {
    for name in FILES {
        let shown = image::load_from_memory(&sent(Slot::IdFront, &picture(name))).unwrap().into_luma8();
        assert_eq!(shown.dimensions(), (640, 400), "{name}");
        assert!(shown.get_pixel(60, 80).0[0] < 60, "{name}: the dark field");
        assert!(shown.get_pixel(600, 390).0[0] > 180, "{name}: the light end");
    }
}

#[derive(Debug, Clone)]
enum Change {
    Put(Vec<u8>),
    Insert(Vec<u8>),
    Drop(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let bytes = || prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0xFF)], 1..6);
    prop_oneof![
        3 => bytes().prop_map(Change::Put),
        1 => bytes().prop_map(Change::Insert),
        1 => (1_usize..40).prop_map(Change::Drop),
    ]
}

fn changed(file: &mut Vec<u8>, at: usize, change: &Change) {
    match change {
        Change::Put(bytes) => {
            let end = file.len().min(at + bytes.len());
            file.splice(at..end, bytes.iter().copied());
        }
        Change::Insert(bytes) => drop(file.splice(at..at, bytes.iter().copied())),
        Change::Drop(count) => drop(file.drain(at..file.len().min(at + count))),
    }
}

/// Every chunk with the checksum of what is in it now: what is changed comes as far as the decoder.
fn summed(mut file: Vec<u8>) -> Vec<u8> {
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let Some(content) = file.get(at + 4..at + 8 + length) else { break };
        let sum = crc(content).to_be_bytes();
        let Some(place) = file.get_mut(at + 8 + length..at + 12 + length) else { break };
        place.copy_from_slice(&sum);
        at += 12 + length;
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// In the head of a file most is decided: half of the changes fall there.
    #[test]
    fn a_picture_with_changed_bytes_is_sent_or_refused(
        name in prop::sample::select(FILES.to_vec()),
        changes in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>(), change()), 1..5),
    ) {
        let mut file = picture(name);
        for (head, at, change) in changes {
            let within = if head { file.len().min(200) } else { file.len() };
            let at = at.index(within.max(1));
            changed(&mut file, at, &change);
        }
        if name.ends_with("png") {
            file = summed(file);
        }
        match Pictures.prepare(Slot::IdFront, &file) {
            Ok(picture) => prop_assert!(picture.starts_with(&[0xFF, 0xD8, 0xFF])),
            Err(fault) => {
                let is_told = matches!(fault, Fault::FileUnusable { .. });
                prop_assert!(is_told, "{:?}", fault);
            }
        }
    }
}
