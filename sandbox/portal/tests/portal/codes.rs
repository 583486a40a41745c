//! Phone and e-mail of an account, and the codes that make them its own.

use crate::common::{Api, FakeClock, Server, code};
use reqwest::blocking::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tongguan_core::domain::{EmailAddress, PhoneNumber};
use tongguan_core::fault::Register;
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_outside::Failure;

const PHONE: &str = "19900009001";

struct Scene {
    server: Server,
    clock: Arc<FakeClock>,
    dir: TempDir,
}

fn scene() -> Scene {
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    Scene { server: Server::start(dir.path(), clock.clone()), clock, dir }
}

fn to_phone(phone: &str) -> Value {
    json!({ "channel": "phone", "phone": phone })
}

impl Scene {
    fn client(&self, account: &str) -> Api {
        self.server.client().signed_in(account)
    }

    /// Id and code, as the owner of the phone reads it.
    fn send(&self, api: &Api, phone: &str) -> (String, String) {
        let answer = api.post("/v1/account/codes", &to_phone(phone));
        assert_eq!(answer.status(), 201);
        let sent: Value = answer.json().unwrap();
        (sent["id"].as_str().unwrap().to_owned(), self.read(phone))
    }

    fn read(&self, phone: &str) -> String {
        let to = CodeTarget::Phone { phone: PhoneNumber::parse(phone).unwrap() };
        let message = self.server.outside.messages_to(&to, 1).unwrap().remove(0);
        message.code.unwrap().as_str().to_owned()
    }
}

fn enter(api: &Api, id: &str, code: &str) -> Response {
    api.put(&format!("/v1/account/codes/{id}"), &json!({ "code": code }))
}

fn refused(answer: Response) -> String {
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["code"], "data_refused");
    problem["reason"].as_str().unwrap().to_owned()
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[test]
fn a_phone_becomes_the_account_s_with_its_code() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let answer = api.post("/v1/account/codes", &to_phone(PHONE));
    assert_eq!(answer.status(), 201);
    let sent: Value = answer.json().unwrap();
    assert_eq!(sent["to"], "19*******01");
    assert!(!sent.to_string().contains(PHONE));
    let code = scene.read(PHONE);
    let record: Value = enter(&api, sent["id"].as_str().unwrap(), &code).json().unwrap();
    assert_eq!(record["phone"], "19*******01");
    let again: Value = api.get("/v1/account").json().unwrap();
    assert_eq!(again["phone"], record["phone"]);
}

#[test]
fn an_e_mail_becomes_the_account_s_with_its_code() {
    let scene = scene();
    let api = scene.client("haihe-guest");
    let answer =
        api.post("/v1/account/codes", &json!({ "channel": "email", "email": "new@tongguan.example" }));
    let sent: Value = answer.json().unwrap();
    let to = CodeTarget::Email { email: EmailAddress::parse("new@tongguan.example").unwrap() };
    let code = scene.server.outside.messages_to(&to, 1).unwrap().remove(0).code.unwrap();
    let record: Value = enter(&api, sent["id"].as_str().unwrap(), code.as_str()).json().unwrap();
    let masked = EmailAddress::parse("new@tongguan.example").unwrap().masked();
    assert_eq!(record["email"], masked.as_str());
}

#[test]
fn a_wrong_code_is_wrong_and_the_fifth_ends_it() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (id, code) = scene.send(&api, PHONE);
    for _ in 0..4 {
        assert_eq!(refused(enter(&api, &id, other_than(&code))), "sms_wrong");
    }
    assert_eq!(refused(enter(&api, &id, other_than(&code))), "sms_too_many");
    assert_eq!(refused(enter(&api, &id, &code)), "sms_too_many", "the right one comes too late");
    let record: Value = api.get("/v1/account").json().unwrap();
    assert_ne!(record["phone"], "19*******01");
}

#[test]
fn guesses_side_by_side_count_as_well() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (id, code) = scene.send(&api, PHONE);
    let refusals: Vec<String> = std::thread::scope(|scope| {
        let guess = || refused(enter(&api, &id, other_than(&code)));
        let all: Vec<_> = (0..12).map(|_| scope.spawn(guess)).collect();
        all.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    assert_eq!(refusals.iter().filter(|refusal| *refusal == "sms_wrong").count(), 4);
    assert_eq!(refused(enter(&api, &id, &code)), "sms_too_many");
}

#[test]
fn the_right_code_after_four_wrong_ones_is_right() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (id, code) = scene.send(&api, PHONE);
    for _ in 0..4 {
        assert_eq!(refused(enter(&api, &id, other_than(&code))), "sms_wrong");
    }
    assert_eq!(enter(&api, &id, &code).status(), 200);
}

#[test]
fn a_code_lasts_five_minutes() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (id, code) = scene.send(&api, PHONE);
    scene.clock.advance(299);
    assert_eq!(refused(enter(&api, &id, other_than(&code))), "sms_wrong");
    scene.clock.advance(1);
    assert_eq!(refused(enter(&api, &id, &code)), "sms_expired");
}

#[test]
fn another_code_comes_after_a_minute_and_voids_the_one_before() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (old, old_code) = scene.send(&api, PHONE);
    scene.clock.advance(20);
    let answer = api.post("/v1/account/codes", &to_phone(PHONE));
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "40"));
    assert_eq!(code(answer), "too_often");
    scene.clock.advance(40);
    let (new, new_code) = scene.send(&api, PHONE);
    assert_eq!(refused(enter(&api, &old, &old_code)), "sms_expired");
    assert_eq!(enter(&api, &new, &new_code).status(), 200);
}

#[test]
fn a_code_that_was_used_changes_nothing_more() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (first, first_code) = scene.send(&api, PHONE);
    let record: Value = enter(&api, &first, &first_code).json().unwrap();
    // The answer was lost: the same request is answered the same.
    let again: Value = enter(&api, &first, &first_code).json().unwrap();
    assert_eq!(again, record);
    scene.clock.advance(60);
    let (second, second_code) = scene.send(&api, "19900009002");
    assert_eq!(enter(&api, &second, &second_code).status(), 200);
    assert_eq!(
        refused(enter(&api, &first, &first_code)),
        "sms_expired",
        "a replay brings the old phone back"
    );
    let record: Value = api.get("/v1/account").json().unwrap();
    assert_eq!(record["phone"], "19*******02");
}

#[test]
fn a_code_is_good_for_the_account_that_asked_for_it_alone() {
    let scene = scene();
    let (api, clerk) = (scene.client("haihe-demo"), scene.client("haihe-clerk"));
    let (id, code) = scene.send(&api, PHONE);
    assert_eq!(refused(enter(&clerk, &id, &code)), "sms_expired");
    assert_eq!(enter(&Api { token: None, ..clerk }, &id, &code).status(), 401);
    assert_eq!(enter(&api, &id, &code).status(), 200);
}

#[test]
fn an_address_is_one_account_s_and_nobody_learns_that_without_reading_it() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let taken = crate::common::world().account("haihe-clerk").unwrap();
    let (id, code) = scene.send(&api, taken.phone.as_str());
    assert_eq!(refused(enter(&api, &id, other_than(&code))), "sms_wrong");
    assert_eq!(refused(enter(&api, &id, &code)), "contact_taken");
}

#[test]
fn the_message_centre_s_silence_voids_nothing_and_costs_no_minute() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (id, code) = scene.send(&api, PHONE);
    scene.clock.advance(60);
    for failure in [Failure::Timeout, Failure::RateLimit] {
        scene.server.outside.set_failure(Register::Sms, None, Some(failure)).unwrap();
        let answer = api.post("/v1/account/codes", &to_phone(PHONE));
        assert_eq!(answer.status(), 503);
        let problem: Value = answer.json().unwrap();
        assert_eq!((&problem["code"], &problem["register"]), (&json!("register_unavailable"), &json!("sms")));
    }
    scene.server.outside.set_failure(Register::Sms, None, None).unwrap();
    assert_eq!(enter(&api, &id, &code).status(), 200, "the code before is still good");
    scene.send(&scene.client("haihe-clerk"), PHONE);
}

#[test]
fn one_phone_is_not_written_to_without_end() {
    let scene = scene();
    let accounts = ["haihe-demo", "haihe-clerk", "haihe-guest", "bohai-demo"].map(|name| scene.client(name));
    let statuses: Vec<u16> = (0..12)
        .map(|round| {
            scene.clock.advance(20);
            accounts[round % 4].post("/v1/account/codes", &to_phone(PHONE)).status().as_u16()
        })
        .collect();
    assert_eq!(statuses, [[201; 10].as_slice(), &[429; 2]].concat());
    scene.send(&accounts[0], "19900009003");
    scene.clock.advance(3_600);
    scene.send(&scene.client("haihe-demo"), PHONE);
}

#[test]
fn one_account_does_not_write_to_everybody() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let ask = |round: u32| {
        scene.clock.advance(60);
        api.post("/v1/account/codes", &to_phone(&format!("199000091{round:02}"))).status().as_u16()
    };
    let statuses: Vec<u16> = (0..21).map(ask).collect();
    assert_eq!(statuses, [[201; 20].as_slice(), &[429]].concat());
}

#[test]
fn one_client_address_has_its_limit_too() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let server = Server::start_as(dir.path(), clock.clone(), crate::common::world(), |config| {
        config.address_limit = 9
    });
    let accounts = ["haihe-demo", "haihe-clerk", "haihe-guest"].map(|name| server.client().signed_in(name));
    let ask = |round: usize| {
        clock.advance(60);
        let to = to_phone(&format!("199000092{round:02}"));
        accounts[round % 3].post("/v1/account/codes", &to).status().as_u16()
    };
    let statuses: Vec<u16> = (0..10).map(ask).collect();
    assert_eq!(statuses, [[201; 9].as_slice(), &[429]].concat());
}

#[test]
fn bad_input_is_refused_before_anything_is_sent() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    for (body, field) in [
        (json!({ "channel": "phone", "phone": "29900009001" }), "phone"),
        (json!({ "channel": "phone", "phone": "199" }), "phone"),
        (json!({ "channel": "email", "email": "a b@c.example" }), "email"),
    ] {
        let answer = api.post("/v1/account/codes", &body);
        assert_eq!(answer.status(), 422);
        let problem: Value = answer.json().unwrap();
        assert_eq!((&problem["code"], &problem["field"]), (&json!("input_invalid"), &json!(field)));
    }
    for body in
        [json!({}), json!({ "channel": "pigeon" }), json!({ "channel": "phone", "email": "a@b.example" })]
    {
        assert_eq!(api.post("/v1/account/codes", &body).status(), 400, "{body}");
    }
    let (id, _) = scene.send(&api, PHONE);
    for bad in ["12345", "1234567", "12345a", ""] {
        assert_eq!(code(enter(&api, &id, bad)), "input_invalid", "{bad}");
    }
    assert_eq!(enter(&api, "nothing", "123456").status(), 404);
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(refused(enter(&api, nobody, "123456")), "sms_expired");
}

#[test]
fn no_code_is_readable_in_the_store_and_no_address_stays_there() {
    let scene = scene();
    let api = scene.client("haihe-demo");
    let (id, code) = scene.send(&api, PHONE);
    let c = rusqlite::Connection::open(scene.dir.path().join("portal.sqlite")).unwrap();
    let row = |columns: &str| -> String {
        let query = format!("SELECT {columns} FROM code WHERE id = ?1");
        c.query_row(&query, [&id], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
    };
    let all = row("id || purpose || hex(subject) || hex(salt) || hex(hash) || state || phone");
    assert!(all.contains(PHONE) && !all.contains(&hex::encode_upper(&code)), "{all}");
    assert_eq!(enter(&api, &id, &code).status(), 200);
    assert_eq!(row("phone"), "");
}
