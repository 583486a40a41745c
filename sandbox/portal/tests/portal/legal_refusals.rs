//! Certification by documents: each way to be refused. A refusal leaves the step where it is.

use crate::common::papers::{
    ALL, CODES, COMPANY, HOLDER, LEGAL, Scene, account, card, company, given, holder, id_card, refused,
    stands, step,
};
use crate::common::{Api, code};
use serde_json::{Value, json};
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Field and rule.
fn input(answer: reqwest::blocking::Response) -> (String, String) {
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["code"], "input_invalid", "{problem}");
    let text = |name: &str| problem[name].as_str().unwrap().to_owned();
    (text("field"), text("reason"))
}

fn silent(answer: reqwest::blocking::Response, register: &str) {
    assert_eq!(answer.status(), 503);
    let problem: Value = answer.json().unwrap();
    assert_eq!((&problem["code"], &problem["register"]), (&json!("register_unavailable"), &json!(register)));
}

#[test]
fn a_company_that_the_register_has_otherwise_is_refused() {
    let scene = Scene::new();
    let (api, company, second) = (scene.begun("haihe-demo"), company("haihe-demo"), company("bohai-demo"));
    let uscc = Some(company.identity.uscc.as_str());
    let outside = &scene.server.outside;
    outside.set_failure(Register::Company, uscc, Some(Failure::Absent)).unwrap();
    assert_eq!(refused(api.put(COMPANY, &given(company))), "enterprise_not_found");
    outside.set_failure(Register::Company, uscc, Some(Failure::Mismatch)).unwrap();
    assert_eq!(refused(api.put(COMPANY, &given(company))), "enterprise_mismatch");
    outside.set_failure(Register::Company, uscc, None).unwrap();
    let with = |field: &str, value: Value| {
        let mut body = given(company);
        body[field] = value;
        body
    };
    let named = json!({ "name": "Another Ltd.", "uscc": company.identity.uscc,
        "organization_code": company.identity.organization_code });
    assert_eq!(refused(api.put(COMPANY, &with("company", named))), "enterprise_mismatch");
    let somebody = with("legal_representative", json!("Nobody At All"));
    assert_eq!(refused(api.put(COMPANY, &somebody)), "legal_person_mismatch");
    let document = with("document", json!(second.legal_representative.document));
    assert_eq!(refused(api.put(COMPANY, &document)), "legal_person_mismatch");
    assert_eq!(stands(&api), "company");
    assert_eq!(step(api.put(COMPANY, &given(company))), "legal_representative");
}

#[test]
fn another_company_is_not_certified_even_with_its_right_data() {
    let scene = Scene::new();
    let api = scene.begun("haihe-demo");
    assert_eq!(refused(api.put(COMPANY, &given(company("bohai-demo")))), "enterprise_mismatch");
    assert_eq!(stands(&api), "company");
}

#[test]
fn codes_that_break_their_rules_never_reach_the_register() {
    let scene = Scene::new();
    let (api, company) = (scene.begun("haihe-demo"), company("haihe-demo"));
    scene.server.outside.set_failure(Register::Company, None, Some(Failure::Timeout)).unwrap();
    let with = |field: &str, value: &str| {
        let mut body = given(company);
        body["company"][field] = json!(value);
        input(api.put(COMPANY, &body))
    };
    let second = crate::common::papers::company("bohai-demo").identity.organization_code.as_str();
    assert_eq!(with("organization_code", second), ("organization_code".into(), "other_than_uscc".into()));
    // The sample that the manual of the Single Window prints.
    assert_eq!(with("uscc", "DYCK12345671234567"), ("uscc".into(), "check_character".into()));
    assert_eq!(with("name", ""), ("company_name".into(), "empty".into()));
    let mut body = given(company);
    body["document"] = json!({ "kind": "passport", "number": "AB1234567" });
    assert_eq!(input(api.put(COMPANY, &body)), ("document_number".into(), "passport_not_prc".into()));
}

#[test]
fn a_validity_that_differs_is_refused_and_one_that_is_over_too() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let legal = &company("haihe-demo").legal_representative;
    let other = json!({ "by": "id_card", "validity": { "from": "20190101", "until": "20390101" } });
    assert_eq!(refused(api.put(LEGAL, &other)), "validity_mismatch");
    let over = json!({ "by": "id_card", "validity": { "from": "20050101", "until": "20150101" } });
    assert_eq!(input(api.put(LEGAL, &over)), ("valid_until".into(), "over".into()));
    let turned = json!({ "by": "id_card", "validity": { "from": "20390101", "until": "20190101" } });
    assert_eq!(input(api.put(LEGAL, &turned)), ("valid_until".into(), "before_start".into()));
    let number = Some(legal.document.number.as_str());
    scene.server.outside.set_failure(Register::Ctid, number, Some(Failure::Mismatch)).unwrap();
    assert_eq!(refused(api.put(LEGAL, &id_card(&legal.validity))), "validity_mismatch");
    assert_eq!(stands(&api), "legal_representative");
}

#[test]
fn a_document_other_than_an_identity_card_has_the_bank_card_alone() {
    let scene = Scene::new();
    for name in ["bailu-demo", "changdi-demo", "xinghe-demo", "guta-demo"] {
        let api = scene.at_legal(name);
        let legal = &company(name).legal_representative;
        let answer = api.put(LEGAL, &id_card(&legal.validity));
        assert_eq!(input(answer), ("document_kind".into(), "id_card_only".into()), "{name}");
        let check = scene.bank_card(&api, legal);
        assert_eq!(step(api.put(LEGAL, &check)), "holder", "{name}");
    }
    let operator = &account("changdi-demo").holder;
    let api = scene.client("changdi-demo");
    let answer = api.put(HOLDER, &holder(operator, id_card(&operator.validity)));
    assert_eq!(input(answer), ("document_kind".into(), "id_card_only".into()));
}

#[test]
fn four_factors_that_are_not_together_are_refused_and_their_code_is_spent() {
    let scene = Scene::new();
    let (api, company) = (scene.at_legal("haihe-demo"), company("haihe-demo"));
    // The operator's card and phone, which are together, but not the legal representative's.
    let check = scene.bank_card(&api, &company.operator);
    assert_eq!(refused(api.put(LEGAL, &check)), "bank_card_mismatch");
    assert_eq!(refused(api.put(LEGAL, &check)), "sms_expired");
    scene.clock.advance(60);
    let number = Some(company.legal_representative.bank_card.as_str());
    scene.server.outside.set_failure(Register::Bank, number, Some(Failure::Mismatch)).unwrap();
    let check = scene.bank_card(&api, &company.legal_representative);
    assert_eq!(refused(api.put(LEGAL, &check)), "bank_card_mismatch");
    assert_eq!(stands(&api), "legal_representative");
    scene.server.outside.set_failure(Register::Bank, number, None).unwrap();
    scene.clock.advance(60);
    let check = scene.bank_card(&api, &company.legal_representative);
    assert_eq!(step(api.put(LEGAL, &check)), "holder");
}

#[test]
fn wrong_codes_end_after_five_and_a_code_after_five_minutes() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let legal = &company("haihe-demo").legal_representative;
    let right = scene.bank_card(&api, legal);
    let mut wrong = right.clone();
    wrong["code"]["code"] = json!(other_than(right["code"]["code"].as_str().unwrap()));
    for _ in 0..4 {
        assert_eq!(refused(api.put(LEGAL, &wrong)), "sms_wrong");
    }
    assert_eq!(refused(api.put(LEGAL, &wrong)), "sms_too_many");
    assert_eq!(refused(api.put(LEGAL, &right)), "sms_too_many");
    scene.clock.advance(60);
    let right = scene.bank_card(&api, legal);
    scene.clock.advance(300);
    assert_eq!(refused(api.put(LEGAL, &right)), "sms_expired");
    let right = scene.bank_card(&api, legal);
    assert_eq!(step(api.put(LEGAL, &right)), "holder");
}

#[test]
fn a_code_comes_once_a_minute_and_the_one_before_is_void() {
    let scene = Scene::new();
    let api = scene.at_legal("haihe-demo");
    let legal = &company("haihe-demo").legal_representative;
    let old = scene.bank_card(&api, legal);
    let answer = api.post(CODES, &card(legal));
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "60"));
    assert_eq!(code(answer), "too_often");
    scene.clock.advance(60);
    let new = scene.bank_card(&api, legal);
    assert_eq!(refused(api.put(LEGAL, &old)), "sms_expired");
    assert_eq!(step(api.put(LEGAL, &new)), "holder");
}

#[test]
fn a_code_is_good_for_its_card_its_phone_and_its_step_alone() {
    let scene = Scene::new();
    let (api, company) = (scene.at_legal("haihe-demo"), company("haihe-demo"));
    let (legal, operator) = (&company.legal_representative, &company.operator);
    let right = scene.bank_card(&api, legal);
    for other in [
        json!({ "number": operator.bank_card, "phone": legal.phone }),
        json!({ "number": legal.bank_card, "phone": operator.phone }),
    ] {
        let mut check = right.clone();
        check["card"] = other;
        assert_eq!(refused(api.put(LEGAL, &check)), "sms_expired");
    }
    // A code for the account's phone is none for a certification.
    let own = api.post("/v1/account/codes", &json!({ "channel": "phone", "phone": operator.phone }));
    let own: Value = own.json().unwrap();
    let mut check = right.clone();
    check["code"] = json!({ "id": own["id"], "code": scene.read(operator) });
    assert_eq!(refused(api.put(LEGAL, &check)), "sms_expired");
    assert_eq!(step(api.put(LEGAL, &right)), "holder");
    // Replayed in the next step.
    assert_eq!(refused(api.put(HOLDER, &holder(operator, right))), "sms_expired");
    assert_eq!(stands(&api), "holder");
}

#[test]
fn a_register_that_does_not_answer_leaves_the_step_and_the_code_as_they_are() {
    let scene = Scene::new();
    let (api, company) = (scene.begun("haihe-demo"), company("haihe-demo"));
    let outside = &scene.server.outside;
    for failure in [Failure::Timeout, Failure::RateLimit] {
        for register in [Register::Company, Register::Ctid, Register::Bank] {
            outside.set_failure(register, None, Some(failure)).unwrap();
        }
        silent(api.put(COMPANY, &given(company)), "company");
        assert_eq!(stands(&api), "company");
    }
    outside.set_failure(Register::Company, None, None).unwrap();
    assert_eq!(step(api.put(COMPANY, &given(company))), "legal_representative");

    let legal = &company.legal_representative;
    silent(api.put(LEGAL, &id_card(&legal.validity)), "ctid");
    let check = scene.bank_card(&api, legal);
    for _ in 0..6 {
        silent(api.put(LEGAL, &check), "bank");
    }
    assert_eq!(stands(&api), "legal_representative");
    outside.set_failure(Register::Bank, None, None).unwrap();
    assert_eq!(step(api.put(LEGAL, &check)), "holder", "the same code, after more than five right ones");

    outside.set_failure(Register::Sms, None, Some(Failure::Timeout)).unwrap();
    silent(api.post(CODES, &card(&company.operator)), "sms");
    outside.set_failure(Register::Sms, None, None).unwrap();
    let check = scene.bank_card(&api, &company.operator);
    assert_eq!(step(api.put(HOLDER, &holder(&company.operator, check))), "done");
}

#[test]
fn a_number_that_a_colleague_has_is_refused_before_anybody_is_asked() {
    let scene = Scene::new();
    let api = scene.at_holder("haihe-demo");
    let clerk = &account("haihe-clerk").holder;
    scene.server.outside.set_failure(Register::Ctid, None, Some(Failure::Timeout)).unwrap();
    let given = json!({ "name": clerk.name, "document": clerk.document, "check": id_card(&clerk.validity) });
    assert_eq!(refused(api.put(HOLDER, &given)), "id_duplicate");
    assert_eq!(stands(&api), "holder");
}

#[test]
fn steps_have_their_order() {
    let scene = Scene::new();
    let api = scene.client("haihe-demo");
    let company = company("haihe-demo");
    let (legal, operator) = (&company.legal_representative, &company.operator);
    let steps: [(&str, Value); 3] = [
        (COMPANY, given(company)),
        (LEGAL, id_card(&legal.validity)),
        (HOLDER, holder(operator, id_card(&operator.validity))),
    ];
    let conflict = |path: &str, body: &Value| {
        let answer = api.put(path, body);
        assert_eq!(answer.status(), 409, "{path}");
        assert_eq!(code(answer), "record_changed");
    };
    for (path, body) in &steps {
        assert_eq!(api.put(path, body).status(), 404, "{path}: none is open");
    }
    assert_eq!((api.get(ALL).status().as_u16(), api.post(CODES, &card(legal)).status().as_u16()), (404, 404));
    assert_eq!(api.post(ALL, &Value::Null).status(), 201);
    conflict(LEGAL, &steps[1].1);
    conflict(HOLDER, &steps[2].1);
    assert_eq!(code(api.post(CODES, &card(legal))), "record_changed");
    assert_eq!(step(api.put(COMPANY, &steps[0].1)), "legal_representative");
    conflict(HOLDER, &steps[2].1);
    // Passed with other data: leave it and begin anew.
    let mut other = steps[0].1.clone();
    other["legal_representative"] = json!("Somebody Else");
    conflict(COMPANY, &other);
    assert_eq!(api.delete(ALL).status(), 204);
    assert_eq!(api.get(ALL).status(), 404);
    assert_eq!(api.delete(ALL).status(), 204);
}

#[test]
fn a_body_of_another_form_is_malformed() {
    let scene = Scene::new();
    let api: Api = scene.at_legal("haihe-demo");
    for body in [json!({}), json!({ "by": "face" }), json!({ "by": "id_card" }), json!([]), Value::Null] {
        assert_eq!(api.put(LEGAL, &body).status(), 400, "{body}");
    }
    let bad = json!({ "number": "6200000000000000001", "phone": "19900001234" });
    assert_eq!(input(api.post(CODES, &bad)).0, "bank_card");
    let visa = json!({ "number": "4111111111111111", "phone": "19900001234" });
    assert_eq!(input(api.post(CODES, &visa)), ("bank_card".into(), "not_unionpay".into()));
}
