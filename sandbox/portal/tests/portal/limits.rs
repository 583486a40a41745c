//! Nobody tries out other people's data here: what is asked of registers and of other accounts is counted.

use crate::common::{Api, FakeClock, Server, answered, code, data_refused, problem, world};
use reqwest::blocking::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

const LIMIT: i64 = 3;
const HOUR: i64 = 3_600;

struct Scene {
    server: Server,
    clock: Arc<FakeClock>,
    _dir: TempDir,
}

impl Scene {
    fn new(checks: i64, by_address: i64) -> Self {
        let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
        let server = Server::start_as(dir.path(), clock.clone(), world(), |config| {
            (config.check_limit, config.address_limit) = (checks, by_address);
        });
        Self { server, clock, _dir: dir }
    }

    fn api(&self, account: &str) -> Api {
        self.server.client().signed_in(account)
    }
}

/// The record with another value.
fn edited(api: &Api, field: &str, value: Value) -> Response {
    let record = answered(api.get("/v1/company"), 200);
    let mut edit = json!({
        "version": record["version"], "name": record["identity"]["name"], "uscc": record["identity"]["uscc"],
        "organization_code": record["identity"]["organization_code"],
        "legal_representative": record["legal_representative"]["name"], "address": record["address"],
    });
    edit[field] = value;
    api.put("/v1/company", &edit)
}

fn legal(api: &Api, name: &str) -> Response {
    let person = &world().companies[0].legal_representative;
    let version = answered(api.get("/v1/company"), 200)["version"].clone();
    let edit = json!({ "version": version, "name": name, "document": person.document,
        "validity": person.validity, "country": null });
    api.put("/v1/company/legal-representative", &edit)
}

fn holder(api: &Api, number: &str) -> Response {
    let version = answered(api.get("/v1/account"), 200)["version"].clone();
    let edit = json!({ "version": version, "name": "Some Body", "validity": null, "country": null,
        "document": { "kind": "taiwan_permit", "number": number } });
    api.put("/v1/account/holder", &edit)
}

fn operator(api: &Api, account: &str) -> Response {
    let new = json!({ "account": account, "name": "Some Clerk", "phone": "19999990000", "rights": [],
        "document": { "kind": "passport", "number": "E99123456" }, "password": "given once" });
    api.post("/v1/operators", &new)
}

fn too_often(answer: Response) {
    let seconds: i64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=HOUR).contains(&seconds), "{seconds}");
    assert_eq!(problem(answer, 429)["code"], "too_often");
}

#[test]
fn the_company_register_is_asked_so_often_in_an_hour_and_no_more() {
    let scene = Scene::new(LIMIT, i64::MAX);
    let api = scene.api("haihe-demo");
    assert_eq!(data_refused(edited(&api, "name", json!("Guess One Ltd."))), "enterprise_mismatch");
    assert_eq!(
        data_refused(edited(&api, "legal_representative", json!("Guess Two"))),
        "legal_person_mismatch"
    );
    assert_eq!(data_refused(legal(&api, "Guess Three")), "legal_person_mismatch");
    too_often(edited(&api, "name", json!("Guess Four Ltd.")));
    too_often(legal(&api, "Guess Five"));
    answered(edited(&api, "address", json!("where no register is asked")), 200);
    scene.clock.advance(HOUR);
    let api = scene.api("haihe-demo");
    assert_eq!(data_refused(edited(&api, "name", json!("Guess Four Ltd."))), "enterprise_mismatch");
}

#[test]
fn accounts_at_one_address_are_counted_together() {
    // Signing in is counted by address too, in its own window.
    let scene = Scene::new(i64::MAX, 4);
    let (one, other) = (scene.api("haihe-demo"), scene.api("bohai-demo"));
    for guess in ["Guess One", "Guess Two"] {
        assert_eq!(data_refused(edited(&one, "legal_representative", json!(guess))), "legal_person_mismatch");
        assert_eq!(
            data_refused(edited(&other, "legal_representative", json!(guess))),
            "legal_person_mismatch"
        );
    }
    too_often(edited(&one, "legal_representative", json!("Guess Three")));
    too_often(edited(&other, "legal_representative", json!("Guess Three")));
}

#[test]
fn which_accounts_and_phones_there_are_is_not_told_without_end() {
    let scene = Scene::new(LIMIT, i64::MAX);
    let api = scene.api("haihe-demo");
    for account in ["haihe-clerk", "bohai-demo", "haihe-guest"] {
        assert_eq!(data_refused(operator(&api, account)), "name_taken");
    }
    too_often(operator(&api, "haihe-clerk"));
    too_often(operator(&api, "haihe-nobody"));
}

#[test]
fn nor_whose_number_a_colleague_has() {
    let scene = Scene::new(LIMIT, i64::MAX);
    let api = scene.api("haihe-guest");
    for number in ["99000001", "99000002", "99000003"] {
        answered(holder(&api, number), 200);
    }
    assert_eq!(code(holder(&api, "99000004")), "too_often");
}
