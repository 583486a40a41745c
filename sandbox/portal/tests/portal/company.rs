//! The company's record: what it shows, what may change, and who wins.

use crate::common::{
    Api, answered, case, code, data_refused, input_invalid, key, move_company, problem, proof, world,
};
use serde_json::{Value, json};
use tongguan_core::domain::OrganizationCode;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;

fn record(api: &Api) -> Value {
    answered(api.get("/v1/company"), 200)
}

/// The edit that changes nothing.
fn as_it_is(record: &Value) -> Value {
    json!({
        "version": record["version"], "name": record["identity"]["name"], "uscc": record["identity"]["uscc"],
        "organization_code": record["identity"]["organization_code"],
        "legal_representative": record["legal_representative"]["name"], "address": record["address"],
    })
}

fn with(mut edit: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        edit[name] = value.clone();
    }
    edit
}

#[test]
fn the_record_shows_the_company_and_only_the_ends_of_numbers() {
    let case = case();
    let found = record(&case.api("haihe-demo"));
    let company = &world().companies[0];
    assert_eq!(found["identity"], json!(company.identity));
    assert_eq!(found["address"], json!(company.address));
    let legal = &company.legal_representative;
    assert_eq!(found["legal_representative"]["name"], json!(legal.name));
    assert_eq!(found["legal_representative"]["document"], json!(legal.document.masked()));
    assert!(!found.to_string().contains(legal.document.number.as_str()));
}

#[test]
fn a_change_takes_effect_at_the_next_sign_in() {
    let case = case();
    let mut api = case.api("haihe-demo");
    let clerk = case.api("haihe-clerk");
    let before = record(&api);
    assert_eq!(before["sign_in_again"], false);
    let edit = with(as_it_is(&before), &[("address", json!("Tianjin, somewhere else"))]);
    let after = answered(api.put("/v1/company", &edit), 200);
    assert_eq!((&after["address"], &after["sign_in_again"]), (&edit["address"], &json!(true)));
    assert_eq!(after["version"], before["version"].as_i64().unwrap() + 1);
    for of in [&api, &clerk] {
        assert_eq!(of.get("/v1/profile").json::<Value>().unwrap()["sign_in_again"], true);
    }
    assert_eq!(api.sign_in("haihe-demo")["profile"]["sign_in_again"], false);
    assert_eq!(record(&api)["sign_in_again"], false);
}

#[test]
fn another_code_is_another_company_and_not_certified_yet() {
    let case = case();
    let mut api = case.api("haihe-demo");
    assert_eq!(api.submit(&proof(&api.challenge(), key("haihe-legal-sm2"))).status(), 201);
    assert_eq!(api.sign_in("haihe-demo")["profile"]["level"], "high");
    let identity = move_company(&case, &api);
    let profile: Value = api.get("/v1/profile").json().unwrap();
    assert_eq!(profile["company"], json!(world().companies[0].identity), "as at sign-in");
    let profile = api.sign_in("haihe-demo")["profile"].clone();
    assert_eq!((&profile["company"], &profile["level"]), (&json!(identity), &json!("low")));
    assert_eq!(profile["methods"][0]["receipt"], Value::Null);
    assert_eq!(api.get("/v1/certifications").json::<Value>().unwrap().as_array().unwrap().len(), 1);
    assert_eq!(api.refusal("haihe-legal-sm2"), "cert_other_enterprise");
}

#[test]
fn a_changed_code_is_still_there_after_a_restart() {
    let crate::common::Case { dir, clock, server } = case();
    let case = crate::common::Case { dir, clock, server };
    let identity = move_company(&case, &case.api("haihe-demo"));
    let crate::common::Case { dir, clock, server } = case;
    drop(server);
    let server = crate::common::Server::start(dir.path(), clock);
    assert_eq!(record(&server.client().signed_in("haihe-demo"))["identity"], json!(identity));
}

#[test]
fn values_that_no_company_has_are_refused_with_their_rule() {
    let case = case();
    let api = case.api("haihe-demo");
    let edit = as_it_is(&record(&api));
    let refused = |name: &str, value: Value| {
        let (field, rule) = input_invalid(api.put("/v1/company", &with(edit.clone(), &[(name, value)])));
        format!("{field} {rule}")
    };
    // Printed in the manual of the Single Window.
    assert_eq!(refused("uscc", json!("DYCK12345671234567")), "uscc check_character");
    assert_eq!(refused("uscc", json!("9112")), "uscc length");
    assert_eq!(refused("organization_code", json!("567123456")), "organization_code check_character");
    assert_eq!(refused("name", json!("a\nb")), "company_name invisible_character");
    assert_eq!(refused("legal_representative", json!("x")), "person_name length");
    assert_eq!(refused("address", json!("")), "address empty");
    let other = OrganizationCode::complete("MA999999").unwrap();
    assert_eq!(refused("organization_code", json!(other)), "organization_code other_than_uscc");
    assert_eq!(code(api.put("/v1/company", &with(edit.clone(), &[("more", json!(1))]))), "malformed");
    assert_eq!(record(&api)["version"], edit["version"], "nothing was written");
}

#[test]
fn at_most_two_of_name_and_codes_change_at_once_and_the_register_must_know_them() {
    let case = case();
    let api = case.api("haihe-demo");
    let edit = as_it_is(&record(&api));
    let put = |changes: &[(&str, Value)]| api.put("/v1/company", &with(edit.clone(), changes));
    let other = &world().companies[1].identity;
    let codes = [("uscc", json!(other.uscc)), ("organization_code", json!(other.organization_code))];
    let [uscc, organization] = codes.clone();
    assert_eq!(data_refused(put(&[uscc, organization, ("name", json!(other.name))])), "too_many_changes");
    assert_eq!(data_refused(put(&codes)), "enterprise_mismatch", "the register has it under another name");
    assert_eq!(data_refused(put(&[("name", json!("Nobody's Name Ltd."))])), "enterprise_mismatch");
    assert_eq!(data_refused(put(&[("legal_representative", json!("Some Body"))])), "legal_person_mismatch");
    let code = OrganizationCode::complete("MA888888").unwrap();
    let uscc = tongguan_core::domain::UnifiedSocialCreditCode::complete(&format!("91990000{code}")).unwrap();
    let unknown = [("uscc", json!(uscc)), ("organization_code", json!(code))];
    assert_eq!(data_refused(put(&unknown)), "enterprise_not_found");
    assert_eq!(record(&api)["version"], edit["version"], "nothing was written");
}

#[test]
fn a_silent_register_is_named_and_loses_nothing() {
    let case = case();
    let api = case.api("haihe-demo");
    let edit = as_it_is(&record(&api));
    let renamed = with(edit.clone(), &[("name", json!("Nobody's Name Ltd."))]);
    for failure in [Failure::Timeout, Failure::RateLimit] {
        case.server.outside.set_failure(Register::Company, None, Some(failure)).unwrap();
        let silent = problem(api.put("/v1/company", &renamed), 503);
        assert_eq!(
            (&silent["code"], &silent["register"]),
            (&json!("register_unavailable"), &json!("company"))
        );
    }
    let moved = with(edit, &[("address", json!("where no register is asked for"))]);
    answered(api.put("/v1/company", &moved), 200);
    case.server.outside.set_failure(Register::Company, None, None).unwrap();
    let newest = with(as_it_is(&record(&api)), &[("name", renamed["name"].clone())]);
    assert_eq!(data_refused(api.put("/v1/company", &newest)), "enterprise_mismatch");
}

#[test]
fn of_two_who_edit_at_once_one_wins_and_the_other_is_told() {
    let case = case();
    let (one, other) = (case.api("haihe-demo"), case.api("haihe-demo"));
    let edits = ["first street", "second street"]
        .map(|address| with(as_it_is(&record(&one)), &[("address", json!(address))]));
    let answers = std::thread::scope(|scope| {
        let sent = [(&one, &edits[0]), (&other, &edits[1])]
            .map(|(api, edit)| scope.spawn(move || api.put("/v1/company", edit)));
        sent.map(|sent| sent.join().unwrap())
    });
    let mut states = answers.each_ref().map(|answer| answer.status().as_u16());
    let won = states.iter().position(|status| *status == 200).unwrap();
    states.sort_unstable();
    assert_eq!(states, [200, 409]);
    let [first, second] = answers;
    assert_eq!(code(if won == 0 { second } else { first }), "record_changed");
    let newest = record(&one);
    assert_eq!(newest["address"], edits[won]["address"]);
    // The loser goes on from the newest version; the winner's own answer may have been lost.
    answered(one.put("/v1/company", &edits[won]), 200);
    assert_eq!(record(&one)["version"], newest["version"]);
    let again = with(edits[1 - won].clone(), &[("version", newest["version"].clone())]);
    assert_eq!(answered(other.put("/v1/company", &again), 200)["address"], edits[1 - won]["address"]);
}

#[test]
fn the_legal_representative_is_held_against_the_register() {
    let case = case();
    let api = case.api("haihe-demo");
    let legal = &world().companies[0].legal_representative;
    let put = |edit: &Value| api.put("/v1/company/legal-representative", edit);
    let edit = json!({ "version": record(&api)["version"], "name": legal.name, "document": legal.document,
        "validity": legal.validity, "country": "HKG" });
    let foreign = with(edit.clone(), &[("document", json!({ "kind": "passport", "number": "X12345678" }))]);
    assert_eq!(input_invalid(put(&foreign)), ("document_number".into(), "passport_not_prc".into()));
    let passport = with(edit.clone(), &[("document", json!({ "kind": "passport", "number": "E99123456" }))]);
    assert_eq!(data_refused(put(&passport)), "legal_person_mismatch");
    let endless = with(edit.clone(), &[("validity", Value::Null)]);
    assert_eq!(input_invalid(put(&endless)), ("valid_from".into(), "empty".into()));
    let backwards = with(edit.clone(), &[("validity", json!({ "from": "20200101", "until": "20190101" }))]);
    assert_eq!(input_invalid(put(&backwards)), ("valid_until".into(), "before_start".into()));
    let saved = answered(put(&edit), 200);
    assert_eq!(saved["legal_representative"]["country"], "HKG");
    assert_eq!(saved["legal_representative"]["document"], json!(legal.document.masked()));
    let stale = with(edit.clone(), &[("country", json!("MAC"))]);
    assert_eq!(code(put(&stale)), "record_changed");
    let unseen = with(stale, &[("version", saved["version"].clone()), ("document", Value::Null)]);
    let kept = answered(put(&unseen), 200);
    assert_eq!(kept["legal_representative"]["document"], saved["legal_representative"]["document"]);
}
