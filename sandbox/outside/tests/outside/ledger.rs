//! Accounts, payments both ways, and who is told of them.

use crate::pages::Visitor;
use crate::registers::{open, outside, world};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tongguan_core::domain::platform::{AccountNumber, Fen};
use tongguan_core::domain::{CompanyName, Timestamp};
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::{
    CorporateAccount, Event, Failure, Order, Outside, OutsideError, Silence, branch,
};

fn platform() -> CompanyName {
    CompanyName::parse("Example Exchange").unwrap()
}

fn account(outside: &Outside, company: usize) -> CorporateAccount {
    outside.account_of(&world().companies[company].identity.uscc).unwrap().unwrap()
}

fn order(outside: &Outside, amount: Fen) -> Order {
    let to = outside.platform_account(&platform()).unwrap().number;
    Order { from: account(outside, 0).number, payer: None, to, amount, remark: "0001".into() }
}

fn arrived(outside: &Outside) -> Vec<i64> {
    let payer = &world().companies[0].identity.name;
    outside.arrivals(&platform(), payer, Fen(1), world().made_at).unwrap()
}

#[test]
fn every_company_has_an_account_of_its_own_that_is_the_same_in_each_run() {
    let (_dir, one) = outside();
    let (_other_dir, other) = outside();
    let mut numbers = Vec::new();
    for (index, company) in world().companies.iter().enumerate() {
        let account = account(&one, index);
        assert_eq!((&account.holder, &account), (&company.identity.name, &self::account(&other, index)));
        assert!(branch(&account.branch).is_some());
        assert!(one.account_is_of(&account.number, &account.branch, &account.holder).unwrap());
        assert!(!numbers.contains(&account.number));
        numbers.push(account.number);
    }
    let own = one.platform_account(&platform()).unwrap();
    assert_eq!(own, one.platform_account(&platform()).unwrap());
    assert!(!numbers.contains(&own.number) && own.holder == platform());
}

#[test]
fn an_account_is_the_company_s_in_its_name_and_at_its_branch_only() {
    let (_dir, outside) = outside();
    let (one, other) = (account(&outside, 0), account(&outside, 1));
    let is = |number, branch, holder| outside.account_is_of(number, branch, holder).unwrap();
    assert!(!is(&one.number, &one.branch, &other.holder));
    assert!(!is(&other.number, &other.branch, &one.holder));
    let elsewhere = outside.branches("").unwrap().into_iter().find(|b| b.number != one.branch).unwrap();
    assert!(!is(&one.number, &elsewhere.number, &one.holder));
    let unknown = AccountNumber::parse("12345678").unwrap();
    assert!(!is(&unknown, &one.branch, &one.holder));
    for failure in [Failure::Mismatch, Failure::Absent] {
        outside.set_failure(Register::Payments, Some(one.number.as_str()), Some(failure)).unwrap();
        assert!(!is(&one.number, &one.branch, &one.holder));
    }
}

#[test]
fn what_the_platform_pays_is_booked_once_and_a_lost_payment_never_arrives() {
    let (_dir, outside) = outside();
    let to = account(&outside, 0);
    outside.pay_out(&platform(), &to.number, Fen(37), "0001").unwrap();
    let lines = outside.payments("", 9).unwrap();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((line.amount, &line.payer, &line.payee), (Fen(37), &platform(), &to.holder));
    outside.set_failure(Register::Payments, Some(to.number.as_str()), Some(Failure::Absent)).unwrap();
    outside.pay_out(&platform(), &to.number, Fen(38), "0001").unwrap();
    outside.set_failure(Register::Payments, None, Some(Failure::RateLimit)).unwrap();
    outside.set_failure(Register::Payments, Some(to.number.as_str()), None).unwrap();
    let silent = outside.pay_out(&platform(), &to.number, Fen(39), "0001").unwrap_err();
    assert_eq!((silent.register, silent.why), (Register::Payments, Silence::RateLimit));
    assert_eq!(outside.payments("", 9).unwrap(), lines);
    assert!(!format!("{lines:?}").contains(to.number.as_str()));
}

#[test]
fn only_the_right_amount_in_the_right_name_since_then_has_arrived() {
    let (_dir, outside) = outside();
    let right = order(&outside, Fen(1));
    outside.pay(&Order { amount: Fen(2), ..right.clone() }).unwrap();
    outside.pay(&Order { payer: Some(platform()), ..right.clone() }).unwrap();
    outside.pay(&Order { from: account(&outside, 1).number, ..right.clone() }).unwrap();
    outside.pay(&Order { to: account(&outside, 1).number, ..right.clone() }).unwrap();
    assert!(arrived(&outside).is_empty());
    // The account's name does not count, but the one that the payer's bank sends.
    let own = Some(world().companies[0].identity.name.clone());
    outside.pay(&Order { from: account(&outside, 1).number, payer: own, ..right.clone() }).unwrap();
    outside.pay(&right).unwrap();
    assert_eq!(arrived(&outside).len(), 2);
    let later = Timestamp::from_unix(world().made_at.unix() + 1_000_000).unwrap();
    let payer = &world().companies[0].identity.name;
    assert!(outside.arrivals(&platform(), payer, Fen(1), later).unwrap().is_empty());
    let nobody = Order { from: AccountNumber::parse("12345678").unwrap(), ..right };
    assert!(matches!(outside.pay(&nobody), Err(OutsideError::NoRecord(Register::Payments))));
}

#[test]
fn a_payment_that_fails_has_not_come_until_that_is_lifted() {
    let (_dir, outside) = outside();
    let right = order(&outside, Fen(1));
    outside.pay(&right).unwrap();
    for (record, failure) in [(&right.from, Failure::Mismatch), (&right.to, Failure::Absent)] {
        outside.set_failure(Register::Payments, Some(record.as_str()), Some(failure)).unwrap();
        assert!(arrived(&outside).is_empty());
        outside.set_failure(Register::Payments, Some(record.as_str()), None).unwrap();
        assert_eq!(arrived(&outside).len(), 1);
    }
    outside.set_failure(Register::Payments, None, Some(Failure::Timeout)).unwrap();
    let payer = &world().companies[0].identity.name;
    assert!(outside.arrivals(&platform(), payer, Fen(1), world().made_at).is_err());
    assert!(outside.branches("").is_err());
}

#[test]
fn whoever_listens_hears_of_payments_at_once_and_until_they_have_heard_enough() {
    let (_dir, outside) = outside();
    let outside = Arc::new(outside);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (listened, times) = (Arc::clone(&heard), AtomicU32::new(0));
    let asked = Arc::clone(&outside);
    outside.listen(move |event| {
        // What is told of can be looked up from here.
        listened.lock().unwrap().push((event, asked.payments("", 9).unwrap().len()));
        times.fetch_add(1, Ordering::SeqCst) < 1
    });
    outside.pay_out(&platform(), &account(&outside, 0).number, Fen(5), "").unwrap();
    assert!(heard.lock().unwrap().is_empty(), "the platform knows what it pays");
    let right = order(&outside, Fen(1));
    outside.pay(&right).unwrap();
    outside.set_failure(Register::Payments, None, Some(Failure::RateLimit)).unwrap();
    outside.set_failure(Register::Payments, None, None).unwrap();
    outside.pay(&right).unwrap();
    assert_eq!(*heard.lock().unwrap(), [(Event::Payment, 2), (Event::Payment, 2)]);
}

#[test]
fn the_ledger_outlives_the_process_and_is_empty_after_a_reset() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(&dir);
    first.pay(&order(&first, Fen(1))).unwrap();
    let own = first.platform_account(&platform()).unwrap();
    drop(first);
    let again = open(&dir);
    assert_eq!(arrived(&again).len(), 1);
    again.reset(world()).unwrap();
    assert!(again.payments("", 9).unwrap().is_empty() && again.platform_accounts().unwrap().is_empty());
    assert_eq!(again.platform_account(&platform()).unwrap(), own);
}

#[test]
fn a_company_pays_the_platform_on_the_page() {
    let visitor = Visitor::new();
    let name = &world().companies[0].identity.name;
    assert!(!visitor.get("/ledger").contains("name=\"from\""), "nobody to pay yet");
    let order = order(&visitor.outside, Fen(1));
    assert!(visitor.get("/ledger").contains("name=\"from\""));
    let token = visitor.token();
    let pay = |token: &str, payer: &str, amount: &str, to: &str| {
        let form = [
            ("token", token),
            ("from", order.from.as_str()),
            ("to", to),
            ("payer", payer),
            ("amount", amount),
            ("remark", "<i>"),
        ];
        visitor.post("/ledger", &form).status().as_u16()
    };
    assert_eq!(pay("0", name.as_str(), "0.01", order.to.as_str()), 403);
    for amount in ["0.00", "-0.01", "0.1", "1", "x", "99999999999.00"] {
        assert_eq!(pay(&token, name.as_str(), amount, order.to.as_str()), 422, "{amount}");
    }
    assert_eq!(pay(&token, name.as_str(), "0.01", "12345678"), 404);
    assert!(visitor.outside.payments("", 9).unwrap().is_empty());
    assert_eq!(pay(&token, name.as_str(), "0.01", order.to.as_str()), 303);
    assert_eq!(pay(&token, "Somebody & Sons", "0.01", order.to.as_str()), 303);
    assert_eq!(arrived(&visitor.outside).len(), 1);
    let page = visitor.get("/ledger");
    assert!(page.contains("Somebody &amp; Sons → ") && page.contains("&lt;i&gt;") && page.contains("0.01"));
    assert!(!visitor.get("/ledger?find=nothing").contains("0.01</strong>"));
}
