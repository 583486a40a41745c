//! Files that would harm whoever opens them: none leaves the machine, and the next good one is taken.

use crate::answers::answer;
use crate::between::Between;
use crate::legal_steps::company_of;
use crate::ningbo::Scene;
use crate::procedure_steps::{choose, look, send};
use crate::procedures_client::{at_pictures, holder, kept, losing, send_file};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use lopdf::{Document, Object, dictionary};
use tongguan_core::api::Command;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw};
use tongguan_core::ports::{LetterState, Stage};
use tongguan_tests::Desk;

/// A small file whose head says that it is 60,000 by 60,000.
fn bomb() -> Vec<u8> {
    let mut file = Vec::new();
    let points = vec![0; 640 * 400 * 3];
    PngEncoder::new(&mut file).write_image(&points, 640, 400, ExtendedColorType::Rgb8).unwrap();
    for at in [16, 20] {
        file[at..at + 4].copy_from_slice(&60_000_u32.to_be_bytes());
    }
    // W3C PNG, annex D: the checksum of the head.
    let crc = !file[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    });
    file[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(file.len() < 10_000, "{}", file.len());
    file
}

/// With this beginning and 50 MB behind it.
fn heavy(beginning: &[u8]) -> Vec<u8> {
    [beginning, &vec![0; 50_000_000]].concat()
}

/// None of them leaves the machine, and each is refused for what it is.
fn are_refused(desk: &Desk, between: &Between, id: &RequestId, slot: Slot, files: &[(Vec<u8>, FileFlaw)]) {
    for (file, reason) in files {
        let outcome = desk.call(send_file(id, slot, file));
        assert_eq!(outcome.unwrap_err(), Fault::FileUnusable { slot, reason: *reason });
    }
    assert!(desk.view().sending.is_empty());
    assert!(between.paths.lock().unwrap().iter().all(|path| !path.contains("/uploads")));
}

#[test]
fn after_pictures_that_would_harm_the_next_good_one_is_taken() {
    let (desk, between) = losing(|_| false);
    let (id, front) = (at_pictures(&desk), holder(&desk).front().unwrap());
    let files = [
        (heavy(&front), FileFlaw::TooLarge),
        (bomb(), FileFlaw::TooManyPixels),
        (b"A text that is called front.jpg".to_vec(), FileFlaw::Type),
    ];
    are_refused(&desk, &between, &id, Slot::IdFront, &files);
    let Stage::Pictures { slots } = look(&desk, &id).stage else { panic!("no pictures") };
    assert!(slots.iter().all(|slot| slot.upload.is_none() && !slot.kept), "{slots:?}");
    send(&desk, &id, Slot::IdFront, &front);
    assert_eq!(kept(&desk, &id), [Slot::IdFront]);
}

/// The letter, and what a viewer would run when it is opened.
fn with_script(letter: &[u8]) -> Vec<u8> {
    let mut letter = Document::load_mem(letter).unwrap();
    let action = dictionary! {
        "S" => "JavaScript",
        "JS" => Object::string_literal("app.alert(1)"),
    };
    letter.catalog_mut().unwrap().set("OpenAction", action);
    let mut file = Vec::new();
    letter.save_to(&mut file).unwrap();
    file
}

#[test]
fn after_letters_that_would_harm_the_next_good_one_is_taken() {
    let (desk, between) = losing(|_| false);
    let company = company_of(&desk, "haihe");
    let scene = Scene { desk, company };
    let (desk, id) = (&scene.desk, scene.organisation("company_legal", None));
    choose(desk, &id, "transfer");
    choose(desk, &id, "reverse");
    let saved = answer!(desk.call(Command::SaveLetter { id: id.clone() }), Saved);
    let letter = std::fs::read(saved.path).unwrap();
    let files = [
        (with_script(&letter), FileFlaw::ActiveContent),
        (heavy(&letter), FileFlaw::TooLarge),
        (bomb(), FileFlaw::TooManyPixels),
        (b"A text that is called letter.pdf".to_vec(), FileFlaw::Type),
    ];
    are_refused(desk, &between, &id, Slot::Letter, &files);
    let letter_at = |at: Stage| match at {
        Stage::Transfer { letter, .. } => letter,
        other => panic!("{other:?}"),
    };
    assert_eq!(letter_at(look(desk, &id).stage), LetterState::Missing);
    let sent = send(desk, &id, Slot::Letter, &letter);
    assert!(matches!(letter_at(sent.stage), LetterState::Waiting { .. }));
}
