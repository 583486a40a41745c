//! A matter: its document, its people, and what each of them has to do.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case, code, data_refused, input_invalid};
use serde_json::json;
use tongguan_core::domain::{CitizenIdNumber, Document, DocumentKind};
use tongguan_sandbox_world::Person;

fn document(matter: &Walker) -> String {
    matter.stage()["matter"]["document"].as_str().unwrap().to_owned()
}

/// A matter of the first company with its legal representative and its operator in it, and their ids.
pub(crate) fn of_two(case: &Case) -> (Walker, [String; 2]) {
    let (company, matter) = (of("haihe"), Walker::matter(&case.api("haihe-demo"), "Another address"));
    let legal = matter.add(&company.legal_representative, "legal_representative");
    let operator = matter.add(&company.operator, "agent");
    (matter, [legal, operator])
}

/// Somebody like the operator, but with the document of number `n`.
fn somebody(n: usize) -> Person {
    let number = CitizenIdNumber::complete(&format!("99000019800101{n:03}")).unwrap();
    let document = Document::parse(DocumentKind::IdCard, number.as_str()).unwrap();
    Person { document, ..of("haihe").operator.clone() }
}

#[test]
fn it_is_submitted_once_everybody_has_signed_and_certified() {
    let case = case();
    let (matter, [legal, operator]) = of_two(&case);
    let company = of("haihe");
    matter.fulfil(&legal, &company.legal_representative);
    assert_eq!(matter.stage()["can_submit"], false);
    assert_eq!(data_refused(matter.submit()), "duties_missing");
    matter.fulfil(&operator, &company.operator);
    let stage = matter.stage();
    assert_eq!(stage["can_submit"], true);
    for person in stage["people"].as_array().unwrap() {
        assert!(person["signed_at"].is_string() && person["certified_at"].is_string(), "{person}");
    }
    let receipt = answered(matter.submit(), 200)["stage"]["receipt"].clone();
    assert_eq!(
        (receipt["name"].as_str(), receipt["subject"].as_str()),
        (Some("Another address"), Some("matter"))
    );
    assert!(receipt["number"].as_str().unwrap().starts_with("HENAN-"), "{receipt}");
    assert_eq!(matter.stage()["kind"], "done");
}

#[test]
fn with_nobody_or_with_half_of_it_done_it_is_not_submitted() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    assert_eq!(data_refused(matter.submit()), "duties_missing");
    let person = &of("haihe").legal_representative;
    let id = matter.add(person, "legal_representative");
    Walker::scan(&matter.api, &matter.ticket(&id, "signature")).sign(person);
    assert_eq!(data_refused(matter.submit()), "duties_missing");
    assert_eq!(matter.remove(&id).status(), 200);
    let id = matter.add(person, "legal_representative");
    Walker::scan(&matter.api, &matter.ticket(&id, "certification")).certify(person, &matter.id);
    assert!(matter.person(&id)["signed_at"].is_null() && matter.person(&id)["certified_at"].is_string());
    assert_eq!(data_refused(matter.submit()), "duties_missing");
    assert_eq!(matter.stage()["can_submit"], false);
}

#[test]
fn the_document_is_made_of_company_title_kind_and_people() {
    let case = case();
    let api = case.api("haihe-demo");
    let (matter, same) = (Walker::matter(&api, "Another address"), Walker::matter(&api, "Another address"));
    assert_eq!(document(&matter), document(&same));
    assert_ne!(document(&matter), document(&Walker::matter(&api, "Other address")));
    assert_ne!(document(&matter), document(&Walker::matter(&case.api("bohai-demo"), "Another address")));
    let empty = document(&matter);
    let legal = &of("haihe").legal_representative;
    let id = matter.add(legal, "shareholder");
    let one = document(&matter);
    assert_ne!(one, empty);
    same.add(legal, "manager");
    assert_ne!(document(&same), one, "another role");
    assert_eq!(matter.remove(&id).status(), 200);
    assert_eq!(document(&matter), empty);
}

#[test]
fn whoever_comes_or_goes_after_a_signature_makes_it_void_and_the_record_says_when() {
    let case = case();
    let (matter, [legal, operator]) = of_two(&case);
    let company = of("haihe");
    matter.fulfil(&legal, &company.legal_representative);
    Walker::scan(&matter.api, &matter.ticket(&operator, "signature")).sign(&company.operator);
    case.clock.advance(60);
    let third = matter.add(&of("bailu").legal_representative, "director");
    let void_at = json!(case.clock.moment());
    for id in [&legal, &operator] {
        let person = matter.person(id);
        assert!(person["signed_at"].is_null() && person["certified_at"].is_null(), "{person}");
        assert_eq!(person["void_at"], void_at);
    }
    assert!(matter.person(&third)["void_at"].is_null(), "had done nothing yet");
    // The certification is due again, and is seen where it is asked for.
    let phone = Walker::walk_in(&matter.api, "henan", "henan_certify");
    assert_eq!(phone.to_pending(&company.legal_representative).len(), 1);
    matter.fulfil(&legal, &company.legal_representative);
    assert!(matter.person(&legal)["void_at"].is_null(), "all of it is done again");
    assert_eq!(matter.person(&operator)["void_at"], void_at);
    case.clock.advance(60);
    assert_eq!(matter.remove(&third).status(), 200);
    assert_eq!(matter.person(&legal)["void_at"], json!(case.clock.moment()));
    assert_eq!(data_refused(matter.submit()), "duties_missing");
}

#[test]
fn nobody_is_in_it_twice() {
    let case = case();
    let (matter, _) = of_two(&case);
    let operator = &of("haihe").operator;
    assert_eq!(data_refused(matter.try_add(operator, "director")), "id_duplicate");
    let other_name = Person { name: of("bohai").operator.name.clone(), ..operator.clone() };
    assert_eq!(data_refused(matter.try_add(&other_name, "director")), "id_duplicate");
    assert_eq!(matter.stage()["people"].as_array().unwrap().len(), 2);
}

#[test]
fn it_has_fifty_people_at_most() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    for n in 0..50 {
        matter.add(&somebody(n), "shareholder");
    }
    let refused = input_invalid(matter.try_add(&somebody(50), "shareholder"));
    assert_eq!(refused, ("people".into(), "too_many".into()));
}

#[test]
fn roles_and_documents_are_those_of_the_description() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    let offered = matter.stage();
    assert_eq!(offered["documents"], json!(["id_card", "passport", "home_return_permit"]));
    let person = &of("haihe").operator;
    assert_eq!(input_invalid(matter.try_add(person, "promoter")), ("role".into(), "unknown".into()));
    for slug in ["bailu", "changdi"] {
        matter.add(&of(slug).legal_representative, "shareholder");
    }
    for slug in ["xinghe", "guta"] {
        let refused = input_invalid(matter.try_add(&of(slug).legal_representative, "shareholder"));
        assert_eq!(refused, ("document_kind".into(), "unknown".into()));
    }
}

#[test]
fn two_at_once_know_nothing_of_each_other() {
    let case = case();
    let (first, [legal, operator]) = of_two(&case);
    let (second, [_, same_operator]) = of_two(&case);
    let company = of("haihe");
    first.fulfil(&legal, &company.legal_representative);
    first.fulfil(&operator, &company.operator);
    assert!(second.person(&same_operator)["certified_at"].is_null());
    assert_eq!(data_refused(second.submit()), "duties_missing");
    assert_eq!(answered(first.submit(), 200)["stage"]["kind"], "done");
    let open = second.shown();
    assert_eq!(
        (open["stage"]["kind"].as_str(), open["stage"]["can_submit"].as_bool()),
        (Some("people"), Some(false))
    );
    // Nobody of the second can be had through the first.
    assert_eq!(first.ask_ticket(&same_operator, "signature").status(), 409);
    let third = Walker::matter(&first.api, "Another address");
    assert_eq!(third.ask_ticket(&same_operator, "signature").status(), 404);
    assert_eq!(third.remove(&same_operator).status(), 404);
}

#[test]
fn an_account_has_twenty_open_at_most() {
    let case = case();
    let api = case.api("haihe-demo");
    let matters: Vec<Walker> = (0..20).map(|_| Walker::open(&api, "henan", "matter")).collect();
    let refused = input_invalid(Walker::ask(&api, "henan", "matter"));
    assert_eq!(refused, ("path".into(), "too_many".into()));
    assert_eq!(Walker::ask(&case.api("haihe-clerk"), "henan", "matter").status(), 201);
    assert_eq!(api.delete(&matters[0].path()).status(), 204);
    assert_eq!(Walker::ask(&api, "henan", "matter").status(), 201);
}

#[test]
fn what_was_submitted_is_not_changed_any_more() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    let person = &of("haihe").operator;
    let id = matter.add(person, "agent");
    matter.fulfil(&id, person);
    let version = matter.shown()["version"].clone();
    assert_eq!(answered(matter.submit(), 200)["stage"]["kind"], "done");
    let again = matter.send_at("people", &version, &json!({ "kind": "submit" }));
    assert_eq!(answered(again, 200)["stage"]["kind"], "done", "the answer may have been lost");
    let version = matter.shown()["version"].clone();
    let new = json!({ "name": person.name, "document": person.document, "role": "agent" });
    for answer in
        [json!({ "kind": "add_person", "person": new }), json!({ "kind": "remove_person", "id": id })]
    {
        assert_eq!(code(matter.send_at("people", &version, &answer)), "record_changed");
    }
    assert_eq!(matter.ask_ticket(&id, "signature").status(), 409);
}

#[test]
fn a_person_is_entered_once_however_often_the_answer_is_lost() {
    let case = case();
    let matter = Walker::matter(&case.api("haihe-demo"), "Another address");
    let person = &of("haihe").operator;
    let version = matter.shown()["version"].clone();
    let new = json!({ "name": person.name, "document": person.document, "role": "agent" });
    let answer = json!({ "kind": "add_person", "person": new });
    let first = answered(matter.send_at("people", &version, &answer), 200);
    assert_eq!(answered(matter.send_at("people", &version, &answer), 200), first);
    assert_eq!(first["stage"]["people"].as_array().unwrap().len(), 1);
    // At the next version it is another wish.
    assert_eq!(data_refused(matter.send_at("people", &first["version"], &answer)), "id_duplicate");
    let id = first["stage"]["people"][0]["id"].clone();
    let gone = json!({ "kind": "remove_person", "id": id });
    let before = answered(matter.send_at("people", &first["version"], &gone), 200);
    assert_eq!(answered(matter.send_at("people", &first["version"], &gone), 200), before);
}
