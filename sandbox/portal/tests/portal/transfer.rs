//! Corporate payments both ways, with the stamped letter beside them.

use crate::common::walker::{Walker, of};
use crate::common::{Case, Server, answered, case, code, data_refused, problem};
use crate::procedures::{authorised, way};
use serde_json::{Value, json};
use tongguan_core::domain::CompanyName;
use tongguan_core::domain::platform::Fen;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::{CorporateAccount, Failure, Order, Outside, Reason};

/// A scan of a stamped letter.
fn scan() -> Vec<u8> {
    of("haihe").legal_representative.front().unwrap()
}

fn account() -> &'static str {
    "haihe-demo"
}

fn own_account(outside: &Outside) -> CorporateAccount {
    outside.account_of(&of("haihe").identity.uscc).unwrap().unwrap()
}

/// At the choice between the directions.
fn at_direction(case: &Case, account: &str) -> Walker {
    let company = of("haihe");
    let walker = authorised(case, account, "company_legal");
    let facts = json!({ "company_name": company.identity.name, "company_number": company.identity.uscc,
        "legal_name": company.legal_representative.name });
    answered(walker.fill(&facts), 200);
    way(&walker, "transfer");
    walker
}

fn at_account(case: &Case) -> Walker {
    let walker = at_direction(case, account());
    way(&walker, "forward");
    walker
}

fn facts(outside: &Outside) -> Value {
    let own = own_account(outside);
    json!({ "account_number": own.number, "branch": own.branch })
}

fn at_forward(case: &Case) -> Walker {
    let walker = at_account(case);
    answered(walker.fill(&facts(&case.server.outside)), 200);
    walker
}

pub(crate) fn at_reverse(case: &Case, account: &str) -> Walker {
    let walker = at_direction(case, account);
    way(&walker, "reverse");
    walker
}

/// What the last payment to the company came to: the finance department reads it at the bank.
fn arrived(case: &Case) -> u32 {
    case.server.outside.payments("", 1).unwrap()[0].amount.0
}

fn give(walker: &Walker, amount: u32) -> reqwest::blocking::Response {
    walker.send(&json!({ "kind": "amount", "amount": amount }))
}

fn new_payment(walker: &Walker) -> reqwest::blocking::Response {
    walker.send(&json!({ "kind": "new_payment" }))
}

fn order(outside: &Outside) -> Order {
    let to = outside.platform_accounts().unwrap().remove(0);
    let (from, remark) = (own_account(outside).number, String::new());
    Order { from, payer: None, to: to.number, amount: Fen(1), remark }
}

fn decide(outside: &Outside, refused: Option<&str>) {
    let letter = outside.waiting_letters(9).unwrap().remove(0);
    let reason = refused.map(|text| Reason::parse(text).unwrap());
    outside.decide(&letter.id, reason.as_ref()).unwrap();
}

fn payment(walker: &Walker) -> Value {
    walker.stage()["payment"].clone()
}

fn letter(walker: &Walker) -> Value {
    walker.stage()["letter"].clone()
}

/// The answer to whoever waits for it to be another than it is now, once `happens` has happened.
fn heard(walker: &Walker, happens: impl FnOnce()) -> Value {
    let path = format!("{}?version={}&wait=20", walker.path(), walker.shown()["version"]);
    let api = walker.api.clone();
    let waiting = std::thread::spawn(move || answered(api.get(&path), 200));
    happens();
    waiting.join().unwrap()
}

#[test]
fn the_platform_pays_an_amount_that_nobody_is_told() {
    let case = case();
    let walker = at_forward(&case);
    let outside = &case.server.outside;
    let lines = outside.payments("", 9).unwrap();
    let own = own_account(outside);
    assert_eq!(lines.len(), 1);
    assert!((1..=99).contains(&lines[0].amount.0));
    assert_eq!((&lines[0].payee, &lines[0].payee_account), (&own.holder, &own.number));
    let stage = walker.stage();
    let payment = &stage["payment"];
    assert_eq!(payment["account"], json!(own.number.masked()));
    assert_eq!(payment["branch"], json!(own.branch));
    assert!(!payment["bank"].as_str().unwrap().is_empty() && !payment["paid_at"].is_null());
    assert_eq!((&payment["tries_left"], &payment["payments_left"]), (&json!(3), &json!(2)));
    assert_eq!((&payment["passed"], &stage["letter"]["state"]), (&json!(false), &json!("missing")));
    let text = stage.to_string();
    assert!(!text.contains("amount") && !text.contains(own.number.as_str()), "{text}");
}

#[test]
fn a_guess_is_counted_and_after_three_another_payment_is_needed() {
    let case = case();
    let walker = at_forward(&case);
    let wrong = |tried: u32| arrived(&case) % 99 + 1 + tried * 100;
    for made in 1..=3 {
        assert_eq!(data_refused(give(&walker, wrong(0))), "amount_wrong");
        assert_eq!(payment(&walker)["tries_left"], 2);
        assert_eq!(data_refused(give(&walker, wrong(1))), "amount_wrong");
        assert_eq!(data_refused(give(&walker, wrong(2))), "amount_too_many");
        assert_eq!(data_refused(give(&walker, arrived(&case))), "amount_too_many", "too late");
        assert_eq!(payment(&walker)["tries_left"], 0);
        if made < 3 {
            answered(new_payment(&walker), 200);
            assert_eq!(case.server.outside.payments("", 9).unwrap().len(), made + 1);
            assert_eq!(payment(&walker)["payments_left"], 2 - made);
            assert_eq!(payment(&walker)["tries_left"], 3);
        }
    }
    assert_eq!(data_refused(new_payment(&walker)), "amount_too_many");
    // Another way and back again brings no new payment.
    walker.pass(&json!({ "kind": "return", "to": "direction" }));
    way(&walker, "forward");
    answered(walker.fill(&facts(&case.server.outside)), 200);
    assert_eq!((&payment(&walker)["payments_left"], &payment(&walker)["paid_at"]), (&json!(0), &Value::Null));
    assert_eq!(code(give(&walker, arrived(&case))), "record_changed");
    assert_eq!(case.server.outside.payments("", 9).unwrap().len(), 3);
    walker.pass(&json!({ "kind": "return", "to": "direction" }));
    way(&walker, "reverse");
    assert_eq!(payment(&walker)["direction"], "reverse");
}

#[test]
fn the_amount_of_a_payment_before_is_worth_nothing() {
    let case = case();
    let walker = at_forward(&case);
    let first = arrived(&case);
    answered(new_payment(&walker), 200);
    if arrived(&case) != first {
        assert_eq!(data_refused(give(&walker, first)), "amount_wrong");
    }
    answered(give(&walker, arrived(&case)), 200);
    assert_eq!(payment(&walker)["passed"], true);
    assert_eq!(code(new_payment(&walker)), "record_changed");
}

#[test]
fn the_two_halves_pass_in_either_order() {
    for letter_first in [true, false] {
        let case = case();
        let walker = at_forward(&case);
        let outside = &case.server.outside;
        walker.upload("letter", &scan());
        if letter_first {
            decide(outside, None);
            assert_eq!(
                (letter(&walker)["state"].as_str(), walker.step()),
                (Some("passed"), "forward".into())
            );
            let done = answered(give(&walker, arrived(&case)), 200);
            assert_eq!(done["stage"]["kind"], "done");
            assert_eq!(done["stage"]["receipt"]["ways"], json!(["transfer", "forward"]));
        } else {
            assert_eq!(answered(give(&walker, arrived(&case)), 200)["stage"]["payment"]["passed"], true);
            assert_eq!(letter(&walker)["state"], "waiting");
            let done = heard(&walker, || decide(outside, None));
            assert_eq!(done["stage"]["kind"], "done", "{done}");
        }
        assert!(outside.waiting_letters(9).unwrap().is_empty());
    }
    for letter_first in [true, false] {
        let case = case();
        let walker = at_reverse(&case, account());
        let outside = &case.server.outside;
        walker.upload("letter", &scan());
        if letter_first {
            decide(outside, None);
            let done = heard(&walker, || outside.pay(&order(outside)).unwrap());
            assert_eq!(done["stage"]["kind"], "done");
        } else {
            let paid = heard(&walker, || outside.pay(&order(outside)).unwrap());
            assert_eq!(paid["stage"]["payment"]["passed"], true);
            assert_eq!(heard(&walker, || decide(outside, None))["stage"]["kind"], "done");
        }
    }
}

#[test]
fn the_payee_is_shown_and_only_the_right_payer_with_the_right_amount_counts() {
    let case = case();
    let walker = at_reverse(&case, account());
    let outside = &case.server.outside;
    let payee = payment(&walker);
    let own = outside.platform_accounts().unwrap().remove(0);
    assert_eq!(payee["payee"]["account"], json!(own.number));
    assert_eq!(payee["payee"]["name"], json!(own.holder));
    assert_eq!((&payee["amount"], &payee["passed"]), (&json!(1), &json!(false)));
    assert_eq!(code(give(&walker, 1)), "record_changed");
    assert_eq!(code(new_payment(&walker)), "record_changed");
    let right = order(outside);
    let other = outside.account_of(&of("bohai").identity.uscc).unwrap().unwrap();
    outside.pay(&Order { amount: Fen(2), ..right.clone() }).unwrap();
    outside.pay(&Order { from: other.number, ..right.clone() }).unwrap();
    let wrong = CompanyName::parse("Somebody else").unwrap();
    outside.pay(&Order { payer: Some(wrong), ..right.clone() }).unwrap();
    assert_eq!(payment(&walker)["passed"], false);
    outside.pay(&right).unwrap();
    assert_eq!(payment(&walker)["passed"], true);
    // What came before the step began is for something else.
    walker.pass(&json!({ "kind": "return", "to": "direction" }));
    case.clock.advance(1);
    way(&walker, "reverse");
    outside.set_failure(Register::Payments, None, None).unwrap();
    assert_eq!(payment(&walker)["passed"], false);
}

#[test]
fn a_payment_counts_for_one_procedure() {
    let case = case();
    let [one, other] = ["haihe-demo", "haihe-clerk"].map(|account| at_reverse(&case, account));
    let outside = &case.server.outside;
    let passed = || [&one, &other].map(|walker| payment(walker)["passed"].as_bool().unwrap());
    outside.pay(&order(outside)).unwrap();
    assert_eq!(passed(), [true, false]);
    outside.pay(&order(outside)).unwrap();
    assert_eq!(passed(), [true, true]);
}

#[test]
fn a_letter_is_refused_with_a_reason_and_another_is_accepted() {
    let case = case();
    let walker = at_forward(&case);
    let outside = &case.server.outside;
    walker.upload("letter", &scan());
    let waiting = letter(&walker);
    assert_eq!((&waiting["state"], waiting["since"].is_null()), (&json!("waiting"), false));
    let facts = &outside.waiting_letters(9).unwrap()[0].facts;
    let company = of("haihe");
    assert_eq!(
        (&facts.company, facts.number.as_str()),
        (&company.identity.name, company.identity.uscc.as_str())
    );
    assert_eq!(facts.legal_representative, company.legal_representative.name);
    // One at a time.
    assert_eq!(code(walker.begin("letter", &of("bohai").operator.front().unwrap())), "record_changed");
    assert_eq!(outside.waiting_letters(9).unwrap().len(), 1);
    let shown = heard(&walker, || decide(outside, Some("The stamp is missing")));
    let state = json!({ "state": "refused", "reason": "The stamp is missing" });
    assert_eq!((&shown["stage"]["letter"], &shown["refused"]), (&state, &json!("letter_refused")));
    // The same file once more is another letter.
    walker.upload("letter", &scan());
    assert_eq!(letter(&walker)["state"], "waiting");
    decide(outside, None);
    assert_eq!(letter(&walker)["state"], "passed");
    assert_eq!(answered(give(&walker, arrived(&case)), 200)["stage"]["kind"], "done");
}

#[test]
fn a_letter_that_has_passed_is_good_for_the_other_way_too() {
    let case = case();
    let walker = at_forward(&case);
    walker.upload("letter", &scan());
    decide(&case.server.outside, None);
    walker.pass(&json!({ "kind": "return", "to": "direction" }));
    way(&walker, "reverse");
    assert_eq!(letter(&walker)["state"], "passed");
    let outside = &case.server.outside;
    assert_eq!(heard(&walker, || outside.pay(&order(outside)).unwrap())["stage"]["kind"], "done");
}

#[test]
fn the_letter_is_given_out_where_it_is_asked_for() {
    let case = case();
    let walker = at_direction(&case, account());
    let path = format!("{}/letter", walker.path());
    assert_eq!(code(walker.api.get(&path)), "not_found");
    way(&walker, "reverse");
    let answer = walker.api.get(&path);
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/pdf".parse().unwrap())
    );
    assert!(answer.bytes().unwrap().starts_with(b"%PDF-"));
    assert_eq!(code(case.api("bohai-demo").get(&path)), "not_found");
    assert_eq!(code(case.api("haihe-clerk").get(&path)), "not_found");
}

#[test]
fn an_account_that_is_not_the_company_s_is_refused() {
    let case = case();
    let walker = at_account(&case);
    let outside = &case.server.outside;
    let own = own_account(outside);
    let other = outside.account_of(&of("bohai").identity.uscc).unwrap().unwrap();
    let elsewhere = outside.branches("").unwrap().into_iter().find(|b| b.number != own.branch).unwrap();
    for (number, branch) in [(&other.number, &other.branch), (&own.number, &elsewhere.number)] {
        let facts = json!({ "account_number": number, "branch": branch });
        assert_eq!(data_refused(walker.fill(&facts)), "account_mismatch");
    }
    assert!(outside.payments("", 9).unwrap().is_empty());
    outside.set_failure(Register::Payments, None, Some(Failure::RateLimit)).unwrap();
    assert_eq!(problem(walker.fill(&facts(outside)), 503)["register"], "payments");
}

#[test]
fn a_bank_that_does_not_answer_costs_no_payment_and_is_asked_again_once_it_does() {
    let case = case();
    let walker = at_forward(&case);
    let outside = &case.server.outside;
    let first = arrived(&case);
    outside.set_failure(Register::Payments, None, Some(Failure::Timeout)).unwrap();
    let asked = answered(new_payment(&walker), 200)["stage"]["payment"].clone();
    assert_eq!((&asked["payments_left"], &asked["paid_at"]), (&json!(2), &Value::Null));
    assert_eq!(code(give(&walker, first)), "record_changed", "it is worth nothing");
    let paid = heard(&walker, || outside.set_failure(Register::Payments, None, None).unwrap());
    assert_eq!(paid["stage"]["payment"]["payments_left"], 1);
    assert_eq!(answered(give(&walker, arrived(&case)), 200)["stage"]["payment"]["passed"], true);

    let own = own_account(outside);
    let other = at_direction(&case, "haihe-clerk");
    way(&other, "forward");
    // The account is looked up, and then the bank goes down: seen by what is paid, for the lookup is the same.
    outside.set_failure(Register::Payments, Some(own.number.as_str()), Some(Failure::Absent)).unwrap();
    assert_eq!(data_refused(other.fill(&facts(outside))), "account_mismatch");
    outside.set_failure(Register::Payments, Some(own.number.as_str()), None).unwrap();
    answered(other.fill(&facts(outside)), 200);
    assert_eq!(outside.payments("", 9).unwrap().len(), 3);
}

#[test]
fn what_came_while_the_portal_was_away_is_found() {
    let mut case = case();
    let walker = at_reverse(&case, account());
    walker.upload("letter", &scan());
    let outside = std::sync::Arc::clone(&case.server.outside);
    let dir = case.dir.path().to_owned();
    case.server = Server::start(&tempfile::tempdir().unwrap().keep(), case.clock.clone());
    outside.pay(&order(&outside)).unwrap();
    decide(&outside, None);
    drop(outside);
    case.server = Server::start(&dir, case.clock.clone());
    let api = crate::common::Api { origin: case.server.origin.clone(), ..walker.api.clone() };
    let walker = Walker { api, id: walker.id };
    assert_eq!(walker.stage()["kind"], "done");
}

#[test]
fn a_company_is_paid_to_six_times_a_day_however_often_it_begins() {
    let case = case();
    for _ in 0..2 {
        let walker = at_forward(&case);
        answered(new_payment(&walker), 200);
        answered(new_payment(&walker), 200);
        assert_eq!(walker.api.delete(&walker.path()).status(), 204);
    }
    let walker = at_forward(&case);
    assert_eq!(payment(&walker)["paid_at"], Value::Null);
    assert_eq!(code(new_payment(&walker)), "too_often");
    assert_eq!(case.server.outside.payments("", 99).unwrap().len(), 6);
}

#[test]
fn nothing_of_it_stays_once_it_is_over() {
    let case = case();
    let walker = at_forward(&case);
    walker.upload("letter", &scan());
    assert_eq!(walker.api.delete(&walker.path()).status(), 204);
    assert!(case.server.outside.waiting_letters(9).unwrap().is_empty());
    let number = own_account(&case.server.outside).number;
    for file in std::fs::read_dir(case.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|found| found == part);
        assert!(!holds(&scan()[1_000..1_100]), "{path:?}");
        let ledger = path.file_name().unwrap().to_str().unwrap().starts_with("outside");
        assert!(ledger || !holds(number.as_str().as_bytes()), "{path:?}");
    }
}

#[test]
fn a_letter_of_a_procedure_whose_time_is_over_leaves_the_desk() {
    let case = case();
    let walker = at_reverse(&case, account());
    walker.upload("letter", &scan());
    assert_eq!(case.server.outside.waiting_letters(9).unwrap().len(), 1);
    case.clock.advance(86_400);
    case.api("bohai-demo");
    assert!(case.server.outside.waiting_letters(9).unwrap().is_empty());
}

#[test]
fn branches_are_found_by_what_stands_in_their_names() {
    let case = case();
    let api = case.api(account());
    let found = |find: &str| answered(api.get(&format!("/v1/branches?find={find}")), 200);
    assert_eq!(found("").as_array().unwrap().len(), 50);
    let some = found("ningbo%20ccb");
    assert_eq!(found(some[0]["number"].as_str().unwrap()), json!([some[0]]));
    assert_eq!(found("nowhere"), json!([]));
    case.server.outside.set_failure(Register::Payments, None, Some(Failure::RateLimit)).unwrap();
    assert_eq!(problem(api.get("/v1/branches?find=a"), 503)["register"], "payments");
}

#[test]
fn an_upload_of_a_letter_that_is_no_letter_s_file_reaches_no_desk() {
    let case = case();
    let walker = at_reverse(&case, account());
    let script = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\n";
    assert_eq!(walker.flaw("letter", script), "active_content");
    assert_eq!(walker.flaw("letter", b"%PDF-1.7\n<< /Encrypt 5 0 R >>\n"), "locked");
    assert_eq!(walker.flaw("letter", b"%PDF-1.7\nhello\n"), "damaged");
    assert_eq!(walker.flaw("letter", b"letter.pdf: a text"), "type");
    assert!(case.server.outside.waiting_letters(9).unwrap().is_empty());
    assert_eq!(letter(&walker)["state"], "missing");
    // The blank form is a PDF like any other: whether it is stamped is the desk's to see.
    let blank = walker.api.get(&format!("{}/letter", walker.path())).bytes().unwrap();
    walker.upload("letter", &blank);
    assert_eq!(letter(&walker)["state"], "waiting");
}
