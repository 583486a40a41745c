//! The phones of a matter's people: side by side, too late, in the wrong hands.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case, code, data_refused};
use serde_json::json;
use tongguan_sandbox_world::Person;

/// A matter with one person, an ID card's.
fn of_one(case: &Case) -> (Walker, String, &'static Person) {
    let person = &of("haihe").operator;
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    let id = matter.add(person, "agent");
    (matter, id, person)
}

#[test]
fn two_people_finish_side_by_side() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    let people = [&of("haihe").legal_representative, &of("changdi").operator];
    let ids = people.map(|person| matter.add(person, "director"));
    std::thread::scope(|scope| {
        for (person, id) in people.into_iter().zip(&ids) {
            let sign = Walker::scan(&matter.api, &matter.ticket(id, "signature"));
            let certify = Walker::scan(&matter.api, &matter.ticket(id, "certification"));
            scope.spawn(move || sign.sign(person));
            let matter = &matter.id;
            scope.spawn(move || certify.certify(person, matter));
        }
    });
    assert_eq!(matter.stage()["can_submit"], true);
    assert_eq!(answered(matter.submit(), 200)["stage"]["kind"], "done");
}

#[test]
fn the_desk_is_told_at_once() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let phone = Walker::scan(&matter.api, &matter.ticket(&id, "signature"));
    let version = matter.shown()["version"].clone();
    std::thread::scope(|scope| {
        let wait = scope.spawn(|| {
            let waited = matter.api.get(&format!("{}?version={version}&wait=20", matter.path()));
            answered(waited, 200)
        });
        phone.sign(person);
        assert!(wait.join().unwrap()["stage"]["people"][0]["signed_at"].is_string());
    });
}

#[test]
fn a_ticket_opens_one_phone_and_the_one_before_it_none() {
    let case = case();
    let (matter, id, _) = of_one(&case);
    let (first, second) = (matter.ticket(&id, "signature"), matter.ticket(&id, "signature"));
    let other_duty = matter.ticket(&id, "certification");
    assert_eq!(data_refused(Walker::try_scan(&matter.api, &first)), "ticket_expired");
    Walker::scan(&matter.api, &second);
    assert_eq!(data_refused(Walker::try_scan(&matter.api, &second)), "ticket_used");
    assert_eq!(Walker::try_scan(&matter.api, &other_duty).status(), 201, "it is for something else");
    let late = matter.ticket(&id, "signature");
    case.clock.advance(1_800);
    assert_eq!(data_refused(Walker::try_scan(&matter.api, &late)), "ticket_expired");
}

#[test]
fn there_is_no_ticket_for_what_is_done_or_for_nobody() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    matter.fulfil(&id, person);
    for duty in ["signature", "certification"] {
        assert_eq!(code(matter.ask_ticket(&id, duty)), "record_changed");
    }
    assert_eq!(matter.ask_ticket(&matter.id, "signature").status(), 404);
    let without = matter.api.post(&format!("{}/tickets", matter.path()), &json!({}));
    assert!(without.status().is_client_error());
}

#[test]
fn whoever_is_taken_out_meanwhile_signs_and_certifies_nothing() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let other = matter.add(&of("bailu").legal_representative, "director");
    let reader = Walker::scan(&matter.api, &matter.ticket(&id, "signature"));
    reader.confirm();
    answered(reader.show_face(person), 200);
    let certified = Walker::scan(&matter.api, &matter.ticket(&id, "certification"));
    certified.to_signature(person, &matter.id);
    let unopened = matter.ticket(&other, "certification");
    let last = [&reader, &certified].map(|phone| (phone, phone.step(), phone.shown()["version"].clone()));
    assert_eq!(matter.remove(&id).status(), 200);
    for (phone, step, version) in &last {
        let strokes: Vec<[u16; 2]> = (0..20).map(|x| [x, x]).collect();
        let answer = json!({ "kind": "signature", "strokes": [strokes] });
        assert_eq!(code(phone.send_at(step, version, &answer)), "record_changed");
        let shown = phone.shown();
        assert_eq!(shown["stage"]["kind"], "closed");
        assert_eq!(shown["refused"], "matter_mismatch", "and it says why");
    }
    assert_eq!(data_refused(Walker::try_scan(&matter.api, &unopened)), "ticket_expired");
    // Entered anew, the person has both to do.
    let id = matter.add(person, "agent");
    assert!(matter.person(&id)["signed_at"].is_null() && matter.person(&id)["certified_at"].is_null());
}

#[test]
fn a_phone_that_read_the_document_before_does_not_sign_the_new_one() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let phone = Walker::scan(&matter.api, &matter.ticket(&id, "signature"));
    phone.confirm();
    answered(phone.show_face(person), 200);
    matter.add(&of("haihe").legal_representative, "director");
    assert_eq!(phone.shown()["refused"], "matter_mismatch");
    assert_eq!(phone.stage()["kind"], "closed");
    assert!(matter.person(&id)["signed_at"].is_null());
    Walker::scan(&matter.api, &matter.ticket(&id, "signature")).sign(person);
    assert!(matter.person(&id)["signed_at"].is_string());
}

#[test]
fn a_phone_that_cancels_is_seen_at_the_desk_and_another_may_be_taken() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let phone = Walker::scan(&matter.api, &matter.ticket(&id, "signature"));
    assert_eq!(phone.api.delete(&phone.path()).status(), 204);
    assert_eq!(matter.shown()["refused"], "phone_cancelled");
    Walker::scan(&matter.api, &matter.ticket(&id, "signature")).sign(person);
    assert!(matter.shown()["refused"].is_null());
}

#[test]
fn a_signature_is_read_before_it_is_given() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let phone = Walker::scan(&matter.api, &matter.ticket(&id, "signature"));
    let facts = phone.stage()["facts"].clone();
    let fact = |field: &str| {
        let found = facts.as_array().unwrap().iter().find(|fact| fact["field"] == field);
        found.unwrap_or_else(|| panic!("{facts}"))["value"].clone()
    };
    assert_eq!(fact("matter_title"), "Another address");
    assert_eq!(fact("matter_kind"), "change");
    assert_eq!(fact("name"), json!(person.name));
    assert_eq!(fact("document_number"), json!(person.document.number.masked()));
    assert_eq!(fact("company_name"), json!(of("haihe").identity.name));
    assert_eq!(code(phone.draw_signature()), "record_changed", "not yet its turn");
    phone.sign(person);
}

#[test]
fn whoever_else_scans_the_code_of_a_signature_does_not_sign() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let phone = Walker::scan(&matter.api, &matter.ticket(&id, "signature"));
    phone.confirm();
    for other in [&of("haihe").legal_representative, &of("bohai").operator] {
        assert_eq!(data_refused(phone.show_face(other)), "face_mismatch");
        assert_eq!(code(phone.draw_signature()), "record_changed");
    }
    assert_eq!(matter.shown()["refused"], "face_mismatch", "the desk sees it");
    assert!(matter.person(&id)["signed_at"].is_null());
    answered(phone.show_face(person), 200);
    answered(phone.draw_signature(), 200);
    assert!(matter.person(&id)["signed_at"].is_string());
}

#[test]
fn a_phone_that_walked_in_is_over_too_once_it_has_chosen_the_matter() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let phone = Walker::walk_in(&matter.api, "henan", "henan_certify");
    phone.to_signature(person, &matter.id);
    let early = Walker::walk_in(&matter.api, "henan", "henan_certify");
    early.to_pending(person);
    matter.add(&of("bailu").legal_representative, "director");
    assert_eq!(phone.shown()["refused"], "matter_mismatch");
    assert_eq!(phone.stage()["kind"], "closed");
    // The other had not seen it yet.
    answered(early.choose(&matter.id), 200);
    early.confirm();
    answered(early.show_face(person), 200);
    answered(early.draw_signature(), 200);
    assert!(matter.person(&id)["certified_at"].is_string());
}

#[test]
fn a_phone_that_went_over_to_another_matter_stays_with_that() {
    let case = case();
    let (a, id, person) = of_one(&case);
    let b = Walker::matter(&case.api("bohai-demo"), "Of somebody else");
    let there = b.add(person, "director");
    let phone = Walker::scan(&a.api, &a.ticket(&id, "certification"));
    phone.to_signature(person, &b.id);
    a.add(&of("bailu").legal_representative, "director");
    a.ticket(&id, "certification");
    assert_eq!(a.api.delete(&a.path()).status(), 204);
    answered(phone.draw_signature(), 200);
    assert!(b.person(&there)["certified_at"].is_string());
}

#[test]
fn two_phones_for_one_duty_do_it_once() {
    let case = case();
    let (matter, id, person) = of_one(&case);
    let first = Walker::walk_in(&matter.api, "henan", "henan_certify");
    let second = Walker::scan(&matter.api, &matter.ticket(&id, "certification"));
    first.to_signature(person, &matter.id);
    second.to_signature(person, &matter.id);
    answered(first.draw_signature(), 200);
    let done = matter.person(&id)["certified_at"].clone();
    case.clock.advance(60);
    answered(second.draw_signature(), 200);
    assert_eq!(matter.person(&id)["certified_at"], done);
}
