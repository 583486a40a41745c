//! What the client sees to, whatever the platform: files in parts, what was given elsewhere, other machines.

use crate::answers::{answer, sign_in};
use crate::between::Between;
use crate::legal_steps::company_of;
use crate::procedure_steps::{enter_code, fill, give, look, open, receipt, send, state, try_give};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tongguan_core::api::{Answer, Command, FileContent, Offer};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Field, Slot};
use tongguan_core::fault::{Fault, FileFlaw, Refusal};
use tongguan_core::ports::{Stage, StepAnswer};
use tongguan_sandbox_world::Person;
use tongguan_tests::Desk;

/// Bytes of a part.
const PART: usize = 256 << 10;

pub(crate) fn holder(desk: &Desk) -> Person {
    company_of(desk, "haihe").operator
}

/// Up to the pictures of the ID card.
pub(crate) fn at_pictures(desk: &Desk) -> RequestId {
    let (id, person) = (open(desk, "beijing", "web").id, holder(desk));
    let (from, until) = (person.validity.from.to_string(), person.validity.until.to_string());
    fill(
        desk,
        &id,
        &[
            (Field::ValidFrom, &from),
            (Field::ValidUntil, &until),
            (Field::BankCard, person.bank_card.as_str()),
            (Field::Phone, person.phone.as_str()),
        ],
    );
    enter_code(desk, &id, &person.phone);
    id
}

/// Noise: several parts of it, however it is packed.
fn noise() -> Vec<u8> {
    let mut state = 7_u32;
    let points: Vec<u8> = (0..1600 * 1200 * 3)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    let mut file = Vec::new();
    PngEncoder::new(&mut file).write_image(&points, 1600, 1200, ExtendedColorType::Rgb8).unwrap();
    file
}

pub(crate) fn send_file(id: &RequestId, slot: Slot, file: &[u8]) -> Command {
    Command::SendFile { id: id.clone(), slot, content: FileContent::of(file) }
}

pub(crate) fn kept(desk: &Desk, id: &RequestId) -> Vec<Slot> {
    let Stage::Pictures { slots } = look(desk, id).stage else { panic!("no pictures") };
    slots.into_iter().filter(|slot| slot.kept).map(|slot| slot.slot).collect()
}

fn offers(desk: &Desk) -> Vec<Offer> {
    answer!(desk.call(Command::Offers {}), Offers)
}

/// How often parts were sent, and a file announced.
fn parts(between: &Between) -> (usize, usize) {
    let paths = between.paths.lock().unwrap();
    let count = |method: &str| {
        paths.iter().filter(|path| path.starts_with(method) && path.contains("/uploads")).count()
    };
    (count("PATCH"), count("POST"))
}

/// Signed in through somebody who loses the answers that `loses` wants lost: by the number of an upload's answer.
pub(crate) fn losing(loses: impl Fn(usize) -> bool + Send + 'static) -> (Desk, Between) {
    let desk = Desk::open();
    let mut seen = 0;
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        if passed.path.contains("/uploads") {
            seen += 1;
            if loses(seen) {
                (passed.status, passed.body) = (502, b"{}".to_vec());
            }
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    (desk, between)
}

#[test]
fn a_part_whose_answer_is_lost_is_not_sent_again() {
    let (desk, between) = losing(|answer| answer == 3);
    let id = at_pictures(&desk);
    send(&desk, &id, Slot::IdFront, &noise());
    assert_eq!(kept(&desk, &id), [Slot::IdFront]);
    let (sent, asked) = parts(&between);
    assert!(sent > 4, "{sent} parts");
    assert_eq!(asked, 2, "where the portal stands");
    let again = desk.call(send_file(&id, Slot::IdFront, &noise()));
    assert!(again.is_ok() && parts(&between).0 == sent, "what is there is not sent once more");
}

#[test]
fn a_file_goes_on_where_the_network_left_it() {
    // The one to the second part, and to the question after it.
    let (desk, between) = losing(|answer| (3..=4).contains(&answer));
    let id = at_pictures(&desk);
    let lost = desk.call(send_file(&id, Slot::IdFront, &noise()));
    assert_eq!(lost.unwrap_err(), Fault::PortalFailing { status: 502 });
    assert!(desk.view().sending.is_empty());
    assert!(kept(&desk, &id).is_empty());
    let before = parts(&between).0;
    send(&desk, &id, Slot::IdFront, &noise());
    assert_eq!(kept(&desk, &id), [Slot::IdFront]);
    let whole = {
        let Stage::Pictures { slots } = look(&desk, &id).stage else { panic!() };
        slots[0].upload.clone().map_or(0, |upload| usize::try_from(upload.size).unwrap())
    };
    assert!(whole == 0 || parts(&between).0 - before < whole.div_ceil(PART), "not from the beginning");
}

/// What the client finds nothing wrong with, and the portal does: the file was damaged on its way.
#[test]
fn a_file_that_was_refused_is_told_so_although_that_answer_was_lost() {
    let (desk, lost) = (Desk::open(), Arc::new(AtomicBool::new(false)));
    let loses = Arc::clone(&lost);
    let between = Between::damaging(&desk.stage.portal_origin(), move |passed| {
        let refused = passed.path.contains("/uploads/") && passed.status == 422;
        if refused && !loses.swap(true, Ordering::SeqCst) {
            (passed.status, passed.body) = (502, b"{}".to_vec());
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    let id = at_pictures(&desk);
    let told = desk.call(send_file(&id, Slot::IdFront, &noise())).unwrap_err();
    assert_eq!(told, Fault::FileUnusable { slot: Slot::IdFront, reason: FileFlaw::Damaged });
    assert!(lost.load(Ordering::SeqCst) && parts(&between).1 > 1, "it was lost, and asked about");
    assert!(desk.view().sending.is_empty() && kept(&desk, &id).is_empty());
}

/// Another machine of the account sends a picture, and the answer to its announcement is held up.
fn held_up(desk: &Desk, id: &RequestId) -> (Between, Desk, JoinHandle<Result<Answer, Fault>>) {
    let held: &'static str = Box::leak(format!("POST /v1/procedures/{id}/uploads").into_boxed_str());
    let between = Between::holding(&desk.stage.portal_origin(), held);
    let other = desk.other_machine();
    other.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    between.gate.close();
    let (app, command) = (other.app.clone(), send_file(id, Slot::IdFront, &noise()));
    let sender = std::thread::spawn(move || app.call(command));
    between.gate.wait();
    (between, other, sender)
}

#[test]
fn sending_is_shown_and_given_up() {
    let desk = Desk::open();
    sign_in(&desk, desk.stage.account());
    let id = at_pictures(&desk);
    let (between, other, sender) = held_up(&desk, &id);
    let (procedure, slot) = other.wait("what is sent", |view| {
        view.sending.first().map(|sending| (sending.procedure.clone(), sending.slot))
    });
    assert_eq!((&procedure, slot), (&id, Slot::IdFront));
    let twice = other.call(send_file(&id, Slot::IdFront, &noise()));
    assert_eq!(twice.unwrap_err(), Fault::FlowBusy);
    other.call(Command::CancelSending { id: id.clone(), slot }).unwrap();
    between.gate.open();
    assert_eq!(sender.join().unwrap().unwrap_err(), Fault::Cancelled);
    assert!(other.view().sending.is_empty() && kept(&desk, &id).is_empty());
    send(&desk, &id, Slot::IdFront, &noise());
}

/// Whoever leaves the procedure takes back what was on its way, too.
#[test]
fn what_is_on_its_way_ends_with_its_procedure() {
    let desk = Desk::open();
    sign_in(&desk, desk.stage.account());
    let id = at_pictures(&desk);
    let (between, other, sender) = held_up(&desk, &id);
    other.call(Command::LeaveProcedure { id }).unwrap();
    between.gate.open();
    assert!(sender.join().unwrap().is_err());
    let uploads = || between.paths.lock().unwrap().iter().filter(|path| path.contains("/uploads")).count();
    assert_eq!((uploads(), other.view().sending.len()), (1, 0), "nothing but what was held was asked");
}

#[test]
fn what_is_no_picture_never_leaves_the_machine() {
    let (desk, between) = losing(|_| false);
    let id = at_pictures(&desk);
    let files: [(&[u8], FileFlaw); 4] = [
        (b"", FileFlaw::Empty),
        (b"A text that is called front.jpg", FileFlaw::Type),
        (b"%PDF-1.7\n%%EOF", FileFlaw::Type),
        (&noise()[..20_000], FileFlaw::Damaged),
    ];
    for (file, reason) in files {
        let outcome = desk.call(send_file(&id, Slot::IdFront, file));
        assert_eq!(outcome.unwrap_err(), Fault::FileUnusable { slot: Slot::IdFront, reason });
    }
    assert!(between.paths.lock().unwrap().iter().all(|path| !path.contains("/uploads")));
}

#[test]
fn what_was_left_in_the_middle_goes_on_elsewhere() {
    let desk = Desk::open();
    sign_in(&desk, desk.stage.account());
    let (id, person) = (at_pictures(&desk), holder(&desk));
    send(&desk, &id, Slot::IdFront, &person.front().unwrap());
    let other = desk.other_machine();
    other.sign_in();
    let found = state(&other, "beijing").open;
    assert_eq!((found.len(), &found[0].id, found[0].step.as_str()), (1, &id, "id_pictures"));
    assert_eq!(kept(&other, &id), [Slot::IdFront], "what was sent is there");
    send(&other, &id, Slot::IdBack, &person.back().unwrap());
    receipt(&give(&other, &id, StepAnswer::Pictures));
    receipt(&look(&desk, &id));
}

#[test]
fn what_was_given_is_offered_elsewhere_until_the_session_ends() {
    let desk = Desk::open();
    sign_in(&desk, desk.stage.account());
    assert!(offers(&desk).is_empty());
    at_pictures(&desk);
    let person = holder(&desk);
    let offered = offers(&desk);
    let card = offered.iter().find(|offer| offer.field == Field::BankCard).unwrap();
    assert_eq!((card.value.as_str(), card.platform.as_str()), (person.bank_card.as_str(), "beijing"));
    let shown = serde_json::to_string(&desk.view()).unwrap();
    assert!(!shown.contains(person.bank_card.as_str()), "asked for, it is told; it is not pushed");
    desk.call(Command::SignOut {}).unwrap();
    assert_eq!(desk.call(Command::Offers {}).unwrap_err(), Fault::SessionEnded);
    sign_in(&desk, desk.stage.account());
    assert!(offers(&desk).is_empty());
}

#[test]
fn an_answer_that_was_lost_is_given_again_and_counts_once() {
    let desk = Desk::open();
    let mut lost = false;
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        if passed.path.contains("/steps/bank_account") && !std::mem::replace(&mut lost, true) {
            (passed.status, passed.body) = (502, b"{}".to_vec());
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    let (at, person) = (open(&desk, "beijing", "web"), holder(&desk));
    let (from, until) = (person.validity.from.to_string(), person.validity.until.to_string());
    let given = [
        (Field::ValidFrom, from.as_str()),
        (Field::ValidUntil, &until),
        (Field::BankCard, person.bank_card.as_str()),
        (Field::Phone, person.phone.as_str()),
    ];
    let values = crate::procedure_steps::values(&given);
    let answer = StepAnswer::Form { values, agreed: Vec::new() };
    let step = crate::procedure_steps::step(&at);
    let command = || Command::AnswerStep {
        id: at.id.clone(),
        version: at.version,
        step: step.clone(),
        answer: answer.clone(),
    };
    assert_eq!(desk.call(command()).unwrap_err(), Fault::PortalFailing { status: 502 });
    let Answer::Procedure(after) = desk.call(command()).unwrap() else { panic!() };
    assert!(matches!(after.stage, Stage::Code { .. }), "{after:?}");
}

#[test]
fn one_that_was_closed_is_gone() {
    let desk = Desk::open();
    sign_in(&desk, desk.stage.account());
    let id = at_pictures(&desk);
    desk.call(Command::LeaveProcedure { id: id.clone() }).unwrap();
    assert!(state(&desk, "beijing").open.is_empty());
    let gone = desk.call(send_file(&id, Slot::IdFront, &holder(&desk).front().unwrap()));
    assert!(gone.is_err());
    assert_ne!(open(&desk, "beijing", "web").id, id);
    let early = try_give(&desk, &open(&desk, "beijing", "web").id, StepAnswer::Pictures);
    assert!(!matches!(early, Err(Fault::DataRefused { reason: Refusal::PictureSide })) && early.is_err());
}
