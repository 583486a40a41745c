//! What happens to files, letters and money while somebody asks.

use super::between::Open;
use super::parcel::{self, Parcel};
use super::payment::take_back;
use super::transfer_store;
use super::walk::Caller;
use crate::Portal;
use crate::problem::Problem;
use crate::wire::Address;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tongguan_core::domain::platform::{Field, Slot};
use tongguan_core::domain::{CompanyName, RequestId};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AskTicket, FileFacts, LetterState, StepAnswer, Upload};
use tongguan_sandbox_outside::{LetterFacts, Media, Reason, Review};
use tongguan_sandbox_world::{Company, World};

/// From then on nothing is kept of why a procedure does not go on.
const NO_REASON: &str = "CREATE TRIGGER no_reason BEFORE UPDATE OF refused ON procedure
    WHEN NEW.refused IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";

fn company(world: &World) -> &Company {
    world.companies.iter().find(|company| company.slug == "haihe").unwrap()
}

/// Where a payment to the company's account has been made, and another is asked for.
fn at_forward() -> Open {
    let open = Open::new("ningbo", "company_legal", "forward", StepAnswer::NewPayment);
    let company = company(&open.case.world).clone();
    let own = open.case.portal.outside().account_of(&company.identity.uscc).unwrap().unwrap();
    let legal = &company.legal_representative;
    open.put(&[
        (Field::CompanyName, company.identity.name.as_str()),
        (Field::CompanyNumber, company.identity.uscc.as_str()),
        (Field::LegalName, legal.name.as_str()),
        (Field::AccountNumber, own.number.as_str()),
        (Field::Branch, own.branch.as_str()),
    ])
}

/// Where both sides of the card of the company's operator are asked for.
fn at_pictures() -> Open {
    let open = Open::new("beijing", "web", "id_pictures", StepAnswer::Pictures);
    let person = company(&open.case.world).operator.clone();
    open.put(&[(Field::Name, person.name.as_str()), (Field::IdNumber, person.document.number.as_str())])
}

impl Open {
    fn portal(&self) -> &Portal {
        &self.case.portal
    }

    fn paid(&self) -> usize {
        self.portal().outside().payments("", 9).unwrap().len()
    }

    fn begin(&self, slot: Slot, file: &[u8]) -> Upload {
        let facts = FileFacts {
            slot,
            size: u32::try_from(file.len()).unwrap(),
            sha256: hex::encode(Sha256::digest(file)),
        };
        self.portal().begin_upload(&self.caller, &self.walk.id, &facts).unwrap()
    }

    fn send(&self, upload: &Upload, file: &[u8]) {
        self.portal().take_part(&self.caller, &self.walk.id, &upload.id, 0, file).unwrap();
    }

    /// As it was before anybody looked at it.
    fn arrived(&self, slot: Slot, upload: &Upload, file: &[u8]) -> Parcel {
        let sha256 = hex::encode(Sha256::digest(file));
        Parcel { id: upload.id.clone(), slot, size: upload.size, sha256, arrived: upload.size, kept: false }
    }

    fn letter(&self) -> LetterState {
        self.portal().store(|c| transfer_store::of(c, &self.walk.id)).unwrap().unwrap().letter
    }

    fn count(&self, rows: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {rows}");
        self.portal().store(|c| c.query_row(&query, [], |row| row.get(0))).unwrap()
    }
}

fn scan(open: &Open) -> Vec<u8> {
    company(&open.case.world).legal_representative.front().unwrap()
}

#[test]
fn a_new_payment_that_is_not_kept_is_not_made() {
    let open = at_forward();
    assert_eq!(open.paid(), 1);
    let keep = open.ask();
    open.portal().refuse_from_elsewhere(&open.walk.id, Refusal::LetterRefused).unwrap();
    assert_eq!(open.keep(keep), Err(Problem::RecordChanged));
    assert_eq!(open.paid(), 1);
    let open = open.now();
    let [here, there] = [open.ask(), open.ask()];
    assert_eq!((open.keep(here), open.keep(there)), (Ok(()), Ok(())));
    assert_eq!(open.paid(), 2, "once for two windows");
}

#[test]
fn a_silent_bank_takes_back_what_it_was_asked_and_nothing_newer() {
    let open = at_forward();
    open.keep(open.ask()).unwrap();
    let stands = || {
        let transfer = open.portal().store(|c| transfer_store::of(c, &open.walk.id)).unwrap().unwrap();
        (transfer.payments, transfer.amount.is_some() && transfer.paid_at.is_some())
    };
    for made in [0, 1] {
        open.portal().change(|t| take_back(t, &open.walk.id, made, "nobody")).unwrap();
        assert_eq!(stands(), (2, true));
    }
}

#[test]
fn a_letter_that_is_finished_twice_is_one_letter() {
    let open = at_forward();
    let file = scan(&open);
    let upload = open.begin(Slot::Letter, &file);
    open.send(&upload, &file);
    let late = open.arrived(Slot::Letter, &upload, &file);
    assert_eq!(open.portal().finish(&open.caller, &open.walk, &late), Ok(()));
    let again = open.portal().letter_came(&open.caller, &open.walk, &upload.id, (Media::Png, &file));
    assert_eq!((again, open.count("withdrawn_letter")), (Ok(()), 0));
    assert!(matches!(open.letter(), LetterState::Waiting { .. }));
    assert!(matches!(open.portal().outside().review(&upload.id).unwrap(), Some(Review::Waiting { .. })));
}

#[test]
fn what_was_said_of_one_letter_does_not_touch_the_next() {
    let open = at_forward();
    let file = scan(&open);
    let first = open.begin(Slot::Letter, &file);
    open.send(&first, &file);
    let reason = Reason::parse("No stamp").unwrap();
    open.portal().outside().decide(&first.id, Some(&reason)).unwrap();
    assert!(matches!(open.letter(), LetterState::Refused { .. }));
    let next = open.begin(Slot::Letter, &file);
    assert_ne!(next.id, first.id);
    open.portal().letter_refused(&open.walk.id, &first.id, "No stamp").unwrap();
    assert!(open.portal().store(|c| parcel::by_id(c, &open.walk.id, &next.id)).unwrap().is_some());
}

#[test]
fn a_letter_is_refused_and_its_reason_is_seen_at_once_or_not_at_all() {
    let open = at_forward();
    let file = scan(&open);
    let letter = open.begin(Slot::Letter, &file);
    open.send(&letter, &file);
    let at = || (open.letter(), open.portal().walk(&open.caller, &open.walk.id).unwrap().refused);
    open.portal().store(|c| c.execute_batch(NO_REASON)).unwrap();
    assert_eq!(open.portal().letter_refused(&open.walk.id, &letter.id, "No stamp"), Err(Problem::Internal));
    assert!(matches!(at(), (LetterState::Waiting { .. }, None)));
    open.portal().store(|c| c.execute_batch("DROP TRIGGER no_reason")).unwrap();
    open.portal().letter_refused(&open.walk.id, &letter.id, "No stamp").unwrap();
    assert!(matches!(at(), (LetterState::Refused { .. }, Some(Refusal::LetterRefused))));
}

#[test]
fn a_desk_that_is_faster_than_the_store_is_heard() {
    let open = at_forward();
    let file = scan(&open);
    let upload = open.begin(Slot::Letter, &file);
    let company = company(&open.case.world);
    let facts = LetterFacts {
        platform: CompanyName::parse("Somebody").unwrap(),
        company: company.identity.name.clone(),
        number: company.identity.uscc.as_str().into(),
        legal_representative: company.legal_representative.name.clone(),
    };
    open.portal().outside().submit_letter(&upload.id, &facts, Media::Png, &file).unwrap();
    open.portal().outside().decide(&upload.id, None).unwrap();
    open.send(&upload, &file);
    assert_eq!(open.letter(), LetterState::Passed);
}

#[test]
fn a_picture_that_was_not_judged_is_not_kept_for_the_one_that_was() {
    let open = at_pictures();
    let person = company(&open.case.world).operator.clone();
    for (slot, file) in [(Slot::IdFront, person.front().unwrap()), (Slot::IdBack, person.back().unwrap())] {
        open.send(&open.begin(slot, &file), &file);
    }
    let open = open.now();
    let keep = open.ask();
    open.begin(Slot::IdFront, &scan(&open));
    assert_eq!(open.keep(keep), Err(Problem::RecordChanged));
}

#[test]
fn a_picture_that_was_looked_at_too_long_changes_nothing() {
    let open = at_pictures();
    let file = scan(&open);
    let late = open.arrived(Slot::IdFront, &open.begin(Slot::IdFront, &file), &file);
    let query = "UPDATE procedure SET expires_at = 1 WHERE id = ?1";
    open.portal().store(|c| c.execute(query, [open.walk.id.as_str()])).unwrap();
    assert_eq!(open.portal().keep_upload(&open.caller, &open.walk, &late), Err(Problem::RecordChanged));
    assert_eq!(open.count("procedure WHERE step IS NOT NULL"), 1);
    open.portal().forget_procedures().unwrap();
    assert_eq!(open.count("procedure WHERE given <> '{}'") + open.count("upload"), 0);
}

/// More than are ended at a time.
const STRANGERS: u32 = 1_100;

#[test]
fn of_phones_that_walked_in_nothing_stays_however_many_they_were() {
    let open = at_pictures();
    let enter = "INSERT INTO procedure (id, platform, path, subject, certifies, version, opened_at, expires_at,
        step, given, way, drawn) VALUES (?1, 'henan', 'henan_certify', 'phone', 'phone', 1, 0, 1, 'identity', '{}', '[]', '[]')";
    let entered = open.portal().change(|t| {
        for _ in 0..STRANGERS {
            t.execute(enter, [RequestId::random().as_str()])?;
        }
        Ok(())
    });
    entered.unwrap();
    open.portal().forget_procedures().unwrap();
    assert_eq!(open.count("procedure"), 1, "the account's own");
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_is_forgotten_though_nobody_comes() {
    let open = at_pictures();
    let query = "UPDATE procedure SET expires_at = 1 WHERE id = ?1";
    open.portal().store(|c| c.execute(query, [open.walk.id.as_str()])).unwrap();
    let sweep = open.portal().clone().sweep();
    assert!(tokio::time::timeout(Duration::from_secs(90), sweep).await.is_err(), "it goes on");
    assert_eq!(open.count("procedure WHERE given <> '{}'"), 0);
}

#[test]
fn a_phone_that_cancels_is_over_and_seen_at_the_desk_at_once_or_not_at_all() {
    let open = Open::new("beijing", "app", "scan_app", StepAnswer::Pictures);
    let ticket = open
        .portal()
        .open_ticket(
            &open.caller,
            &Address(String::new()),
            &open.walk.id,
            &AskTicket { duty: None, sms_to: None },
        )
        .unwrap();
    let secret = ticket.address.as_str().rsplit('/').next().unwrap();
    let scan = serde_json::from_value(serde_json::json!({ "ticket": secret })).unwrap();
    open.portal().scan(&Address(String::new()), &scan).unwrap();
    let query = "SELECT id FROM procedure WHERE parent IS NOT NULL";
    let phone: String = open.portal().store(|c| c.query_row(query, [], |row| row.get(0))).unwrap();
    let phone = RequestId::parse(&phone).unwrap();
    let caller = Caller::Phone(phone.clone());
    let at = || {
        let phone = open.portal().walk(&caller, &phone).unwrap();
        (phone.is_over(), open.portal().walk(&open.caller, &open.walk.id).unwrap().refused)
    };
    open.portal().store(|c| c.execute_batch(NO_REASON)).unwrap();
    assert_eq!(open.portal().leave_procedure(&caller, &phone), Err(Problem::Internal));
    assert_eq!(at(), (false, None));
    open.portal().store(|c| c.execute_batch("DROP TRIGGER no_reason")).unwrap();
    open.portal().leave_procedure(&caller, &phone).unwrap();
    assert_eq!(at(), (true, Some(Refusal::PhoneCancelled)));
}
