//! What waits for a person, from whichever company, and that a certification belongs to one matter.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case, code, data_refused};
use serde_json::{Value, json};
use tongguan_sandbox_world::Person;

const DAY: i64 = 86_400;

/// A matter of this account with this one person in it.
fn matter_with(case: &Case, account: &str, title: &str, person: &Person) -> Walker {
    let matter = Walker::matter(&case.api(account), title);
    matter.add(person, "shareholder");
    matter
}

fn certify_phone(case: &Case) -> Walker {
    Walker::walk_in(&case.server.client(), "henan", "henan_certify")
}

fn titles(matters: &[Value]) -> Vec<&str> {
    matters.iter().map(|matter| matter["title"].as_str().unwrap()).collect()
}

#[test]
fn everything_of_the_last_seven_days_waits_whoever_opened_it() {
    let case = case();
    let person = &of("haihe").operator;
    let first = matter_with(&case, "haihe-demo", "First", person);
    case.clock.advance(DAY);
    let second = matter_with(&case, "bohai-demo", "Second", person);
    matter_with(&case, "bohai-demo", "Of another", &of("bohai").operator);
    let waiting = certify_phone(&case).to_pending(person);
    assert_eq!(titles(&waiting), ["Second", "First"]);
    assert_eq!((&waiting[0]["id"], &waiting[0]["role"]), (&json!(second.id), &json!("shareholder")));
    assert_eq!(
        (&waiting[0]["kind"], &waiting[0]["company"]),
        (&json!("change"), &json!(of("bohai").identity.name))
    );
    case.clock.advance(6 * DAY);
    let phone = certify_phone(&case);
    assert_eq!(titles(&phone.to_pending(person)), ["Second"]);
    assert_eq!(data_refused(phone.choose(&first.id)), "matter_mismatch");
}

#[test]
fn nothing_waits_for_a_stranger_or_for_another_name_with_the_same_number() {
    let case = case();
    let person = &of("bailu").legal_representative;
    let matter = matter_with(&case, "haihe-demo", "First", person);
    let stranger = certify_phone(&case);
    assert_eq!(stranger.to_pending(&of("bohai").operator), Vec::<Value>::new());
    assert_eq!(data_refused(stranger.choose(&matter.id)), "person_unknown");
    assert_eq!(stranger.step(), "pending");
    let matter = Walker::matter(&case.api("haihe-demo"), "Misspelt");
    matter.add(&Person { name: of("bohai").operator.name.clone(), ..person.clone() }, "director");
    assert_eq!(titles(&certify_phone(&case).to_pending(person)), ["First"]);
}

#[test]
fn who_walks_in_certifies_without_a_ticket() {
    let case = case();
    let person = &of("haihe").operator;
    let matter = matter_with(&case, "haihe-demo", "First", person);
    certify_phone(&case).certify(person, &matter.id);
    let found = matter.stage()["people"][0].clone();
    assert!(found["certified_at"].is_string() && found["signed_at"].is_null(), "{found}");
    assert_eq!(certify_phone(&case).to_pending(person), Vec::<Value>::new(), "it waits no longer");
}

#[test]
fn a_certification_counts_for_its_matter_and_for_no_other() {
    let case = case();
    let person = &of("haihe").operator;
    let a = matter_with(&case, "haihe-demo", "A", person);
    let b = matter_with(&case, "haihe-demo", "B", person);
    let phone = certify_phone(&case);
    phone.to_pending(person);
    let version = phone.shown()["version"].clone();
    answered(phone.choose(&a.id), 200);
    // Once A is chosen, B is not to be had with it, at the version before and at this one.
    let b_too = json!({ "kind": "pending", "matter": b.id });
    for version in [version, phone.shown()["version"].clone()] {
        assert_eq!(code(phone.send_at("pending", &version, &b_too)), "record_changed");
    }
    phone.confirm();
    answered(phone.show_face(person), 200);
    assert_eq!(answered(phone.draw_signature(), 200)["stage"]["kind"], "done");
    assert!(a.stage()["people"][0]["certified_at"].is_string());
    assert!(b.stage()["people"][0]["certified_at"].is_null());
    let next = certify_phone(&case);
    assert_eq!(titles(&next.to_pending(person)), ["B"]);
    assert_eq!(data_refused(next.choose(&a.id)), "matter_mismatch", "A is done");
}

#[test]
fn who_looks_at_one_and_takes_another_certifies_the_other() {
    let case = case();
    let person = &of("changdi").operator;
    let a = matter_with(&case, "haihe-demo", "A", person);
    let b = matter_with(&case, "bohai-demo", "B", person);
    let phone = certify_phone(&case);
    phone.to_pending(person);
    answered(phone.choose(&a.id), 200);
    assert_eq!(phone.stage()["facts"][0]["value"], "A");
    assert_eq!(phone.pass(&json!({ "kind": "again" }))["stage"]["kind"], "pending");
    answered(phone.choose(&b.id), 200);
    phone.confirm();
    answered(phone.show_face(person), 200);
    answered(phone.draw_signature(), 200);
    assert!(a.stage()["people"][0]["certified_at"].is_null());
    assert!(b.stage()["people"][0]["certified_at"].is_string());
}

#[test]
fn a_ticket_in_the_wrong_hands_shows_what_waits_for_those_hands() {
    let case = case();
    let (person, other) = (&of("haihe").operator, &of("bohai").operator);
    let a = matter_with(&case, "haihe-demo", "A", person);
    let b = matter_with(&case, "bohai-demo", "B", other);
    let id = a.stage()["people"][0]["id"].as_str().unwrap().to_owned();
    let phone = Walker::scan(&a.api, &a.ticket(&id, "certification"));
    let text = phone.shown().to_string();
    assert!(!text.contains(person.name.as_str()) && !text.contains("\"A\""), "{text}");
    assert_eq!(titles(&phone.to_pending(other)), ["B"]);
    assert_eq!(data_refused(phone.choose(&a.id)), "matter_mismatch");
    answered(phone.choose(&b.id), 200);
    phone.confirm();
    answered(phone.show_face(other), 200);
    answered(phone.draw_signature(), 200);
    assert!(a.stage()["people"][0]["certified_at"].is_null());
    assert!(b.stage()["people"][0]["certified_at"].is_string());
}

#[test]
fn of_identity_cards_the_own_bank_card_is_asked_and_of_others_not() {
    let case = case();
    let (person, other) = (&of("haihe").operator, &of("bohai").operator);
    let phone = certify_phone(&case);
    let document = json!({
        "name": person.name, "document_kind": "id_card", "document_number": person.document.number,
    });
    answered(phone.fill(&document), 200);
    phone.confirm();
    answered(phone.show_face(person), 200);
    assert_eq!(phone.step(), "own_card");
    let foreign = json!({ "bank_card": other.bank_card, "phone": other.phone });
    assert_eq!(data_refused(phone.fill(&foreign)), "bank_card_mismatch");
    answered(phone.fill(&json!({ "bank_card": person.bank_card, "phone": person.phone })), 200);
    assert_eq!(phone.step(), "photo");
    for person in [&of("bailu").legal_representative, &of("changdi").legal_representative] {
        // Without a bank card between.
        certify_phone(&case).to_photo(person);
    }
}

#[test]
fn both_faces_must_be_the_persons_own() {
    let case = case();
    let (person, other) = (&of("bailu").legal_representative, &of("bohai").operator);
    let matter = matter_with(&case, "haihe-demo", "A", person);
    let phone = certify_phone(&case);
    let document = json!({
        "name": person.name, "document_kind": person.document.kind, "document_number": person.document.number,
    });
    answered(phone.fill(&document), 200);
    phone.confirm();
    assert_eq!(data_refused(phone.show_face(other)), "face_mismatch");
    answered(phone.show_face(person), 200);
    phone.confirm();
    answered(phone.choose(&matter.id), 200);
    phone.confirm();
    assert_eq!(data_refused(phone.show_face(other)), "face_mismatch");
    assert_eq!(matter.shown()["refused"], "face_mismatch", "the desk sees it");
    answered(phone.show_face(person), 200);
    answered(phone.draw_signature(), 200);
    assert!(matter.stage()["people"][0]["certified_at"].is_string());
}

#[test]
fn what_was_entered_wrongly_is_entered_again() {
    let case = case();
    let (wrong, person) = (&of("changdi").operator, &of("bailu").legal_representative);
    let matter = matter_with(&case, "haihe-demo", "A", person);
    let phone = certify_phone(&case);
    phone.to_photo(wrong);
    assert!(phone.stage()["photo"].as_str().unwrap().starts_with("data:image/"));
    let back = phone.pass(&json!({ "kind": "again" }));
    assert_eq!(back["stage"]["kind"], "form");
    assert!(!back.to_string().contains(wrong.name.as_str()));
    phone.certify(person, &matter.id);
}

#[test]
fn a_name_and_a_number_that_are_not_together_go_no_further() {
    let case = case();
    let (person, other) = (&of("haihe").operator, &of("bohai").operator);
    let phone = certify_phone(&case);
    let values = json!({
        "name": other.name, "document_kind": "id_card", "document_number": person.document.number,
    });
    assert_eq!(data_refused(phone.fill(&values)), "identity_mismatch");
    assert_eq!(phone.step(), "identity");
}

#[test]
fn the_notices_must_be_agreed_to() {
    let case = case();
    let person = &of("haihe").operator;
    let phone = certify_phone(&case);
    let values = json!({
        "name": person.name, "document_kind": "id_card", "document_number": person.document.number,
    });
    let answer = json!({ "kind": "form", "values": values, "agreed": [] });
    assert_eq!(code(phone.send(&answer)), "input_invalid");
    assert_eq!(phone.step(), "identity");
    answered(phone.fill(&values), 200);
    assert_eq!(phone.stage()["notices"], json!(["henan_personal_information"]));
    assert_eq!(code(phone.send(&json!({ "kind": "confirm", "agreed": [] }))), "input_invalid");
    assert_eq!(phone.step(), "consent");
    // Not yet.
    assert_eq!(phone.pass(&json!({ "kind": "again" }))["stage"]["kind"], "form");
    answered(phone.fill(&values), 200);
    phone.confirm();
    assert_eq!(phone.step(), "first_face");
}

#[test]
fn what_its_account_may_no_longer_have_does_not_wait() {
    let case = case();
    let person = &of("haihe").operator;
    let matter = matter_with(&case, "haihe-clerk", "First", person);
    let admin = case.api("haihe-demo");
    let set = |enabled: bool, rights: Value| {
        let set = json!({ "enabled": enabled, "rights": rights });
        assert_eq!(admin.put("/v1/operators/haihe-clerk", &set).status(), 204);
    };
    let phone = certify_phone(&case);
    assert_eq!(titles(&phone.to_pending(person)), ["First"]);
    for (enabled, rights) in [(true, json!([])), (false, json!(["certify"]))] {
        set(enabled, rights);
        assert_eq!(phone.stage()["matters"], json!([]));
        assert_eq!(data_refused(phone.choose(&matter.id)), "person_unknown");
    }
    set(true, json!(["certify"]));
    answered(phone.choose(&matter.id), 200);
}
