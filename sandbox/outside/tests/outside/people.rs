//! Whose number, whose face and whose phone, as the registers answer it.

use crate::registers::{first, open, outside, person, world};
use tongguan_core::domain::{DocumentKind, PersonName, PhoneNumber};
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::{FaceAnswer, Failure, Outside, OutsideError, Silence, Unavailable};
use tongguan_sandbox_world::Person;

fn identity(outside: &Outside) -> Result<bool, Unavailable> {
    outside.population(&person().name, &person().document)
}

fn face(outside: &Outside, shown: &Person) -> Result<FaceAnswer, Unavailable> {
    outside.face(&person().document, &shown.document.number)
}

fn phone(outside: &Outside) -> Result<bool, Unavailable> {
    outside.three_factors(&person().name, &person().document, &person().phone)
}

#[test]
fn everybody_is_known_by_number_face_and_phone() {
    let (_dir, outside) = outside();
    let holders = world().accounts.iter().map(|account| &account.holder);
    let staff = world().companies.iter().flat_map(|c| [&c.legal_representative, &c.operator]);
    for person in staff.chain(holders) {
        assert_eq!(outside.population(&person.name, &person.document), Ok(true));
        assert_eq!(outside.face(&person.document, &person.document.number), Ok(FaceAnswer::Match));
        assert_eq!(outside.three_factors(&person.name, &person.document, &person.phone), Ok(true));
    }
    assert!(world().companies.iter().any(|c| c.legal_representative.document.kind != DocumentKind::IdCard));
}

#[test]
fn what_does_not_belong_together_is_noticed() {
    let (_dir, outside) = outside();
    let (one, other) = (person(), &first().operator);
    assert_eq!(outside.population(&other.name, &one.document), Ok(false));
    let mut document = one.document.clone();
    document.kind = DocumentKind::ForeignPermanentResidence;
    assert_eq!(outside.population(&one.name, &document), Ok(false));
    assert_eq!(face(&outside, other), Ok(FaceAnswer::Mismatch));
    assert_eq!(outside.face(&document, &one.document.number), Ok(FaceAnswer::NotFound));
    assert_eq!(outside.three_factors(&one.name, &one.document, &other.phone), Ok(false));
    assert_eq!(outside.three_factors(&other.name, &one.document, &one.phone), Ok(false));
    let nobody = PhoneNumber::parse("19900009999").unwrap();
    assert_eq!(outside.three_factors(&one.name, &one.document, &nobody), Ok(false));
    let name = PersonName::parse("nobody at all").unwrap();
    assert_eq!(outside.population(&name, &one.document), Ok(false));
}

#[test]
fn each_outcome_of_a_face_can_be_set_for_a_person() {
    let (_dir, outside) = outside();
    let number = person().document.number.as_str();
    let set = |failure| outside.set_failure(Register::Population, Some(number), failure).unwrap();
    for (failure, face_says, identity_says) in [
        (Failure::OtherFace, FaceAnswer::Mismatch, true),
        (Failure::PoorPicture, FaceAnswer::PoorPicture, true),
        (Failure::Mismatch, FaceAnswer::Match, false),
        (Failure::Absent, FaceAnswer::NotFound, false),
    ] {
        set(Some(failure));
        assert_eq!((face(&outside, person()), identity(&outside)), (Ok(face_says), Ok(identity_says)));
    }
    let silent = Err(Unavailable { register: Register::Population, why: Silence::RateLimit });
    set(Some(Failure::RateLimit));
    assert_eq!(identity(&outside), silent);
    set(None);
    assert_eq!((face(&outside, person()), identity(&outside)), (Ok(FaceAnswer::Match), Ok(true)));
    for register in [Register::Ctid, Register::Phone, Register::Bank, Register::Sms] {
        let refused = outside.set_failure(register, None, Some(Failure::OtherFace));
        assert!(matches!(refused, Err(OutsideError::NoSuchFailure(_))), "{register:?}");
    }
}

#[test]
fn the_carriers_fail_as_the_others_do() {
    let (_dir, outside) = outside();
    let number = person().phone.as_str();
    for failure in [Failure::Absent, Failure::Mismatch] {
        outside.set_failure(Register::Phone, Some(number), Some(failure)).unwrap();
        assert_eq!(phone(&outside), Ok(false));
    }
    outside.set_failure(Register::Phone, Some(number), None).unwrap();
    outside.set_failure(Register::Phone, None, Some(Failure::Timeout)).unwrap();
    assert_eq!(phone(&outside), Err(Unavailable { register: Register::Phone, why: Silence::Timeout }));
    let refused = outside.set_failure(Register::Phone, Some("19900009999"), Some(Failure::Absent));
    assert!(matches!(refused, Err(OutsideError::NoRecord(Register::Phone))));
}

#[test]
fn a_company_has_its_number_of_before_the_unified_code() {
    let dir = tempfile::tempdir().unwrap();
    let found = open(&dir).company(&first().identity.uscc).unwrap().unwrap();
    assert_eq!(found.registration.as_ref(), Some(&first().registration));
    let listed = open(&dir).companies(first().registration.as_str(), 9).unwrap();
    assert!(listed.len() == 1 && listed[0].record == found);
}
