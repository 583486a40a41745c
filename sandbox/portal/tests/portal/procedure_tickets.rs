//! A ticket opens once, one phone, for its time; and what the phone does is seen at the desk.

use crate::common::walker::{Walker, of};
use crate::common::{
    Api, Case, FakeClock, Server, answered, case, code, data_refused, input_invalid, problem, world,
};
use crate::procedures::{authorised, kept, way};
use serde_json::{Value, json};
use tongguan_core::domain::Origin;
use tongguan_core::fault::Register;
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_outside::Failure;

/// The first company's administrator at the code for a quick face.
fn at_scan(case: &Case) -> Walker {
    let walker = authorised(case, "haihe-demo", "person");
    way(&walker, "face");
    let person = &of("haihe").operator;
    let facts = json!({ "name": person.name, "id_number": person.document.number, "face_by": "quick" });
    answered(walker.fill(&facts), 200);
    walker
}

/// Somebody else of the first company at the code for its legal representative.
fn at_authorisation(case: &Case) -> Walker {
    let walker = authorised(case, "haihe-clerk", "company_other");
    let company = of("haihe");
    let facts = json!({ "company_name": company.identity.name, "company_number": company.identity.uscc,
        "legal_name": company.legal_representative.name });
    answered(walker.fill(&facts), 200);
    way(&walker, "legal_authorisation");
    walker
}

fn ask(walker: &Walker, asked: &Value) -> reqwest::blocking::Response {
    walker.api.post(&format!("{}/tickets", walker.path()), asked)
}

fn ticket(walker: &Walker) -> Value {
    answered(ask(walker, &json!({})), 201)
}

#[test]
fn a_phone_shows_the_face_and_the_desk_goes_on() {
    let case = case();
    let desk = at_scan(&case);
    assert_eq!(desk.stage()["ticket"], Value::Null);
    let ticket = ticket(&desk);
    let address = ticket["address"].as_str().unwrap();
    assert!(address.starts_with(&format!("{}/t/", case.server.origin)), "{address}");
    assert_eq!(
        desk.stage()["ticket"],
        json!({ "expires_at": ticket["expires_at"], "opened": false, "sms_to": null })
    );
    let phone = Walker::scan(&desk.api, &ticket);
    assert_eq!(desk.stage()["ticket"]["opened"], true);
    assert_eq!(phone.stage()["kind"], "face");
    let done = answered(phone.show_face(&of("haihe").operator), 200);
    assert_eq!(done["stage"]["kind"], "done");
    let desk = desk.shown();
    assert_eq!((&desk["stage"]["kind"], &desk["refused"]), (&json!("done"), &Value::Null));
    assert_eq!(phone.stage()["kind"], "done", "it may look once more");
    assert!(!kept(&case, of("haihe").operator.document.number.as_str()));
}

#[test]
fn a_ticket_opens_once() {
    let case = case();
    let desk = at_scan(&case);
    let ticket = ticket(&desk);
    let opened: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> =
            (0..5).map(|_| scope.spawn(|| Walker::try_scan(&desk.api, &ticket).status().as_u16())).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(opened.iter().filter(|status| **status == 201).count(), 1, "{opened:?}");
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &ticket)), "ticket_used");
}

#[test]
fn a_ticket_has_its_time() {
    let case = case();
    let desk = at_scan(&case);
    let (first, made) = (ticket(&desk), case.clock.moment());
    assert_eq!(first["expires_at"], json!(made.plus_seconds(180)));
    case.clock.advance(180);
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &first)), "ticket_expired");
    assert_eq!(desk.stage()["ticket"], Value::Null);
    let unknown = json!({ "address": format!("{}/t/{}", case.server.origin, "0".repeat(64)) });
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &unknown)), "ticket_expired");
    let opened = Walker::scan(&desk.api, &ticket(&desk));
    case.clock.advance(180);
    assert_eq!(opened.stage()["kind"], "face", "an opened one has its own time");
    case.clock.advance(1_800);
    assert_eq!(opened.stage(), json!({ "kind": "closed", "reason": "expired" }));
}

#[test]
fn a_person_at_the_world_has_time_pass_for_unopened_tickets() {
    let case = case();
    let (desk, other) = (at_scan(&case), at_authorisation(&case));
    let (unopened, opened) = (ticket(&desk), ticket(&other));
    let phone = Walker::scan(&other.api, &opened);
    let (before, of_other) = (desk.shown()["version"].clone(), other.shown()["version"].clone());
    case.server.outside.expire_tickets();
    assert_eq!(desk.stage()["ticket"], Value::Null);
    assert_ne!(desk.shown()["version"], before, "whoever waits is told");
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &unopened)), "ticket_expired");
    assert_eq!((phone.stage()["kind"].as_str(), &other.shown()["version"]), (Some("form"), &of_other));
    Walker::scan(&desk.api, &ticket(&desk));
}

#[test]
fn a_new_ticket_is_the_end_of_the_one_before_and_of_its_phone() {
    let case = case();
    let desk = at_scan(&case);
    let unopened = ticket(&desk);
    let second = ticket(&desk);
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &unopened)), "ticket_expired");
    let phone = Walker::scan(&desk.api, &second);
    let third = ticket(&desk);
    assert_eq!(phone.stage(), json!({ "kind": "closed", "reason": "left" }));
    assert_eq!(
        code(phone.send_at("quick_face", &json!(1), &json!({ "kind": "face", "actions": [] }))),
        "record_changed"
    );
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &second)), "ticket_used");
    Walker::scan(&desk.api, &third);
}

#[test]
fn what_the_desk_leaves_or_takes_back_is_over_on_the_phone() {
    let case = case();
    let desk = at_scan(&case);
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    desk.pass(&json!({ "kind": "return", "to": "way" }));
    assert_eq!(phone.stage()["kind"], "closed");
    way(&desk, "face");
    let person = &of("haihe").operator;
    let facts = json!({ "name": person.name, "id_number": person.document.number, "face_by": "alipay" });
    answered(desk.fill(&facts), 200);
    let waiting = ticket(&desk);
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    assert_eq!(desk.api.delete(&desk.path()).status(), 204);
    assert_eq!(phone.stage()["kind"], "closed");
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &waiting)), "ticket_expired");
}

#[test]
fn a_phone_that_cancels_is_seen_at_the_desk() {
    let case = case();
    let desk = at_scan(&case);
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    let version = desk.shown()["version"].as_u64().unwrap();
    assert_eq!(phone.api.delete(&phone.path()).status(), 204);
    let shown = desk.shown();
    assert_eq!((&shown["refused"], &shown["stage"]["ticket"]), (&json!("phone_cancelled"), &Value::Null));
    assert_eq!(shown["version"].as_u64().unwrap(), version + 1);
    assert_eq!(phone.stage(), json!({ "kind": "closed", "reason": "left" }));
    ticket(&desk);
    assert_eq!(desk.shown()["refused"], Value::Null);
}

#[test]
fn another_face_is_refused_here_and_there_and_the_right_one_passes() {
    let case = case();
    let desk = at_scan(&case);
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    assert_eq!(data_refused(phone.show_face(&of("bohai").operator)), "face_mismatch");
    assert_eq!(desk.shown()["refused"], "face_mismatch");
    phone.upload("face", &of("haihe").operator.face().unwrap());
    let other = json!({ "kind": "face", "actions": [{ "action": "read", "digits": 10_000 }] });
    assert_eq!(data_refused(phone.send(&other)), "liveness_failed");
    assert_eq!(desk.shown()["refused"], "liveness_failed");
    let drawn = phone.stage()["actions"].clone();
    phone.pass(&json!({ "kind": "face", "actions": drawn }));
    let shown = desk.shown();
    assert_eq!((&shown["stage"]["kind"], &shown["refused"]), (&json!("done"), &Value::Null));
}

#[test]
fn a_phone_has_its_own_procedure_and_nothing_else() {
    let case = case();
    let desk = at_scan(&case);
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    let foreign = Walker { id: desk.id.clone(), ..phone.clone() };
    assert_eq!(foreign.api.get(&foreign.path()).status(), 404);
    assert_eq!(foreign.api.delete(&foreign.path()).status(), 404);
    for path in ["/v1/platforms", "/v1/profile", "/v1/branches", "/v1/company"] {
        assert_eq!(code(phone.api.get(path)), "session_ended", "{path}");
    }
    assert_eq!(code(Walker::ask(&phone.api, "ningbo", "person")), "session_ended");
    assert_eq!(code(ask(&phone, &json!({}))), "session_ended");
    assert_eq!(desk.api.get(&phone.path()).status(), 404, "nor has the desk the phone's");
}

#[test]
fn the_legal_representative_gives_the_number_that_was_left_out() {
    let case = case();
    let desk = at_authorisation(&case);
    let legal = &of("haihe").legal_representative;
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    let fixed = json!({ "field": "legal_name", "value": legal.name, "fixed": true, "optional": false });
    assert_eq!(phone.stage()["fields"][0], fixed);
    let wrong = json!({ "legal_id_number": of("haihe").operator.document.number });
    assert_eq!(data_refused(phone.fill(&wrong)), "legal_person_mismatch");
    answered(phone.fill(&json!({ "legal_id_number": legal.document.number })), 200);
    let facts = phone.stage()["facts"].clone();
    assert_eq!(facts[3], json!({ "field": "legal_id_number", "value": legal.document.number.masked() }));
    let unread = phone.send(&json!({ "kind": "confirm", "agreed": [] }));
    assert_eq!(input_invalid(unread), ("agreed".into(), "missing".into()));
    phone.confirm();
    assert_eq!(data_refused(phone.show_face(&of("haihe").operator)), "face_mismatch");
    answered(phone.show_face(legal), 200);
    let slip = phone.send(&json!({ "kind": "signature", "strokes": [[[1, 1], [2, 2]]] }));
    assert_eq!(input_invalid(slip), ("strokes".into(), "length".into()));
    assert_eq!(answered(phone.draw_signature(), 200)["stage"]["kind"], "done");
    let done = desk.stage();
    assert_eq!(done["receipt"]["name"], json!(of("haihe").identity.name));
    assert!(!kept(&case, legal.document.number.as_str()));
}

#[test]
fn a_number_that_was_given_is_not_asked_for_again() {
    let case = case();
    let walker = authorised(&case, "haihe-clerk", "company_other");
    let company = of("haihe");
    let facts = json!({ "company_name": company.identity.name, "company_number": company.identity.uscc,
        "legal_name": company.legal_representative.name,
        "legal_id_number": company.legal_representative.document.number });
    answered(walker.fill(&facts), 200);
    way(&walker, "legal_authorisation");
    let phone = Walker::scan(&walker.api, &ticket(&walker));
    assert_eq!(phone.step(), "legal_letter");
}

#[test]
fn the_link_goes_out_by_sms_and_only_where_it_may() {
    let case = case();
    let desk = at_authorisation(&case);
    let legal = &of("haihe").legal_representative;
    let asked = json!({ "sms_to": legal.phone });
    case.server.outside.set_failure(Register::Sms, None, Some(Failure::Timeout)).unwrap();
    let before = ticket(&desk);
    assert_eq!(problem(ask(&desk, &asked), 503)["register"], "sms");
    case.server.outside.set_failure(Register::Sms, None, None).unwrap();
    let sent = answered(ask(&desk, &asked), 201);
    let to = CodeTarget::Phone { phone: legal.phone.clone() };
    let text = case.server.outside.messages_to(&to, 1).unwrap().remove(0).text;
    assert!(text.contains(sent["address"].as_str().unwrap()), "{text}");
    assert_eq!(desk.stage()["ticket"]["sms_to"], json!(legal.phone.masked()));
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &before)), "ticket_expired");
    Walker::scan(&desk.api, &sent);
    let other = at_scan(&case);
    assert_eq!(input_invalid(ask(&other, &asked)), ("sms_to".into(), "not_asked".into()));
    let duty = json!({ "duty": { "person": other.id, "duty": "signature" } });
    assert_eq!(input_invalid(ask(&other, &duty)), ("duty".into(), "not_asked".into()));
    let early = Walker::open(&case.api("bohai-demo"), "ningbo", "person");
    assert_eq!(code(ask(&early, &json!({}))), "record_changed");
}

#[test]
fn without_the_right_the_ticket_and_its_phone_are_worth_nothing() {
    let case = case();
    let desk = at_authorisation(&case);
    let admin = case.api("haihe-demo");
    let phone = Walker::scan(&desk.api, &ticket(&desk));
    let set = |enabled: bool, rights: Value| {
        let set = json!({ "enabled": enabled, "rights": rights });
        assert_eq!(admin.put("/v1/operators/haihe-clerk", &set).status(), 204);
    };
    set(true, json!([]));
    assert_eq!(code(phone.api.get(&phone.path())), "session_ended");
    set(true, json!(["certify"]));
    assert_eq!(phone.api.get(&phone.path()).status(), 200);
    let desk = Walker { api: case.api("haihe-clerk"), ..desk };
    let waiting = ticket(&desk);
    set(false, json!(["certify"]));
    assert_eq!(data_refused(Walker::try_scan(&desk.api, &waiting)), "ticket_expired");
    assert_eq!(code(phone.api.get(&phone.path())), "session_ended");
}

#[test]
fn a_phone_walks_in_only_where_a_path_lets_it() {
    let case = case();
    let stranger = case.server.client();
    for (platform, path) in
        [("ningbo", "quick_face"), ("ningbo", "person"), ("henan", "henan_sign"), ("nowhere", "way")]
    {
        let answer = stranger.post("/v1/scans", &json!({ "platform": platform, "path": path }));
        assert_eq!(answer.status(), 404, "{platform} {path}");
    }
    let phone = Walker::walk_in(&stranger, "henan", "henan_certify");
    assert_eq!(phone.stage()["kind"], "form");
    for body in [json!({}), json!({ "ticket": "a", "path": "b" }), json!({ "ticket": 1 })] {
        assert_eq!(code(stranger.post("/v1/scans", &body)), "malformed", "{body}");
    }
}

#[test]
fn only_the_hash_of_a_secret_is_kept_and_the_pages_have_their_own_origin() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let phones = Origin::parse("http://127.0.0.1:8899").unwrap();
    let server =
        Server::start_as(dir.path(), clock.clone(), world(), |c| c.phone_origin = Some(phones.clone()));
    let case = Case { dir, clock, server };
    let desk = at_scan(&case);
    let ticket = ticket(&desk);
    let (origin, secret) = ticket["address"].as_str().unwrap().rsplit_once("/t/").unwrap();
    assert_eq!((origin, secret.len()), ("http://127.0.0.1:8899", 64));
    let phone = Walker::scan(&desk.api, &ticket);
    for file in ["portal.sqlite", "portal.sqlite-wal"] {
        let bytes = std::fs::read(case.dir.path().join(file)).unwrap_or_default();
        for text in [secret, phone.api.token.as_deref().unwrap()] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{file}");
        }
    }
}

#[test]
fn scans_are_limited_by_address_and_tickets_by_account() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let server = Server::start_as(dir.path(), clock.clone(), world(), |config| {
        config.procedure_limit = 2;
        config.address_limit = 20;
    });
    let case = Case { dir, clock, server };
    let desk = at_scan(&case);
    let tickets = [ticket(&desk), ticket(&desk)];
    assert_eq!(code(ask(&desk, &json!({}))), "too_often");
    let stranger = Api { token: None, ..desk.api.clone() };
    let guess = || stranger.post("/v1/scans", &json!({ "ticket": "guess" }));
    while guess().status() == 422 {}
    assert_eq!(code(guess()), "too_often");
    case.clock.advance(60);
    Walker::scan(&desk.api, &tickets[1]);
}
