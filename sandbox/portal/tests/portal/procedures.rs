//! A procedure is opened, walked, repeated, taken back and left.

use crate::common::walker::{Walker, of};
use crate::common::{Api, Case, FakeClock, Server, answered, case, code, data_refused, input_invalid, world};
use serde_json::{Value, json};
use tongguan_core::domain::{PhoneNumber, RequestId};
use tongguan_core::ports::CodeTarget;

const HOUR: i64 = 3_600;
const AGREED: &str = "ningbo_authorisation";

/// What stands in the newest message to this phone.
pub(crate) fn code_to(case: &Case, phone: &PhoneNumber) -> String {
    let to = CodeTarget::Phone { phone: phone.clone() };
    let message = case.server.outside.messages_to(&to, 1).unwrap().remove(0);
    message.code.unwrap().as_str().to_owned()
}

pub(crate) fn send_code(walker: &Walker) -> Value {
    answered(walker.api.post(&format!("{}/codes", walker.path()), &json!({})), 201)
}

/// The code of the open step, as `account`'s phone reads it.
pub(crate) fn enter_code(case: &Case, walker: &Walker, phone: &PhoneNumber) -> Value {
    let sent = send_code(walker);
    let agreed = walker.stage()["notices"].clone();
    let code = code_to(case, phone);
    walker.pass(&json!({ "kind": "code", "id": sent["id"], "code": code, "agreed": agreed }))
}

pub(crate) fn way(walker: &Walker, way: &str) -> Value {
    walker.pass(&json!({ "kind": "way", "way": way }))
}

/// The operator of the first company on the way, with the application authorised.
pub(crate) fn authorised(case: &Case, account: &str, path: &str) -> Walker {
    let walker = Walker::open(&case.api(account), "ningbo", path);
    let account = world().account(account).unwrap();
    enter_code(case, &walker, &account.phone);
    walker
}

pub(crate) fn three_factors() -> Value {
    let operator = &of("haihe").operator;
    json!({ "name": operator.name, "id_number": operator.document.number, "phone": operator.phone })
}

fn states(api: &Api, platform: &str) -> Value {
    let states = answered(api.get("/v1/platforms"), 200);
    states.as_array().unwrap().iter().find(|state| state["platform"] == platform).unwrap().clone()
}

#[test]
fn a_person_certifies_by_phone_and_the_platform_says_so() {
    let case = case();
    let api = case.api("haihe-demo");
    assert_eq!(states(&api, "ningbo"), json!({ "platform": "ningbo", "certified": [], "open": [] }));
    let walker = authorised(&case, "haihe-demo", "person");
    let shown = walker.shown();
    assert_eq!(
        shown["stage"],
        json!({ "kind": "choose", "default": null, "ways": ["phone", "face", "bank_card"] })
    );
    let open = &states(&api, "ningbo")["open"][0];
    assert_eq!((open["id"].as_str(), open["step"].as_str()), (Some(walker.id.as_str()), Some("way")));
    way(&walker, "phone");
    let done = answered(walker.fill(&three_factors()), 200);
    let receipt = &done["stage"]["receipt"];
    let operator = &of("haihe").operator;
    assert!(receipt["number"].as_str().unwrap().starts_with("NINGBO-"), "{receipt}");
    assert_eq!(receipt["name"], json!(operator.name));
    assert_eq!(receipt["document"], json!(operator.document.number.masked()));
    assert_eq!(receipt["ways"], json!(["phone"]));
    let state = states(&api, "ningbo");
    assert_eq!((&state["certified"], &state["open"]), (&json!([receipt]), &json!([])));
}

#[test]
fn a_company_is_certified_by_whoever_may_and_all_of_it_see_so() {
    let case = case();
    let company = of("haihe");
    let walker = authorised(&case, "haihe-demo", "company_legal");
    let stage = walker.stage();
    let begun =
        json!({ "field": "company_name", "value": company.identity.name, "fixed": false, "optional": false });
    assert_eq!(stage["fields"][0], begun);
    let facts = json!({ "company_name": company.identity.name, "company_number": company.registration,
        "legal_name": company.legal_representative.name });
    answered(walker.fill(&facts), 200);
    way(&walker, "legal_representative");
    way(&walker, "legal_phone");
    let legal = &company.legal_representative;
    let fixed = json!({ "field": "legal_name", "value": legal.name, "fixed": true, "optional": false });
    assert_eq!(walker.stage()["fields"][0], fixed);
    let given = json!({ "legal_id_number": legal.document.number, "legal_phone": legal.phone });
    let done = answered(walker.fill(&given), 200);
    let receipt = &done["stage"]["receipt"];
    assert_eq!(receipt["name"], json!(company.identity.name));
    assert_eq!(receipt["ways"], json!(["legal_representative", "legal_phone"]));
    for account in ["haihe-demo", "haihe-clerk", "haihe-guest"] {
        assert_eq!(states(&case.api(account), "ningbo")["certified"], json!([receipt]), "{account}");
    }
    assert_eq!(states(&case.api("bohai-demo"), "ningbo")["certified"], json!([]));
}

#[test]
fn the_open_one_is_given_again_and_a_wish_opens_one() {
    let case = case();
    let api = case.api("haihe-demo");
    let open = |path: &str, key: &RequestId| {
        let request =
            api.http.post(format!("{}/v1/procedures", api.origin)).bearer_auth(api.token.as_ref().unwrap());
        let body = json!({ "platform": "ningbo", "path": path });
        request.header("idempotency-key", key.as_str()).json(&body).send().unwrap()
    };
    let keys: Vec<RequestId> = (0..3).map(|_| RequestId::random()).collect();
    let first = answered(open("person", &keys[0]), 201);
    assert_eq!(answered(open("person", &keys[1]), 201)["id"], first["id"]);
    assert_eq!(code(open("company_legal", &keys[0])), "idempotency_conflict");
    let company = answered(open("company_legal", &keys[2]), 201);
    assert_ne!(company["id"], first["id"]);
    assert_eq!(api.delete(&format!("/v1/procedures/{}", first["id"].as_str().unwrap())).status(), 204);
    let same_wish = answered(open("person", &keys[0]), 201);
    assert_eq!((&same_wish["id"], &same_wish["stage"]["kind"]), (&first["id"], &json!("closed")));
    for path in ["quick_face", "nowhere"] {
        assert_eq!(open(path, &RequestId::random()).status(), 404, "{path}");
    }
}

#[test]
fn of_wishes_side_by_side_one_is_opened() {
    let case = case();
    let api = case.api("haihe-demo");
    let ids: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| Walker::open(&api, "ningbo", "person").id)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn an_answer_to_another_version_or_step_changes_nothing() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    let before = walker.shown();
    let choice = json!({ "kind": "way", "way": "phone" });
    let version = before["version"].as_u64().unwrap();
    for (step, version) in [("way", version - 1), ("way", version + 1), ("phone", version)] {
        let answer = walker.send_at(step, &json!(version), &choice);
        assert_eq!(code(answer), "record_changed", "{step} {version}");
    }
    assert_eq!(code(walker.send(&json!({ "kind": "submit" }))), "record_changed");
    assert_eq!(
        input_invalid(walker.send(&json!({ "kind": "way", "way": "alipay" }))),
        ("way".into(), "unknown".into())
    );
    let url = format!("{}{}/steps/way", walker.api.origin, walker.path());
    let bare = walker
        .api
        .http
        .put(url)
        .bearer_auth(walker.api.token.as_ref().unwrap())
        .json(&choice)
        .send()
        .unwrap();
    assert_eq!(code(bare), "malformed");
    assert_eq!(walker.shown(), before);
}

#[test]
fn an_answer_that_was_lost_is_given_again() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    let version = walker.shown()["version"].clone();
    let choice = json!({ "kind": "way", "way": "phone" });
    let first = answered(walker.send_at("way", &version, &choice), 200);
    assert_eq!(answered(walker.send_at("way", &version, &choice), 200), first);
    let other = json!({ "kind": "way", "way": "face" });
    assert_eq!(code(walker.send_at("way", &version, &other)), "record_changed");
    let form = json!({ "kind": "form", "values": three_factors(), "agreed": ["ningbo_service"] });
    let done = answered(walker.send_at("phone", &first["version"], &form), 200);
    assert_eq!(answered(walker.send_at("phone", &first["version"], &form), 200), done);
    assert_eq!(done["stage"]["kind"], "done");
}

#[test]
fn the_same_answer_side_by_side_passes_once() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    let sent = send_code(&walker);
    let code = code_to(&case, &world().account("haihe-demo").unwrap().phone);
    let answer = json!({ "kind": "code", "id": sent["id"], "code": code, "agreed": [AGREED] });
    let version = walker.shown()["version"].clone();
    let all: Vec<Value> = std::thread::scope(|scope| {
        let one = || answered(walker.send_at("authorise", &version, &answer), 200);
        let all: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(all.iter().all(|shown| *shown == all[0] && shown["stage"]["kind"] == "choose"), "{all:?}");
}

#[test]
fn an_earlier_choice_is_made_anew_and_what_came_after_is_forgotten() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    way(&walker, "face");
    let operator = &of("haihe").operator;
    let form = json!({ "name": operator.name, "id_number": operator.document.number, "face_by": "quick" });
    let shown = answered(walker.fill(&form), 200);
    let marks: Vec<&Value> = shown["steps"].as_array().unwrap().iter().map(|step| &step["step"]).collect();
    assert_eq!(marks, ["authorise", "way", "face", "scan_quick"]);
    let may: Vec<bool> = shown["steps"].as_array().unwrap().iter().map(|s| s["may_return"] == true).collect();
    assert_eq!(may, [false, true, false, false]);
    for to in ["authorise", "face", "bank_card"] {
        assert_eq!(code(walker.send(&json!({ "kind": "return", "to": to }))), "record_changed", "{to}");
    }
    let back = walker.pass(&json!({ "kind": "return", "to": "way" }));
    assert_eq!(back["stage"]["kind"], "choose");
    assert!(!kept(&case, operator.document.number.as_str()));
    way(&walker, "phone");
    assert_eq!(walker.stage()["fields"][1]["value"], Value::Null);
    assert_eq!(answered(walker.fill(&three_factors()), 200)["stage"]["kind"], "done");
}

#[test]
fn nobody_else_sees_it_and_rights_are_looked_at() {
    let case = case();
    let person = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    let company = Walker::open(&case.api("haihe-clerk"), "ningbo", "company_other");
    for walker in [&person, &company] {
        for account in ["haihe-guest", "bohai-demo"] {
            let other = Walker { api: case.api(account), ..walker.clone() };
            assert_eq!(other.api.get(&other.path()).status(), 404);
            assert_eq!(other.api.get(&format!("{}/events", other.path())).status(), 404);
            assert_eq!(other.api.delete(&other.path()).status(), 404);
            assert_eq!(other.api.post(&format!("{}/codes", other.path()), &json!({})).status(), 404);
            assert_eq!(other.send_at("authorise", &json!(1), &json!({ "kind": "submit" })).status(), 404);
        }
    }
    let guest = case.api("haihe-guest");
    assert_eq!(Walker::ask(&guest, "ningbo", "person").status(), 201);
    assert_eq!(code(Walker::ask(&guest, "ningbo", "company_other")), "not_allowed");
    let none = json!({ "enabled": true, "rights": [] });
    assert_eq!(person.api.put("/v1/operators/haihe-clerk", &none).status(), 204);
    let clerk = Walker { api: case.api("haihe-clerk"), ..company };
    assert_eq!(code(clerk.api.get(&clerk.path())), "not_allowed");
    assert_eq!(code(clerk.api.delete(&clerk.path())), "not_allowed");
}

#[test]
fn what_is_left_or_over_keeps_nothing_that_was_given() {
    let case = case();
    let number = of("haihe").operator.document.number.as_str();
    let given = |walker: &Walker| {
        way(walker, "face");
        let operator = &of("haihe").operator;
        let form = json!({ "name": operator.name, "id_number": number, "face_by": "quick" });
        answered(walker.fill(&form), 200);
        assert!(kept(&case, number));
    };
    let left = authorised(&case, "haihe-demo", "person");
    given(&left);
    for _ in 0..2 {
        assert_eq!(left.api.delete(&left.path()).status(), 204);
    }
    assert_eq!(left.stage(), json!({ "kind": "closed", "reason": "left" }));
    assert!(!kept(&case, number));
    case.clock.advance(120);
    let expired = authorised(&case, "haihe-demo", "person");
    given(&expired);
    case.clock.advance(24 * HOUR - 1);
    let later = Walker { api: case.api("haihe-demo"), ..expired };
    assert_eq!(later.stage()["kind"], "scan");
    case.clock.advance(1);
    assert_eq!(later.stage(), json!({ "kind": "closed", "reason": "expired" }));
    assert_eq!(code(later.send_at("scan_quick", &json!(9), &json!({ "kind": "submit" }))), "record_changed");
    assert_eq!(states(&later.api, "ningbo")["open"], json!([]));
    assert!(!kept(&case, number), "looking at the platforms has swept it away");
    case.clock.advance(8 * 24 * HOUR);
    let much_later = Walker { api: case.api("haihe-demo"), ..later };
    answered(much_later.api.get("/v1/platforms"), 200);
    assert_eq!(much_later.api.get(&much_later.path()).status(), 404);
}

#[test]
fn it_goes_on_where_it_was_after_a_restart() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let walker = {
        let server = Server::start(dir.path(), clock.clone());
        let case = Case { dir: tempfile::tempdir().unwrap(), clock: clock.clone(), server };
        authorised(&case, "haihe-demo", "person")
    };
    let server = Server::start(dir.path(), clock);
    let walker = Walker { api: Api { origin: server.origin.clone(), ..walker.api }, id: walker.id };
    way(&walker, "phone");
    assert_eq!(answered(walker.fill(&three_factors()), 200)["stage"]["kind"], "done");
}

#[test]
fn so_many_are_opened_in_an_hour() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let server = Server::start_as(dir.path(), clock.clone(), world(), |config| config.procedure_limit = 3);
    let case = Case { dir, clock, server };
    let api = case.api("haihe-demo");
    for _ in 0..3 {
        Walker::open(&api, "henan", "matter");
    }
    assert_eq!(code(Walker::ask(&api, "henan", "matter")), "too_often");
    Walker::open(&case.api("bohai-demo"), "henan", "matter");
    case.clock.advance(HOUR);
    Walker::open(&case.api("haihe-demo"), "henan", "matter");
}

#[test]
fn somebody_else_is_not_certified_with_the_account() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    way(&walker, "phone");
    let other = &of("bohai").operator;
    let theirs = json!({ "name": other.name, "id_number": other.document.number, "phone": other.phone });
    assert_eq!(data_refused(walker.fill(&theirs)), "holder_mismatch");
    let mut name = three_factors();
    name["name"] = json!(other.name);
    assert_eq!(data_refused(walker.fill(&name)), "holder_mismatch");
    assert_eq!(walker.step(), "phone");
}

#[test]
fn a_receipt_of_a_person_counts_no_longer_once_the_holder_is_another() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    way(&walker, "phone");
    answered(walker.fill(&three_factors()), 200);
    let record = answered(walker.api.get("/v1/account"), 200);
    let other = &of("bohai").legal_representative;
    let edit = json!({ "version": record["version"], "name": other.name, "document": other.document,
        "validity": other.validity, "country": null });
    answered(walker.api.put("/v1/account/holder", &edit), 200);
    assert_eq!(states(&walker.api, "ningbo")["certified"], json!([]));
    assert_eq!(walker.stage()["kind"], "done", "what was is what was");
}

/// Whether this number stands among what was given. The account's own record has it too.
pub(crate) fn kept(case: &Case, number: &str) -> bool {
    let c = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
    let query =
        "SELECT EXISTS (SELECT 1 FROM procedure WHERE instr(given || way || coalesce(answered, ''), ?1))
        OR EXISTS (SELECT 1 FROM procedure_receipt WHERE instr(name || coalesce(document, ''), ?1))";
    c.query_row(query, [number], |row| row.get(0)).unwrap()
}
