//! The account's own record.

use crate::common::{Api, answered, case, code, data_refused, input_invalid, key, proof, world};
use serde_json::{Value, json};
use tongguan_core::domain::EmailAddress;
use tongguan_core::fault::Register;
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_outside::Failure;

fn record(api: &Api) -> Value {
    answered(api.get("/v1/account"), 200)
}

fn holder_edit(api: &Api, account: &str) -> Value {
    let holder = &world().account(account).unwrap().holder;
    json!({ "version": record(api)["version"], "name": holder.name, "document": holder.document,
        "validity": holder.validity, "country": null })
}

fn messages(case: &crate::common::Case, account: &str) -> Vec<String> {
    let phone = world().account(account).unwrap().phone.clone();
    case.server.portal.until_told();
    let found = case.server.outside.messages_to(&CodeTarget::Phone { phone }, 10).unwrap();
    found.into_iter().map(|message| message.text).collect()
}

#[test]
fn the_record_shows_its_owner_and_only_the_ends_of_numbers() {
    let case = case();
    let found = record(&case.api("haihe-clerk"));
    let account = world().account("haihe-clerk").unwrap();
    assert_eq!((&found["role"], &found["rights"]), (&json!("operator"), &json!(["certify"])));
    assert_eq!(found["holder"]["document"], json!(account.holder.document.masked()));
    assert_eq!(found["phone"], json!(account.phone.masked()));
    for private in [account.holder.document.number.as_str(), account.phone.as_str()] {
        assert!(!found.to_string().contains(private), "{private}");
    }
    assert_eq!((&found["change_password"], &found["sign_in_again"]), (&json!(false), &json!(false)));
}

#[test]
fn a_number_stands_once_among_the_accounts_of_a_company() {
    let case = case();
    let clerk = case.api("haihe-clerk");
    let edit = holder_edit(&clerk, "haihe-demo");
    assert_eq!(data_refused(clerk.put("/v1/account/holder", &edit)), "id_duplicate");
    let other = case.api("bohai-demo");
    let edit = holder_edit(&other, "haihe-demo");
    let saved = answered(other.put("/v1/account/holder", &edit), 200);
    assert_eq!(saved["sign_in_again"], true);
    assert_eq!(other.get("/v1/profile").json::<Value>().unwrap()["sign_in_again"], true);
}

#[test]
fn an_edit_of_an_older_record_is_told_so_and_one_that_was_saved_is_answered_again() {
    let case = case();
    let api = case.api("haihe-clerk");
    let mut edit = holder_edit(&api, "haihe-clerk");
    edit["name"] = json!("New Name");
    edit["document"] = Value::Null;
    let saved = answered(api.put("/v1/account/holder", &edit), 200);
    assert_eq!(answered(api.put("/v1/account/holder", &edit), 200), saved, "the answer was lost");
    edit["name"] = json!("Another Name");
    assert_eq!(code(api.put("/v1/account/holder", &edit)), "record_changed");
    assert_eq!(record(&api)["holder"]["name"], "New Name");
}

#[test]
fn values_that_no_person_has_are_refused_with_their_rule() {
    let case = case();
    let api = case.api("haihe-clerk");
    let edit = holder_edit(&api, "haihe-clerk");
    let refused = |name: &str, value: Value| {
        let mut edit = edit.clone();
        edit[name] = value;
        let (field, rule) = input_invalid(api.put("/v1/account/holder", &edit));
        format!("{field} {rule}")
    };
    let number = |kind: &str, number: &str| json!({ "kind": kind, "number": number });
    assert_eq!(
        refused("document", number("id_card", "110105194912310021")),
        "document_number check_character"
    );
    assert_eq!(refused("document", number("passport", "P123")), "document_number passport_not_prc");
    assert_eq!(refused("document", number("taiwan_permit", "1234567")), "document_number length");
    assert_eq!(refused("validity", json!({ "from": "20200231", "until": "00000000" })), "date no_such_day");
    assert_eq!(refused("validity", Value::Null), "valid_from empty");
    assert_eq!(refused("country", json!("CHN")), "country not_asked");
    assert_eq!(refused("name", json!("")), "person_name empty");
}

#[test]
fn a_new_password_ends_the_other_sessions_and_the_old_one() {
    let case = case();
    let (mut here, there) = (case.api("haihe-clerk"), case.api("haihe-clerk"));
    let old = world().account("haihe-clerk").unwrap().password.expose();
    let put = |old: &str, new: &str| here.put("/v1/account/password", &json!({ "old": old, "new": new }));
    assert_eq!(input_invalid(put(old, "short")), ("password".into(), "length".into()));
    assert_eq!(input_invalid(put(old, old)), ("password".into(), "same".into()));
    assert_eq!(code(put("wrong password", "a new password")), "sign_in_refused");
    assert_eq!(put(old, "a new password").status(), 204);
    assert_eq!(code(there.get("/v1/profile")), "session_ended");
    assert_eq!(here.get("/v1/profile").status(), 200);
    assert_eq!(code(here.try_sign_in("haihe-clerk", old)), "sign_in_refused");
    here.sign_in_with("haihe-clerk", "a new password");
}

#[test]
fn guessing_the_old_password_within_a_session_is_slowed_like_signing_in() {
    let case = case();
    let api = case.api("haihe-clerk");
    let guess = || api.put("/v1/account/password", &json!({ "old": "a wrong one", "new": "a new password" }));
    for _ in 0..3 {
        assert_eq!(code(guess()), "sign_in_refused");
    }
    assert_eq!(code(guess()), "sign_in_delayed");
    assert_eq!(code(api.try_sign_in("haihe-clerk", "whatever")), "sign_in_delayed");
}

#[test]
fn a_password_of_last_year_is_to_be_changed() {
    let case = case();
    case.clock.advance(366 * 86_400);
    assert_eq!(record(&case.api("haihe-clerk"))["change_password"], true);
}

#[test]
fn preferences_are_kept() {
    let case = case();
    let api = case.api("haihe-clerk");
    let notifications = json!({ "sign_in": true, "certification": false, "expiry": false });
    let set = json!({ "region": "13", "notifications": notifications });
    let saved = answered(api.put("/v1/account/preferences", &set), 200);
    assert_eq!((&saved["region"], &saved["notifications"]), (&json!("13"), &notifications));
    assert_eq!(saved["sign_in_again"], false);
    let nowhere = json!({ "region": "99", "notifications": notifications });
    assert_eq!(
        input_invalid(api.put("/v1/account/preferences", &nowhere)),
        ("region".into(), "unknown".into())
    );
    let none = json!({ "region": null, "notifications": notifications });
    assert_eq!(answered(api.put("/v1/account/preferences", &none), 200)["region"], Value::Null);
}

#[test]
fn the_phone_is_told_of_what_its_owner_wants_to_know() {
    let case = case();
    let mut api = case.api("haihe-clerk");
    assert!(messages(&case, "haihe-clerk").is_empty());
    let body = proof(&api.challenge(), key("haihe-operator-sm2"));
    assert_eq!(api.submit(&body).status(), 201);
    assert_eq!(api.submit(&body).status(), 201, "asked again");
    assert_eq!(messages(&case, "haihe-clerk").len(), 1, "of the certification, once");
    let all = |on: bool| {
        let notifications = json!({ "sign_in": on, "certification": on, "expiry": on });
        json!({ "region": null, "notifications": notifications })
    };
    answered(api.put("/v1/account/preferences", &all(true)), 200);
    api.sign_in("haihe-clerk");
    assert_eq!(messages(&case, "haihe-clerk").len(), 2, "of the sign-in");
    case.clock.advance(1_040 * 86_400);
    api.sign_in("haihe-clerk");
    api.sign_in("haihe-clerk");
    assert_eq!(
        messages(&case, "haihe-clerk").len(),
        5,
        "of two sign-ins, and once that the certificate ends"
    );
    answered(api.put("/v1/account/preferences", &all(false)), 200);
    api.sign_in("haihe-clerk");
    assert_eq!(messages(&case, "haihe-clerk").len(), 5);
}

#[test]
fn whoever_certifies_with_a_colleague_s_card_is_told_whose_it_stays_and_so_is_the_colleague() {
    let case = case();
    let (admin, clerk) = (case.api("haihe-demo"), case.api("haihe-clerk"));
    let certify = |api: &Api| {
        assert_eq!(api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).status(), 201);
    };
    let cards = |api: &Api| answered(api.get("/v1/cards"), 200).as_array().unwrap().len();
    let bound = (cards(&admin), cards(&clerk));
    certify(&clerk);
    assert_eq!(messages(&case, "haihe-clerk").len(), 1, "of the certification");
    assert!(messages(&case, "haihe-demo").is_empty());
    certify(&admin);
    assert_eq!((cards(&admin), cards(&clerk)), (bound.0, bound.1 + 1), "it stays whose it is");
    let (told, of_use) = (messages(&case, "haihe-demo"), messages(&case, "haihe-clerk"));
    assert_eq!((told.len(), of_use.len()), (2, 2));
    assert!(told[0].contains("haihe-demo") && of_use[0].contains("haihe-clerk"));
    assert!(
        !told[0].contains("haihe-clerk") && !of_use[0].contains("haihe-demo"),
        "an account is no notice's"
    );
    assert_ne!(told[0].replace("haihe-demo", ""), of_use[0].replace("haihe-clerk", ""));
}

#[test]
fn the_address_for_mail_is_told_as_well_even_if_the_phone_cannot_be() {
    let case = case();
    let mut api = case.api("haihe-clerk");
    let to = CodeTarget::Email { email: EmailAddress::parse("clerk@haihe.example").unwrap() };
    let sent = answered(api.post("/v1/account/codes", &json!(to)), 201);
    let outside = &case.server.outside;
    let mail = || {
        case.server.portal.until_told();
        outside.messages_to(&to, 10).unwrap()
    };
    let code = json!({ "code": mail()[0].code });
    let path = format!("/v1/account/codes/{}", sent["id"].as_str().unwrap());
    answered(api.put(&path, &code), 200);
    let notifications = json!({ "sign_in": true, "certification": true, "expiry": true });
    let set = json!({ "region": null, "notifications": notifications });
    answered(api.put("/v1/account/preferences", &set), 200);
    api.sign_in("haihe-clerk");
    assert_eq!((mail().len(), messages(&case, "haihe-clerk").len()), (2, 1));
    assert_eq!(mail()[0].text, messages(&case, "haihe-clerk")[0]);
    let shown = outside.messages(2).unwrap();
    assert_ne!(shown[0].to, shown[1].to, "the centre shows both");
    let phone = world().account("haihe-clerk").unwrap().phone.clone();
    outside.set_failure(Register::Sms, Some(phone.as_str()), Some(Failure::Timeout)).unwrap();
    api.sign_in("haihe-clerk");
    assert_eq!((mail().len(), messages(&case, "haihe-clerk").len()), (3, 1));
}
