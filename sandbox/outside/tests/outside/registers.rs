//! What the registers answer, and how they fail.

use proptest::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tempfile::TempDir;
use tongguan_core::domain::{
    BankCardNumber, CompanyName, DocumentKind, EmailAddress, PersonName, PhoneNumber, Timestamp,
    UnifiedSocialCreditCode, ValidUntil, Validity,
};
use tongguan_core::fault::Register;
use tongguan_core::ports::{Clock, CodeTarget};
use tongguan_sandbox_outside::{CtidAnswer, Failure, Outside, OutsideError, Silence, Unavailable};
use tongguan_sandbox_world::{Company, Person, World};

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::for_tests(7, Timestamp::now()).unwrap())
}

pub(crate) fn open(dir: &TempDir) -> Outside {
    let clock = Arc::new(Hands(AtomicI64::new(world().made_at.unix())));
    Outside::open(dir.path(), world(), clock).unwrap().with_patience(Duration::ZERO)
}

pub(crate) fn outside() -> (TempDir, Outside) {
    let dir = tempfile::tempdir().unwrap();
    let outside = open(&dir);
    (dir, outside)
}

pub(crate) fn first() -> &'static Company {
    &world().companies[0]
}

pub(crate) fn person() -> &'static Person {
    &first().legal_representative
}

fn ctid(outside: &Outside) -> Result<CtidAnswer, Unavailable> {
    outside.ctid(&person().name, &person().document, &person().validity)
}

fn factors(outside: &Outside) -> Result<bool, Unavailable> {
    outside.four_factors(&person().name, &person().document, &person().bank_card, &person().phone)
}

fn sms() -> CodeTarget {
    CodeTarget::Phone { phone: person().phone.clone() }
}

#[test]
fn everybody_in_the_world_is_in_the_registers() {
    let (_dir, outside) = outside();
    for company in &world().companies {
        let found = outside.company(&company.identity.uscc).unwrap().unwrap();
        assert_eq!(found.identity, company.identity);
        assert_eq!(found.legal_representative, company.legal_representative.name);
        assert_eq!(found.document, company.legal_representative.document);
        let holders = world().accounts.iter().map(|account| &account.holder);
        for person in [&company.legal_representative, &company.operator].into_iter().chain(holders) {
            let answer = outside.ctid(&person.name, &person.document, &person.validity).unwrap();
            let known = person.document.kind == DocumentKind::IdCard;
            assert_eq!(answer, if known { CtidAnswer::Match } else { CtidAnswer::NotFound });
            let phone = &person.phone;
            assert!(outside.four_factors(&person.name, &person.document, &person.bank_card, phone).unwrap());
        }
    }
    let nobody = UnifiedSocialCreditCode::parse("91350100M000100Y43").unwrap();
    assert_eq!(outside.company(&nobody).unwrap(), None);
}

#[test]
fn each_thing_that_differs_is_noticed() {
    let (_dir, outside) = outside();
    let (one, other) = (person(), &first().operator);
    let shorter = Validity::new(one.validity.from, ValidUntil::parse("20991231").unwrap()).unwrap();
    assert_eq!(outside.ctid(&one.name, &one.document, &shorter).unwrap(), CtidAnswer::Mismatch);
    let name = PersonName::parse("nobody at all").unwrap();
    assert_eq!(outside.ctid(&name, &one.document, &one.validity).unwrap(), CtidAnswer::Mismatch);
    let factors = |name, document, card, phone| outside.four_factors(name, document, card, phone).unwrap();
    assert!(!factors(&name, &one.document, &one.bank_card, &one.phone));
    assert!(!factors(&one.name, &other.document, &one.bank_card, &one.phone));
    assert!(!factors(&one.name, &one.document, &other.bank_card, &one.phone));
    assert!(!factors(&one.name, &one.document, &one.bank_card, &other.phone));
    let unknown = BankCardNumber::parse("6212345678901234569").unwrap();
    assert!(!factors(&one.name, &one.document, &unknown, &one.phone));
}

#[test]
fn a_record_fails_in_its_way_and_is_right_again_once_it_is_lifted() {
    let (_dir, outside) = outside();
    let uscc = first().identity.uscc.as_str();
    let set = |register, record, failure| outside.set_failure(register, Some(record), failure).unwrap();
    set(Register::Company, uscc, Some(Failure::Absent));
    assert_eq!(outside.company(&first().identity.uscc).unwrap(), None);
    set(Register::Company, uscc, Some(Failure::Mismatch));
    let other = outside.company(&first().identity.uscc).unwrap().unwrap();
    assert_ne!(other.identity.name, first().identity.name);
    set(Register::Company, uscc, None);
    assert_eq!(outside.company(&first().identity.uscc).unwrap().unwrap().identity, first().identity);

    let number = person().document.number.as_str();
    set(Register::Ctid, number, Some(Failure::Absent));
    assert_eq!(ctid(&outside), Ok(CtidAnswer::NotFound));
    set(Register::Ctid, number, Some(Failure::Mismatch));
    assert_eq!(ctid(&outside), Ok(CtidAnswer::Mismatch));
    set(Register::Ctid, number, None);
    assert_eq!(ctid(&outside), Ok(CtidAnswer::Match));

    for failure in [Failure::Absent, Failure::Mismatch] {
        set(Register::Bank, person().bank_card.as_str(), Some(failure));
        assert_eq!(factors(&outside), Ok(false));
    }
    set(Register::Bank, person().bank_card.as_str(), None);
    assert_eq!(factors(&outside), Ok(true));
}

#[test]
fn a_register_that_is_silent_says_so_for_every_record() {
    let (_dir, outside) = outside();
    for (failure, why) in [(Failure::Timeout, Silence::Timeout), (Failure::RateLimit, Silence::RateLimit)] {
        for register in [Register::Company, Register::Ctid, Register::Bank, Register::Sms] {
            outside.set_failure(register, None, Some(failure)).unwrap();
            assert_eq!(outside.failure(register, None).unwrap(), Some(failure));
        }
        let silent = |register| Unavailable { register, why };
        assert_eq!(outside.company(&first().identity.uscc), Err(silent(Register::Company)));
        assert_eq!(ctid(&outside), Err(silent(Register::Ctid)));
        assert_eq!(factors(&outside), Err(silent(Register::Bank)));
        assert_eq!(outside.send(&sms(), "code 123456"), Err(silent(Register::Sms)));
    }
    assert!(outside.messages(10).unwrap().is_empty());
    // A record's own failure counts before the register's.
    let number = person().document.number.as_str();
    outside.set_failure(Register::Ctid, Some(number), Some(Failure::Absent)).unwrap();
    assert_eq!(ctid(&outside), Ok(CtidAnswer::NotFound));
    outside.reset(world()).unwrap();
    assert_eq!((ctid(&outside), factors(&outside)), (Ok(CtidAnswer::Match), Ok(true)));
}

#[test]
fn lifting_the_failure_ends_the_wait_for_a_silent_register() {
    let dir = tempfile::tempdir().unwrap();
    let outside = Arc::new(open(&dir).with_patience(Duration::from_secs(3_600)));
    outside.set_failure(Register::Ctid, None, Some(Failure::Timeout)).unwrap();
    let (asked, answered) = std::sync::mpsc::channel();
    let caller = {
        let outside = Arc::clone(&outside);
        std::thread::spawn(move || asked.send(ctid(&outside)).unwrap())
    };
    // However often the caller comes too late for the lifting, it finds the next one.
    let answer = loop {
        outside.set_failure(Register::Ctid, None, None).unwrap();
        outside.set_failure(Register::Ctid, None, Some(Failure::Timeout)).unwrap();
        match answered.try_recv() {
            Ok(answer) => break answer,
            Err(_) => std::thread::yield_now(),
        }
    };
    caller.join().unwrap();
    assert!(matches!(answer, Ok(CtidAnswer::Match) | Err(Unavailable { why: Silence::Timeout, .. })));
}

#[test]
fn a_failure_that_cannot_be_is_refused() {
    let (_dir, outside) = outside();
    let refused = outside.set_failure(Register::Sms, None, Some(Failure::Mismatch));
    assert!(matches!(refused, Err(OutsideError::NoSuchFailure(Register::Sms))));
    for register in [Register::Company, Register::Ctid, Register::Bank, Register::Payments] {
        let refused = outside.set_failure(register, Some("nobody"), Some(Failure::Absent));
        assert!(matches!(refused, Err(OutsideError::NoRecord(found)) if found == register));
        assert_eq!(outside.failure(register, Some("nobody")).unwrap(), None);
    }
}

#[test]
fn messages_are_read_newest_first_and_a_lost_one_never_arrives() {
    let (_dir, outside) = outside();
    let mail = CodeTarget::Email { email: EmailAddress::parse("haihe-demo@tongguan.example").unwrap() };
    outside.send(&sms(), "first 111111").unwrap();
    outside.send(&mail, "second 222222, not 19900001234").unwrap();
    outside.set_failure(Register::Sms, Some(person().phone.as_str()), Some(Failure::Absent)).unwrap();
    outside.send(&sms(), "lost 333333").unwrap();
    let read = outside.messages(10).unwrap();
    let codes: Vec<&str> = read.iter().map(|message| message.code.as_ref().unwrap().as_str()).collect();
    assert_eq!(codes, ["222222", "111111"]);
    assert!(read[0].sent_at > read[1].sent_at);
    assert_eq!((outside.messages(1).unwrap().len(), outside.messages_to(&sms(), 9).unwrap().len()), (1, 1));
    let nobody = CodeTarget::Phone { phone: PhoneNumber::parse("19900009999").unwrap() };
    assert!(outside.messages_to(&nobody, 9).unwrap().is_empty());
    let shown = format!("{read:?}");
    assert!(!shown.contains("222222") && !shown.contains(person().phone.as_str()), "{shown}");
}

#[test]
fn what_was_changed_outlives_the_process_and_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let outside = open(&dir);
    let mut company = outside.company(&first().identity.uscc).unwrap().unwrap();
    company.identity.name = CompanyName::parse("Haihe Trading Ltd.").unwrap();
    outside.enter_company(&company).unwrap();
    outside.set_failure(Register::Bank, None, Some(Failure::RateLimit)).unwrap();
    outside.send(&sms(), "code 123456").unwrap();
    drop(outside);
    let again = open(&dir);
    assert_eq!(again.company(&first().identity.uscc).unwrap(), Some(company));
    assert_eq!(again.failure(Register::Bank, None).unwrap(), Some(Failure::RateLimit));
    assert_eq!(again.messages(9).unwrap().len(), 1);
    #[cfg(unix)]
    for file in std::fs::read_dir(dir.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    again.reset(world()).unwrap();
    assert_eq!(again.company(&first().identity.uscc).unwrap().unwrap().identity, first().identity);
    assert!(again.messages(9).unwrap().is_empty());
}

#[test]
fn another_world_fills_the_registers_anew() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let mut other = world().clone();
    other.version += 1;
    other.companies.truncate(1);
    let clock = Arc::new(Hands(AtomicI64::new(0)));
    let outside = Outside::open(dir.path(), &other, clock).unwrap();
    assert!(outside.company(&first().identity.uscc).unwrap().is_some());
    assert_eq!(outside.company(&world().companies[1].identity.uscc).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_text_is_kept_as_it_was_sent(text in any::<String>()) {
        static OUTSIDE: OnceLock<(TempDir, Outside)> = OnceLock::new();
        let (_dir, outside) = OUTSIDE.get_or_init(outside);
        outside.send(&sms(), &text).unwrap();
        prop_assert_eq!(&outside.messages(1).unwrap()[0].text, &text);
    }
}
