//! The bank's own page in the system browser. What counts is what the bank's server told the portal.

use crate::between::Between;
use std::sync::mpsc::channel;
use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{BankId, SecurityLevel};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Method;
use tongguan_tests::{Desk, http};

const UKEY: &str = "haihe-ccb-sm2";

pub(crate) fn visit(desk: &Desk, bank: &str) -> FlowView {
    flow(desk.call(Command::VisitBank { bank: BankId::parse(bank).unwrap() }))
}

fn flow(answer: Result<Answer, Fault>) -> FlowView {
    match answer {
        Ok(Answer::View(view)) => view.flow,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn await_bank(desk: &Desk) -> FlowView {
    flow(desk.call(Command::AwaitBank {}))
}

/// The address that the browser was told to open, and the value in it.
pub(crate) fn opened(desk: &Desk) -> (String, String) {
    let address = desk.visited.addresses().pop().unwrap();
    let (page, state) = address.split_once("?state=").unwrap();
    (page.to_owned(), state.to_owned())
}

/// What a person does at the page: chooses the UKey, types its PIN, sends.
pub(crate) fn fill_in(page: &str, state: &str, ukey: &str, pin: &str) -> String {
    let form = format!("state={state}&ukey={ukey}%3A1&pin={pin}");
    let request = http().post(page).header("content-type", "application/x-www-form-urlencoded").body(form);
    request.send().unwrap().text().unwrap()
}

#[test]
fn a_company_certifies_at_the_banks_page() {
    let desk = Desk::open();
    desk.sign_in();
    let FlowView::AtBank { address, opened: was_opened, .. } = visit(&desk, "ccb") else {
        panic!("{:?}", desk.view().flow)
    };
    assert!(was_opened);
    let (page, state) = opened(&desk);
    assert_eq!(address, format!("{page}?state={state}"));
    assert!(page.starts_with(&desk.stage.bank_origin()));
    let company = desk.view().session.unwrap().profile.company;
    let shown = http().get(&address).send().unwrap().text().unwrap();
    for value in [company.name.as_str(), company.uscc.as_str(), company.organization_code.as_str()] {
        assert!(shown.contains(value), "{value} is not on the page");
    }
    fill_in(&page, &state, UKEY, desk.stage.pin(UKEY));
    let FlowView::DoneAtBank { receipt } = await_bank(&desk) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(receipt.method, Method::BankUkey);
    assert_eq!(receipt.bank.unwrap().name, desk.stage.world().bank("ccb").unwrap().name);
    assert!(desk.view().session.unwrap().profile.sign_in_again);
    // Nothing was signed on this machine.
    assert!(desk.journal().is_empty());
    desk.call(Command::SignOut {}).unwrap();
    desk.sign_in();
    assert_eq!(desk.view().session.unwrap().profile.level, SecurityLevel::High);
}

#[test]
fn a_result_in_the_address_is_no_result() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    let (page, state) = opened(&desk);
    let forged = format!("{page}?state={state}&result=passed&status=passed&receipt=SW-2026-000001");
    http().get(forged).send().unwrap();
    // Asked of the portal itself, without waiting: nothing has happened.
    desk.call(Command::Cancel {}).unwrap();
    desk.call(Command::SignOut {}).unwrap();
    desk.sign_in();
    assert_eq!(desk.view().session.unwrap().profile.level, SecurityLevel::Low);
}

#[test]
fn a_result_counts_once() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    let (page, state) = opened(&desk);
    fill_in(&page, &state, UKEY, desk.stage.pin(UKEY));
    assert!(matches!(await_bank(&desk), FlowView::DoneAtBank { .. }));
    desk.call(Command::Dismiss {}).unwrap();
    let again = fill_in(&page, &state, UKEY, desk.stage.pin(UKEY));
    assert!(again.contains("<main class=\"failed\">"), "{again}");
    assert_eq!(desk.call(Command::AwaitBank {}).unwrap_err(), Fault::FlowNotThere);
    let number = |view: tongguan_core::api::View| {
        let methods = view.session.unwrap().profile.methods;
        methods.into_iter().find(|m| m.method == Method::BankUkey).unwrap().receipt
    };
    desk.call(Command::SignOut {}).unwrap();
    desk.sign_in();
    assert_eq!(number(desk.view()).as_deref().map(|n| n.ends_with("000001")), Some(true));
}

#[test]
fn another_companys_ukey_does_not_pass_there_either() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    let (page, state) = opened(&desk);
    fill_in(&page, &state, "second-ccb-sm2", desk.stage.pin("second-ccb-sm2"));
    desk.call(Command::Cancel {}).unwrap();
    desk.call(Command::SignOut {}).unwrap();
    desk.sign_in();
    assert_eq!(desk.view().session.unwrap().profile.level, SecurityLevel::Low);
}

#[test]
fn a_revoked_ukey_ends_the_visit_with_the_reason() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    let (page, state) = opened(&desk);
    fill_in(&page, &state, "haihe-ccb-revoked", desk.stage.pin("haihe-ccb-revoked"));
    let FlowView::Failed { fault, .. } = await_bank(&desk) else { panic!("{:?}", desk.view().flow) };
    assert!(matches!(fault, Fault::ProofRefused { .. }), "{fault:?}");
}

#[test]
fn the_same_visit_is_opened_again_and_a_cancelled_one_is_over() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    visit(&desk, "ccb");
    let addresses = desk.visited.addresses();
    assert_eq!((addresses.len(), &addresses[0]), (2, &addresses[1]));
    desk.call(Command::Cancel {}).unwrap();
    assert!(matches!(desk.view().flow, FlowView::Idle));
    assert_eq!(desk.call(Command::AwaitBank {}).unwrap_err(), Fault::FlowNotThere);
    visit(&desk, "ccb");
    assert_ne!(desk.visited.addresses().last(), Some(&addresses[0]));
}

#[test]
fn a_portal_that_is_away_is_asked_again() {
    let desk = Desk::open();
    desk.sign_in();
    visit(&desk, "ccb");
    desk.stage.portal_down();
    let FlowView::AtBank { fault, .. } = await_bank(&desk) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Some(Fault::PortalUnreachable));
    desk.stage.portal_up().unwrap();
    let (page, state) = opened(&desk);
    fill_in(&page, &state, UKEY, desk.stage.pin(UKEY));
    assert!(matches!(await_bank(&desk), FlowView::DoneAtBank { .. }), "{:?}", desk.view().flow);
}

#[test]
fn a_bank_without_a_page_says_so() {
    let desk = Desk::open();
    desk.sign_in();
    std::fs::remove_file(desk.home().join("banks.toml")).unwrap();
    desk.call(Command::Libraries {}).unwrap();
    let FlowView::Failed { fault, .. } = visit(&desk, "ccb") else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Fault::BankPageAbsent { bank: "ccb".into() });
    let FlowView::Failed { fault, .. } = visit(&desk, "nobank") else { panic!("{:?}", desk.view().flow) };
    assert_eq!(fault, Fault::BankUnknown { bank: "nobank".into() });
}

/// The portal takes its time to open a visit, and the user has gone on.
#[test]
fn what_is_cancelled_before_the_page_opens_opens_no_page() {
    let desk = Desk::open();
    let (arrived, at_portal) = channel();
    let (go_on, told) = channel::<()>();
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        if passed.path == "/v1/bank-visits" {
            arrived.send(()).unwrap();
            told.recv().unwrap();
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    std::thread::scope(|scope| {
        let visit = scope.spawn(|| visit(&desk, "ccb"));
        at_portal.recv().unwrap();
        desk.call(Command::Cancel {}).unwrap();
        go_on.send(()).unwrap();
        let flow = visit.join().unwrap();
        assert!(matches!(flow, FlowView::Idle), "{flow:?}");
    });
    assert_eq!(desk.visited.addresses(), Vec::<String>::new());
}
