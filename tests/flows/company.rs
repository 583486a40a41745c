//! The company's data: shown, changed, and held against the company register.

use crate::answers::{account, answer, company, edit_of, sign_in};
use crate::between::Between;
use std::sync::atomic::{AtomicBool, Ordering};
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::{Address, CompanyName, Country, PersonName, UnifiedSocialCreditCode};
use tongguan_core::fault::{Fault, Refusal, Register};
use tongguan_core::ports::{CompanyEdit, CompanyRecord, PersonEdit};
use tongguan_sandbox_outside::Failure;
use tongguan_tests::Desk;

fn edit(desk: &Desk, edit: CompanyEdit) -> Result<Answer, Fault> {
    desk.call(Command::EditCompany { edit })
}

fn saved(desk: &Desk, wanted: CompanyEdit) -> CompanyRecord {
    answer!(edit(desk, wanted), Company)
}

fn refused(reason: Refusal) -> Fault {
    Fault::DataRefused { reason }
}

fn address(text: &str) -> Option<Address> {
    Some(Address::parse(text).unwrap())
}

/// Signed in as the company's administrator, with the record.
fn at_record() -> (Desk, CompanyRecord) {
    let desk = Desk::open();
    desk.sign_in();
    let record = company(&desk);
    (desk, record)
}

#[test]
fn the_record_is_shown_without_the_whole_number_of_anybody() {
    let (desk, record) = at_record();
    let company = &desk.stage.world().companies[0];
    assert_eq!(record.identity, company.identity);
    assert_eq!(record.address.as_ref(), Some(&company.address));
    assert_eq!(record.legal_representative.name, company.legal_representative.name);
    let document = record.legal_representative.document.unwrap();
    assert_eq!(document, company.legal_representative.document.masked());
    assert!(document.number.as_str().contains("****"));
    assert!(!record.sign_in_again);
}

#[test]
fn a_saved_change_takes_effect_at_the_next_sign_in() {
    let (desk, record) = at_record();
    let wanted = CompanyEdit { address: address("Quay 7, Haihe Port"), ..edit_of(&record) };
    let after = saved(&desk, wanted);
    assert_eq!((after.address, after.sign_in_again), (address("Quay 7, Haihe Port"), true));
    assert!(after.version > record.version);
    assert!(desk.view().session.unwrap().profile.sign_in_again);
    desk.sign_in();
    assert!(!company(&desk).sign_in_again && !desk.view().session.unwrap().profile.sign_in_again);
}

#[test]
fn what_the_register_has_otherwise_is_refused_and_nothing_is_written() {
    let (desk, record) = at_record();
    let other = desk.stage.world().companies[1].clone();
    let unknown = UnifiedSocialCreditCode::parse("91350100M000100Y43").unwrap();
    let cases = [
        (
            CompanyEdit { name: CompanyName::parse("Haihe Two Ltd.").unwrap(), ..edit_of(&record) },
            refused(Refusal::EnterpriseMismatch),
        ),
        (
            CompanyEdit {
                organization_code: unknown.organization_code(),
                uscc: unknown.clone(),
                ..edit_of(&record)
            },
            refused(Refusal::EnterpriseNotFound),
        ),
        (
            CompanyEdit {
                legal_representative: PersonName::parse("Nobody At All").unwrap(),
                ..edit_of(&record)
            },
            refused(Refusal::LegalPersonMismatch),
        ),
        (
            CompanyEdit {
                name: other.identity.name.clone(),
                uscc: other.identity.uscc.clone(),
                organization_code: other.identity.organization_code.clone(),
                ..edit_of(&record)
            },
            refused(Refusal::TooManyChanges),
        ),
        (
            CompanyEdit { uscc: unknown, ..edit_of(&record) },
            Fault::InputInvalid { field: "organization_code".into(), reason: "other_than_uscc".into() },
        ),
    ];
    for (wanted, fault) in cases {
        assert_eq!(edit(&desk, wanted).unwrap_err(), fault);
    }
    assert_eq!(company(&desk), record);
}

#[test]
fn a_register_that_does_not_answer_is_named_and_the_same_change_goes_through_later() {
    let (desk, record) = at_record();
    let outside = desk.stage.outside();
    let wanted = CompanyEdit { name: CompanyName::parse("Haihe Two Ltd.").unwrap(), ..edit_of(&record) };
    outside.set_failure(Register::Company, None, Some(Failure::RateLimit)).unwrap();
    let silent = Fault::RegisterUnavailable { register: Register::Company };
    assert_eq!(edit(&desk, wanted.clone()).unwrap_err(), silent);
    outside.set_failure(Register::Company, None, None).unwrap();
    assert_eq!(edit(&desk, wanted).unwrap_err(), refused(Refusal::EnterpriseMismatch));
}

#[test]
fn the_legal_representative_s_papers_are_held_against_the_register() {
    let (desk, record) = at_record();
    let person = desk.stage.world().companies[0].legal_representative.clone();
    let wanted = PersonEdit {
        version: record.version,
        name: person.name.clone(),
        document: Some(person.document.clone()),
        validity: Some(person.validity),
        country: Some(Country::parse("CHN").unwrap()),
    };
    let holder = desk.stage.world().companies[0].operator.document.clone();
    let other = PersonEdit { document: Some(holder), ..wanted.clone() };
    let command = |edit| Command::EditLegalRepresentative { edit };
    assert_eq!(desk.call(command(other)).unwrap_err(), refused(Refusal::LegalPersonMismatch));
    let after = answer!(desk.call(command(wanted)), Company);
    assert_eq!(after.legal_representative.country, Some(Country::parse("CHN").unwrap()));
}

#[test]
fn of_two_who_change_at_once_one_wins_and_the_other_is_told_and_loses_nothing() {
    let (desk, record) = at_record();
    let other = desk.other_machine();
    other.sign_in();
    let theirs = edit_of(&company(&other));
    let mine = CompanyEdit { address: address("Quay 1"), ..edit_of(&record) };
    let theirs = CompanyEdit { address: address("Quay 2"), ..theirs };
    saved(&desk, mine);
    assert_eq!(edit(&other, theirs.clone()).unwrap_err(), Fault::RecordChanged);
    let now = company(&other);
    assert_eq!(now.address, address("Quay 1"), "nothing was overwritten");
    // What was typed goes on top of what is there now.
    let after = saved(&other, CompanyEdit { version: now.version, ..theirs });
    assert_eq!(after.address, address("Quay 2"));
}

#[test]
fn two_at_the_very_same_moment_are_two_all_the_same() {
    let (desk, record) = at_record();
    let other = desk.other_machine();
    other.sign_in();
    let save = |desk: &Desk, text: &str| {
        edit(desk, CompanyEdit { address: address(text), ..edit_of(&record) }).map(|_| ())
    };
    let outcomes = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| save(&other, "Quay 2"));
        [save(&desk, "Quay 1"), theirs.join().unwrap()]
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.contains(&Err(Fault::RecordChanged)), "{outcomes:?}");
}

#[test]
fn a_change_is_saved_once_whether_the_question_or_the_answer_was_lost() {
    let (desk, record) = at_record();
    let wanted = CompanyEdit { address: address("Quay 9"), ..edit_of(&record) };
    desk.stage.portal_down();
    assert_eq!(edit(&desk, wanted.clone()).unwrap_err(), Fault::PortalUnreachable);
    desk.stage.portal_up().unwrap();
    let first = AtomicBool::new(true);
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        if passed.path == "/v1/company" && first.swap(false, Ordering::SeqCst) {
            (passed.status, passed.body) = (502, b"{}".to_vec());
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    assert_eq!(edit(&desk, wanted.clone()).unwrap_err(), Fault::PortalFailing { status: 502 });
    let after = saved(&desk, wanted);
    assert_eq!((after.address, after.version), (address("Quay 9"), record.version + 1));
}

#[test]
fn who_has_no_right_to_changes_nothing() {
    let desk = Desk::open();
    for name in ["haihe-clerk", "haihe-guest"] {
        sign_in(&desk, name);
        let record = company(&desk);
        let wanted = CompanyEdit { address: address("Quay 3"), ..edit_of(&record) };
        assert_eq!(edit(&desk, wanted).unwrap_err(), Fault::NotAllowed, "{name}");
        assert_eq!(company(&desk), record);
        assert_eq!(account(&desk).account.as_str(), name);
    }
}
