//! How an identity comes into the register of trusted identities, and every way in which it does not.

use crate::registers::{first, open, person, world};
use image::codecs::jpeg::JpegEncoder;
use std::sync::Arc;
use tempfile::TempDir;
use tongguan_core::domain::platform::Slot;
use tongguan_core::domain::{CalendarDate, PersonName, ValidUntil, Validity};
use tongguan_core::fault::{Refusal, Register};
use tongguan_sandbox_outside::{
    Applicant, CtidAnswer, CtidDesk, Failure, Identity, NotOpened, Outside, Silence, Unavailable,
};
use tongguan_sandbox_world::Person;

fn desk() -> (TempDir, Arc<Outside>, CtidDesk) {
    let dir = tempfile::tempdir().unwrap();
    let outside = Arc::new(open(&dir));
    let desk = CtidDesk::new(Arc::clone(&outside));
    (dir, outside, desk)
}

fn card(person: &Person) -> Identity {
    Identity { name: person.name.clone(), document: person.document.clone(), validity: person.validity }
}

fn known(outside: &Outside, person: &Person) -> Result<CtidAnswer, Unavailable> {
    outside.ctid(&person.name, &person.document, &person.validity)
}

fn set(outside: &Outside, record: Option<&str>, failure: Option<Failure>) {
    outside.set_failure(Register::Ctid, record, failure).unwrap();
}

/// The applicant with all that is to be shown.
fn shown(desk: &CtidDesk, person: &Person) -> Applicant {
    let mut applicant = desk.apply(card(person)).unwrap();
    for (slot, picture) in [
        (Slot::IdFront, person.front().unwrap()),
        (Slot::IdBack, person.back().unwrap()),
        (Slot::Face, person.face().unwrap()),
    ] {
        assert_eq!(desk.show(&mut applicant, slot, &picture), Ok(()));
    }
    applicant
}

#[test]
fn who_is_not_in_the_register_is_in_it_after_opening() {
    let (dir, outside, desk) = desk();
    let number = person().document.number.as_str();
    for failure in [Failure::Absent, Failure::Mismatch] {
        for record in [Some(number), None] {
            set(&outside, record, Some(failure));
            assert_ne!(known(&outside, person()), Ok(CtidAnswer::Match));
            assert_eq!(desk.open(&shown(&desk, person())), Ok(()));
            assert_eq!(known(&outside, person()), Ok(CtidAnswer::Match));
            assert_eq!(outside.failure(Register::Ctid, Some(number)).unwrap(), None);
            // Others are as they were, until it is lifted from all.
            let other = known(&outside, &first().operator);
            assert_eq!(other == Ok(CtidAnswer::Match), record.is_some());
            set(&outside, None, None);
        }
    }
    set(&outside, Some(number), Some(Failure::Absent));
    desk.open(&shown(&desk, person())).unwrap();
    drop((outside, desk));
    assert_eq!(known(&open(&dir), person()), Ok(CtidAnswer::Match), "it is kept");
}

#[test]
fn a_failure_that_is_set_later_counts_again() {
    let (_dir, outside, desk) = desk();
    let number = person().document.number.as_str();
    for record in [Some(number), None] {
        set(&outside, record, Some(Failure::Absent));
        desk.open(&shown(&desk, person())).unwrap();
        set(&outside, record, Some(Failure::Absent));
        assert_eq!(known(&outside, person()), Ok(CtidAnswer::NotFound));
    }
    desk.open(&shown(&desk, person())).unwrap();
    set(&outside, None, Some(Failure::RateLimit));
    let silent = Unavailable { register: Register::Ctid, why: Silence::RateLimit };
    assert_eq!(known(&outside, person()), Err(silent));
}

#[test]
fn only_a_card_that_the_population_register_has_is_taken() {
    let (_dir, outside, desk) = desk();
    set(&outside, None, Some(Failure::Absent));
    let (own, other) = (card(person()), card(&first().operator));
    let longer = Validity::new(own.validity.from, ValidUntil::parse("20991231").unwrap()).unwrap();
    for wrong in [
        Identity { name: PersonName::parse("nobody at all").unwrap(), ..own.clone() },
        Identity { document: other.document.clone(), ..own.clone() },
        Identity { validity: longer, ..own.clone() },
    ] {
        assert_eq!(desk.apply(wrong).err(), Some(NotOpened::NoSuchCard));
    }
    let yesterday = CalendarDate::of(world().made_at.plus_seconds(-86_400));
    let from = CalendarDate::parse("20000101").unwrap();
    let over = Validity::new(from, ValidUntil::Day(yesterday)).unwrap();
    assert_eq!(desk.apply(Identity { validity: over, ..own.clone() }).err(), Some(NotOpened::Over));
    let number = own.document.number.as_str();
    for failure in [Failure::Absent, Failure::Mismatch] {
        outside.set_failure(Register::Population, Some(number), Some(failure)).unwrap();
        assert_eq!(desk.apply(own.clone()).err(), Some(NotOpened::NoSuchCard));
    }
    outside.set_failure(Register::Population, Some(number), None).unwrap();
    assert!(desk.apply(own).is_ok());
}

#[test]
fn who_is_in_the_register_needs_nothing() {
    let (_dir, outside, desk) = desk();
    assert_eq!(desk.apply(card(person())).err(), Some(NotOpened::Already));
    set(&outside, None, Some(Failure::Absent));
    desk.open(&shown(&desk, person())).unwrap();
    assert_eq!(desk.apply(card(person())).err(), Some(NotOpened::Already));
}

#[test]
fn each_picture_is_looked_at() {
    let (_dir, outside, desk) = desk();
    set(&outside, None, Some(Failure::Absent));
    let (own, other) = (person(), &first().operator);
    let dark = image::load_from_memory(&own.front().unwrap()).unwrap().brighten(-190);
    let mut darkened = Vec::new();
    JpegEncoder::new(&mut darkened).encode_image(&dark).unwrap();
    let grey = image::DynamicImage::ImageLuma8(image::GrayImage::from_pixel(800, 500, image::Luma([180])));
    let mut nothing = Vec::new();
    JpegEncoder::new(&mut nothing).encode_image(&grey).unwrap();
    let (front, back, face) = (own.front().unwrap(), own.back().unwrap(), own.face().unwrap());
    let mut applicant = desk.apply(card(own)).unwrap();
    for (slot, picture, refusal) in [
        (Slot::IdFront, back.clone(), Refusal::PictureSide),
        (Slot::IdBack, front.clone(), Refusal::PictureSide),
        (Slot::IdFront, face.clone(), Refusal::PictureSide),
        (Slot::IdFront, darkened, Refusal::PictureQuality),
        (Slot::IdFront, nothing, Refusal::PictureUnreadable),
        (Slot::IdBack, b"only text".to_vec(), Refusal::PictureUnreadable),
        (Slot::IdFront, other.front().unwrap(), Refusal::PictureMismatch),
        (Slot::Face, other.face().unwrap(), Refusal::FaceMismatch),
        (Slot::Face, front.clone(), Refusal::FaceMismatch),
    ] {
        assert_eq!(desk.show(&mut applicant, slot, &picture), Err(NotOpened::Picture(refusal)), "{slot:?}");
        assert!(!applicant.has_shown(slot));
    }
    let differs = |one: &&Person| one.validity != own.validity;
    let stranger = world().people().into_iter().map(|(_, person)| person).find(differs).unwrap();
    let refused = desk.show(&mut applicant, Slot::IdBack, &stranger.back().unwrap());
    assert_eq!(refused, Err(NotOpened::Picture(Refusal::PictureMismatch)));
    // One that was right and is taken again counts as it is now.
    desk.show(&mut applicant, Slot::IdFront, &front).unwrap();
    desk.show(&mut applicant, Slot::IdFront, &back).unwrap_err();
    assert!(!applicant.has_shown(Slot::IdFront));
    for (slot, picture) in [(Slot::IdFront, front), (Slot::IdBack, back)] {
        assert_eq!(desk.open(&applicant), Err(NotOpened::Incomplete));
        desk.show(&mut applicant, slot, &picture).unwrap();
    }
    assert_eq!(desk.open(&applicant), Err(NotOpened::Incomplete));
    let number = Some(own.document.number.as_str());
    for (failure, refusal) in
        [(Failure::OtherFace, Refusal::FaceMismatch), (Failure::PoorPicture, Refusal::PictureQuality)]
    {
        outside.set_failure(Register::Population, number, Some(failure)).unwrap();
        let refused = desk.show(&mut applicant, Slot::Face, &face);
        assert_eq!(refused, Err(NotOpened::Picture(refusal)));
    }
    assert_eq!(known(&outside, own), Ok(CtidAnswer::NotFound));
}

#[test]
fn a_register_that_is_silent_opens_nothing() {
    let (_dir, outside, desk) = desk();
    let number = Some(person().document.number.as_str());
    set(&outside, number, Some(Failure::Absent));
    let applicant = shown(&desk, person());
    for failure in [Failure::Timeout, Failure::RateLimit] {
        set(&outside, number, Some(failure));
        assert!(matches!(desk.apply(card(person())), Err(NotOpened::Silent(_))));
        assert!(matches!(desk.open(&applicant), Err(NotOpened::Silent(_))));
        set(&outside, number, Some(Failure::Absent));
        outside.set_failure(Register::Population, None, Some(failure)).unwrap();
        assert!(matches!(desk.apply(card(person())), Err(NotOpened::Silent(_))));
        outside.set_failure(Register::Population, None, None).unwrap();
    }
    assert_eq!(known(&outside, person()), Ok(CtidAnswer::NotFound));
}

#[test]
fn nobody_s_number_is_in_what_is_written_of_an_applicant() {
    let (_dir, outside, desk) = desk();
    set(&outside, None, Some(Failure::Absent));
    let written = format!("{:?} {desk:?}", desk.apply(card(person())).unwrap());
    assert!(!written.contains(person().document.number.as_str()), "{written}");
}
