//! Whoever is certified already is told so after the authorisation, and has nothing more to do.

use crate::common::walker::{Walker, of};
use crate::common::{Api, Case, answered, case, world};
use crate::procedures::{authorised, code_to, send_code, way};
use serde_json::{Value, json};

/// The holder of the account, by phone.
fn certify_person(walker: &Walker) -> Value {
    let operator = &of("haihe").operator;
    way(walker, "phone");
    let facts =
        json!({ "name": operator.name, "id_number": operator.document.number, "phone": operator.phone });
    answered(walker.fill(&facts), 200)["stage"]["receipt"].clone()
}

/// The company, by its legal representative's phone.
fn certify_company(walker: &Walker) -> Value {
    let company = of("haihe");
    let legal = &company.legal_representative;
    let facts = json!({ "company_name": company.identity.name, "company_number": company.registration,
        "legal_name": legal.name });
    answered(walker.fill(&facts), 200);
    way(walker, "legal_representative");
    way(walker, "legal_phone");
    let given = json!({ "legal_id_number": legal.document.number, "legal_phone": legal.phone });
    answered(walker.fill(&given), 200)["stage"]["receipt"].clone()
}

fn states(api: &Api) -> Value {
    let states = answered(api.get("/v1/platforms"), 200);
    states.as_array().unwrap().iter().find(|state| state["platform"] == "ningbo").unwrap().clone()
}

fn kind(walker: &Walker) -> Value {
    walker.stage()["kind"].clone()
}

fn again(case: &Case, account: &str, path: &str) -> Walker {
    case.clock.advance(60);
    authorised(case, account, path)
}

#[test]
fn a_person_who_is_certified_is_told_so_with_the_receipt_that_counts() {
    let case = case();
    let first = authorised(&case, "haihe-demo", "person");
    assert_eq!(kind(&first), "choose", "not yet");
    let receipt = certify_person(&first);
    let next = again(&case, "haihe-demo", "person");
    assert_ne!(next.id, first.id);
    assert_eq!(next.stage(), json!({ "kind": "done", "receipt": receipt }));
    assert_eq!(next.shown()["steps"].as_array().unwrap().len(), 1);
    assert_eq!(states(&next.api)["certified"], json!([receipt]), "no other one was given");
    assert_eq!(states(&next.api)["open"], json!([]));
}

#[test]
fn a_wrong_code_tells_nothing_and_the_right_one_may_be_repeated() {
    let case = case();
    let receipt = certify_person(&authorised(&case, "haihe-demo", "person"));
    case.clock.advance(60);
    let walker = Walker::open(&case.api("haihe-demo"), "ningbo", "person");
    let sent = send_code(&walker);
    let right = code_to(&case, &world().account("haihe-demo").unwrap().phone);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let agreed = walker.stage()["notices"].clone();
    let enter = |code: &str| json!({ "kind": "code", "id": sent["id"], "code": code, "agreed": agreed });
    assert_eq!(walker.send(&enter(wrong)).status(), 422);
    assert_eq!(kind(&walker), "code");
    let version = walker.shown()["version"].clone();
    for _ in 0..2 {
        let done = answered(walker.send_at("authorise", &version, &enter(&right)), 200);
        assert_eq!(done["stage"], json!({ "kind": "done", "receipt": receipt }));
    }
}

#[test]
fn a_company_is_told_so_whoever_of_it_asks_and_whichever_way() {
    let case = case();
    let receipt = certify_company(&authorised(&case, "haihe-demo", "company_legal"));
    for path in ["company_legal", "company_other"] {
        let next = again(&case, "haihe-demo", path);
        assert_eq!(next.stage(), json!({ "kind": "done", "receipt": receipt }), "{path}");
    }
    assert_eq!(kind(&again(&case, "haihe-demo", "person")), "choose", "the person is another matter");
    assert_eq!(kind(&again(&case, "bohai-demo", "company_legal")), "form", "so is another company");
}

#[test]
fn a_holder_who_is_another_now_goes_on() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    certify_person(&walker);
    let done = again(&case, "haihe-demo", "person");
    let record = answered(walker.api.get("/v1/account"), 200);
    let other = &of("bohai").legal_representative;
    let edit = json!({ "version": record["version"], "name": other.name, "document": other.document,
        "validity": other.validity, "country": null });
    answered(walker.api.put("/v1/account/holder", &edit), 200);
    assert_eq!(kind(&again(&case, "haihe-demo", "person")), "choose");
    assert_eq!(kind(&done), "done", "what was is what was");
}
