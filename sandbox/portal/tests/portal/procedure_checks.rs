//! What the registers are asked, and what is said to their answers.

use crate::common::walker::{Walker, of};
use crate::common::{answered, case, code, data_refused, input_invalid, problem, world};
use crate::procedures::{authorised, way};
use serde_json::{Value, json};
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;

fn changed(facts: &Value, field: &str, value: impl serde::Serialize) -> Value {
    let mut facts = facts.clone();
    facts[field] = json!(value);
    facts
}

#[test]
fn a_form_takes_what_it_asks_for_and_nothing_else() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    way(&walker, "phone");
    let person = &of("haihe").operator;
    let facts = json!({ "name": person.name, "id_number": person.document.number, "phone": person.phone });
    let refused = |facts: &Value| input_invalid(walker.fill(facts));
    assert_eq!(
        refused(&changed(&facts, "bank_card", &person.bank_card)),
        ("bank_card".into(), "not_asked".into())
    );
    assert_eq!(refused(&changed(&facts, "id_number", "11010519491231002Y")).0, "id_number");
    let mut less = facts.clone();
    less.as_object_mut().unwrap().remove("phone");
    assert_eq!(refused(&less), ("phone".into(), "empty".into()));
    for (agreed, reason) in [(json!([]), "missing"), (json!(["ningbo_service", "other"]), "unknown")] {
        let answer = walker.send(&json!({ "kind": "form", "values": facts, "agreed": agreed }));
        assert_eq!(input_invalid(answer), ("agreed".into(), reason.into()));
    }
    assert_eq!(walker.step(), "phone");
}

#[test]
fn three_factors_are_asked_of_the_carrier_and_four_of_the_bank() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    let person = &of("haihe").operator;
    let facts = json!({ "name": person.name, "id_number": person.document.number, "phone": person.phone });
    way(&walker, "phone");
    assert_eq!(
        data_refused(walker.fill(&changed(&facts, "phone", &of("bohai").operator.phone))),
        "phone_mismatch"
    );
    case.server.outside.set_failure(Register::Phone, None, Some(Failure::Timeout)).unwrap();
    assert_eq!(problem(walker.fill(&facts), 503)["register"], "phone");
    case.server.outside.set_failure(Register::Phone, None, None).unwrap();
    walker.pass(&json!({ "kind": "return", "to": "way" }));
    way(&walker, "bank_card");
    let facts = changed(&facts, "bank_card", &person.bank_card);
    let other = changed(&facts, "bank_card", &of("bohai").operator.bank_card);
    assert_eq!(data_refused(walker.fill(&other)), "bank_card_mismatch");
    assert_eq!(answered(walker.fill(&facts), 200)["stage"]["kind"], "done");
}

#[test]
fn name_and_number_are_asked_of_the_population_register() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "person");
    way(&walker, "face");
    let person = &of("haihe").operator;
    let facts = json!({ "name": person.name, "id_number": person.document.number, "face_by": "alipay" });
    let number = person.document.number.as_str();
    case.server.outside.set_failure(Register::Population, Some(number), Some(Failure::Mismatch)).unwrap();
    assert_eq!(data_refused(walker.fill(&facts)), "identity_mismatch");
    case.server.outside.set_failure(Register::Population, Some(number), None).unwrap();
    assert_eq!(answered(walker.fill(&facts), 200)["stage"]["by"], "alipay");
}

#[test]
fn a_company_is_the_account_s_own_and_as_the_register_has_it() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "company_legal");
    let (company, other) = (of("haihe"), of("bohai"));
    let facts = json!({ "company_name": company.identity.name, "company_number": company.identity.uscc,
        "legal_name": company.legal_representative.name });
    for (field, value, refusal) in [
        ("company_name", other.identity.name.as_str(), "enterprise_mismatch"),
        ("company_number", other.identity.uscc.as_str(), "enterprise_mismatch"),
        ("company_number", other.registration.as_str(), "enterprise_mismatch"),
        ("legal_name", other.legal_representative.name.as_str(), "legal_person_mismatch"),
    ] {
        assert_eq!(data_refused(walker.fill(&changed(&facts, field, value))), refusal, "{field}");
    }
    let uscc = company.identity.uscc.as_str();
    case.server.outside.set_failure(Register::Company, Some(uscc), Some(Failure::Absent)).unwrap();
    assert_eq!(data_refused(walker.fill(&facts)), "enterprise_not_found");
    case.server.outside.set_failure(Register::Company, Some(uscc), None).unwrap();
    answered(walker.fill(&facts), 200);
    way(&walker, "legal_representative");
    way(&walker, "legal_phone");
    let legal = &company.legal_representative;
    let facts = json!({ "legal_id_number": legal.document.number, "legal_phone": legal.phone });
    let someone = changed(&facts, "legal_id_number", &company.operator.document.number);
    assert_eq!(data_refused(walker.fill(&someone)), "legal_person_mismatch");
    let phone = changed(&facts, "legal_phone", &company.operator.phone);
    assert_eq!(data_refused(walker.fill(&phone)), "phone_mismatch");
    assert_eq!(
        input_invalid(walker.fill(&changed(&facts, "legal_name", &company.operator.name))).1,
        "not_asked"
    );
    assert_eq!(
        answered(walker.fill(&changed(&facts, "legal_name", &legal.name)), 200)["stage"]["kind"],
        "done"
    );
}

#[test]
fn the_bank_says_whose_account_it_is() {
    let case = case();
    let walker = authorised(&case, "haihe-demo", "company_legal");
    let company = of("haihe");
    let facts = json!({ "company_name": company.identity.name, "company_number": company.identity.uscc,
        "legal_name": company.legal_representative.name });
    answered(walker.fill(&facts), 200);
    way(&walker, "transfer");
    way(&walker, "forward");
    let account = |slug: &str| case.server.outside.account_of(&of(slug).identity.uscc).unwrap().unwrap();
    let (own, other) = (account("haihe"), account("bohai"));
    let given = json!({ "account_number": other.number, "branch": other.branch });
    assert_eq!(data_refused(walker.fill(&given)), "account_mismatch");
    assert_eq!(
        input_invalid(walker.fill(&changed(&given, "branch", "12"))),
        ("branch".into(), "length".into())
    );
    let given = json!({ "account_number": own.number, "branch": own.branch });
    assert_eq!(answered(walker.fill(&given), 200)["stage"]["kind"], "transfer");
}

#[test]
fn what_the_account_knows_is_filled_in_and_shown_by_its_ends() {
    let case = case();
    let walker = Walker::open(&case.api("haihe-demo"), "beijing", "web");
    let person = &of("haihe").operator;
    let fields = walker.stage()["fields"].clone();
    let number = json!({ "field": "id_number", "value": person.document.number.masked(), "fixed": true, "optional": false });
    assert_eq!((&fields[0]["value"], &fields[1]), (&json!(person.name), &number));
    assert!(!walker.shown().to_string().contains(person.document.number.as_str()));
    let facts = json!({ "valid_from": person.validity.from, "valid_until": person.validity.until,
        "bank_card": person.bank_card, "phone": person.phone });
    let refused = |facts: &Value| data_refused(walker.fill(facts));
    assert_eq!(refused(&changed(&facts, "valid_from", "20010101")), "validity_mismatch");
    assert_eq!(refused(&changed(&facts, "phone", &of("bohai").operator.phone)), "bank_card_mismatch");
    let over = changed(&changed(&facts, "valid_from", "20010101"), "valid_until", "20110101");
    assert_eq!(input_invalid(walker.fill(&over)), ("valid_until".into(), "over".into()));
    assert_eq!(answered(walker.fill(&facts), 200)["stage"]["kind"], "code");
}

#[test]
fn guesses_are_counted() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), crate::common::FakeClock::new());
    let server =
        crate::common::Server::start_as(dir.path(), clock.clone(), world(), |config| config.check_limit = 3);
    let case = crate::common::Case { dir, clock, server };
    let walker = authorised(&case, "haihe-demo", "person");
    way(&walker, "phone");
    let person = &of("haihe").operator;
    let right = json!({ "name": person.name, "id_number": person.document.number, "phone": person.phone });
    let wrong = changed(&right, "phone", &of("bohai").operator.phone);
    for _ in 0..3 {
        assert_eq!(data_refused(walker.fill(&wrong)), "phone_mismatch");
    }
    assert_eq!(code(walker.fill(&right)), "too_often");
    case.clock.advance(3_600);
    let later = Walker { api: case.api("haihe-demo"), ..walker };
    assert_eq!(answered(later.fill(&right), 200)["stage"]["kind"], "done");
}
